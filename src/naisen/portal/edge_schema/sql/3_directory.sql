-- What the edge may know of customers' data: these views and nothing else (rule 1). They run with
-- their owner's rights; every text is varchar, since Kamailio's driver refuses text columns.

-- One row per device, whatever its state, so that one look-up answers a REGISTER.
-- The rule stands in a select list, where PostgreSQL inlines it: as a table it would be planned anew
-- in every look-up (half of its time).
CREATE VIEW edge.device AS
SELECT one.login, one.domain, one.device_id, one.tenant_id, one.ha1, one.person_id, one.extension,
       one.display_name, one.why_not = '' AS may_register, one.person_id IS NULL AS login_only, one.why_not
FROM (
    SELECT d.login::varchar AS login, t.domain::varchar AS domain, d.id AS device_id, d.tenant_id,
           coalesce(c.ha1, '')::varchar AS ha1, d.person_id, coalesce(n.digits, '')::varchar AS extension,
           coalesce(p.name, '')::varchar AS display_name,
           device_why_not(
               d.person_id, p.stopped_at, t.allows_phone_login, d.cancels_on, t.suspended_at, t.closes_on,
               (now() AT TIME ZONE t.time_zone)::date, c.id IS NOT NULL
           ) AS why_not
    FROM devices_device d
    JOIN tenants_tenant t ON t.id = d.tenant_id
    LEFT JOIN people_person p ON p.id = d.person_id
    LEFT JOIN numbering_number n ON n.id = p.number_id
    LEFT JOIN devices_credential c ON c.device_id = d.id AND c.ended_at IS NULL AND c.effective_at <= now()
) AS one;

CREATE VIEW edge.subscriber AS
SELECT login AS username, domain, ha1 FROM edge.device WHERE may_register;

CREATE VIEW edge.domain AS
SELECT t.id, t.domain::varchar AS domain, t.domain::varchar AS did, t.id AS tenant_id,
       NULL::timestamp AS last_modified
FROM tenants_tenant t
WHERE t.closes_on IS NULL OR t.closes_on > (now() AT TIME ZONE t.time_zone)::date;

-- What can be dialled. `timeout_s` is in seconds.
CREATE VIEW edge.number AS
SELECT t.domain::varchar AS domain, n.digits::varchar AS digits, n.kind::varchar AS kind,
       coalesce(p.id, g.id) AS target_id, coalesce(p.ring_timeout_s, g.ring_timeout_s) AS timeout_s,
       coalesce(p.name, g.name, '')::varchar AS name, p.stopped_at IS NULL AS available,
       (CASE WHEN p.stopped_at IS NOT NULL THEN 'stopped' ELSE '' END)::varchar AS why_not
FROM numbering_number n
JOIN tenants_tenant t ON t.id = n.tenant_id
LEFT JOIN people_person p ON p.number_id = n.id
LEFT JOIN departments_department g ON g.number_id = n.id
WHERE coalesce(p.id, g.id) IS NOT NULL;

-- Which devices ring for a number's owner.
CREATE VIEW edge.ring AS
SELECT d.domain, 'person'::varchar AS kind, d.person_id AS target_id, d.device_id, d.login, d.person_id
FROM edge.device d
WHERE d.may_register AND d.person_id IS NOT NULL
UNION ALL
SELECT d.domain, 'department'::varchar, m.department_id, d.device_id, d.login, d.person_id
FROM departments_membership m
JOIN edge.device d ON d.person_id = m.person_id
WHERE d.may_register;

-- Whom a call on a line rings (C-06).
CREATE VIEW edge.line_in AS
SELECT l.number::varchar AS number, t.domain::varchar AS domain, l.tenant_id, l.id AS line_id,
       l.trunk_id, l.ring_timeout_s AS timeout_s, p.id AS person_id, n.digits::varchar AS extension
FROM lines_line l
JOIN tenants_tenant t ON t.id = l.tenant_id
JOIN lines_linerecipient r ON r.line_id = l.id
JOIN people_person p ON p.id = r.person_id AND p.stopped_at IS NULL
JOIN numbering_number n ON n.id = p.number_id;

-- On which lines a person may call out, and which is the default one (C-07).
CREATE VIEW edge.line_out AS
SELECT p.id AS person_id, l.tenant_id, l.id AS line_id, l.code::varchar AS code,
       l.number::varchar AS number, l.trunk_id,
       l.id = coalesce(p.default_line_id, t.common_line_id) AS is_default
FROM lines_linecaller c
JOIN lines_line l ON l.id = c.line_id
JOIN people_person p ON p.id = c.person_id AND p.stopped_at IS NULL
JOIN tenants_tenant t ON t.id = l.tenant_id;

-- Which departments' calls a person may pick up (C-05).
CREATE VIEW edge.pickup AS
SELECT r.person_id, r.tenant_id, r.department_id, n.digits::varchar AS department_number
FROM departments_pickupright r
JOIN people_person p ON p.id = r.person_id AND p.stopped_at IS NULL
JOIN departments_department g ON g.id = r.department_id
JOIN numbering_number n ON n.id = g.number_id;

-- Kamailio's uac registrations: one row a registering trunk (C-08).
CREATE VIEW edge.uacreg AS
SELECT k.id::integer AS id, ('trunk' || k.id)::varchar AS l_uuid, ('trunk' || k.id)::varchar AS l_username,
       k.host::varchar AS l_domain, k.auth_user::varchar AS r_username, k.host::varchar AS r_domain,
       k.realm::varchar AS realm, k.auth_user::varchar AS auth_username, ''::varchar AS auth_password,
       k.auth_ha1::varchar AS auth_ha1,
       ('sip:' || k.host || ':' || k.port || ';transport=' || k.transport)::varchar AS auth_proxy,
       360 AS expires, 0 AS flags, 0 AS reg_delay, ''::varchar AS contact_addr, ''::varchar AS socket
FROM lines_trunk k
WHERE k.kind = 'registering';

GRANT SELECT ON edge.device, edge.subscriber, edge.domain, edge.number, edge.ring, edge.line_in,
    edge.line_out, edge.pickup, edge.uacreg TO naisen_edge;
