"""「誰が鳴るか」: the edge's rules on the portal's data, stage by stage."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.devices.models import Credential, Device
from naisen.portal.dialling.simulation import Stage
from naisen.portal.lines.models import Line, Trunk
from naisen.portal.people.actions import stop_people
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

Ask = Callable[..., Stage]


@pytest.fixture
def suzuki(office: Tenant) -> Person:
    return Person.objects.get(tenant=office, number__digits="2000")


@pytest.fixture
def answer(office: Tenant, tanaka: Person, administrator: Login) -> Callable[..., Any]:
    """A function that asks the page; 田中 dials, with every device registered, unless it says otherwise."""
    client = Client()
    client.force_login(administrator)

    def asked(**question: Any) -> Any:
        given = {"side": "inside", "caller": tanaka.pk, "registrations": "all", **question}
        found = client.get("/who-rings/", given)
        scope.set_scope(scope.EVERYTHING)
        return found

    return asked


@pytest.fixture
def ask(answer: Callable[..., Any]) -> Ask:
    """The first stage of the answer."""

    def asked(**question: Any) -> Stage:
        stage: Stage = answer(**question).context["stage"]
        return stage

    return asked


def test_an_extension_rings_its_devices_and_says_what_follows(ask: Ask) -> None:
    """C-02."""
    stage = ask(digits="2000")
    assert (stage.action, stage.who) == ("ring", ["鈴木 (kmy00002)"])
    assert "田中 1000 が発信しました。" in stage.sentences
    assert "2000 は鈴木さんの内線番号です。" in stage.sentences
    hears = {branch.when.split()[0]: branch.hears[:3] for branch in stage.branches}
    assert hears["誰も出ないとき"] == "480"
    assert hears["全員が話中のとき"] == "486"


def test_without_a_registered_device_the_call_is_refused_now(ask: Ask) -> None:
    """D-03: the states of the devices are those of this moment, unless all are taken for registered."""
    stage = ask(digits="2000", registrations="now")
    assert stage.action == "refuse"
    assert stage.hears.startswith("480 Temporarily Unavailable")


def test_forwarding_is_followed_to_its_end(ask: Ask, suzuki: Person) -> None:
    Person.objects.filter(pk=suzuki.pk).update(forward_no_answer="3000", forward_busy="100")
    stage = ask(digits="2000")
    by_label = {branch.when.split()[0]: branch for branch in stage.branches}
    later = by_label["誰も出ないとき"].stage
    assert later is not None
    assert later.who == ["佐藤 (kmy00003)"]
    busy = by_label["全員が話中のとき"].stage
    assert busy is not None
    assert "100 は所属「営業部」の共通内線番号です。" in busy.sentences


def test_a_circle_of_forwards_ends_with_a_refusal(ask: Ask, suzuki: Person, office: Tenant) -> None:
    Person.objects.filter(pk=suzuki.pk).update(forward_always="3000")
    Person.objects.filter(tenant=office, number__digits="3000").update(forward_always="2000")
    stage = ask(digits="2000")
    assert stage.action == "refuse"
    assert "一巡" in stage.sentences[-1]


def test_a_stopped_persons_forwarding_does_not_act(
    ask: Ask, suzuki: Person, office: Tenant, administrator: Login
) -> None:
    """D-03."""
    Person.objects.filter(pk=suzuki.pk).update(forward_always="3000")
    stop_people(by=administrator, tenant=office, people=[suzuki])
    stage = ask(digits="2000")
    assert (stage.action, stage.hears[:3]) == ("refuse", "480")
    assert "停止中" in stage.verdict


def test_do_not_disturb(ask: Ask, suzuki: Person) -> None:
    Person.objects.filter(pk=suzuki.pk).update(do_not_disturb=True)
    assert "着信拒否" in ask(digits="2000").verdict


@pytest.fixture
def trunk(office: Tenant) -> Trunk:
    found = Trunk.objects.create(
        name="NTT", kind=Trunk.Kind.BY_ADDRESS, host="192.0.2.1", sources=["192.0.2.1"]
    )
    Line.objects.filter(tenant=office).update(trunk=found)
    return found


def test_a_call_outside_goes_out_on_the_default_line_with_its_number(ask: Ask, trunk: Trunk) -> None:
    """C-07."""
    stage = ask(digits="03-1234-5678")
    assert (stage.action, stage.verdict) == ("dial", "外線 0312345678 に発信します")
    assert "番号 0500000000 で発信します" in stage.sentences[-1]


def test_abroad_is_closed_until_the_country_is_open(ask: Ask, trunk: Trunk, office: Tenant) -> None:
    closed = ask(digits="0101202555012")
    assert (closed.action, closed.hears[:3]) == ("refuse", "403")
    Tenant.objects.filter(pk=office.pk).update(allowed_countries=["US"])
    assert ask(digits="01012025550123").action == "dial"


def test_an_emergency_call_goes_out_whatever_the_limits(ask: Ask, trunk: Trunk) -> None:
    """C-12."""
    assert ask(digits="119").verdict == "外線 119 に発信します"


def test_a_feature_code_is_understood(ask: Ask) -> None:
    """C-05."""
    assert ask(digits="*8").action == "pick_up"
    assert ask(digits="＊＊2000").action == "pick_up"


def test_a_call_from_outside_rings_the_people_of_its_line(ask: Ask, office: Tenant) -> None:
    """C-06; the demo's line has no carrier, and the page says so."""
    line = Line.objects.get(tenant=office)
    stage = ask(side="outside", line=line.pk, number="09011112222")
    assert stage.action == "ring"
    assert len(stage.who) == 3
    assert "09011112222 から着信しました" in stage.sentences[0]


def test_a_line_forwards_to_the_department_that_it_names(ask: Ask, office: Tenant) -> None:
    """S1-120."""
    line = Line.objects.get(tenant=office)
    department = office.departments.get()
    Line.objects.filter(pk=line.pk).update(no_answer="department", no_answer_department=department)
    stage = ask(side="outside", line=line.pk)
    later = stage.branches[0].stage
    assert later is not None
    assert len(later.who) == 2


def test_a_password_that_begins_later_makes_the_device_silent_until_then(
    answer: Callable[..., Any], suzuki: Person
) -> None:
    """S1-111: asked about the same device now and a day later."""
    device = Device.objects.get(person=suzuki)
    begins = timezone.now() + timedelta(hours=23)
    Credential.objects.filter(device=device).update(effective_at=begins)
    assert answer(digits="2000").context["stage"].action == "refuse"
    local = timezone.localtime(begins + timedelta(minutes=30), ZoneInfo("Asia/Tokyo"))
    later = answer(digits="2000", weekday=str(local.weekday()), time=f"{local:%H:%M}")
    assert later.context["stage"].action == "ring"


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"caller": ""}, "caller"),
        ({"digits": ""}, "digits"),
        ({"digits": "abc"}, "digits"),
        ({"side": "outside", "line": ""}, "line"),
        ({"weekday": "9", "digits": "1"}, "weekday"),
        ({"time": "25:00", "digits": "1"}, "time"),
    ],
)
def test_what_cannot_be_asked_stands_at_its_field(
    answer: Callable[..., Any], question: dict[str, str], field: str
) -> None:
    found = answer(**{"digits": "2000", **question})
    assert field in found.context["form"].errors
    assert "stage" not in found.context


def test_a_person_without_a_device_cannot_call(answer: Callable[..., Any], tanaka: Person) -> None:
    Device.objects.filter(person=tanaka).update(person=None)
    assert "端末がない" in str(answer(digits="2000").context["form"].errors["caller"])
