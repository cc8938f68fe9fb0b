"""What the worker clears away for sign-in."""

from django.utils import timezone
from procrastinate.contrib.django import app

from naisen.portal.sign_in.models import SignInSession
from naisen.portal.sign_in.throttle import forget_old


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="clear_sign_ins", pass_context=False)
def clear_sign_ins(timestamp: int) -> int:
    """Delete sessions that have run out and tries that no longer count; returns how many rows.

    `timestamp` is when it was due, in seconds since 1970.
    """
    ended = SignInSession.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    return ended + forget_old()
