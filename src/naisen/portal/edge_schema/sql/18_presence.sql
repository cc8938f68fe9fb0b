-- What the states of devices go by, kept beside them: which have a binding, which have a user who is not stopped, and
-- which never came. A look at each of 100,000 by its login takes longer than all the rest of a page. It changes when
-- a binding comes or goes; refreshing one, which is nearly all that phones do, changes nothing here. Whether a
-- binding still holds is for its `expires` alone to say.
CREATE TABLE registrations_presence (
    device_id bigint PRIMARY KEY REFERENCES devices_device (id) ON DELETE CASCADE,
    tenant_id bigint NOT NULL,
    serial integer NOT NULL,
    bindings integer NOT NULL DEFAULT 0 CHECK (bindings >= 0),
    used boolean NOT NULL,
    seen boolean NOT NULL DEFAULT false
) WITH (fillfactor = 80);
CREATE INDEX presence_with ON registrations_presence (tenant_id, serial) INCLUDE (device_id)
 WHERE used AND bindings > 0;
CREATE INDEX presence_without ON registrations_presence (tenant_id, serial) INCLUDE (device_id)
 WHERE used AND bindings = 0;
CREATE INDEX presence_unused ON registrations_presence (tenant_id, serial) INCLUDE (device_id, bindings)
 WHERE NOT used;
CREATE INDEX presence_never ON registrations_presence (tenant_id) INCLUDE (device_id) WHERE NOT seen;
REVOKE ALL ON registrations_presence FROM naisen_portal;
GRANT SELECT ON registrations_presence TO naisen_portal;

-- As before, and counts: one up or one down, so that two of Kamailio's processes at once cannot miscount. Who came
-- once has been seen, also when the months of its events are long gone.
CREATE OR REPLACE FUNCTION edge.note_registration() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  row_ edge.location := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  device devices_device;
  others boolean;
  what varchar;
BEGIN
  SELECT d.* INTO device FROM devices_device d JOIN tenants_tenant t ON t.id = d.tenant_id
   WHERE t.domain = row_.domain AND d.login = row_.username;
  IF NOT FOUND THEN RETURN NULL; END IF;
  -- A device has one binding: Kamailio writes the new one, then removes the one that it replaces.
  others := EXISTS (SELECT FROM edge.location l WHERE l.username = row_.username AND l.domain = row_.domain
                    AND l.ruid <> row_.ruid AND l.expires > now() AT TIME ZONE 'UTC');
  IF TG_OP <> 'UPDATE' THEN
    UPDATE registrations_presence
       SET bindings = bindings + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END, seen = true
     WHERE device_id = device.id;
  END IF;
  IF TG_OP = 'DELETE' AND others THEN RETURN NULL; END IF;
  what := CASE
    WHEN TG_OP = 'INSERT' AND NOT others THEN 'registered'
    WHEN TG_OP = 'INSERT' THEN 'moved'
    WHEN TG_OP = 'UPDATE' THEN 'moved'
    WHEN OLD.expires <= now() AT TIME ZONE 'UTC' THEN 'expired'
    WHEN OLD.keepalive = 2 OR (SELECT v.why_not <> '' FROM registrations_verdict v WHERE v.device_id = device.id)
      THEN 'unregistered'
    ELSE 'dropped' END;
  INSERT INTO registrations_event (tenant_id, device_id, at, what, contact, address, terminal)
  VALUES (device.tenant_id, device.id, clock_timestamp(), what, row_.contact,
          edge.address_of(coalesce(row_.received, row_.contact)), row_.user_agent);
  PERFORM pg_notify('registrations', json_build_object('tenant', device.tenant_id, 'device', device.id)::text);
  RETURN NULL;
END $$;

-- Kamailio never does that, but a hand may.
CREATE FUNCTION edge.count_renamed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE registrations_presence p
     SET bindings = bindings + CASE WHEN (t.domain, d.login) = (NEW.domain, NEW.username) THEN 1 ELSE -1 END
    FROM devices_device d JOIN tenants_tenant t ON t.id = d.tenant_id
   WHERE (t.domain, d.login) IN ((OLD.domain, OLD.username), (NEW.domain, NEW.username)) AND p.device_id = d.id;
  RETURN NULL;
END $$;
CREATE TRIGGER renamed AFTER UPDATE OF username, domain ON edge.location
FOR EACH ROW WHEN ((OLD.username, OLD.domain) IS DISTINCT FROM (NEW.username, NEW.domain))
EXECUTE FUNCTION edge.count_renamed();

CREATE FUNCTION edge.count_no_binding() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE registrations_presence SET bindings = 0 WHERE bindings > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER emptied AFTER TRUNCATE ON edge.location
FOR EACH STATEMENT EXECUTE FUNCTION edge.count_no_binding();

-- How many bindings there are of a login now. What comes and goes meanwhile waits, and is counted afterwards: whoever
-- writes a binding may not see yet that the login is another device's.
CREATE FUNCTION edge.bindings_of(tenant bigint, login varchar) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE edge.location IN SHARE ROW EXCLUSIVE MODE;
  RETURN (SELECT count(*) FROM edge.location l JOIN public.tenants_tenant t ON t.domain = l.domain
           WHERE t.id = tenant AND l.username = login);
END $$;

-- Nobody stops the person meanwhile: whoever comes second sees what the first has done.
CREATE FUNCTION is_active(person bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  stopped timestamptz;
BEGIN
  SELECT stopped_at INTO stopped FROM public.people_person WHERE id = person FOR SHARE;
  RETURN FOUND AND stopped IS NULL;
END $$;

-- A new login has no binding, but where a device of that login was there before: nothing waits for the others.
CREATE FUNCTION note_device() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  found_ integer := 0;
BEGIN
  IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM edge.location l JOIN tenants_tenant t ON t.domain = l.domain
                                  WHERE t.id = NEW.tenant_id AND l.username = NEW.login) THEN
    found_ := edge.bindings_of(NEW.tenant_id, NEW.login);
  END IF;
  INSERT INTO registrations_presence (device_id, tenant_id, serial, bindings, used)
  VALUES (NEW.id, NEW.tenant_id, NEW.serial, found_, is_active(NEW.person_id))
  ON CONFLICT (device_id) DO UPDATE
    SET tenant_id = excluded.tenant_id, serial = excluded.serial, bindings = excluded.bindings;
  RETURN NULL;
END $$;
CREATE TRIGGER note_device AFTER INSERT ON devices_device FOR EACH ROW EXECUTE FUNCTION note_device();
CREATE TRIGGER note_device_again AFTER UPDATE OF tenant_id, serial, login ON devices_device
FOR EACH ROW WHEN ((OLD.tenant_id, OLD.serial, OLD.login) IS DISTINCT FROM (NEW.tenant_id, NEW.serial, NEW.login))
EXECUTE FUNCTION note_device();

CREATE FUNCTION note_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  used_ boolean := is_active(NEW.person_id);
BEGIN
  UPDATE registrations_presence SET used = used_ WHERE device_id = NEW.id AND used <> used_;
  RETURN NULL;
END $$;
CREATE TRIGGER note_user AFTER UPDATE OF person_id ON devices_device
FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION note_user();

CREATE FUNCTION note_stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE registrations_presence p SET used = NEW.stopped_at IS NULL
    FROM devices_device d WHERE d.person_id = NEW.id AND p.device_id = d.id;
  RETURN NULL;
END $$;
CREATE TRIGGER note_stop AFTER UPDATE OF stopped_at ON people_person
FOR EACH ROW WHEN ((OLD.stopped_at IS NULL) <> (NEW.stopped_at IS NULL)) EXECUTE FUNCTION note_stop();

CREATE FUNCTION note_domain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE registrations_presence p SET bindings = edge.bindings_of(NEW.id, d.login)
    FROM devices_device d WHERE d.id = p.device_id AND d.tenant_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER note_domain AFTER UPDATE OF domain ON tenants_tenant
FOR EACH ROW WHEN (OLD.domain <> NEW.domain) EXECUTE FUNCTION note_domain();

REVOKE ALL ON FUNCTION edge.count_renamed(), edge.count_no_binding(), edge.bindings_of(bigint, varchar),
    is_active(bigint), note_device(), note_user(), note_stop(), note_domain() FROM PUBLIC;

-- Creating the triggers has made all writers wait: nothing is missed.
INSERT INTO registrations_presence (device_id, tenant_id, serial, bindings, used, seen)
SELECT d.id, d.tenant_id, d.serial,
       (SELECT count(*) FROM edge.location l WHERE l.domain = t.domain AND l.username = d.login),
       p.id IS NOT NULL, EXISTS (SELECT FROM registrations_event e WHERE e.device_id = d.id)
  FROM devices_device d
  JOIN tenants_tenant t ON t.id = d.tenant_id
  LEFT JOIN people_person p ON p.id = d.person_id AND p.stopped_at IS NULL;
