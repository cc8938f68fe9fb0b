"""`{% history person %}`: the latest changes of one object, on its own page."""

from typing import Any

from django import template
from django.db import models

from naisen.portal.audit.changes import changes
from naisen.portal.audit.queries import recent_changes
from naisen.portal.tenants.models import Tenant

register = template.Library()

SHOWN = 5


@register.inclusion_tag("audit/object_history.html", takes_context=True)
def history(context: dict[str, Any], subject: models.Model, circle: Tenant | None = None) -> dict[str, Any]:
    """The panel «最近の変更»; nothing when there are none.

    An operator's page names the tenant (`circle`) that the object belongs to; a trunk belongs to none.
    """
    tenant = circle or context["tenant"]
    found = changes(tenant, recent_changes(tenant, subject, limit=SHOWN))
    kind = subject._meta.model_name
    zone = tenant.time_zone if tenant else ""
    return {"zone": zone, "changes": found, "kind": kind, "pk": subject.pk, "has_more": context["tenant"]}
