"""トランク一覧 and its forms (C-08): validation, the sealed password, the audit trail."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from naisen.portal.audit.models import Entry
from naisen.portal.lines.models import Line, Trunk
from naisen.portal.lines.trunk_actions import overlap, password_of, source_of
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

FORM: dict[str, Any] = {
    "name": "KDDI",
    "kind": "registering",
    "host": "SIP.kddi.example",
    "port": "5060",
    "transport": "udp",
    "number_format": "national",
    "auth_user": "user1",
    "password": "s3cret pass",
    "realm": "",
    "sources": "198.51.100.7\n198.51.100.0/28",
}


def test_a_registering_trunk_is_stored_with_its_password_sealed(browser: Client) -> None:
    """C-08, rule 8: cipher text and digest, nothing to read in the row, the page or the audit trail."""
    assert browser.post("/operator/trunks/register/", FORM).status_code == 302
    trunk = Trunk.objects.get(name="KDDI")
    assert (trunk.host, trunk.port, trunk.realm) == ("sip.kddi.example", 5060, "sip.kddi.example")
    assert trunk.sources == ["198.51.100.7", "198.51.100.0/28"]
    assert password_of(trunk) == "s3cret pass"
    expected = hashlib.md5(b"user1:sip.kddi.example:s3cret pass", usedforsecurity=False).hexdigest()
    assert trunk.auth_ha1 == expected
    assert b"s3cret" not in bytes(trunk.secret or b"")
    page = browser.get(f"/operator/trunks/{trunk.pk}/").content.decode()
    assert "s3cret" not in page
    entry = Entry.objects.get(tenant=None, object_type="trunk")
    assert entry.action == "register"
    assert "s3cret" not in str(entry.after)
    assert "KDDI" in browser.get("/operator/trunks/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"host": "not a host"}, "host"),
        ({"host": "sip.example.jp:5060"}, "host"),
        ({"host": "-bad.example"}, "host"),
        ({"port": "0"}, "port"),
        ({"port": "65536"}, "port"),
        ({"transport": "sctp"}, "transport"),
        ({"number_format": "other"}, "number_format"),
        ({"auth_user": ""}, "auth_user"),
        ({"auth_user": "a b"}, "auth_user"),
        ({"password": ""}, "password"),
        ({"realm": "re\nalm"}, "realm"),
        ({"sources": "nonsense"}, "sources"),
        ({"sources": "203.0.0.0/23"}, "sources"),
        ({"sources": "203.0.113.1/24"}, "sources"),
        ({"sources": "224.0.0.1"}, "sources"),
        ({"sources": "0.0.0.0"}, "sources"),
        ({"sources": "2001:db8::/64"}, "sources"),
        ({"kind": "by_address", "sources": ""}, "sources"),
    ],
)
def test_what_makes_no_working_trunk_is_refused_at_its_field(
    browser: Client, changes: dict[str, str], field: str
) -> None:
    answer = browser.post("/operator/trunks/register/", {**FORM, **changes})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Trunk.objects.filter(name="KDDI").exists()


def test_two_trunks_known_by_address_cannot_claim_the_same_one(browser: Client) -> None:
    by_address = {**FORM, "kind": "by_address", "sources": "198.51.100.0/28"}
    assert browser.post("/operator/trunks/register/", by_address).status_code == 302
    answer = browser.post(
        "/operator/trunks/register/", {**by_address, "name": "other", "sources": "198.51.100.3"}
    )
    assert "KDDI" in str(answer.context["form"].errors["sources"])


def test_an_edit_keeps_the_password_unless_a_new_one_is_typed(browser: Client, trunk: Trunk) -> None:
    address = f"/operator/trunks/{trunk.pk}/"
    form = {**FORM, "name": "NTT", "host": trunk.host, "auth_user": trunk.auth_user, "realm": trunk.realm}
    stamp = browser.get(address).context["form"]["stamp"].value()
    assert browser.post(address, {**form, "password": "", "stamp": stamp}).status_code == 302
    changed = Trunk.objects.get(pk=trunk.pk)
    assert (changed.name, password_of(changed), changed.auth_ha1) == (
        "NTT",
        "carriers secret",
        trunk.auth_ha1,
    )
    # The digest is made of user and realm: without the password they cannot change.
    stamp = browser.get(address).context["form"]["stamp"].value()
    answer = browser.post(address, {**form, "password": "", "auth_user": "another", "stamp": stamp})
    assert "password" in answer.context["form"].errors
    assert browser.post(address, {**form, "password": "new one", "stamp": stamp}).status_code == 302
    assert password_of(Trunk.objects.get(pk=trunk.pk)) == "new one"


def test_a_stale_form_is_refused_and_keeps_its_input(browser: Client, trunk: Trunk) -> None:
    address = f"/operator/trunks/{trunk.pk}/"
    stamp = browser.get(address).context["form"]["stamp"].value()
    Trunk.objects.filter(pk=trunk.pk).update(port=5070)
    form = {**FORM, "stamp": stamp}
    answer = browser.post(address, form)
    assert "ほかの人が" in str(answer.context["form"].non_field_errors())
    again = {**form, "stamp": answer.context["form"]["stamp"].value()}
    assert browser.post(address, again).status_code == 302


def test_a_trunk_that_carries_lines_is_not_deleted(browser: Client, trunk: Trunk, office: Tenant) -> None:
    address = f"/operator/trunks/{trunk.pk}/delete/"
    Line.objects.filter(tenant=office).update(trunk=trunk)
    browser.post(address, {"confirmed": "yes"})
    assert Trunk.objects.filter(pk=trunk.pk).exists()
    Line.objects.filter(tenant=office).update(trunk=None)
    assert "削除します、よろしいですか" in browser.post(address).content.decode()
    browser.post(address, {"confirmed": "yes"})
    assert not Trunk.objects.filter(pk=trunk.pk).exists()
    assert Entry.objects.filter(tenant=None, action="delete").count() == 1


def test_the_operators_own_audit_trail_is_chained_and_no_tenants(
    browser: Client, trunk: Trunk, office: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    browser.post("/operator/trunks/register/", FORM)
    sequences = Entry.objects.filter(tenant=None).order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == [1, 2]
    call_command("verify_audit")
    assert "the operator: 2 entries, whole" in capsys.readouterr().out
    assert not Entry.objects.filter(tenant=office, object_type="trunk").exists()


def test_the_history_of_a_trunk_stands_on_its_page(browser: Client, trunk: Trunk) -> None:
    page = browser.get(f"/operator/trunks/{trunk.pk}/").content.decode()
    assert "最近の変更" in page
    assert "変更履歴をすべて見る" not in page


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("203.0.113.10", "203.0.113.10"),
        ("203.0.113.10/32", "203.0.113.10"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_sources_are_stored_in_one_form(text: str, stored: str) -> None:
    assert source_of(text) == stored


def test_networks_of_two_versions_never_overlap() -> None:
    assert overlap("203.0.113.0/24", "203.0.113.9")
    assert not overlap("203.0.113.0/24", "2001:db8::1")


def test_a_reader_of_the_operator_looks_and_changes_nothing(
    browser: Client, operator: Login, trunk: Trunk
) -> None:
    Login.objects.filter(pk=operator.pk).update(role=Login.Role.READER)
    assert browser.get("/operator/trunks/").status_code == 200
    assert browser.post("/operator/trunks/register/", FORM).status_code == 403
    assert browser.post(f"/operator/trunks/{trunk.pk}/delete/", {"confirmed": "yes"}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("registered", "words"), [(True, "登録中"), (False, "未登録")])
def test_the_state_of_the_registration_is_what_the_edge_saw(
    browser: Client,
    trunk: Trunk,
    as_edge: Callable[..., list[tuple[object, ...]]],
    registered: bool,
    words: str,
) -> None:
    """S2-16; before the edge has said anything it cannot be known."""
    assert "不明" in browser.get("/operator/trunks/").content.decode()
    as_edge("SELECT edge.note_trunk_state(%s, %s)", trunk.code, registered)
    for address in ("/operator/trunks/", f"/operator/trunks/{trunk.pk}/"):
        page = browser.get(address).content.decode()
        assert words in page
        assert "不明" not in page


@pytest.mark.django_db(transaction=True)
def test_the_state_of_a_connection_says_what_stands_in_its_way(
    browser: Client, operator: Login, as_edge: Callable[..., list[tuple[object, ...]]]
) -> None:
    """C-08: a trunk on TCP or TLS; where it is up, and where the certificate is not believed."""
    form = {**FORM, "kind": "by_address", "transport": "tls", "port": "5061", "auth_user": ""}
    assert browser.post("/operator/trunks/register/", form).status_code == 302
    trunk = Trunk.objects.get(name="KDDI")
    assert "接続できません" not in browser.get("/operator/trunks/").content.decode()
    as_edge("SELECT edge.note_link_state(%s, false, 'certificate: expired')", trunk.pk)
    for address in ("/operator/trunks/", f"/operator/trunks/{trunk.pk}/"):
        page = browser.get(address).content.decode()
        assert "接続できません" in page
        assert "certificate: expired" in page
    as_edge("SELECT edge.note_link_state(%s, true, '')", trunk.pk)
    assert "接続中" in browser.get("/operator/trunks/").content.decode()
    trunk.delete()
    assert as_edge("SELECT edge.note_link_state(%s, true, '')", trunk.pk)


def test_a_trunk_known_by_address_has_no_registration(browser: Client, operator: Login) -> None:
    Trunk.objects.create(name="by address", kind=Trunk.Kind.BY_ADDRESS, host="192.0.2.1")
    assert "対象外" in browser.get("/operator/trunks/").content.decode()
