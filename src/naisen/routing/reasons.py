"""The words of routing: why a call is refused, and what may be said on the way to a decision.

The portal has a sentence in each language for each of them.
"""

REFUSALS = {
    # The caller may not: 403.
    "unassigned": 403,
    "stopped": 403,
    "password_not_yet": 403,
    "reset": 403,
    "cancelled": 403,
    "tenant_closed": 403,
    "tenant_suspended": 403,
    "login_only": 403,
    "no_line": 403,
    "line_not_allowed": 403,
    "number_not_allowed": 403,
    "country_closed": 403,
    "yen_per_day_reached": 403,
    "pickup_not_allowed": 403,
    # Counted by the edge, not by routing: the caller has too many calls.
    "too_many_calls": 403,
    "too_many_calls_of_device": 403,
    "too_many_calls_a_minute": 403,
    "line_full": 403,
    # The number is nobody's: 404.
    "unknown_number": 404,
    # The callee exists, but nothing of theirs may ring: 480, at once.
    "callee_stopped": 480,
    "callee_unavailable": 480,
    "callee_dnd": 480,
    "no_device": 480,
    "only_own_device": 480,
    "not_registered": 480,
    "forward_loop": 480,
    "line_closed": 480,
    "line_rings_nobody": 480,
    "line_without_trunk": 480,
    "nothing_to_pick_up": 480,
    # Counted by the edge: every device has as many calls as it may have; the line is full of calls.
    "callee_busy": 486,
    "line_busy": 486,
}
"""Every reason a call is refused for, and its SIP code (D-03)."""

STEP_KEYS: dict[str, tuple[str, ...]] = {
    # Who calls.
    "caller": ("login", "extension", "name"),
    "caller_may_not": ("why",),
    "caller_login_only": (),
    "line_call": ("line", "name", "caller"),
    "line_closed": (),
    # What was dialled.
    "emergency": ("digits",),
    "hide_number": (),
    "show_number": (),
    "number_is": ("digits", "kind", "id"),
    "number_unknown": ("digits",),
    "number_unavailable": ("why",),
    "do_not_disturb": (),
    # Forwarding. `why` is one of decision.FORWARD_REASONS.
    "forwards": ("why", "digits"),
    "forward_loop": ("digits",),
    # Whom it rings.
    "line_rings": ("people",),
    "line_rings_nobody": (),
    "own_device_left_out": ("login",),
    "do_not_disturb_left_out": ("login",),
    "no_device": (),
    "device_registered": ("login",),
    "device_not_registered": ("login",),
    "rings": ("devices", "timeout_s"),
    # Outside. `kind` is a word of japan.Kind; `country` ISO 3166, '' where nobody knows.
    "outside": ("number", "kind"),
    "abroad": ("number", "country"),
    "number_not_allowed": ("number", "kind"),
    "country_closed": ("country",),
    "line_default": ("line", "code"),
    "line_chosen": ("line", "code"),
    "line_not_allowed": ("code",),
    "line_emergency": ("line", "code"),
    "line_own": ("line", "code"),
    "no_line": (),
    "line_without_trunk": ("line",),
    "yen_per_day_reached": ("spent", "cap"),
    "dials": ("number", "line", "shown"),
    # Pickup.
    "pickup_departments": ("departments",),
    "pickup_person": ("digits",),
    "pickup_not_allowed": (),
}
"""Every key that a step may have, with the names of its values; the portal has words for each."""
