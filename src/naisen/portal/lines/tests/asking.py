"""What the tests of the lines' screens ask for, and what is stored then."""

from typing import Any

from django.test import Client

from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.people.models import Person
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SETTINGS = {"ring_timeout_s": "60", "no_answer": "busy", "version": "1"}


def text(client: Client, path: str, **parameters: str) -> str:
    """The page, which is there."""
    answer = client.get(path, parameters)
    assert answer.status_code == 200
    return str(answer.content.decode())


def posted(client: Client, path: str, sent: dict[str, Any]) -> str:
    """The page that comes of a form."""
    return str(client.post(path, sent, follow=True).content.decode())


def names(model: type[LineRecipient] | type[LineCaller], line: Line) -> set[str]:
    """Whom the line rings, or who may call out on it."""
    with scope.scoped(scope.EVERYTHING):
        return set(model._default_manager.filter(line=line).values_list("person__name", flat=True))


def default_of(office: Tenant) -> dict[str, str | None]:
    """Name → the code of the person's own default line."""
    with scope.scoped(scope.EVERYTHING):
        return dict(Person.objects.filter(tenant=office).values_list("name", "default_line__code"))
