-- The edge writes each call once, when it ends; it cannot read or change what it wrote.
CREATE VIEW edge.acc AS
SELECT tenant_id, call_id, direction, caller_device_id, caller_person_id, caller_number, caller_name,
       called_number, called_person_id, answered_device_id, started_at, answered_at, ended_at, duration_ms,
       result, sip_code, hung_up_by, reason, decision
FROM calls_callrecord;
ALTER VIEW edge.acc ALTER COLUMN direction SET DEFAULT 'internal';
ALTER VIEW edge.acc ALTER COLUMN hung_up_by SET DEFAULT '';
ALTER VIEW edge.acc ALTER COLUMN reason SET DEFAULT '';
ALTER VIEW edge.acc ALTER COLUMN decision SET DEFAULT '{}';
GRANT INSERT ON edge.acc TO naisen_edge;

-- Makes the monthly partitions of the growing tables, this month's and the next ones'.
CREATE FUNCTION ensure_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  table_ text;
  month_ date;
  made integer := 0;
BEGIN
  FOREACH table_ IN ARRAY ARRAY['calls_callrecord', 'registrations_event'] LOOP
    FOR ahead IN 0 .. months_ahead LOOP
      month_ := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead))::date;
      CONTINUE WHEN to_regclass(table_ || to_char(month_, '_YYYY_MM')) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                     table_ || to_char(month_, '_YYYY_MM'), table_,
                     month_::timestamp AT TIME ZONE 'UTC',
                     (month_ + interval '1 month')::timestamp AT TIME ZONE 'UTC');
      EXECUTE format('REVOKE ALL ON %I FROM naisen_portal', table_ || to_char(month_, '_YYYY_MM'));
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION ensure_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_partitions(integer) TO naisen_portal;
SELECT ensure_partitions(2);
