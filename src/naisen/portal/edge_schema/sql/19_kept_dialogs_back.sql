DROP TRIGGER replace_dialog ON edge.dialog;
DROP TRIGGER replace_dialog_var ON edge.dialog_vars;
DROP FUNCTION edge.replace_dialog(), edge.replace_dialog_var();

CREATE TRIGGER wait_for_no_disk BEFORE UPDATE OR DELETE ON edge.dialog
FOR EACH STATEMENT EXECUTE FUNCTION edge.wait_for_no_disk();
CREATE TRIGGER wait_for_no_disk BEFORE INSERT OR DELETE ON edge.dialog_vars
FOR EACH STATEMENT EXECUTE FUNCTION edge.wait_for_no_disk();
