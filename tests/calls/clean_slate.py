"""Back to the start between two tests, without starting the edge anew."""

from datetime import UTC, datetime

from naisen.edge.subscribing import SUBSCRIBED
from naisen.edge.subscription import COLUMNS, Subscription
from tests.calls.edge_server import EdgeServer
from tests.calls.waiting import wait_for

# What Kamailio remembers from one test to the next. Calls that a test left behind end later, on their own.
FLUSHED: tuple[str, ...] = (
    "guesses_by_source",
    "guesses_by_device",
    "ban_noted",
    "good_addresses",
    "good_hosts",
    "fronted_domains",
    "passwords",
)
FLUSHED += ("calls_held", "calls_started", "yen_reserved", "yen_running", "ringing", "picked", "talking")


def reset(edge: EdgeServer) -> None:
    """No bindings, subscriptions, records, failures or bans; nobody stopped."""
    end_subscriptions(edge)
    for login, device in edge.devices.items():
        edge.rpc("ul.rm", "location", f"{login}@{device['domain']}")
    for table in FLUSHED:
        edge.rpc("htable.flush", table)
    edge.sql("DELETE FROM edge.dialog; DELETE FROM edge.dialog_vars")
    edge.sql("UPDATE lines_line SET trunk_id = NULL WHERE trunk_id IS NOT NULL; DELETE FROM lines_trunk")
    edge.sql("UPDATE people_person SET stopped_at = NULL WHERE stopped_at IS NOT NULL")
    edge.sql("UPDATE devices_device SET max_calls = 2 WHERE max_calls <> 2")
    edge.sql(
        "UPDATE tenants_tenant SET calls_per_minute = 60, max_calls = NULL, yen_per_day = NULL, allowed_countries = '[]'"
        " WHERE calls_per_minute <> 60 OR max_calls IS NOT NULL OR yen_per_day IS NOT NULL OR allowed_countries <> '[]'"
    )
    edge.sql(
        "DELETE FROM calls_callrecord; DELETE FROM registrations_failure; DELETE FROM registrations_event;"
        " DELETE FROM registrations_outage"
    )
    edge.test_began_at = datetime.now(UTC)


def end_subscriptions(edge: EdgeServer) -> None:
    """By the notifier: it has them in memory, and would tell of the next test's calls."""
    left = edge.sql(f"SELECT {', '.join(COLUMNS)} FROM edge.subscription")
    for row in left:
        ended = Subscription(**row, expires_ms=0)
        edge.rpc("htable.sets", SUBSCRIBED, ended.local_tag, ended.to_text())
    if left:
        wait_for(lambda: not edge.sql("SELECT 1 FROM edge.subscription"), 5)
