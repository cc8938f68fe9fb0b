"""Screening, dispatch, guard, spool, listener, malformed messages, identity, configuration."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import naisen.edge
from naisen.edge import guessing, screening
from naisen.edge.call_lookups import CallDirectory
from naisen.edge.call_record import CallRecord, RecordRefused
from naisen.edge.config import EdgeSettings, kamailio_database_url, render
from naisen.edge.directory import Directory, DirectoryUnavailable
from naisen.edge.guard import Guard
from naisen.edge.identity import FOREIGN_HEADERS, asserted, may_hold_foreign, quoted
from naisen.edge.keeping import Keeper
from naisen.edge.listener import Listener
from naisen.edge.malformed import refusal_of
from naisen.edge.requests import answer_request
from naisen.edge.spool import Spool
from naisen.edge.tests.fake_directory import FakeDirectory
from naisen.edge.tests.fake_engine import DIALOG, FakeEngine

NOWHERE = "postgresql://naisen_edge@/naisen?host=/nonexistent"
SETTINGS = EdgeSettings(
    sip_host="127.0.0.1",
    sip_port=5060,
    database_url="postgresql://naisen_edge:pw@/naisen?host=/tmp/a%20b&port=5432",
    rtpengine="127.0.0.1:2223",
    run_dir="/tmp/run",
    python_paths=("/src", "/venv"),
)


def test_only_kemi_knows_ksr() -> None:
    folder = Path(naisen.edge.__file__).parent
    knowing = {path.parent.name for path in folder.glob("**/*.py") if re.search(r"\bKSR\b", path.read_text())}
    assert knowing - {"tests"} == {"kemi"}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"hops": False}, 483),
        ({"headers": {"Content-Type": "Multipart/mixed;boundary=x"}}, 415),
        ({"said_method": "REGISTER", "headers": {"Require": "x"}}, 420),
        ({"sane": False}, None),
        ({"flooding": True}, None),
    ],
)
def test_what_does_not_pass(message: dict[str, object], code: int | None) -> None:
    engine = FakeEngine(**message)  # type: ignore[arg-type]
    assert not screening.passes(engine)
    assert engine.code == code


def test_a_flood_from_where_a_phone_lives_passes() -> None:
    engine = FakeEngine(flooding=True)
    engine.counts[guessing.GOOD_HOSTS, "192.0.2.7"] = 1
    assert screening.passes(engine)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"said_method": "OPTIONS"}, 200),
        ({"said_method": "MESSAGE"}, 405),
        ({"said_method": "CANCEL", "cancel_known": False}, 481),
        ({"said_method": "CANCEL"}, None),
        ({"said_method": "ACK"}, None),
        ({"said_method": "INVITE", "repeated": True}, None),
        ({"said_method": "BYE", "in_dialog": True, "known_dialog": False}, 481),
    ],
)
def test_where_requests_go(message: dict[str, object], code: int | None) -> None:
    engine = FakeEngine(**message)  # type: ignore[arg-type]
    answer_request(engine, FakeDirectory(is_away=True), lambda record: None, 60)
    assert engine.code == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DirectoryUnavailable("away"), 503),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), 400),
        (RuntimeError("bug"), 500),
        (None, None),
    ],
)
def test_every_exception_becomes_an_answer_and_a_line(error: Exception | None, code: int | None) -> None:
    engine = FakeEngine()
    lines: list[str] = []

    def work() -> None:
        if error:
            raise error

    assert Guard(engine, lambda: True, lines.append).run(work) == 1
    assert engine.code == code
    assert len(lines) == (1 if error else 0)
    assert Guard(engine, lambda: False, lines.append).run(work) == 1
    assert len(engine.replies) == (1 if error else 0), "what takes no answer gets none"


RECORD = CallRecord(
    1, "c1", 1, 1, "1000", "田中", "2000", "sip:x", 1000, ended_ms=2000, result="busy", sip_code=486
)


def test_a_record_that_the_database_does_not_take_waits_in_the_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    lines: list[str] = []
    away, back = FakeDirectory(is_away=True), FakeDirectory()
    keep = Keeper(Directory(NOWHERE), spool, lines.append)
    keep(RECORD)
    keep(replace(RECORD, call_id="c2"), (7, 9))
    keep.dialog(DIALOG, "note", "")
    assert len(lines) == 3
    with pytest.raises(DirectoryUnavailable):
        spool.empty_into(away.insert_record)
    assert spool.empty_into(back.insert_record) == 2
    assert {record.call_id for record in back.written} == {"c1", "c2"}
    assert back.written[0] == replace(RECORD, call_id=back.written[0].call_id)
    assert spool.empty_into(back.insert_record) == 0


def test_a_record_that_the_disk_does_not_take_either_is_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lines: list[str] = []
    Keeper(Directory(NOWHERE), Spool(tmp_path / "file" / "spool"), lines.append)(RECORD)
    assert '"call_id":"c1"' in lines[-1]


def test_a_file_that_is_no_record_does_not_hold_up_the_others(tmp_path: Path) -> None:
    spool, back = Spool(tmp_path), FakeDirectory()
    (tmp_path / "0.json").write_text("half a rec")
    spool.add(RECORD)
    assert spool.empty_into(back.insert_record) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["0.unreadable"]


def test_a_record_that_is_refused_stays_and_does_not_hold_up_the_others(tmp_path: Path) -> None:
    spool, back = Spool(tmp_path), FakeDirectory()
    for call_id in ("bad", "good"):
        spool.add(replace(RECORD, call_id=call_id))

    def write(record: CallRecord) -> None:
        if record.call_id == "bad":
            raise RecordRefused("no partition")
        back.insert_record(record)

    assert spool.empty_into(write) == 1
    assert [record.call_id for record in back.written] == ["good"]
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_a_directory_that_is_away_says_so_and_rests() -> None:
    directory = Directory(NOWHERE)
    for _ in range(2):
        with pytest.raises(DirectoryUnavailable):
            directory.device("d1", "a.test")


class Bound:
    """Kamailio's memory, which notes what is done to it."""

    def __init__(self, answer: str = "{}") -> None:
        self.dropped: list[str] = []
        self.texts: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.commands: list[tuple[str | int, ...]] = []
        self.answer = answer

    def drop_binding(self, login: str, domain: str) -> bool:
        self.dropped.append(f"{login}@{domain}")
        return True

    def forget_passwords(self) -> None:
        self.dropped.append("every password")

    def note_listening(self) -> None:
        self.numbers["listening"] = 1

    def table(self, table: str) -> dict[str, str]:
        return dict(self.texts)

    def set_text(self, table: str, key: str, value: str) -> None:
        self.texts[key] = value

    def set_count(self, table: str, key: str, value: int) -> None:
        self.numbers[key] = value

    def remove(self, table: str, key: str) -> None:
        del self.texts[key]

    def command(self, method: str, *parameters: str | int) -> str:
        self.commands.append((method, *parameters))
        return self.answer

    def now_ms(self) -> int:
        return 100_000


def test_the_listener_survives_a_database_that_is_away(tmp_path: Path) -> None:
    lines: list[str] = []
    bound = Bound()
    Listener(NOWHERE, CallDirectory(NOWHERE), Spool(tmp_path), {}, lines.append).tick(bound)
    assert "the database is away" in lines[0]
    assert not bound.numbers  # and says nothing of listening


def test_a_notice_drops_the_binding_and_nonsense_does_not(tmp_path: Path) -> None:
    lines: list[str] = []
    bound, listener = Bound(), Listener(NOWHERE, CallDirectory(NOWHERE), Spool(tmp_path), {}, lines.append)
    for payload in ('{"login": "d1", "domain": "a.test"}', "{", "[]", '{"login": 1}', "null"):
        listener.on_notice(payload, bound)
    assert bound.dropped == ["d1@a.test"]
    assert len(lines) == 5


INVITE = (
    "INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=1\r\nv: SIP/2.0/UDP y\r\nf: <sip:b>;tag=1\r\nTo: <sip:a>\r\n"
    "To: <sip:c>\r\nCSeq: 1\r\n INVITE\r\nCSeq: 2 INVITE\r\ni: c1\r\nX: Via: no\r\n\r\nVia: body"
)


def test_a_malformed_request_is_refused_from_its_text() -> None:
    refusal = refusal_of(INVITE)
    assert refusal is not None
    assert refusal.startswith(
        "SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP x;branch=1\r\nVia: SIP/2.0/UDP y\r\n"
    )
    assert re.search(
        r"\r\nTo: <sip:a>;tag=\w+\r\nCSeq: 1 INVITE\r\nCall-ID: c1\r\nContent-Length: 0\r\n\r\n$", refusal
    )


@pytest.mark.parametrize(
    "text",
    ["", "SIP/2.0 200 OK\r\nVia: x\r\n\r\n", INVITE.replace("INVITE", "ACK"), "GET / HTTP/1.1\r\n\r\n"],
)
def test_what_is_no_request_is_not_answered(text: str) -> None:
    assert refusal_of(text) is None


@given(st.text(max_size=300))
def test_whatever_comes_the_refusal_is_one_message(text: str) -> None:
    refusal = refusal_of(f"INVITE sip:a SIP/2.0\r\nVia: x\r\n{text}")
    assert refusal is not None
    assert refusal.count("\r\n\r\n") == 1
    assert refusal.endswith("\r\n\r\n")


FOREIGN_EXAMPLES = (
    *(
        "P-Asserted-Identity",
        "x-anything",
        "Replaces",
        "alert-info",
        "Call-Info",
        "Join",
        "Privacy",
        "Identity",
    ),
    *("Remote-Party-ID", "Diversion", "History-Info", "Answer-Mode", "Priv-Answer-Mode", "Referred-By"),
)


def test_a_name_cannot_break_out_of_its_quotes() -> None:
    assert quoted('田中 "A" \\') == '"田中 \\"A\\" \\\\"'
    assert quoted("") == ""
    assert asserted("田中", "sip:1000@a.test") == 'P-Asserted-Identity: "田中" <sip:1000@a.test>'
    for name in FOREIGN_EXAMPLES:
        assert re.match(FOREIGN_HEADERS, name, re.IGNORECASE)
        assert may_hold_foreign(f"INVITE sip:a SIP/2.0\r\n{name} : x\r\n\r\n")
    assert not may_hold_foreign("INVITE sip:P-x SIP/2.0\r\nVia: X-1\r\nRefer-To: Replaces\r\n\r\n")
    for name in ("From", "Contact", "Refer-To", "Supported", "Content-Type"):
        assert not re.match(FOREIGN_HEADERS, name, re.IGNORECASE)


def test_the_configuration_is_complete_and_pure() -> None:
    text = render(SETTINGS)
    assert text == render(SETTINGS)
    assert not re.search(r"@[A-Z_]+@", text)
    assert "listen=udp:127.0.0.1:5060" in text
    assert "listen=udp:[::1]:5060" in render(replace(SETTINGS, sip_host="::1"))


def test_the_database_url_fits_into_kamailios_syntax() -> None:
    url = kamailio_database_url(SETTINGS.database_url)
    assert url.startswith("postgres:///")
    assert "host='/tmp/a b'" in url
    with pytest.raises(ValueError, match="question mark"):
        kamailio_database_url("postgresql://u:a%3Fb@h/d")


@pytest.mark.parametrize("changes", [{"sip_host": "a b"}, {"run_dir": "/a\n/b"}])
def test_what_the_file_cannot_carry_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"host|line"):
        render(replace(SETTINGS, **changes))  # type: ignore[arg-type]
