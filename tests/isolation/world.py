"""Two companies that hold something of every kind; all that belongs to one carries its mark."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from django.test import Client
from django.utils import timezone

from naisen.portal.calls.models import Rate
from naisen.portal.csv_files.models import Import
from naisen.portal.csv_files.preview import preview
from naisen.portal.demo.company import DemoCompany, DemoPerson
from naisen.portal.demo.load import load_company
from naisen.portal.departments.models import Department
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line, Trunk
from naisen.portal.people.actions import PersonData, register_person, stop_people
from naisen.portal.people.models import Person
from naisen.portal.settings_sheets.actions import order_sheets
from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.sign_in.models import Login, Passkey, SignInSession
from naisen.portal.sign_in.sessions import handle_of
from naisen.portal.tenants.models import Tenant

PASSWORD = "a long enough password"
MISSING_ID = "9007199254740993"
# Of the same length as a real token or a session's handle.
MISSING_TOKEN = "A" * 43
MISSING_NUMBER = "7999999"


@dataclass(frozen=True)
class Mark:
    """What tells one company's data: in kana, in ASCII, and as the first digits of every number."""

    kana: str
    ascii: str
    digits: str


OURS = Mark("ナイショ", "naisho", "86420")
THEIRS = Mark("ヒミツ", "himitsu", "75310")


@dataclass
class Company:
    """One tenant: the ids of what it has, by kind, and the cookies of those who are signed in.

    `fingerprint` is of all its rows, as they are between requests.
    """

    tenant: Tenant
    mark: Mark
    ids: Mapping[str, str]
    administrator: str
    reader: str
    fingerprint: str = ""


def build(mark: Mark) -> Company:
    """Make a company through the actions that the portal uses."""
    tenant = load_company(_company(mark), password=PASSWORD)
    administrator = Login.objects.get(tenant=tenant, role=Login.Role.ADMINISTRATOR)
    stopped = register_person(
        by=administrator,
        tenant=tenant,
        data=PersonData(name=f"{mark.kana}停止", kana=mark.kana, extension=f"{mark.digits}03"),
    )
    stop_people(by=administrator, tenant=tenant, people=[stopped])
    Line.objects.create(tenant=tenant, code="002", name=f"{mark.kana}回線2", number=f"050{mark.digits}02")
    admin_cookie = signed_in(administrator)
    reader_cookie = signed_in(Login.objects.get(tenant=tenant, role=Login.Role.READER))
    return Company(
        tenant=tenant,
        mark=mark,
        ids=_ids(tenant, administrator, mark, stopped),
        administrator=admin_cookie,
        reader=reader_cookie,
    )


def _company(mark: Mark) -> DemoCompany:
    return DemoCompany(
        customer_number=f"C-{mark.ascii}",
        customer_name=f"{mark.kana}契約",
        circle_number=f"{mark.digits}00001",
        tenant_name=f"{mark.kana}株式会社",
        domain=f"{mark.ascii}.example.jp",
        login_prefix=mark.ascii,
        administrator=f"{mark.kana}管理者",
        administrator_id=f"{mark.ascii}-admin",
        reader=f"{mark.kana}閲覧者",
        reader_id=f"{mark.ascii}-reader",
        line_name=f"{mark.kana}回線",
        line_number=f"050{mark.digits}01",
        department=f"{mark.kana}部",
        department_number=f"{mark.digits}10",
        people=(
            DemoPerson(
                name=f"{mark.kana}一郎", kana=mark.kana, extension=f"{mark.digits}01", department=True
            ),
            DemoPerson(name=f"{mark.kana}二郎", kana=mark.kana, extension=f"{mark.digits}02"),
        ),
        spare_devices=2,
    )


def signed_in(login: Login) -> str:
    """The cookie of a browser in which the login is signed in."""
    client = Client()
    client.force_login(login)
    return str(client.session.session_key)


def _ids(tenant: Tenant, administrator: Login, mark: Mark, stopped: Person) -> dict[str, str]:
    csv = f"ユーザ名,内線番号,パスワード\r\n{mark.kana}三郎,{mark.digits}04,\r\n{mark.kana}四郎,x,\r\n"
    file = preview(
        by=administrator,
        tenant=tenant,
        kind=Import.Kind.REGISTRATION,
        name=f"{mark.ascii}.csv",
        data=csv.encode(),
    )
    passkey = Passkey.objects.create(
        login=administrator,
        name=mark.kana,
        host="testserver",
        credential_id=mark.ascii.encode(),
        credential=b"x",
    )
    devices = list(Device.objects.filter(tenant=tenant).order_by("serial"))
    other = Login.objects.get(tenant=tenant, role=Login.Role.READER)
    session = SignInSession.objects.filter(login=administrator).latest("expire_date")
    found: dict[str, Any] = {
        "person": Person.objects.filter(tenant=tenant, stopped_at=None).order_by("pk")[0].pk,
        "stopped": stopped.pk,
        "device": devices[0].pk,
        "spare": devices[-1].pk,
        "department": Department.objects.get(tenant=tenant).pk,
        "line": Line.objects.get(tenant=tenant, code="002").pk,
        "login": other.pk,
        "import": file.pk,
        "passkey": passkey.pk,
        "token": order_sheets(
            by=administrator, tenant=tenant, device_ids=[d.pk for d in devices], output=Output.CSV
        ),
        "session": handle_of(session),
        "number": f"{mark.digits}10",
        "tenant": tenant.pk,
        "call": _call(tenant, mark),
        "trunk": Trunk.objects.create(
            name=f"{mark.kana}トランク", kind=Trunk.Kind.BY_ADDRESS, host="a.test"
        ).pk,
        "rate": Rate.objects.create(prefix=f"0{mark.digits}", name=mark.kana, unit_s=60, unit_yen=1).pk,
    }
    Device.objects.filter(pk=devices[-1].pk).update(ever_assigned=True, created_at=timezone.now())
    return {kind: str(value) for kind, value in found.items()}


CALL = """
INSERT INTO calls_callrecord (tenant_id, call_id, caller_name, caller_number, called_number, started_at, ended_at,
                              result, sip_code, reason, decision)
VALUES (%s, %s, %s, %s, %s, now(), now(), 'unknown_number', 404, 'unknown_number', %s) RETURNING id
"""


def _call(tenant: Tenant, mark: Mark) -> int:
    """A call's record, which only the edge writes: it outlives the tests' transaction (see `forget_calls`)."""
    decision = (
        f'{{"stages": [{{"action": "refuse", "steps": [{{"key": "caller", "name": "{mark.kana}"}}]}}]}}'
    )
    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        values = (tenant.pk, mark.ascii, mark.kana, f"{mark.digits}01", f"{mark.digits}99", decision)
        row = owner.execute(CALL, values).fetchone()
    assert row
    return int(row[0])


def forget_calls() -> None:
    """Remove the records of `build`."""
    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("DELETE FROM calls_callrecord WHERE call_id = ANY (%s)", [[OURS.ascii, THEIRS.ascii]])


def missing(kind: str) -> str:
    """An id of this kind that nobody has."""
    if kind == "session":
        return "0" * 32
    return {"token": MISSING_TOKEN, "number": MISSING_NUMBER}.get(kind, MISSING_ID)
