"""The worker's jobs of this app."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from naisen.portal.settings_sheets import making
from naisen.portal.tenants import scope


@app.task(name="settings_sheets.make")
def make(*, tenant_id: int, file_id: int) -> None:
    """Make one ordered output of one tenant."""
    close_old_connections()
    with scope.scoped(scope.of_tenants([tenant_id])):
        making.make_file(file_id)


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="settings_sheets.forget_expired", queueing_lock="settings_sheets.forget_expired", pass_context=False
)
def forget_expired(timestamp: int) -> int:
    """Delete what nobody fetched in time. `timestamp`: due, in seconds since 1970."""
    close_old_connections()
    with scope.scoped(scope.EVERYTHING):
        return making.forget_expired()
