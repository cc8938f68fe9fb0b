"""Limits guesses before anything is hashed (R10). In the database, so that it holds over processes.

At most PAIR_LIMIT wrong tries within WINDOW for one login from one source, and SOURCE_LIMIT from one source
over all logins. There is no limit for a login alone: whoever guesses from elsewhere locks nobody out.
A try is counted before it is checked, so that guesses in parallel cannot overtake the count.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from naisen.portal import sealing
from naisen.portal.sign_in.models import Tries

WINDOW = timedelta(minutes=15)
PAIR_LIMIT = 5
SOURCE_LIMIT = 60
# Codes of the second step: whoever tries them knows the password already.
CODE_LIMIT = 20

COUNT = """
INSERT INTO sign_in_tries AS t (key, tries) VALUES (%(key)s, ARRAY[clock_timestamp()])
ON CONFLICT (key) DO UPDATE SET tries =
  ARRAY(SELECT at FROM unnest(t.tries) at WHERE at > clock_timestamp() - make_interval(secs => %(seconds)s)) || clock_timestamp()
WHERE (SELECT count(*) FROM unnest(t.tries) at WHERE at > clock_timestamp() - make_interval(secs => %(seconds)s)) < %(limit)s
"""


@dataclass(frozen=True)
class Limit:
    """What is counted under `key`, and how often it may go wrong within WINDOW."""

    key: str
    most: int

    @property
    def hashed(self) -> str:
        """The key as stored: what people type into the wrong field is not readable there."""
        return sealing.fingerprint(self.key, purpose="tries")


def limits_of_pair(kind: str, login_id: str, source: str) -> tuple[Limit, ...]:
    """The limits of a login id with a password from `source`."""
    return Limit(f"pair|{kind}|{login_id}|{source}", PAIR_LIMIT), Limit(f"source|{source}", SOURCE_LIMIT)


def limits_of_code(login_pk: int, source: str) -> tuple[Limit, ...]:
    """The limits of a code for the second step of one login."""
    return Limit(f"code|{login_pk}|{source}", PAIR_LIMIT), Limit(f"code|{login_pk}", CODE_LIMIT)


def take_try(limits: Iterable[Limit]) -> bool:
    """Count a try under each of `limits`; False, and not to be checked, when one of them is used up."""
    return all(_count(limit) for limit in limits)


def give_back(limits: Iterable[Limit]) -> None:
    """The try was right: forget the wrong ones under the first limit, and this one under the others."""
    first, *others = limits
    Tries.objects.filter(key=first.hashed).delete()
    with transaction.atomic(), connection.cursor() as cursor:
        for limit in others:
            cursor.execute(
                "UPDATE sign_in_tries SET tries = tries[1 : cardinality(tries) - 1] WHERE key = %s",
                [limit.hashed],
            )


def forget_old() -> int:
    """Delete what no longer counts. Returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sign_in_tries WHERE NOT EXISTS (SELECT FROM unnest(tries) at WHERE at > %s)",
            [timezone.now() - WINDOW],
        )
        return int(cursor.rowcount)


def address_of(request: HttpRequest) -> str:
    """The address that the request came from, as the server saw it (docs/settings.md, NAISEN_PROXY)."""
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def source_of(request: HttpRequest) -> str:
    """Who counts as one source: an IPv4 address, or the /64 network that one IPv6 customer has."""
    address = address_of(request)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def _count(limit: Limit) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": limit.hashed, "seconds": WINDOW.total_seconds(), "limit": limit.most})
        return bool(cursor.rowcount == 1)
