-- What a call writes while it is up, and which of that waits for the disk.
--
-- A call is kept in two tables: its note (dialog_vars), then the dialog itself. Each statement of Kamailio's is a
-- transaction of its own, and waiting for the disk is most of what it costs. Whoever waits for a transaction has
-- waited for those before it as well, since the log is written in order. So two wait: the dialog's insert, which is
-- the last thing before the caller gets the 200, and the call's record at its end. The note's insert (just before
-- the dialog's), the dialog's state after the ACK, and the removal of both do not.
CREATE FUNCTION edge.wait_for_no_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  RETURN NULL;
END $$;
CREATE TRIGGER wait_for_no_disk BEFORE UPDATE OR DELETE ON edge.dialog
FOR EACH STATEMENT EXECUTE FUNCTION edge.wait_for_no_disk();
CREATE TRIGGER wait_for_no_disk BEFORE INSERT OR DELETE ON edge.dialog_vars
FOR EACH STATEMENT EXECUTE FUNCTION edge.wait_for_no_disk();

-- The note of a call to a large department is longer than Kamailio's 4,096 characters.
ALTER TABLE edge.dialog_vars ALTER COLUMN dialog_value TYPE varchar;
