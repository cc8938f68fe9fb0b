DROP TRIGGER note_domain ON tenants_tenant;
DROP TRIGGER note_stop ON people_person;
DROP TRIGGER note_user ON devices_device;
DROP TRIGGER note_device_again ON devices_device;
DROP TRIGGER note_device ON devices_device;
DROP TRIGGER emptied ON edge.location;
DROP TRIGGER renamed ON edge.location;
DROP FUNCTION note_domain, note_stop, note_user, note_device, is_active, edge.bindings_of,
    edge.count_no_binding, edge.count_renamed;
DROP TABLE registrations_presence;
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
