-- The edge takes a phone's refresh by the HA1 that it remembers (kamailio.cfg.template). It forgets a device's with
-- whatever makes the device silent (5_silence.sql), and all of them with what changes who may register, and when.
CREATE FUNCTION tell_passwords() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY edge_passwords;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_cancelled AFTER UPDATE OF cancels_on ON devices_device
FOR EACH STATEMENT EXECUTE FUNCTION tell_passwords();
CREATE TRIGGER tell_credentials AFTER DELETE OR UPDATE ON devices_credential
FOR EACH STATEMENT EXECUTE FUNCTION tell_passwords();
CREATE TRIGGER tell_zone AFTER UPDATE OF time_zone ON tenants_tenant
FOR EACH STATEMENT EXECUTE FUNCTION tell_passwords();
REVOKE ALL ON FUNCTION tell_passwords() FROM PUBLIC;
