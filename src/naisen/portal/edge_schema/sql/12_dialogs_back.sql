ALTER TABLE edge.dialog_vars ALTER COLUMN dialog_value TYPE varchar(4096);
DROP TRIGGER wait_for_no_disk ON edge.dialog_vars;
DROP TRIGGER wait_for_no_disk ON edge.dialog;
DROP FUNCTION edge.wait_for_no_disk;
