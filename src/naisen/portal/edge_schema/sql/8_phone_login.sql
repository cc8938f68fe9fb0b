-- 「端末操作でのログイン」 (D-01) is switched for a whole tenant: what it makes silent is dropped from that
-- second (C-09), and what it lets in is news for open browsers.
CREATE FUNCTION switch_phone_login() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.allows_phone_login THEN
    PERFORM pg_notify('registrations', json_build_object('tenant', d.tenant_id, 'device', d.id)::text)
       FROM devices_device d WHERE d.tenant_id = NEW.id AND d.person_id IS NULL;
  ELSE
    PERFORM silence(d) FROM devices_device d WHERE d.tenant_id = NEW.id AND d.person_id IS NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER switch_phone_login AFTER UPDATE OF allows_phone_login ON tenants_tenant
FOR EACH ROW WHEN (OLD.allows_phone_login <> NEW.allows_phone_login) EXECUTE FUNCTION switch_phone_login();

REVOKE ALL ON FUNCTION switch_phone_login() FROM PUBLIC;
