"""Who rings when a device dials: a pure function from a request and a directory to a decision.

No I/O happens here. The edge carries a `Decision` out on real calls; the portal shows the very same
object in words («who would ring?»). See `decide.decide`.
"""

from naisen.routing.decide import DIALLED, decide
from naisen.routing.decision import (
    Decision,
    Dial,
    Forward,
    PickUp,
    Rate,
    Refuse,
    Ring,
    Step,
    Target,
    decision_from_json,
    decision_to_json,
)
from naisen.routing.directory import (
    Called,
    CallRequest,
    Device,
    Directory,
    Forwarding,
    Journey,
    Limits,
    Line,
    LineCall,
    Numbers,
    Outgoing,
    OutLine,
    RingDevice,
)
from naisen.routing.inbound import decide_inbound
from naisen.routing.inside import decide_next
from naisen.routing.reasons import REFUSALS, STEP_KEYS

__all__ = [
    "DIALLED",
    "REFUSALS",
    "STEP_KEYS",
    "CallRequest",
    "Called",
    "Decision",
    "Device",
    "Dial",
    "Directory",
    "Forward",
    "Forwarding",
    "Journey",
    "Limits",
    "Line",
    "LineCall",
    "Numbers",
    "OutLine",
    "Outgoing",
    "PickUp",
    "Rate",
    "Refuse",
    "Ring",
    "RingDevice",
    "Step",
    "Target",
    "decide",
    "decide_inbound",
    "decide_next",
    "decision_from_json",
    "decision_to_json",
]
