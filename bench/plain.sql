-- The baseline's data: %(devices)s devices with the password `password`, each behind an extension, and ring groups
-- of ten.
INSERT INTO subscriber (username, domain, password, ha1)
SELECT 'load' || n, %(domain)s, '', md5('load' || n || ':' || %(domain)s || ':password')
  FROM generate_series(1, %(devices)s) n;
INSERT INTO dbaliases (alias_username, alias_domain, username, domain)
SELECT (20000 + n)::text, %(domain)s, 'load' || n, %(domain)s FROM generate_series(1, %(devices)s) n;
INSERT INTO dbaliases (alias_username, alias_domain, username, domain)
SELECT (700 + (n - 1) / 10)::text, %(domain)s, 'load' || n, %(domain)s FROM generate_series(1, %(groups)s * 10) n;

-- Columns for who called whom, and the tuning of the tables: indexes that no query of this configuration uses cost
-- every write, and room in the page keeps updates out of the indexes.
ALTER TABLE acc_cdrs ADD COLUMN call_id varchar(255), ADD COLUMN caller varchar(255), ADD COLUMN called varchar(255);
DROP INDEX location_expires_idx, location_tcpcon_idx, location_connection_idx, dbaliases_alias_user_idx,
    dbaliases_target_idx;
ALTER TABLE location SET (fillfactor = 70);
ALTER TABLE dialog SET (fillfactor = 70);
