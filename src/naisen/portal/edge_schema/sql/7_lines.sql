-- One row per line, for a call that comes in on it (C-06) and for what becomes of a call
-- that nobody answers (S1-120). `timeout_s` is in seconds; `max_calls` NULL means as many as come.
CREATE VIEW edge.line AS
SELECT l.number::varchar AS number, t.domain::varchar AS domain, l.tenant_id, l.id AS line_id, l.trunk_id,
       l.code::varchar AS code, l.name::varchar AS name, l.ring_timeout_s AS timeout_s, l.max_calls,
       l.no_answer::varchar AS no_answer, l.no_answer_number::varchar AS no_answer_number,
       l.no_answer_department_id, n.digits::varchar AS no_answer_department_number
FROM lines_line l
JOIN tenants_tenant t ON t.id = l.tenant_id
LEFT JOIN departments_department g ON g.id = l.no_answer_department_id
LEFT JOIN numbering_number n ON n.id = g.number_id;

GRANT SELECT ON edge.line TO naisen_edge;
