-- Whether a registering trunk's carrier has accepted our registration, as the edge's listener last saw it (C-08).
-- A row that has not been seen for a minute says nothing: the edge is away, or was told of the trunk just now.
CREATE TABLE edge.trunk_state (
    code varchar(16) PRIMARY KEY,
    is_registered boolean NOT NULL,
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE FUNCTION edge.note_trunk_state(code_ varchar, is_registered_ boolean) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO edge.trunk_state AS s (code, is_registered, since, seen_at)
  SELECT k.code, is_registered_, clock_timestamp(), clock_timestamp() FROM lines_trunk k WHERE k.code = code_
  ON CONFLICT (code) DO UPDATE SET
    since = CASE WHEN s.is_registered = excluded.is_registered THEN s.since ELSE excluded.since END,
    is_registered = excluded.is_registered, seen_at = excluded.seen_at
$$;
CREATE FUNCTION edge.forget_trunk_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM edge.trunk_state WHERE code = OLD.code;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_trunk_state AFTER DELETE ON lines_trunk
FOR EACH ROW EXECUTE FUNCTION edge.forget_trunk_state();

-- For the operator's screens. `is_registered` NULL: cannot be known.
CREATE VIEW lines_trunk_registration AS
SELECT k.id AS trunk_id, s.since,
       CASE WHEN s.seen_at > now() - interval '60 seconds' THEN s.is_registered END AS is_registered
FROM lines_trunk k LEFT JOIN edge.trunk_state s ON s.code = k.code
WHERE k.kind = 'registering';

REVOKE ALL ON FUNCTION edge.note_trunk_state(varchar, boolean), edge.forget_trunk_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.note_trunk_state(varchar, boolean) TO naisen_edge;
GRANT SELECT ON lines_trunk_registration TO naisen_portal;

-- What is kept of a call with its dialog has grown: every stage, every phone of a large department.
ALTER TABLE edge.dialog_vars ALTER COLUMN dialog_value TYPE varchar(60000);
CREATE INDEX dialog_by_call_id ON edge.dialog (callid);
