"""Who changed what: append-only, chained by hash per tenant."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, TextField, Value
from django.db.models.functions import Cast, Concat, Upper

from naisen.portal.tenants.models import Tenant


def values_of(field: str) -> Cast:
    """The values of a column that maps names to values, as one text; the names are the program's own words."""
    return Cast(Func(field, Value("$.*"), function="jsonb_path_query_array"), TextField())


class Entry(models.Model):
    """One change, written in the same transaction as the change itself.

    `sequence`, `previous_hash` and `hash` are set by a trigger, and the portal's database role can
    neither change nor delete a row. `before` and `after` map field names to plain values; secrets
    are never among them. Without a tenant it is about something of the operator's own, a trunk say; those
    form a chain of their own that no tenant sees. `search` is given by the database: one text that words
    are looked for in; writing values out for each look would take as long as all the rest.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, null=True, related_name="+")
    sequence = models.BigIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    object_name = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)
    search = models.GeneratedField(
        expression=Upper(
            Concat(
                *("object_name", Value("\n"), "actor_name"),
                *(Value("\n"), values_of("before"), Value("\n"), values_of("after")),
                output_field=TextField(),
            )
        ),
        output_field=TextField(),
        db_persist=True,
    )

    class Meta:
        ordering: ClassVar = ["-sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "sequence"], nulls_distinct=False, name="audit_sequence_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "object_type", "object_id"], name="audit_by_object")
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name} {self.action} {self.object_name}"
