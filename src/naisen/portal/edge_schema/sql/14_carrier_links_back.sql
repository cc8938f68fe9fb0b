-- As 9_outside.sql and 10_trunk_state.sql made them.
DROP VIEW lines_trunk_link, own_address;
DROP VIEW edge.uacreg, edge.trunk_source, edge.trunk;
DROP FUNCTION edge.note_link_state(bigint, boolean, varchar), edge.note_own_address(varchar, varchar);
DROP TABLE edge.own_address, edge.link_state;
DROP FUNCTION edge.link_address(bigint);
CREATE OR REPLACE FUNCTION edge.forget_trunk_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM edge.trunk_state WHERE code = OLD.code;
  RETURN NULL;
END $$;
CREATE VIEW edge.trunk AS
SELECT k.id AS trunk_id, k.code::varchar AS code, k.kind::varchar AS kind, k.host::varchar AS host, k.port,
       k.transport::varchar AS transport, k.realm::varchar AS realm, k.auth_user::varchar AS auth_user,
       k.auth_ha1::varchar AS auth_ha1, k.number_format::varchar AS number_format
FROM lines_trunk k;
CREATE VIEW edge.trunk_source AS
SELECT host(address)::varchar AS address, k.id AS trunk_id
FROM lines_trunk k, trunk_sources(k.sources, k.host) AS address;
CREATE VIEW edge.uacreg AS
SELECT k.id::integer AS id, k.code::varchar AS l_uuid, k.code::varchar AS l_username,
       k.host::varchar AS l_domain, k.auth_user::varchar AS r_username, k.host::varchar AS r_domain,
       k.realm::varchar AS realm, k.auth_user::varchar AS auth_username, ''::varchar AS auth_password,
       k.auth_ha1::varchar AS auth_ha1,
       ('sip:' || k.host || ':' || k.port || ';transport=' || k.transport)::varchar AS auth_proxy,
       360 AS expires, 0 AS flags, 0 AS reg_delay, ''::varchar AS contact_addr, ''::varchar AS socket
FROM lines_trunk k
WHERE k.kind = 'registering';
GRANT SELECT ON edge.uacreg, edge.trunk_source, edge.trunk TO naisen_edge;
