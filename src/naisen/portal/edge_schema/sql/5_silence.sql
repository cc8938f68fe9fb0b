-- «From that second» (C-09): whatever makes a device silent tells the edge to drop its bindings
-- (channel edge_drop) and open browsers to look again (channel registrations).
CREATE FUNCTION silence(device devices_device) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('edge_drop', json_build_object('login', device.login, 'domain', t.domain)::text)
     FROM tenants_tenant t WHERE t.id = device.tenant_id;
  PERFORM pg_notify('registrations', json_build_object('tenant', device.tenant_id, 'device', device.id)::text);
END $$;

CREATE FUNCTION silence_device() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM silence(OLD);
  RETURN NULL;
END $$;
CREATE TRIGGER silence_unassigned AFTER UPDATE OF person_id ON devices_device
FOR EACH ROW WHEN (OLD.person_id IS NOT NULL AND NEW.person_id IS NULL) EXECUTE FUNCTION silence_device();
CREATE TRIGGER silence_renamed AFTER UPDATE OF login ON devices_device
FOR EACH ROW WHEN (OLD.login <> NEW.login) EXECUTE FUNCTION silence_device();
CREATE TRIGGER silence_deleted AFTER DELETE ON devices_device
FOR EACH ROW EXECUTE FUNCTION silence_device();

CREATE FUNCTION silence_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM silence(d) FROM devices_device d WHERE d.person_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER silence_stopped AFTER UPDATE OF stopped_at ON people_person
FOR EACH ROW WHEN (OLD.stopped_at IS NULL AND NEW.stopped_at IS NOT NULL) EXECUTE FUNCTION silence_person();

CREATE FUNCTION silence_credential() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM silence(d) FROM devices_device d WHERE d.id = NEW.device_id;
  RETURN NULL;
END $$;
CREATE TRIGGER silence_reset AFTER UPDATE OF ended_at ON devices_credential
FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION silence_credential();

CREATE FUNCTION silence_tenant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM silence(d) FROM devices_device d WHERE d.tenant_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER silence_suspended AFTER UPDATE OF suspended_at ON tenants_tenant
FOR EACH ROW WHEN (OLD.suspended_at IS NULL AND NEW.suspended_at IS NOT NULL) EXECUTE FUNCTION silence_tenant();

-- Any other change of who uses a device, or of a person's state, is news for open browsers only.
CREATE FUNCTION tell_browsers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('registrations', json_build_object('tenant', NEW.tenant_id, 'device', NEW.id)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER tell_assigned AFTER UPDATE OF person_id ON devices_device
FOR EACH ROW WHEN (NEW.person_id IS NOT NULL AND OLD.person_id IS DISTINCT FROM NEW.person_id)
EXECUTE FUNCTION tell_browsers();

REVOKE ALL ON FUNCTION silence(devices_device), silence_device(), silence_person(), silence_credential(),
    silence_tenant(), tell_browsers() FROM PUBLIC;

-- A new or renamed domain must reach the edge's memory at once (rule 3).
CREATE FUNCTION tell_domains() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY edge_domains;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_domains AFTER INSERT OR DELETE OR UPDATE OF domain, closes_on ON tenants_tenant
FOR EACH STATEMENT EXECUTE FUNCTION tell_domains();
