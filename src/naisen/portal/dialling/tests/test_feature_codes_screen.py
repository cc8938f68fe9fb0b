"""「機能番号」: every code that routing knows, with an example of the tenant's own (C-05, C-07)."""

import io

from django.test import Client
from pypdf import PdfReader

from naisen.portal.dialling.features import features
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Customer, Tenant
from naisen.routing.features import FEATURE_CODES


def test_every_code_has_an_example_that_begins_with_it(office: Tenant) -> None:
    found = features(office)
    assert [feature.code for feature in found] == list(FEATURE_CODES.values())
    assert all(feature.example.startswith(feature.code) for feature in found)
    assert (found[0].example, found[0].effect) == ("*8", "所属「営業部」の呼び出しに出る")
    assert (found[1].example, found[1].effect) == ("**1000", "田中さんの電話に出る")
    assert found[2].example == "*90010312345678"


def test_a_tenant_without_anything_has_examples_too(db: None) -> None:
    scope.set_scope(scope.EVERYTHING)
    customer = Customer.objects.create(number="c", name="c", applied_on="2026-01-01")
    empty = Tenant.objects.create(
        customer=customer, circle_number="1", name="t", domain="t.test", applied_on="2026-01-01"
    )
    assert [feature.example for feature in features(empty)][:2] == ["*8", "**1000"]


def test_the_page_and_its_sheet_say_the_same(reader: Login) -> None:
    client = Client()
    client.force_login(reader)
    page = client.get("/feature-codes/").content.decode()
    sheet = client.get("/feature-codes/sheet.pdf")
    assert sheet.headers["Content-Type"] == "application/pdf"
    reader_of_pdf = PdfReader(io.BytesIO(sheet.content))
    assert len(reader_of_pdf.pages) == 1
    words = "".join(reader_of_pdf.pages[0].extract_text().split())
    for text in ("*8", "**1000", "営業部", "110, 118, 119"):
        assert text in page
        assert text.replace(" ", "") in words
    assert "海外への発信は、許可された国がない" in page
