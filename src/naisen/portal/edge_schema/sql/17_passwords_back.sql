DROP TRIGGER tell_zone ON tenants_tenant;
DROP TRIGGER tell_credentials ON devices_credential;
DROP TRIGGER tell_cancelled ON devices_device;
DROP FUNCTION tell_passwords();
