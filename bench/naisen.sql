-- The load's data for Naisen: one company with %(devices)s people, each with an extension and a device whose password
-- is `password`, and ring groups (departments) of ten. The same devices and numbers as in plain.sql.
-- The load's calls all go to one device, hundreds at once; no form would let an administrator allow that.
ALTER TABLE devices_device DROP CONSTRAINT device_max_calls;

INSERT INTO tenants_tenant
SELECT (jsonb_populate_record(t, jsonb_build_object('id', nextval('tenants_tenant_id_seq'), 'domain', %(domain)s,
        'name', 'Load', 'circle_number', '9999999999', 'common_line_id', NULL, 'max_calls', NULL,
        'calls_per_minute', 1000000))).*
  FROM tenants_tenant t WHERE t.id = (SELECT min(id) FROM tenants_tenant);

INSERT INTO numbering_number (tenant_id, digits, kind)
SELECT t.id, (20000 + n)::text, 'person' FROM tenants_tenant t, generate_series(1, %(devices)s) n
 WHERE t.domain = %(domain)s;
INSERT INTO people_person (tenant_id, serial, number_id, name, kana, pin_hash, ring_timeout_s, memo, created_at, version)
SELECT n.tenant_id, n.digits::int - 20000, n.id, '人 ' || n.digits, '', '', 60, '', now(), 1
  FROM numbering_number n JOIN tenants_tenant t ON t.id = n.tenant_id WHERE t.domain = %(domain)s;
INSERT INTO devices_device (tenant_id, serial, unique_number, login, kind, server_id, person_id, ever_assigned,
                            created_at, version, max_calls)
SELECT p.tenant_id, p.serial, (1000000 + p.serial)::text, 'load' || p.serial, 'sip_device',
       (SELECT min(id) FROM tenants_loginserver), p.id, true, now(), 1, 10000
  FROM people_person p JOIN tenants_tenant t ON t.id = p.tenant_id WHERE t.domain = %(domain)s;
INSERT INTO devices_credential (tenant_id, device_id, version, secret, ha1, effective_at, created_at)
SELECT d.tenant_id, d.id, 1, '', md5(d.login || ':' || t.domain || ':password'), now(), now()
  FROM devices_device d JOIN tenants_tenant t ON t.id = d.tenant_id WHERE t.domain = %(domain)s;

INSERT INTO numbering_number (tenant_id, digits, kind)
SELECT t.id, (699 + g)::text, 'department' FROM tenants_tenant t, generate_series(1, %(groups)s) g
 WHERE t.domain = %(domain)s;
INSERT INTO departments_department (tenant_id, serial, name, number_id, multicast, ring_timeout_s, created_at, version)
SELECT n.tenant_id, n.digits::int - 699, 'group ' || n.digits, n.id, false, 60, now(), 1
  FROM numbering_number n JOIN tenants_tenant t ON t.id = n.tenant_id
 WHERE t.domain = %(domain)s AND n.kind = 'department';
INSERT INTO departments_membership (tenant_id, person_id, department_id)
SELECT p.tenant_id, p.id, g.id
  FROM people_person p JOIN tenants_tenant t ON t.id = p.tenant_id
  JOIN departments_department g ON g.tenant_id = p.tenant_id AND g.serial = (p.serial + 9) / 10
 WHERE t.domain = %(domain)s;
