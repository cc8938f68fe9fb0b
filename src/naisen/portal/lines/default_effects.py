"""Whom a change of default lines touches, and how: what confirmations say and the actions then do."""

from dataclasses import dataclass

from django.db.models import QuerySet

from naisen.portal.lines.models import Line
from naisen.portal.lines.queries import common_users
from naisen.portal.people.choosing import Difference
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True)
class DefaultEffects:
    """初期回線一括設定 (S1-90): people who get the line as their default one, and who return.

    `granted` of `getting` may not call out on the line so far (D-04); `silent` of `returning` may not call
    out on the common line.
    """

    getting: QuerySet[Person]
    granted: QuerySet[Person]
    returning: QuerySet[Person]
    silent: QuerySet[Person]


def default_effects(line: Line, change: Difference) -> DefaultEffects:
    """What `change` would do, among people who are not there yet, or still there."""
    people = line.tenant.people.select_related("number").order_by("number__digits")
    getting = people.filter(pk__in=change.added).exclude(default_line=line)
    returning = people.filter(pk__in=change.removed, default_line=line)
    common = line.tenant.common_line_id
    return DefaultEffects(
        getting=getting,
        granted=without(getting, line.pk),
        returning=returning,
        silent=without(returning, common),
    )


@dataclass(frozen=True)
class CommonEffects:
    """Another common line (S1-94): people without a line of their own.

    `moving` call out on the old one and will on the new one, with its number; `granted` of them may not
    call out on it so far. `starting` could not call out by default and then can; `silent` cannot.
    """

    moving: QuerySet[Person]
    granted: QuerySet[Person]
    starting: QuerySet[Person]
    silent: QuerySet[Person]


def common_effects(tenant: Tenant, line: Line) -> CommonEffects:
    """What choosing `line` would do."""
    followers = common_users(tenant)
    old = tenant.common_line_id
    moving = followers.filter(outbound_lines=old) if old else followers.none()
    standing = without(followers, old)
    return CommonEffects(
        moving=moving,
        granted=without(moving, line.pk),
        starting=standing.filter(outbound_lines=line),
        silent=without(standing, line.pk),
    )


def without(people: QuerySet[Person], line_id: int | None) -> QuerySet[Person]:
    """Those of `people` who may not call out on a line; all of them when there is none."""
    return people.exclude(outbound_lines=line_id) if line_id else people
