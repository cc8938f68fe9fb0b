-- The dialogs of calls that are over. Kamailio removes a dialog's row seconds after its end, and takes what it finds at its
-- start for calls that are up: killed in between, it would hold their lines and lamps for hours. A record is written
-- only when its call ends.
CREATE FUNCTION edge.ended_dialogs() RETURNS TABLE (hash_entry integer, hash_id integer) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.hash_entry, d.hash_id FROM edge.dialog d
  JOIN edge.dialog_vars v ON v.hash_entry = d.hash_entry AND v.hash_id = d.hash_id AND v.dialog_key = 'call'
  CROSS JOIN LATERAL (
    SELECT substring(v.dialog_value FROM '"tenant_id":([0-9]{1,15})')::bigint AS tenant_id,
           substring(v.dialog_value FROM '"started_ms":([0-9]{1,15})')::bigint AS started_ms
  ) n
  WHERE EXISTS (
    SELECT FROM calls_callrecord r
    WHERE r.tenant_id = n.tenant_id AND r.call_id = d.callid
      AND r.started_at = timestamptz 'epoch' + n.started_ms * interval '1 millisecond'
  )
$$;
REVOKE ALL ON FUNCTION edge.ended_dialogs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.ended_dialogs() TO naisen_edge;
