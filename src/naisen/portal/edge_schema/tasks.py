"""What the worker does every night for the growing tables."""

from django.db import connection
from procrastinate.contrib.django import app

MONTHS_AHEAD = 2


@app.periodic(cron="10 2 * * *")
@app.task(queueing_lock="make_partitions", pass_context=False)
def make_partitions(timestamp: int) -> int:
    """Make the coming months' partitions of events and call records; returns how many were made.

    `timestamp` is when it was due, in seconds since 1970. A row that has no partition yet goes to
    the default one, so a missed night loses nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ensure_partitions(%s)", [MONTHS_AHEAD])
        (made,) = cursor.fetchone()
    return int(made)
