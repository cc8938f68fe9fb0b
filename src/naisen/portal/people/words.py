"""People in sentences."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from naisen.portal.people.models import Person

# How many people a sentence names; the others are counted.
NAMED = 10


def names_of(people: QuerySet[Person], *, limit: int = NAMED) -> str:
    """「田中【1000】、鈴木【2000】 ほか3人」; empty for nobody."""
    first = [str(person) for person in people[: limit + 1]]
    total = len(first) if len(first) <= limit else people.count()
    return in_words(first[:limit], total=total)


def in_words(first: Sequence[str], *, total: int) -> str:
    """The names of the `first` few, and how many more there are of `total`."""
    names = "、".join(first)
    if total <= len(first):
        return names
    return _("%(names)s ほか%(count)s人") % {"names": names, "count": total - len(first)}
