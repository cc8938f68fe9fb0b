DROP FUNCTION edge.ended_dialogs();
