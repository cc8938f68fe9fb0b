"""この画面の操作方法, 説明書PDF and the manual, as a browser gets them (S1-07)."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.test import Client
from pypdf import PdfReader

from naisen.portal.help_pages.chapters import CHAPTERS
from naisen.portal.help_pages.source import page_of
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login

SignIn = Callable[[Login], Client]


def squeezed(text: str) -> str:
    return "".join(text.split())


def pdf(client: Client, path: str) -> PdfReader:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content))


def test_every_screen_has_both_links(administrator: Login, tanaka: Person, sign_in: SignIn) -> None:
    """S1-07."""
    browser = sign_in(administrator)
    for path, name in (
        ("/people/", "people"),
        ("/people/register/", "person_register"),
        (f"/people/{tanaka.pk}/", "person_edit"),
        ("/people/stopped/", "stopped_people"),
        ("/devices/", "devices"),
        ("/departments/", "departments"),
        ("/lines/", "lines"),
    ):
        page = browser.get(path).content.decode()
        assert f'href="/help/{name}/"' in page
        assert f'href="/help/{name}.pdf"' in page
        assert "この画面の操作方法" in page
        assert "説明書PDF" in page


def test_the_sign_in_screen_has_them_too(db: None, client: Client) -> None:
    """S1-07: whoever cannot get in needs them most."""
    assert 'href="/help/sign_in/"' in client.get("/sign-in/").content.decode()
    assert "入れないとき" in client.get("/help/sign_in/").content.decode()


def test_the_help_is_a_drawer_for_scripts_and_a_page_without(administrator: Login, sign_in: SignIn) -> None:
    browser = sign_in(administrator)
    drawer = browser.get("/help/devices/", headers={"HX-Request": "true"}).content.decode()
    whole = browser.get("/help/devices/").content.decode()
    assert drawer.lstrip().startswith("<dialog")
    assert "<html" in whole
    assert "主メニュー" in whole
    for text in (drawer, whole):
        assert "使う人を変える" in text
        assert 'src="/help/images/devices.webp"' in text
        assert 'href="/help/settings_sheets/"' in text


def test_the_page_and_the_pdf_say_the_same(db: None, client: Client) -> None:
    """S1-07: one source."""
    text = squeezed("".join(page.extract_text() for page in pdf(client, "/help/people.pdf").pages))
    for words in ("ユーザ一覧", "停止する", "発信も着信もできなくなります", "共通初期回線"):
        assert words in text
        assert words in client.get("/help/people/").content.decode()


def test_the_pdf_has_the_picture(db: None, client: Client) -> None:
    page: Any = pdf(client, "/help/people.pdf").pages[0]
    (picture,) = page["/Resources"]["/XObject"].values()
    assert picture["/Width"] == 1240


def test_the_pdf_is_named_after_the_screen(db: None, client: Client) -> None:
    answer = client.get("/help/people.pdf")
    assert "説明書-ユーザ一覧.pdf" in unquote(answer["Content-Disposition"])


def test_the_manual_has_a_title_page_contents_and_every_chapter_in_order(db: None, client: Client) -> None:
    """S1-07."""
    reader = pdf(client, "/help/manual.pdf")
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    titles = [page_of(chapter.name, "ja").title for chapter in CHAPTERS]
    assert "ユーザマニュアル" in pages[0]
    assert "目次" in pages[1]
    assert all(squeezed(title) in pages[1] for title in titles)
    starts = [next(n for n, text in enumerate(pages[2:]) if text.startswith(squeezed(t))) for t in titles]
    assert starts == sorted(starts)
    outline = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert [str(entry.title) for entry in outline][-len(titles) :] == titles


def test_english_is_complete(db: None, client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = client.get("/help/devices/").content.decode()
    assert "Change who uses a device" in page
    assert "/help/images/devices.en.webp" in page
    text = "".join(page.extract_text() for page in pdf(client, "/help/devices.pdf").pages)
    assert "Change who uses a device" in text


def test_the_contents_list_all(db: None, client: Client) -> None:
    page = client.get("/help/").content.decode()
    assert [chapter.name for chapter in CHAPTERS if f'href="/help/{chapter.name}/"' not in page] == []
    assert 'href="/help/manual.pdf"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/help/no-such/",
        "/help/no-such.pdf",
        "/help/images/no_such.webp",
        "/help/images/../people.md",
        "/help/README/",
    ],
)
def test_what_is_not_there_is_404(db: None, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_pictures_are_served(db: None, client: Client) -> None:
    answer = client.get("/help/images/people.webp")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer.content[8:12] == b"WEBP"


def test_nothing_is_changed_here(db: None, client: Client) -> None:
    for path in ("/help/", "/help/people/", "/help/people.pdf", "/help/manual.pdf"):
        assert Client(enforce_csrf_checks=False).post(path).status_code == 405


def test_the_manual_as_files(tmp_path: Path) -> None:
    call_command("write_manual", str(tmp_path / "out"))
    for language in ("ja", "en"):
        assert (tmp_path / "out" / f"manual.{language}.pdf").read_bytes().startswith(b"%PDF")
