"""通話履歴: what it shows, to whom, in which order, and as a file (S2-25, C-13)."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.audit.models import Entry
from naisen.portal.calls import queries
from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.queries import calls
from naisen.portal.calls.summary import summary_of
from naisen.portal.lines.models import Line
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

Run = Callable[..., list[tuple[Any, ...]]]
SignIn = Callable[[Login], Client]
pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def called(as_edge: Run, office: Tenant) -> Callable[..., None]:
    """A function that leaves the record of a call, as the edge does."""

    def call(minutes_ago: float = 1, *, tenant: Tenant = office, **values: Any) -> None:
        began = NOW - timedelta(minutes=minutes_ago)
        row: dict[str, Any] = {
            "tenant_id": tenant.pk,
            "call_id": f"call-{minutes_ago}-{len(values)}",
            "caller_number": "1000",
            "caller_name": "田中",
            "called_number": "2000",
            "started_at": began,
            "answered_at": began + timedelta(seconds=5),
            "ended_at": began + timedelta(seconds=65),
            "duration_ms": 60_000,
            "result": "answered",
            "sip_code": 200,
            "hung_up_by": "caller",
            **values,
        }
        row = {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in row.items()}
        names = ", ".join(row)
        as_edge(
            f"INSERT INTO edge.acc ({names}) VALUES ({', '.join(['%s'] * len(row))})",
            *row.values(),
        )

    return call


@pytest.fixture
def browser(reader: Login, sign_in: SignIn) -> Client:
    """A reader's: she may see all of it."""
    return sign_in(reader)


def text(
    client: Client,
    path: str = "/calls/",
    data: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> str:
    answer = client.get(path, data or {}, headers=headers)
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", answer.content.decode())


def the_call() -> CallRecord:
    with scope.scoped(scope.EVERYTHING):
        return CallRecord.objects.get()


def numbers(client: Client, **data: str) -> list[str]:
    """The called numbers of the list, in order."""
    page = text(client, data=data)
    return re.findall(r'<small class="num">(\d+)</small></span> </td> <td class="c-line"', page)


def test_a_call_is_told_in_words(
    browser: Client, called: Callable[..., None], office: Tenant, tanaka: Person
) -> None:
    suzuki = Person.objects.get(tenant=office, number__digits="2000")
    device = suzuki.devices.get()
    line = Line.objects.filter(tenant=office).first()
    assert line is not None
    called(
        called_person_id=suzuki.pk,
        answered_device_id=device.pk,
        caller_person_id=tanaka.pk,
        line_id=line.pk,
        direction="outbound",
        charge_yen="8.50",
    )
    page = text(browser)
    for words in ("田中", "鈴木", f"鈴木 ({device.login})", line.name, "0:05", "1:00", "8.5円"):
        assert words in page, words
    for words in ("発信", "通話", "発信側が切りました", "検索結果: <b>1</b>件"):
        assert words in page, words


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({}, ["2000", "3000", "0312345678"]),
        ({"q": "300"}, ["3000"]),
        ({"q": "03-1234"}, ["0312345678"]),
        ({"q": "３０００"}, ["3000"]),
        ({"q": "鈴木"}, ["2000"]),
        ({"q": "スズキ"}, ["2000"]),
        ({"q": "田中 2000"}, ["2000"]),
        ({"q": "nobody"}, []),
        ({"direction": "outbound"}, ["0312345678"]),
        ({"result": "busy"}, ["3000"]),
        ({"result": "nonsense"}, ["2000", "3000", "0312345678"]),
        ({"since": ""}, ["2000", "3000", "0312345678", "9999"]),
        ({"until": "2000-01-01", "since": ""}, []),
        ({"since": "", "until": "9999-12-31"}, ["2000", "3000", "0312345678", "9999"]),
        ({"sort": "at"}, ["0312345678", "3000", "2000"]),
        ({"sort": "-duration"}, ["2000", "0312345678", "3000"]),
        ({"sort": "; DROP TABLE"}, ["0312345678", "3000", "2000"]),
        ({"after": "nonsense"}, ["2000", "3000", "0312345678"]),
        ({"after": "2026-99-99~1"}, ["2000", "3000", "0312345678"]),
        ({"before": "~"}, ["2000", "3000", "0312345678"]),
    ],
)
def test_filters_and_orders(
    browser: Client, called: Callable[..., None], office: Tenant, data: dict[str, str], found: list[str]
) -> None:
    suzuki = Person.objects.get(tenant=office, number__digits="2000")
    called(1, called_person_id=suzuki.pk)
    called(2, called_number="3000", result="busy", answered_at=None, duration_ms=0, sip_code=486)
    called(3, called_number="0312345678", direction="outbound", duration_ms=30_000)
    called(60 * 24 * 20, called_number="9999")
    assert numbers(browser, **data) == found


def test_the_line_is_a_filter(browser: Client, called: Callable[..., None], office: Tenant) -> None:
    line = Line.objects.filter(tenant=office).first()
    assert line is not None
    called(1)
    called(2, called_number="3000", line_id=line.pk, direction="inbound")
    assert numbers(browser, line=str(line.pk)) == ["3000"]


def test_pages_forwards_backwards_and_to_the_end(
    browser: Client, called: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(120):
        # Ten at a time begin at once: the id tells them apart.
        called(n // 10, called_number=str(5000 + n), call_id=f"c{n}")
    everything = numbers(browser)
    page = text(browser)
    assert "検索結果: <b>120</b>件" in page
    seen, first = list(everything), everything
    for _page in range(2):
        place = re.search(r'href="\?([^"]*)" rel="next"', page)
        assert place
        page = text(browser, f"/calls/?{place[1]}".replace("&amp;", "&"))
        seen += re.findall(r'num">(\d+)</small></span> </td> <td class="c-line"', page)
    assert len(seen) == len(set(seen)) == 120
    assert 'rel="next"' not in page
    back = re.search(r'href="\?([^"]*)" rel="prev"', page)
    assert back
    page = text(browser, f"/calls/?{back[1]}".replace("&amp;", "&"))
    assert re.findall(r'num">(\d+)</small></span> </td> <td class="c-line"', page) == seen[50:100]
    back = re.search(r'href="\?([^"]*)" rel="prev"', page)
    assert back
    page = text(browser, f"/calls/?{back[1]}".replace("&amp;", "&"))
    assert re.findall(r'num">(\d+)</small></span> </td> <td class="c-line"', page) == first
    assert 'rel="prev"' not in page
    assert numbers(browser, before="last") == seen[70:]
    monkeypatch.setattr(queries, "COUNTED", 60)
    for end_or_middle in ("", "before=last", back[1].replace("&amp;", "&")):
        assert "検索結果: <b>60</b>件以上" in text(browser, f"/calls/?{end_or_middle}")


def test_the_summary_counts_all_that_was_found(browser: Client, called: Callable[..., None]) -> None:
    for n in range(60):
        called(n / 10, call_id=f"c{n}", charge_yen="8.50", direction="outbound")
    called(7, call_id="busy", result="busy", answered_at=None, duration_ms=0)
    page = text(browser, "/calls/summary/", headers={"HX-Request": "true"})
    assert "<b>61</b>件" in page
    assert "<b>98</b>%" in page
    assert "<b>1:00:00</b>" in page
    assert "<b>510円</b>" in page
    assert 'class="bars"' in page
    assert "<html" not in page
    assert "<html" in text(browser, "/calls/summary/")
    assert "<b>1</b>件" in text(browser, "/calls/summary/", {"result": "busy"})


def test_hours_are_the_tenants_where_they_begin_at_half_past(
    office: Tenant, called: Callable[..., None]
) -> None:
    for began in (datetime(2026, 11, 20, 18, 29, tzinfo=UTC), datetime(2026, 11, 20, 18, 31, tzinfo=UTC)):
        called(began.minute, started_at=began, answered_at=None, ended_at=began + timedelta(seconds=9))
    office.time_zone = "Asia/Kolkata"  # 5:30 ahead of UTC
    found = summary_of(office, calls(office))
    assert found.by_hour == {23: {"internal": 1}, 0: {"internal": 1}}
    assert (found.total, found.answered, found.talked) == (2, 2, timedelta(minutes=2))


def file_of(client: Client, **data: str) -> list[list[str]]:
    answer = client.get("/calls/calls.csv", data)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    content = b"".join(answer)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_file_has_all_that_was_found_and_calculates_nothing(
    browser: Client,
    called: Callable[..., None],
    reader: Login,
    office: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("naisen.portal.calls.export.AT_ONCE", 7)
    for n in range(20):
        called(n + 1, call_id=f"c{n}", called_number=str(5000 + n))
    called(0.5, call_id="evil", caller_name="=HYPERLINK(1)", caller_number="+81312345678")
    rows = file_of(browser)
    assert rows[0][:4] == ["日時", "種別", "発信者", "発信番号"]
    assert len(rows) == 22
    assert rows[1][2:4] == ["'=HYPERLINK(1)", "'+81312345678"]
    assert [row[5] for row in rows[2:]] == [str(5000 + n) for n in range(20)]
    assert rows[2][8:12] == ["5.0", "60.0", "通話", "発信側が切りました"]
    assert len(file_of(browser, q="5003")) == 2
    with scope.scoped(scope.EVERYTHING):
        entries = list(Entry.objects.filter(tenant=office, action="download_calls").order_by("sequence"))
    assert [(entry.actor_id, entry.after["count"]) for entry in entries if entry.after] == [
        (reader.pk, 21),
        (reader.pk, 1),
    ]
    assert "5003" in str(entries[1].after)


def test_nothing_of_another_tenant(
    browser: Client, called: Callable[..., None], elsewhere: Tenant, stranger: Login, sign_in: SignIn
) -> None:
    called(1, tenant=elsewhere, caller_name="ヒミツ")
    theirs = the_call()
    assert "ヒミツ" not in text(browser)
    assert "ヒミツ" not in text(browser, "/calls/summary/")
    assert len(file_of(browser)) == 1
    assert browser.get(f"/calls/{theirs.pk}/").status_code == 404
    assert browser.get("/calls/9007199254740993/").status_code == 404
    assert "ヒミツ" in text(sign_in(stranger), f"/calls/{theirs.pk}/")
    with scope.scoped(scope.NOTHING):
        assert not CallRecord.objects.exists()


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def test_the_ladder_tells_each_stage_in_words(
    browser: Client, called: Callable[..., None], office: Tenant, tanaka: Person
) -> None:
    suzuki, sato = (Person.objects.get(tenant=office, number__digits=n) for n in ("2000", "3000"))
    began = NOW - timedelta(minutes=1)
    first, second = suzuki.devices.get(), sato.devices.get()
    stages = [
        {
            "action": "ring",
            "steps": [
                {"key": "caller", "login": "kmy00001", "extension": "1000", "name": "田中"},
                {"key": "number_is", "digits": "2000", "kind": "person", "id": suzuki.pk},
                {"key": "device_registered", "login": first.login},
                {"key": "rings", "devices": 1, "timeout_s": 20},
            ],
        },
        {
            "action": "ring",
            "steps": [
                {"key": "forwards", "why": "forward_no_answer", "digits": "3000"},
                {"key": "rings", "devices": 1, "timeout_s": 60},
            ],
        },
    ]
    legs = [
        {"stage": 0, "device_id": first.pk, "started_ms": ms(began), "rang_ms": ms(began) + 100,
         "ended_ms": ms(began) + 20_100, "result": "no_answer", "code": 480, "number": "", "person_id": suzuki.pk},
        {"stage": 1, "device_id": second.pk, "started_ms": ms(began) + 20_200, "rang_ms": ms(began) + 20_300,
         "ended_ms": None, "result": "answered", "code": 200, "number": "", "person_id": sato.pk},
    ]  # fmt: skip
    called(
        1,
        answered_at=began + timedelta(seconds=25),
        answered_device_id=second.pk,
        decision={"stages": stages},
        legs=legs,
    )
    page = text(browser, f"/calls/{the_call().pk}/")
    for words in (
        "田中 1000 が発信しました。",
        "2000 は鈴木さんの内線番号です。",
        f"端末 鈴木 ({first.login}) は登録中です。",
        "1台を20秒まで鳴らします。",
        "応答がないので、3000 に転送します。",
        "応答しませんでした",
        '<td class="num">0:20</td>',
        '<td class="num">0:05</td>',
        "応答しました",
        "発信側が切りました",
    ):
        assert words in page, words
    assert page.count('class="leg"') == 2


def test_a_refused_call_says_why(browser: Client, called: Callable[..., None]) -> None:
    decision = {"action": "refuse", "code": 404, "steps": [{"key": "number_unknown", "digits": "77"}]}
    called(
        1, result="unknown_number", sip_code=404, reason="unknown_number", answered_at=None, duration_ms=0,
        hung_up_by="system", decision=decision, caller_number="", called_number="77",
    )  # fmt: skip
    page = text(browser, f"/calls/{the_call().pk}/")
    assert "「77」は、どの番号でもありません。" in page
    assert "その番号はありません" in page
    assert "非通知" in page


def test_a_device_that_is_gone_leaves_its_call(browser: Client, called: Callable[..., None]) -> None:
    called(1, answered_device_id=987654, legs=["not a leg"], decision={})
    assert "削除された端末" in text(browser)
    assert "判断の記録がありません" in text(browser, f"/calls/{the_call().pk}/")


def test_times_are_the_tenants(browser: Client, called: Callable[..., None]) -> None:
    called(1, started_at=datetime(2026, 1, 1, 15, 30, tzinfo=UTC), answered_at=None)
    assert "2026-01-02 00:30:00" in text(browser, data={"since": "2026-01-02", "until": "2026-01-02"})
    assert numbers(browser, since="2026-01-01", until="2026-01-01") == []
