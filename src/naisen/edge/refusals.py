"""What the edge says when it says no: SIP reason phrases, and 503 for trouble that is nobody's fault."""

from naisen.edge.engine import Answerer

RETRY_AFTER_S = 5

WHY_NOT_WORDS = {
    "unassigned": "Device Not Assigned",
    "stopped": "Person Stopped",
    "password_not_yet": "Password Not Yet Valid",
    "reset": "Password Reset",
    "cancelled": "Device Cancelled",
    "tenant_closed": "Tenant Closed",
    "login_only": "Log In First",
    "unknown_number": "Not Found",
    "callee_stopped": "Temporarily Unavailable",
    "callee_unavailable": "Temporarily Unavailable",
    "no_device": "Temporarily Unavailable",
    "only_own_device": "Temporarily Unavailable",
    "not_registered": "Temporarily Unavailable",
}
"""A phrase for each of routing's reasons; phones show it."""


def unavailable(engine: Answerer) -> None:
    """Answer 503 with Retry-After: trouble on our side, never «wrong password» (rule 9)."""
    engine.reply(503, "Service Unavailable", (f"Retry-After: {RETRY_AFTER_S}",))
