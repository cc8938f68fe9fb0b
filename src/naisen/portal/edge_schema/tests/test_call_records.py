"""The edge leaves one record per call, in the month's partition (C-13)."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from naisen.portal.calls.models import CallRecord
from naisen.portal.tenants.models import Tenant

Run = Callable[..., list[tuple[Any, ...]]]
pytestmark = pytest.mark.django_db(transaction=True)

WRITE = (
    "INSERT INTO edge.acc (tenant_id, call_id, started_at, answered_at, ended_at, duration_ms, result, sip_code) "
    "VALUES (%s, 'abc', '2026-11-24 01:00:00+00', '2026-11-24 01:00:04+00', '2026-11-24 01:01:04+00', 60000, "
    "'answered', 200)"
)


def test_a_record_is_written_once(as_edge: Run, office: Tenant) -> None:
    as_edge(WRITE, office.pk)
    as_edge(WRITE + " ON CONFLICT DO NOTHING", office.pk)
    record = CallRecord.objects.get()
    assert (record.result, record.duration_ms, record.hung_up_by, record.decision) == (
        "answered",
        60000,
        "",
        {},
    )


def test_times_out_of_order_are_refused(as_edge: Run, office: Tenant) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        as_edge(WRITE.replace("01:01:04", "00:59:00"), office.pk)


def test_this_month_has_a_partition(as_edge: Run, office: Tenant, database_cluster: Any) -> None:
    as_edge(WRITE.replace("2026-11-24", "1999-01-01"), office.pk)
    with psycopg.connect(database_cluster.owner_url) as connection:
        made = connection.execute(
            "SELECT to_regclass('calls_callrecord' || to_char(now() AT TIME ZONE 'UTC', '_YYYY_MM')), "
            "(SELECT count(*) FROM calls_callrecord_rest)"
        ).fetchone()
    assert made is not None
    assert made[0] is not None
    assert made[1] == 1
