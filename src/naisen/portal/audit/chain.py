"""Whether the audit trail is as it was written: every hash follows from its entry and from the one before."""

from dataclasses import dataclass

from django.db import connection

# One pass over the chain, in the database: the rows themselves never leave it.
BROKEN = """
SELECT sequence, at, action, object_type, object_name, expected
FROM (SELECT e.sequence, e.at, e.action, e.object_type, e.object_name, e.previous_hash,
             e.hash = audit_hash(e) AS is_whole,
             coalesce(lag(e.hash) OVER in_order, '') AS hash_before,
             coalesce(lag(e.sequence) OVER in_order, 0) + 1 AS expected
      FROM audit_entry e WHERE e.tenant_id IS NOT DISTINCT FROM %s
      WINDOW in_order AS (ORDER BY e.sequence)) chain
WHERE NOT is_whole OR previous_hash <> hash_before OR sequence <> expected
ORDER BY sequence LIMIT 1
"""


@dataclass(frozen=True)
class Break:
    """The first entry that does not follow from the one before. Above `expected`: entries are missing."""

    sequence: int
    expected: int
    words: str

    def __str__(self) -> str:
        missing = f"; entries {self.expected} to {self.sequence - 1} are missing before it"
        return f"entry {self.sequence} ({self.words}){missing if self.sequence > self.expected else ''}"


def first_break(tenant_id: int | None) -> Break | None:
    """The first broken entry of a tenant's chain (None: the operator's) within the scope; None: whole."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, [tenant_id])
        row = cursor.fetchone()
    if row is None:
        return None
    sequence, at, action, object_type, object_name, expected = row
    words = f"{at:%Y-%m-%d %H:%M:%S} UTC, {action} {object_type} {object_name}"
    return Break(sequence, expected, words)
