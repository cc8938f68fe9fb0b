"""Every action and every field that the audit trail may hold has words, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import translation

from naisen.portal.audit import words
from naisen.portal.audit.changes import changes
from naisen.portal.audit.models import Entry
from naisen.portal.departments.models import Department
from naisen.portal.departments.snapshot import snapshot as department_snapshot
from naisen.portal.lines.actions import Moved
from naisen.portal.lines.models import Line
from naisen.portal.lines.snapshot import snapshot as line_snapshot
from naisen.portal.people.models import Person
from naisen.portal.people.snapshot import snapshot as person_snapshot
from naisen.portal.sign_in.logins import snapshot as login_snapshot
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

WRITERS = {"record", "record_all", "record_own", "_audit"}
ZONE = ZoneInfo("Asia/Tokyo")


def calls() -> Iterator[ast.Call]:
    """Every call in the portal that writes an audit entry."""
    for path in Path(settings.HERE).rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = (
                getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            )
            if name in WRITERS:
                assert isinstance(node, ast.Call)
                yield node


def texts(node: ast.AST | None) -> set[str]:
    """The strings that an expression may be: `"a"`, or both of `"a" if x else "b"`."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def actions_written() -> set[str]:
    found: set[str] = set()
    for call in calls():
        given = [keyword.value for keyword in call.keywords if keyword.arg == "action"] or call.args[:1]
        for node in given:
            found |= texts(node)
    return found


def fields_written() -> set[str]:
    """Keys of the mappings that are written out in those calls."""
    found: set[str] = set()
    for call in calls():
        for keyword in call.keywords:
            if keyword.arg in ("before", "after"):
                for node in ast.walk(keyword.value):
                    if isinstance(node, ast.Dict):
                        found |= {text for key in node.keys for text in texts(key)}
    return found


@pytest.mark.parametrize("action", sorted(actions_written()))
def test_every_action_has_words(action: str) -> None:
    assert any(action in of_kind for of_kind in words.ACTIONS.values())


@pytest.mark.parametrize("field", sorted(fields_written()))
def test_every_field_that_is_written_out_has_words(field: str) -> None:
    assert any(field in of_kind for of_kind in words.FIELDS.values())


def test_the_search_of_the_sources_finds_them() -> None:
    assert {
        "register",
        "edit",
        "stop",
        "resume",
        "assign",
        "unassign",
        "reset_password",
        "change_password",
    } <= (actions_written())
    assert {"person", "effective_at", "common_line", "passkey"} <= fields_written()


def test_every_field_of_a_snapshot_has_words(office: Tenant, tanaka: Person, administrator: Login) -> None:
    line = Line.objects.filter(tenant=office).first()
    assert line
    moved = Moved().named("recipients") | Moved().named("callers")
    for kind, snapshot in (
        ("person", person_snapshot(tanaka)),
        ("department", department_snapshot(Department.objects.get(tenant=office))),
        ("line", line_snapshot(line) | moved),
        ("login", login_snapshot(administrator)),
    ):
        assert set(snapshot) <= set(words.FIELDS[kind]), kind


def test_every_entry_of_the_demo_has_words(office: Tenant) -> None:
    for entry in Entry.objects.filter(tenant=office):
        assert entry.object_type in words.KINDS
        assert entry.action in words.ACTIONS[entry.object_type]
        assert set(entry.before or entry.after or {}) <= set(words.FIELDS[entry.object_type])


def labels() -> list[Any]:
    fields = [field.label for of_kind in words.FIELDS.values() for field in of_kind.values()]
    return [
        *words.KINDS.values(),
        *(label for of in words.ACTIONS.values() for label in of.values()),
        *fields,
    ]


def test_every_label_is_translated_in_the_catalogue() -> None:
    catalogue = (settings.TRANSLATION_SOURCE / "en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    with translation.override("ja"):
        missing = [str(label) for label in labels() if f'msgid "{label}"' not in catalogue]
    assert missing == []


@pytest.mark.parametrize(
    ("kind", "field", "value", "shown"),
    [
        ("person", "ring_timeout_s", 60, "60秒"),
        ("person", "departments", ["営業部", "総務部"], "営業部、総務部"),
        ("person", "memo", "", "—"),
        ("person", "pin", "secret", "•••"),
        ("person", "stopped_at", "2022-06-16T08:18:06+00:00", "2022-06-16 17:18:06"),
        ("department", "multicast", True, "使用する"),
        ("line", "no_answer", "busy", "何もしない(話中音)"),
        ("device", "kind", "softphone", "ソフトフォン"),
        ("login", "role", "reader", "閲覧のみ"),
        ("person", "no such field", None, "—"),
    ],
)
def test_a_value_is_shown_as_on_its_screen(kind: str, field: str, value: Any, shown: str) -> None:
    assert words.field_of(kind, field).show(value, ZONE) == shown


def told(tenant: Tenant, **fields: Any) -> list[str]:
    entry = Entry(tenant=tenant, actor_name="x", object_id=1, object_name="x", **fields)
    (change,) = changes(tenant, [entry])
    return [str(detail) for detail in change.details]


def test_before_and_after_are_told_in_words(office: Tenant) -> None:
    assert told(
        office,
        object_type="person",
        action="edit",
        before={"extension": "1000", "memo": ""},
        after={"memo": "窓側", "extension": "1001"},
    ) == ["内線番号: 1000 → 1001", "メモ: — → 窓側"]
    assert told(
        office,
        object_type="department",
        action="edit",
        before={"joined": []},
        after={"joined": ["田中【1000】"]},
    ) == ["加わったユーザ: 田中【1000】"]
    assert told(
        office, object_type="person", action="delete", before={"name": "田中", "memo": ""}, after=None
    ) == ["ユーザ名: 田中"]
    assert told(office, object_type="person", action="register", before=None, after={"name": "田中"}) == [
        "ユーザ名: 田中"
    ]
    assert told(office, object_type="login", action="disable", before=None, after=None) == []
