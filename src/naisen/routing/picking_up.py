"""Taking a call that rings elsewhere (C-05)."""

from naisen.routing.decision import Decision, PickUp
from naisen.routing.inside import called_of
from naisen.routing.walk import Walk


def pick_up_department(walk: Walk, person_id: int) -> Decision:
    """A call that rings at one of the departments that the person may pick up from, and only those (S1-37)."""
    departments = walk.directory.pickup_departments(person_id)
    if not departments:
        walk.say("pickup_not_allowed")
        return walk.refuse("pickup_not_allowed")
    walk.say("pickup_departments", departments=len(departments))
    return PickUp("departments", departments, tuple(walk.steps))


def pick_up_extension(walk: Walk, person_id: int, digits: str) -> Decision:
    """The call that rings at one number: any person's of the tenant, or that of a department of one's own."""
    called = called_of(walk, digits)
    if called is None or called.kind not in ("person", "department"):
        walk.say("number_unknown", digits=digits)
        return walk.refuse("unknown_number")
    walk.say("pickup_person", digits=digits)
    if called.kind == "person":
        return PickUp("person", (called.target_id,), tuple(walk.steps))
    if called.target_id not in walk.directory.pickup_departments(person_id):
        walk.say("pickup_not_allowed")
        return walk.refuse("pickup_not_allowed", called)
    return PickUp("departments", (called.target_id,), tuple(walk.steps))
