-- What calls need besides who rings: limits, forwarding, lines out, carriers, rates (C-05 … C-08).
-- New columns stand at the end, so that the views can be replaced where others stand on them.

CREATE OR REPLACE VIEW edge.device AS
SELECT one.login, one.domain, one.device_id, one.tenant_id, one.ha1, one.person_id, one.extension,
       one.display_name, one.why_not = '' AS may_register, one.person_id IS NULL AS login_only, one.why_not,
       one.max_calls, one.tenant_max_calls, one.calls_per_minute, one.do_not_disturb,
       -- Suspended, and otherwise in order: emergency calls pass that (D-02).
       one.is_suspended AND one.why_not_otherwise = '' AS emergency_only
FROM (
    SELECT d.login::varchar AS login, t.domain::varchar AS domain, d.id AS device_id, d.tenant_id,
           coalesce(c.ha1, '')::varchar AS ha1, d.person_id, coalesce(n.digits, '')::varchar AS extension,
           coalesce(p.name, '')::varchar AS display_name,
           device_why_not(
               d.person_id, p.stopped_at, t.allows_phone_login, d.cancels_on, t.suspended_at, t.closes_on,
               (now() AT TIME ZONE t.time_zone)::date, c.id IS NOT NULL
           ) AS why_not,
           device_why_not(
               d.person_id, p.stopped_at, false, d.cancels_on, NULL, t.closes_on,
               (now() AT TIME ZONE t.time_zone)::date, c.id IS NOT NULL
           ) AS why_not_otherwise,
           t.suspended_at IS NOT NULL AS is_suspended, d.max_calls, t.max_calls AS tenant_max_calls,
           t.calls_per_minute, coalesce(p.do_not_disturb, false) AS do_not_disturb
    FROM devices_device d
    JOIN tenants_tenant t ON t.id = d.tenant_id
    LEFT JOIN people_person p ON p.id = d.person_id
    LEFT JOIN numbering_number n ON n.id = p.number_id
    LEFT JOIN devices_credential c ON c.device_id = d.id AND c.ended_at IS NULL AND c.effective_at <= now()
) AS one;

CREATE OR REPLACE VIEW edge.number AS
SELECT t.domain::varchar AS domain, n.digits::varchar AS digits, n.kind::varchar AS kind,
       coalesce(p.id, g.id) AS target_id, coalesce(p.ring_timeout_s, g.ring_timeout_s) AS timeout_s,
       coalesce(p.name, g.name, '')::varchar AS name, p.stopped_at IS NULL AS available,
       (CASE WHEN p.stopped_at IS NOT NULL THEN 'stopped' ELSE '' END)::varchar AS why_not,
       coalesce(p.forward_always, '')::varchar AS forward_always,
       coalesce(p.forward_busy, '')::varchar AS forward_busy,
       coalesce(p.forward_no_answer, '')::varchar AS forward_no_answer,
       coalesce(p.forward_unregistered, '')::varchar AS forward_unregistered,
       coalesce(p.do_not_disturb, false) AS do_not_disturb
FROM numbering_number n
JOIN tenants_tenant t ON t.id = n.tenant_id
LEFT JOIN people_person p ON p.number_id = n.id
LEFT JOIN departments_department g ON g.number_id = n.id
WHERE coalesce(p.id, g.id) IS NOT NULL;

CREATE OR REPLACE VIEW edge.ring AS
SELECT d.domain, 'person'::varchar AS kind, d.person_id AS target_id, d.device_id, d.login, d.person_id,
       d.do_not_disturb, d.max_calls
FROM edge.device d
WHERE d.may_register AND d.person_id IS NOT NULL
UNION ALL
SELECT d.domain, 'department'::varchar, m.department_id, d.device_id, d.login, d.person_id,
       d.do_not_disturb, d.max_calls
FROM departments_membership m
-- One member after the other, by index: OFFSET 0 keeps the planner from reading all devices at once (7 ms with
-- 20,000 of them, 0.2 ms so).
CROSS JOIN LATERAL (SELECT * FROM edge.device d WHERE d.person_id = m.person_id OFFSET 0) d
WHERE d.may_register;

CREATE OR REPLACE VIEW edge.line AS
SELECT l.number::varchar AS number, t.domain::varchar AS domain, l.tenant_id, l.id AS line_id, l.trunk_id,
       l.code::varchar AS code, l.name::varchar AS name, l.ring_timeout_s AS timeout_s, l.max_calls,
       l.no_answer::varchar AS no_answer, l.no_answer_number::varchar AS no_answer_number,
       l.no_answer_department_id, n.digits::varchar AS no_answer_department_number,
       t.suspended_at IS NULL AND coalesce(t.closes_on > (now() AT TIME ZONE t.time_zone)::date, true) AS is_open,
       coalesce(k.number_format, 'national')::varchar AS number_format
FROM lines_line l
JOIN tenants_tenant t ON t.id = l.tenant_id
LEFT JOIN departments_department g ON g.id = l.no_answer_department_id
LEFT JOIN numbering_number n ON n.id = g.number_id
LEFT JOIN lines_trunk k ON k.id = l.trunk_id;

-- The common line is the default of whoever has none of their own and may call out on it (S1-36, S1-40).
CREATE OR REPLACE VIEW edge.line_out AS
SELECT p.id AS person_id, l.tenant_id, l.id AS line_id, l.code::varchar AS code,
       l.number::varchar AS number, l.trunk_id,
       l.id = coalesce(p.default_line_id, t.common_line_id) AS is_default,
       coalesce(k.number_format, 'national')::varchar AS number_format, l.max_calls
FROM lines_linecaller c
JOIN lines_line l ON l.id = c.line_id
JOIN people_person p ON p.id = c.person_id AND p.stopped_at IS NULL
JOIN tenants_tenant t ON t.id = l.tenant_id
LEFT JOIN lines_trunk k ON k.id = l.trunk_id;

-- Every line of a person's tenant that reaches a carrier: the person's own default, the common one, the others
-- (`rank` 0, 1, 2). Emergency calls go out whoever may use which (D-02).
CREATE VIEW edge.line_emergency AS
SELECT p.id AS person_id, l.tenant_id, l.id AS line_id, l.code::varchar AS code, l.number::varchar AS number,
       l.trunk_id, k.number_format::varchar AS number_format, l.max_calls,
       CASE l.id WHEN p.default_line_id THEN 0 WHEN t.common_line_id THEN 1 ELSE 2 END AS rank
FROM people_person p
JOIN tenants_tenant t ON t.id = p.tenant_id
JOIN lines_line l ON l.tenant_id = p.tenant_id
JOIN lines_trunk k ON k.id = l.trunk_id
WHERE p.stopped_at IS NULL;

-- A carrier (C-08). The password's HA1 and nothing else of it.
CREATE VIEW edge.trunk AS
SELECT k.id AS trunk_id, k.code::varchar AS code, k.kind::varchar AS kind, k.host::varchar AS host, k.port,
       k.transport::varchar AS transport, k.realm::varchar AS realm, k.auth_user::varchar AS auth_user,
       k.auth_ha1::varchar AS auth_ha1, k.number_format::varchar AS number_format
FROM lines_trunk k;

-- Where carriers' calls come from: one row an address, networks address by address. A trunk that names no
-- source is known by its host, where that is an address.
CREATE FUNCTION trunk_sources(sources jsonb, host varchar) RETURNS SETOF inet LANGUAGE sql IMMUTABLE AS $$
  SELECT network(named.source::inet) + step
    FROM (
      SELECT jsonb_array_elements_text(sources) AS source
      UNION ALL
      SELECT host WHERE sources = '[]' AND host ~ '^[0-9.]+$'
    ) AS named,
    generate_series(0, broadcast(named.source::inet) - network(named.source::inet)) AS step
$$;
-- At most 256 addresses each: 192.0.2.0/24 at the widest. Anything that is no address at all raises.
CREATE FUNCTION trunk_sources_are_narrow(sources jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_typeof(sources) = 'array' AND coalesce(bool_and(
           masklen(one::inet) >= CASE family(one::inet) WHEN 4 THEN 24 ELSE 120 END), true)
    FROM jsonb_array_elements_text(CASE jsonb_typeof(sources) WHEN 'array' THEN sources ELSE '[]' END) AS one
$$;
ALTER TABLE lines_trunk ADD CONSTRAINT trunk_sources_narrow CHECK (trunk_sources_are_narrow(sources));

CREATE VIEW edge.trunk_source AS
SELECT host(address)::varchar AS address, k.id AS trunk_id
FROM lines_trunk k, trunk_sources(k.sources, k.host) AS address;

-- The user of the address that we register is the trunk's code, which never changes.
CREATE OR REPLACE VIEW edge.uacreg AS
SELECT k.id::integer AS id, k.code::varchar AS l_uuid, k.code::varchar AS l_username,
       k.host::varchar AS l_domain, k.auth_user::varchar AS r_username, k.host::varchar AS r_domain,
       k.realm::varchar AS realm, k.auth_user::varchar AS auth_username, ''::varchar AS auth_password,
       k.auth_ha1::varchar AS auth_ha1,
       ('sip:' || k.host || ':' || k.port || ';transport=' || k.transport)::varchar AS auth_proxy,
       360 AS expires, 0 AS flags, 0 AS reg_delay, ''::varchar AS contact_addr, ''::varchar AS socket
FROM lines_trunk k
WHERE k.kind = 'registering';

-- What each tenant may use, and what its calls have cost since its midnight (whole yen, rounded up).
CREATE VIEW edge.spent_today AS
SELECT t.id AS tenant_id, (
           SELECT ceil(coalesce(sum(c.charge_yen), 0))::integer FROM calls_callrecord c
            WHERE c.tenant_id = t.id AND c.charge_yen > 0
              AND c.started_at >= date_trunc('day', now() AT TIME ZONE t.time_zone) AT TIME ZONE t.time_zone
       ) AS yen
FROM tenants_tenant t;
CREATE VIEW edge.limits AS
SELECT t.id AS tenant_id, t.max_calls, t.calls_per_minute, t.allowed_countries, t.yen_per_day,
       -- Nobody asks what was spent where nothing caps it.
       CASE WHEN t.yen_per_day IS NULL THEN 0
            ELSE (SELECT s.yen FROM edge.spent_today s WHERE s.tenant_id = t.id) END AS spent_yen
FROM tenants_tenant t;
CREATE INDEX call_charged ON calls_callrecord (tenant_id, started_at) INCLUDE (charge_yen) WHERE charge_yen > 0;

CREATE VIEW edge.rate AS
SELECT r.prefix::varchar AS prefix, r.name::varchar AS name, r.unit_s, r.unit_yen FROM calls_rate r;

CREATE OR REPLACE VIEW edge.acc AS
SELECT tenant_id, call_id, direction, caller_device_id, caller_person_id, caller_number, caller_name,
       called_number, called_person_id, answered_device_id, started_at, answered_at, ended_at, duration_ms,
       result, sip_code, hung_up_by, reason, decision, line_id, trunk_id, shown_number, country, charge_yen, legs
FROM calls_callrecord;

-- What the edge holds in memory of carriers is read anew (rule 3).
CREATE FUNCTION tell_trunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY edge_trunks;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_trunks AFTER INSERT OR DELETE OR UPDATE ON lines_trunk
FOR EACH STATEMENT EXECUTE FUNCTION tell_trunks();

GRANT SELECT ON edge.line_emergency, edge.trunk, edge.trunk_source, edge.spent_today, edge.limits, edge.rate
TO naisen_edge;
