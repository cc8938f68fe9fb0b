-- One rule for the edge and for the portal: why a device may not register now ('' = it may).
-- State by time (rule 2): everything is compared with now(), nothing waits for a job.
CREATE FUNCTION device_why_not(
    person bigint, stopped_at timestamptz, allows_phone_login boolean, cancels_on date,
    tenant_suspended_at timestamptz, tenant_closes_on date, today date, has_password boolean
) RETURNS varchar LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN tenant_suspended_at IS NOT NULL OR tenant_closes_on <= today THEN 'tenant_closed'
    WHEN cancels_on <= today THEN 'cancelled'
    WHEN stopped_at IS NOT NULL THEN 'stopped'
    WHEN person IS NULL AND NOT allows_phone_login THEN 'unassigned'
    WHEN NOT has_password THEN 'password_not_yet'
    ELSE ''
  END::varchar
$$;

-- What the portal shows. Row-level security of the tables holds here (security_invoker).
CREATE VIEW registrations_verdict WITH (security_invoker = true) AS
SELECT d.id AS device_id, d.tenant_id, d.person_id IS NULL AS login_only, open.effective_at,
       device_why_not(
           d.person_id, p.stopped_at, t.allows_phone_login, d.cancels_on, t.suspended_at, t.closes_on,
           (now() AT TIME ZONE t.time_zone)::date, coalesce(open.effective_at <= now(), false)
       ) AS why_not
FROM devices_device d
JOIN tenants_tenant t ON t.id = d.tenant_id
LEFT JOIN people_person p ON p.id = d.person_id
LEFT JOIN devices_credential open ON open.device_id = d.id AND open.ended_at IS NULL;

CREATE VIEW registrations_binding WITH (security_invoker = true) AS
SELECT l.ruid, d.tenant_id, d.id AS device_id, l.contact, l.received, l.user_agent AS terminal,
       coalesce(
           lower(substring(coalesce(l.received, l.contact) FROM ';transport=([A-Za-z]+)')), 'udp'
       )::varchar AS transport,
       l.expires AT TIME ZONE 'UTC' AS expires_at, l.last_modified AT TIME ZONE 'UTC' AS refreshed_at
FROM edge.location l
JOIN tenants_tenant t ON t.domain = l.domain
JOIN devices_device d ON d.tenant_id = t.id AND d.login = l.username
WHERE l.expires > (now() AT TIME ZONE 'UTC');

GRANT SELECT ON registrations_verdict, registrations_binding TO naisen_portal;
