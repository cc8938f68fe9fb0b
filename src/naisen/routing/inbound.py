"""Calls that come in on a line (C-06): whom they ring, and what becomes of those that nobody takes (S1-120)."""

from naisen.routing.decision import Decision, Forward
from naisen.routing.directory import Directory, Journey, Line, LineCall
from naisen.routing.inside import Group, Onward, call_owner, called_of, refuse_or, ring
from naisen.routing.walk import Walk


def decide_inbound(call: LineCall, directory: Directory) -> Decision:
    """Decide what becomes of a call from a carrier.

    1. Does the line belong to the trunk it came from, and is its tenant open? 2. One person receives its calls:
    they go as calls to the extension do, forwarding and do-not-disturb included, but ring as long as the line
    says. 3. Several: all of their devices ring, but those who do not want to be disturbed; nobody's forwarding
    acts, or one person's mailbox would take everybody's calls. 4. Nobody can ring: 応答がないとき, at once.
    """
    line = call.line
    walk = Walk(directory, Journey(line.domain, line.tenant_id, path=(line.number,)))
    walk.say("line_call", line=line.number, name=line.name, caller=call.caller_number)
    if line.trunk_id != call.trunk_id:
        # A number of ours, but on another carrier's line: to this carrier it does not exist.
        walk.say("number_unknown", digits=line.number)
        return walk.refuse("unknown_number")
    if not line.is_open:
        walk.say("line_closed")
        return walk.refuse("line_closed")
    return _call_recipients(walk, line)


def _call_recipients(walk: Walk, line: Line) -> Decision:
    otherwise = no_answer_of(line)
    if not line.recipients:
        walk.say("line_rings_nobody")
        return refuse_or(walk, "line_rings_nobody", None, otherwise)
    walk.say("line_rings", people=len(line.recipients))
    alone = called_of(walk, line.recipients[0]) if len(line.recipients) == 1 else None
    if alone:
        return call_owner(walk, alone, line.timeout_s, otherwise)
    onward = Onward(otherwise, otherwise, otherwise)
    return ring(walk, Group("line", line.line_id, line.timeout_s, line.devices, onward))


def no_answer_of(line: Line) -> Forward | None:
    """Where the line's calls go that nobody answers; None: the caller hears that it is busy."""
    if line.no_answer not in ("forward", "department") or not line.no_answer_digits:
        return None
    return Forward(line.no_answer_digits, "line_no_answer", line_id=line.line_id)
