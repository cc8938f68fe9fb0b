-- A call that is up is written by Naisen when it is answered, and removed by the statement that writes its record:
-- one transaction each (edge/directory.py). Kamailio reads the rows when it starts. Every few minutes it writes those
-- that it has not written yet: its row then takes the place of ours. Only Naisen's connections have that name.
DROP TRIGGER wait_for_no_disk ON edge.dialog;
DROP TRIGGER wait_for_no_disk ON edge.dialog_vars;

CREATE FUNCTION edge.replace_dialog() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM edge.dialog WHERE hash_entry = NEW.hash_entry AND hash_id = NEW.hash_id;
  RETURN NEW;
END $$;
CREATE TRIGGER replace_dialog BEFORE INSERT ON edge.dialog
FOR EACH ROW WHEN (current_setting('application_name') <> 'naisen-edge') EXECUTE FUNCTION edge.replace_dialog();

CREATE FUNCTION edge.replace_dialog_var() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM edge.dialog_vars
   WHERE hash_entry = NEW.hash_entry AND hash_id = NEW.hash_id AND dialog_key = NEW.dialog_key;
  RETURN NEW;
END $$;
CREATE TRIGGER replace_dialog_var BEFORE INSERT ON edge.dialog_vars
FOR EACH ROW WHEN (current_setting('application_name') <> 'naisen-edge') EXECUTE FUNCTION edge.replace_dialog_var();
