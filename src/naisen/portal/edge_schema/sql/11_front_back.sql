-- As 2_verdict.sql made it.
CREATE OR REPLACE VIEW registrations_binding WITH (security_invoker = true) AS
SELECT l.ruid, d.tenant_id, d.id AS device_id, l.contact, l.received, l.user_agent AS terminal,
       coalesce(
           lower(substring(coalesce(l.received, l.contact) FROM ';transport=([A-Za-z]+)')), 'udp'
       )::varchar AS transport,
       l.expires AT TIME ZONE 'UTC' AS expires_at, l.last_modified AT TIME ZONE 'UTC' AS refreshed_at
FROM edge.location l
JOIN tenants_tenant t ON t.domain = l.domain
JOIN devices_device d ON d.tenant_id = t.id AND d.login = l.username
WHERE l.expires > (now() AT TIME ZONE 'UTC');
