"""What surrounds every screen: headers, errors, health, assets."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from naisen.portal.conftest import PASSWORD
from naisen.portal.frame.context import MENU, SCRIPTS, THEMES
from naisen.portal.tenants.models import Tenant

STATIC = Path(settings.STATICFILES_DIRS[0])
TEMPLATES = list(Path(settings.HERE).rglob("templates/**/*.html"))
HEAVIEST = 80 * 1024  # bytes, compressed


def test_no_answer_is_without_the_security_headers(db: None, client: Client) -> None:
    for path in ("/sign-in/", "/devices/", "/nowhere/", "/healthz"):
        headers = client.get(path).headers
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_inline_script_style_or_handler(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|hx-on", text)


def test_the_page_is_light() -> None:
    """CSS, scripts and icons together, as the browser loads them."""
    files = [*STATIC.rglob("*.css"), *STATIC.rglob("*.js"), *STATIC.rglob("*.svg")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < HEAVIEST


def test_every_script_is_loaded() -> None:
    assert {f"js/{path.name}" for path in (STATIC / "js").iterdir()} == set(SCRIPTS)


def test_only_icons_in_use_are_shipped_and_every_one_that_is_used_is_there() -> None:
    sprite = (STATIC / "icons" / "sprite.svg").read_text()
    shipped = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    used |= {entry.icon for group in MENU for entry in group.entries} | {theme.icon for theme in THEMES}
    assert shipped == used


@pytest.mark.parametrize("vendored", ["vendor/htmx.LICENSE", "icons/tabler.LICENSE"])
def test_what_others_made_comes_with_its_licence(vendored: str) -> None:
    assert (STATIC / vendored).read_text()


def test_health_needs_no_sign_in(db: None, client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/sign-in/", "application/x-www-form-urlencoded; charset=nonsense"),
        ("/sign-in/", "multipart/form-data"),
        ("/sign-in/?next=%ff%fe", ""),
        ("/devices/?q=%00", ""),
        ("/people/%E3%81/", ""),
        ("/devices/99999999999999999999/", ""),
    ],
)
def test_odd_requests_get_an_answer_below_500(
    office: Tenant, client: Client, path: str, content_type: str
) -> None:
    client.raise_request_exception = False
    client.post("/sign-in/", {"login_id": "kmy-admin", "password": PASSWORD})
    for answer in (client.generic("POST", path, b"\xff\x00x=1", content_type), client.get(path)):
        assert answer.status_code < 500


def test_error_pages_are_whole_and_say_what_to_do(client: Client) -> None:
    from naisen.portal.frame.views import errors

    request = RequestFactory().get("/", CONTENT_TYPE="text/html; charset=nonsense")
    for view, status, words in (
        (errors.bad_request, 400, "要求を読み取れませんでした"),
        (errors.forbidden, 403, "この操作はできません"),
        (errors.not_found, 404, "ページが見つかりません"),
        (errors.csrf_failure, 403, "画面の有効期限が切れました"),
    ):
        answer = view(request)
        assert answer.status_code == status
        assert f"<h1>{words}</h1>" in answer.content.decode()
    failed = errors.server_error(request)
    assert failed.status_code == 500
    assert "電話の発着信には影響しません" in failed.content.decode()


def test_a_form_without_its_token_is_refused_in_words(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {})
    assert answer.status_code == 403
    assert "画面の有効期限が切れました" in answer.content.decode()
