"""「誰が鳴るか」: the edge's own rules (naisen.routing) asked about a call that nobody makes.

The follow-up stages are asked too: what happens when everybody is busy, nobody answers, or no telephone is
registered any more. Nothing is written, nothing rings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.calls.directory import TenantDirectory
from naisen.portal.calls.naming import devices_named, people_named
from naisen.portal.calls.routing_words import Names, reason_words, sentence
from naisen.portal.departments.models import Department
from naisen.portal.devices.models import Device
from naisen.portal.dialling.hearing import heard
from naisen.portal.tenants.models import Tenant
from naisen.routing import (
    CallRequest,
    Decision,
    Dial,
    Forward,
    Journey,
    LineCall,
    PickUp,
    Refuse,
    Ring,
    decide,
    decide_inbound,
    decide_next,
    decision_to_json,
)

BRANCHES: tuple[tuple[str, str | Promise], ...] = (
    ("on_no_answer", gettext_lazy("誰も出ないとき")),
    ("on_busy", gettext_lazy("全員が話中のとき")),
    ("on_unregistered", gettext_lazy("鳴らす直前に、どの端末も未登録になったとき")),
)


@dataclass(frozen=True)
class Branch:
    """What comes after a stage: when, and either a stage of its own or what the caller hears."""

    when: str
    stage: "Stage | None"
    hears: str = ""


@dataclass(frozen=True)
class Stage:
    """One decision in words. `verdict` is the answer, `who` the devices that ring, `hears` the caller's ear."""

    action: str
    verdict: str
    sentences: Sequence[str]
    who: Sequence[str]
    hears: str
    branches: Sequence[Branch]


@dataclass(frozen=True)
class _Node:
    decision: Decision
    after: tuple[tuple[str, "_Node | None"], ...]


def simulate_call(directory: TenantDirectory, device_id: int, digits: str) -> Stage:
    """What becomes of a call that the device makes; LookupError where the tenant has no such device."""
    caller = directory.device(device_id)
    decision = decide(CallRequest(caller, digits), directory)
    return _in_words(directory.tenant, _follow(decision, directory, caller.device_id))


def simulate_line_call(directory: TenantDirectory, call: LineCall) -> Stage:
    """What becomes of a call that comes in on a line."""
    return _in_words(directory.tenant, _follow(decide_inbound(call, directory), directory, None))


def _follow(decision: Decision, directory: TenantDirectory, caller: int | None) -> _Node:
    """The decision and all that may come after it; routing's own guard ends every circle."""
    if not isinstance(decision, Ring):
        return _Node(decision, ())
    tenant = directory.tenant
    journey = Journey(tenant.domain, tenant.pk, caller, decision.path, decision.is_hidden)
    after = []
    for name, _label in BRANCHES:
        forward: Forward | None = getattr(decision, name)
        after.append(
            (name, _follow(decide_next(journey, forward, directory), directory, caller) if forward else None)
        )
    return _Node(decision, tuple(after))


def _in_words(tenant: Tenant, node: _Node) -> Stage:
    return _stage(node, _names(tenant, list(_decisions(node))))


def _decisions(node: _Node) -> Iterator[dict[str, Any]]:
    yield decision_to_json(node.decision)
    for _name, later in node.after:
        if later:
            yield from _decisions(later)


def _names(tenant: Tenant, decisions: Sequence[dict[str, Any]]) -> Names:
    """How everybody is called whom the stages name, in three queries."""
    steps = [step for decision in decisions for step in decision["steps"]]
    numbers = [step for step in steps if step["key"] == "number_is"]
    departments = [step["id"] for step in numbers if step["kind"] == "department"]
    logins = {step["login"] for step in steps if "login" in step}
    by_login = Device.objects.filter(tenant=tenant, login__in=logins).values_list("login", "pk")
    called = devices_named(tenant, [pk for _login, pk in by_login])
    return Names(
        people=people_named(tenant, [step["id"] for step in numbers if step["kind"] == "person"]),
        departments=dict(
            Department.objects.filter(tenant=tenant, pk__in=departments).values_list("pk", "name")
        ),
        devices={login: called.get(pk, login) for login, pk in by_login},
    )


def _stage(node: _Node, names: Names) -> Stage:
    decision = node.decision
    data = decision_to_json(decision)
    return Stage(
        action=data["action"],
        verdict=_verdict(decision),
        sentences=[sentence(step, names) for step in data["steps"]],
        who=[names.devices.get(target["login"], target["login"]) for target in data.get("targets", ())],
        hears=heard(decision.code) if isinstance(decision, Refuse) else "",
        branches=[_branch(decision, name, later, names) for name, later in node.after],
    )


def _branch(decision: Decision, name: str, later: _Node | None, names: Names) -> Branch:
    assert isinstance(decision, Ring)
    label = dict(BRANCHES)[name]
    when = f"{label} {_after(decision.timeout_s)}" if name == "on_no_answer" else str(label)
    if later:
        return Branch(when, _stage(later, names))
    return Branch(when, None, heard(486 if name == "on_busy" else 480))


def _after(seconds: int) -> str:
    return _("(%(seconds)s秒後)") % {"seconds": seconds}


def _verdict(decision: Decision) -> str:
    match decision:
        case Ring():
            return _("%(count)s台の端末が%(seconds)s秒まで鳴ります") % {
                "count": len(decision.targets),
                "seconds": decision.timeout_s,
            }
        case Dial():
            return _("外線 %(number)s に発信します") % {"number": decision.number}
        case PickUp():
            return _("鳴っている電話に代わりに出ます")
    return _("つながりません: %(why)s") % {"why": reason_words(decision.reason)}
