"""People in sentences."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from naisen.portal.people.models import Person

# How many people a sentence names; the others are counted.
NAMED = 10


def names_of(people: QuerySet[Person]) -> str:
    """「田中【1000】、鈴木【2000】 ほか3人」; empty for nobody."""
    first = [str(person) for person in people[: NAMED + 1]]
    return in_words(first, total=len(first) if len(first) <= NAMED else people.count())


def in_words(names: Sequence[str], *, total: int) -> str:
    """The first few `names`, and how many more there are of `total`."""
    first = "、".join(names[:NAMED])
    if total <= NAMED:
        return first
    return _("%(names)s ほか%(count)s人") % {"names": first, "count": total - NAMED}
