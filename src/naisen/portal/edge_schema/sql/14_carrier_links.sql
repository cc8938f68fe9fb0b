-- Carriers on TCP and TLS (C-08). The edge's part carrier-links keeps a connection to each, and Kamailio knows it by
-- an address of loopback of its own, whatever the carrier's name resolves to (docs/decisions/0016-carrier-links.md).
CREATE FUNCTION edge.link_address(trunk_id bigint) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws('.', 127, 128 + (trunk_id >> 16 & 127), trunk_id >> 8 & 255, trunk_id & 255)::varchar
$$;

CREATE OR REPLACE VIEW edge.trunk AS
SELECT k.id AS trunk_id, k.code::varchar AS code, k.kind::varchar AS kind, k.host::varchar AS host, k.port,
       k.transport::varchar AS transport, k.realm::varchar AS realm, k.auth_user::varchar AS auth_user,
       k.auth_ha1::varchar AS auth_ha1, k.number_format::varchar AS number_format,
       -- Where requests are sent to.
       CASE k.transport WHEN 'udp' THEN 'sip:' || k.host || ':' || k.port || ';transport=udp'
                        ELSE 'sip:' || edge.link_address(k.id) || ':5140;transport=' || k.transport
       END::varchar AS at
FROM lines_trunk k;

CREATE OR REPLACE VIEW edge.trunk_source AS
SELECT host(address)::varchar AS address, k.id AS trunk_id
FROM lines_trunk k, trunk_sources(k.sources, k.host) AS address
UNION
SELECT edge.link_address(k.id), k.id FROM lines_trunk k WHERE k.transport <> 'udp';

-- host:port of ours, by transport: where phones, and carriers that we register with, reach us. The edge says it when
-- it starts; settings sheets show it.
CREATE TABLE edge.own_address (transport varchar(4) PRIMARY KEY, address varchar(255) NOT NULL);
CREATE VIEW own_address AS SELECT transport, address FROM edge.own_address;

-- Kamailio has no TLS of its own: what it sends to a link is TCP.
CREATE OR REPLACE VIEW edge.uacreg AS
SELECT k.id::integer AS id, k.code::varchar AS l_uuid, k.code::varchar AS l_username,
       k.host::varchar AS l_domain, k.auth_user::varchar AS r_username, k.host::varchar AS r_domain,
       k.realm::varchar AS realm, k.auth_user::varchar AS auth_username, ''::varchar AS auth_password,
       k.auth_ha1::varchar AS auth_ha1, replace(t.at, '=tls', '=tcp')::varchar AS auth_proxy,
       360 AS expires, 0 AS flags, 0 AS reg_delay,
       coalesce(o.address || ';transport=' || k.transport, '')::varchar AS contact_addr, ''::varchar AS socket
FROM lines_trunk k
JOIN edge.trunk t ON t.trunk_id = k.id
LEFT JOIN edge.own_address o ON o.transport = k.transport AND k.transport <> 'udp'
WHERE k.kind = 'registering';

-- Whether the connection is up, and what stands in its way ('' : nothing), as carrier-links last saw it.
CREATE TABLE edge.link_state (
    trunk_id bigint PRIMARY KEY,
    is_up boolean NOT NULL,
    reason varchar(200) NOT NULL,
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE FUNCTION edge.note_link_state(trunk_id_ bigint, is_up_ boolean, reason_ varchar) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO edge.link_state AS s (trunk_id, is_up, reason, since, seen_at)
  SELECT k.id, is_up_, reason_, clock_timestamp(), clock_timestamp() FROM lines_trunk k WHERE k.id = trunk_id_
  ON CONFLICT (trunk_id) DO UPDATE SET
    since = CASE WHEN s.is_up = excluded.is_up THEN s.since ELSE excluded.since END,
    is_up = excluded.is_up, reason = excluded.reason, seen_at = excluded.seen_at
$$;
CREATE FUNCTION edge.note_own_address(transport_ varchar, address_ varchar) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO edge.own_address (transport, address) VALUES (transport_, address_)
  ON CONFLICT (transport) DO UPDATE SET address = excluded.address
$$;
CREATE OR REPLACE FUNCTION edge.forget_trunk_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM edge.trunk_state WHERE code = OLD.code;
  DELETE FROM edge.link_state WHERE trunk_id = OLD.id;
  RETURN NULL;
END $$;

-- For the operator's screens. `is_up` NULL: cannot be known.
CREATE VIEW lines_trunk_link AS
SELECT k.id AS trunk_id, s.since, s.reason,
       CASE WHEN s.seen_at > now() - interval '60 seconds' THEN s.is_up END AS is_up
FROM lines_trunk k LEFT JOIN edge.link_state s ON s.trunk_id = k.id
WHERE k.transport <> 'udp';

REVOKE ALL ON FUNCTION edge.note_link_state(bigint, boolean, varchar), edge.note_own_address(varchar, varchar) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.note_link_state(bigint, boolean, varchar), edge.note_own_address(varchar, varchar)
TO naisen_edge;
GRANT SELECT ON lines_trunk_link, own_address TO naisen_portal;
