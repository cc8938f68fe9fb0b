-- Kamailio's own tables (usrloc, dialog), with its column names and wider texts, so that a long
-- header is stored instead of refused.
CREATE TABLE edge.version (
    id serial PRIMARY KEY,
    table_name varchar(32) NOT NULL UNIQUE,
    table_version integer NOT NULL DEFAULT 0
);
INSERT INTO edge.version (table_name, table_version)
VALUES ('version', 1), ('location', 9), ('location_attrs', 1), ('dialog', 7), ('dialog_vars', 1),
       ('domain', 2), ('domain_attrs', 1), ('subscriber', 7), ('uacreg', 5);

CREATE TABLE edge.location (
    id bigserial PRIMARY KEY,
    ruid varchar(64) NOT NULL DEFAULT '' UNIQUE,
    username varchar(64) NOT NULL DEFAULT '',
    domain varchar(64),
    contact varchar(2048) NOT NULL DEFAULT '',
    received varchar(255),
    path varchar(2048),
    expires timestamp NOT NULL DEFAULT '2030-05-28 21:32:15',
    q real NOT NULL DEFAULT 1.0,
    callid varchar(255) NOT NULL DEFAULT '',
    cseq integer NOT NULL DEFAULT 1,
    last_modified timestamp NOT NULL DEFAULT '2000-01-01 00:00:01',
    flags integer NOT NULL DEFAULT 0,
    cflags integer NOT NULL DEFAULT 0,
    user_agent varchar(255) NOT NULL DEFAULT '',
    socket varchar(255),
    methods integer,
    instance varchar(255),
    reg_id integer NOT NULL DEFAULT 0,
    server_id integer NOT NULL DEFAULT 0,
    connection_id integer NOT NULL DEFAULT 0,
    keepalive integer NOT NULL DEFAULT 0,
    partition integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE INDEX location_by_login ON edge.location (username, domain, contact);

CREATE TABLE edge.location_attrs (
    id bigserial PRIMARY KEY,
    ruid varchar(64) NOT NULL DEFAULT '',
    username varchar(64) NOT NULL DEFAULT '',
    domain varchar(64),
    aname varchar(64) NOT NULL DEFAULT '',
    atype integer NOT NULL DEFAULT 0,
    avalue varchar(512) NOT NULL DEFAULT '',
    last_modified timestamp NOT NULL DEFAULT '2000-01-01 00:00:01'
);

CREATE TABLE edge.dialog (
    id bigserial PRIMARY KEY,
    hash_entry integer NOT NULL,
    hash_id integer NOT NULL,
    callid varchar(255) NOT NULL,
    from_uri varchar(255) NOT NULL,
    from_tag varchar(255) NOT NULL,
    to_uri varchar(255) NOT NULL,
    to_tag varchar(255) NOT NULL,
    caller_cseq varchar(20) NOT NULL,
    callee_cseq varchar(20) NOT NULL,
    caller_route_set varchar(2048),
    callee_route_set varchar(2048),
    caller_contact varchar(2048) NOT NULL,
    callee_contact varchar(2048) NOT NULL,
    caller_sock varchar(255) NOT NULL,
    callee_sock varchar(255) NOT NULL,
    state integer NOT NULL,
    start_time integer NOT NULL,
    timeout integer NOT NULL DEFAULT 0,
    sflags integer NOT NULL DEFAULT 0,
    iflags integer NOT NULL DEFAULT 0,
    toroute_name varchar(32),
    req_uri varchar(2048) NOT NULL,
    xdata varchar(2048)
) WITH (fillfactor = 70);
CREATE INDEX dialog_by_hash ON edge.dialog (hash_entry, hash_id);

CREATE TABLE edge.dialog_vars (
    id bigserial PRIMARY KEY,
    hash_entry integer NOT NULL,
    hash_id integer NOT NULL,
    dialog_key varchar(128) NOT NULL,
    dialog_value varchar(4096) NOT NULL
);
CREATE INDEX dialog_vars_by_hash ON edge.dialog_vars (hash_entry, hash_id);

GRANT USAGE ON SCHEMA edge TO naisen_edge;
GRANT SELECT ON edge.version TO naisen_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.location, edge.location_attrs, edge.dialog, edge.dialog_vars
TO naisen_edge;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA edge TO naisen_edge;
GRANT USAGE ON SCHEMA edge TO naisen_portal;
GRANT SELECT ON edge.location TO naisen_portal;
