"""Sends requests that leave nothing behind, and makes answers comparable."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test import Client
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from pypdf import PdfReader

from naisen.portal.tenants import scope
from tests.isolation.world import Company

TOKENS = re.compile(r'(?<="X-CSRFToken": ")\w+|(?<=name="csrfmiddlewaretoken" value=")\w+')
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
QUESTIONS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")
UNTOLD_HEADERS = {"Expires", "Content-Length", "Date", "Set-Cookie", "ETag", "Last-Modified"}
# A form that every screen can read something from, so that requests get past the forms' own checks.
FORM: Mapping[str, Any] = {
    **{"confirmed": "yes", "version": "1", "name": "新しい", "kana": "アタラシイ", "extension": "4711"},
    **{"ring_timeout_s": "30", "multicast": "off", "no_answer": "none", "output": "csv", "kind": "person"},
    **{"language": "ja", "role": "reader", "login_id": "someone-new", "email": "a@example.jp"},
}


class Watch:
    """Notes whether a request sent the database anything but questions: only then tables are compared."""

    wrote = False

    def __call__(self, execute: Any, query: str, parameters: Any, many: bool, context: Any) -> Any:
        """Django's hook around each statement."""
        self.wrote = self.wrote or not query.lstrip().startswith(QUESTIONS)
        return execute(query, parameters, many, context)


@dataclass(frozen=True)
class Answer:
    """What came back: `told` is everything that a reader of it sees, without tokens and without `echoed`."""

    status: int
    told: str
    where: str
    victim_changed: bool


def ask(
    method: str,
    path: str,
    *,
    cookie: str | None,
    victim: Company | None = None,
    fields: Mapping[str, Any] | None = None,
    file: bytes | None = None,
    echoed: str = "",
) -> Answer:
    """One request whose writes are taken back; with `victim`, whether anything of that tenant changed.

    `fields` are parameters of a GET, else the form. Where a `file` is sent, the page it leads to answers.
    """
    client = Client()
    if cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    watch = Watch()
    with transaction.atomic():
        scope.set_scope(scope.NOTHING)
        with connection.execute_wrapper(watch):
            response = _send(client, method, path, fields or {}, file)
        where = str(response.headers.get("Location", ""))
        if file is not None and response.status_code == 302:
            echoed_too = re.search(r"\d+", where)
            response = client.get(where)
            where = where.replace(echoed_too[0], "•") if echoed_too else where
        told = _told(response, echoed)
        wrote = watch.wrote or (method == "POST" and response.status_code < 400)
        changed = victim is not None and wrote and fingerprint(victim) != victim.fingerprint
        transaction.set_rollback(True)
    return Answer(response.status_code, told, where, changed)


def _send(client: Client, method: str, path: str, fields: Mapping[str, Any], file: bytes | None) -> Any:
    if file is not None:
        return client.post(path, {"file": SimpleUploadedFile("people.csv", file)})
    sent = urlencode(fields, doseq=True)
    if method == "GET":
        return client.get(f"{path}?{sent}")
    return client.generic(method, path, sent, content_type="application/x-www-form-urlencoded")


def _told(response: Any, echoed: str) -> str:
    headers = [f"{name}: {value}" for name, value in sorted(response.headers.items())]
    told = [unquote(line) for line in headers if line.split(":")[0] not in UNTOLD_HEADERS]
    if getattr(response, "is_async", False):
        return "\n".join(told)
    content = response.getvalue() if response.streaming else response.content
    is_pdf = content.startswith(b"%PDF")
    text = _text_of(content) if is_pdf else content.decode("utf-8-sig", errors="replace")
    text = TOKENS.sub("•", ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
    whole = "\n".join([*told, text])
    return whole.replace(echoed, "•") if echoed else whole


@cache
def _text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def fingerprint(company: Company) -> str:
    """A hash of every row that belongs to a tenant, table by table."""
    scope.set_scope(scope.EVERYTHING)
    with connection.cursor() as cursor:
        cursor.execute(_fingerprints(), {"tenant": company.tenant.pk})
        return str(cursor.fetchall())


def bare(told: str) -> str:
    """An answer about an import without the import's own id, and without the time."""
    return re.sub(r"/imports/\d+|\d{1,2}:\d\d(:\d\d)?", "•", told)


def _fingerprints() -> str:
    parts = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and model.__module__.startswith("naisen."):
            condition = _condition(model)
            table = model._meta.db_table
            if condition:
                rows = "md5(string_agg(t::text, '|' ORDER BY t::text))"
                parts.append(f"SELECT '{table}', {rows} FROM {table} t WHERE {condition}")
    return " UNION ALL ".join(parts)


def _condition(model: type[models.Model]) -> str:
    columns = {column.column for column in model._meta.concrete_fields}
    if model._meta.db_table == "tenants_tenant":
        return "id = %(tenant)s"
    if "tenant_id" in columns:
        return "tenant_id = %(tenant)s"
    if "login_id" in columns:
        return "login_id IN (SELECT id FROM sign_in_login WHERE tenant_id = %(tenant)s)"
    return ""


def with_id(fields: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """`fields` with one more value under `name`."""
    made = MultiValueDict({key: [item] for key, item in fields.items()})
    made.setlist(name, [value])
    return dict(made.lists())
