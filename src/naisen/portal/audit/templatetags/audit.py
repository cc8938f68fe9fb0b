"""`{% history person %}`: the latest changes of one object, on its own page."""

from typing import Any

from django import template
from django.db import models

from naisen.portal.audit.changes import changes
from naisen.portal.audit.queries import recent_changes

register = template.Library()

SHOWN = 5


@register.inclusion_tag("audit/object_history.html", takes_context=True)
def history(context: dict[str, Any], subject: models.Model) -> dict[str, Any]:
    """The panel «最近の変更»; nothing when there are none."""
    tenant = context["tenant"]
    found = changes(tenant, recent_changes(tenant, subject, limit=SHOWN))
    return {"tenant": tenant, "changes": found, "kind": subject._meta.model_name, "pk": subject.pk}
