-- The registration timeline (rule 4): Kamailio's writes become history and news for open browsers.
-- A plain refresh changes nothing that anybody wants to know, so it costs nothing here.
CREATE FUNCTION edge.note_registration() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
  IF TG_OP = 'DELETE' AND others THEN RETURN NULL; END IF;
  what := CASE
    WHEN TG_OP = 'INSERT' AND NOT others THEN 'registered'
    WHEN TG_OP = 'INSERT' THEN 'moved'
    WHEN TG_OP = 'UPDATE' THEN 'moved'
    WHEN OLD.expires <= now() AT TIME ZONE 'UTC' THEN 'expired'
    ELSE 'unregistered' END;
  INSERT INTO registrations_event (tenant_id, device_id, at, what, contact, address, terminal)
  VALUES (device.tenant_id, device.id, clock_timestamp(), what, row_.contact,
          edge.address_of(coalesce(row_.received, row_.contact)), row_.user_agent);
  PERFORM pg_notify('registrations', json_build_object('tenant', device.tenant_id, 'device', device.id)::text);
  RETURN NULL;
END $$;

-- host:port of a SIP URI, without user and parameters.
CREATE FUNCTION edge.address_of(uri varchar) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(substring(uri FROM '^<?sips?:(?:[^@]*@)?([^;>?]+)'), '')::varchar
$$;

CREATE TRIGGER registered AFTER INSERT OR DELETE ON edge.location
FOR EACH ROW EXECUTE FUNCTION edge.note_registration();
CREATE TRIGGER moved AFTER UPDATE ON edge.location
FOR EACH ROW WHEN (OLD.contact IS DISTINCT FROM NEW.contact OR OLD.received IS DISTINCT FROM NEW.received
                   OR OLD.user_agent IS DISTINCT FROM NEW.user_agent)
EXECUTE FUNCTION edge.note_registration();

-- A refused attempt: one row a (domain, login, address, reason, hour), so a flood cannot fill the disk.
CREATE FUNCTION edge.note_failure(
    domain_ varchar, login_ varchar, address_ varchar, reason_ varchar, terminal_ varchar
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  tenant bigint;
  device bigint;
  news boolean;
BEGIN
  SELECT t.id, d.id INTO tenant, device FROM tenants_tenant t
    LEFT JOIN devices_device d ON d.tenant_id = t.id AND d.login = login_
   WHERE t.domain = domain_;
  INSERT INTO registrations_failure AS f (tenant_id, device_id, domain, login, address, reason, hour,
                                          first_at, last_at, count, terminal)
  VALUES (tenant, device, left(domain_, 190), left(login_, 64), left(address_, 64), reason_,
          date_trunc('hour', now()), clock_timestamp(), clock_timestamp(), 1, left(terminal_, 255))
  ON CONFLICT (domain, login, address, reason, hour) DO UPDATE
    SET count = f.count + 1, last_at = excluded.last_at, terminal = excluded.terminal
  RETURNING count = 1 OR count % 10 = 0 INTO news;
  IF device IS NOT NULL AND news THEN
    PERFORM pg_notify('registrations', json_build_object('tenant', tenant, 'device', device)::text);
  END IF;
END $$;

REVOKE ALL ON FUNCTION edge.note_registration(), edge.note_failure(varchar, varchar, varchar, varchar, varchar)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.note_failure(varchar, varchar, varchar, varchar, varchar) TO naisen_edge;
