"""SIP passwords: long, encrypted, bound to their row (rule 8, R11)."""

import pytest

from naisen.portal.devices import queries, secrets
from naisen.portal.devices.models import Credential
from naisen.portal.people.models import Person

PLACE = {"tenant_id": 1, "device_id": 2, "version": 3}


def test_a_password_has_at_least_20_characters_and_is_new_each_time() -> None:
    made = {secrets.generate_password() for _ in range(200)}
    assert len(made) == 200
    assert min(len(p) for p in made) >= 20


def test_ha1_is_what_rfc_2617_gives() -> None:
    """The example of RFC 2617, section 3.5."""
    assert (
        secrets.ha1(login="Mufasa", domain="testrealm@host.com", password="Circle Of Life")
        == "939e7578ed9e3c518a452acee763bce9"
    )


def test_what_was_encrypted_comes_back() -> None:
    assert secrets.decrypt(secrets.encrypt("abc", **PLACE), **PLACE) == "abc"


@pytest.mark.parametrize("moved", [{"tenant_id": 9}, {"device_id": 9}, {"version": 9}])
def test_a_cipher_text_in_another_row_is_refused(moved: dict[str, int]) -> None:
    secret = secrets.encrypt("abc", **PLACE)
    with pytest.raises(secrets.SecretUnreadable):
        secrets.decrypt(secret, **{**PLACE, **moved})


def test_nothing_readable_is_stored(tanaka: Person) -> None:
    credential = Credential.objects.get(device=tanaka.devices.get())
    password = queries.password_of(credential)
    assert password.encode() not in bytes(credential.secret)
    assert credential.ha1 == secrets.ha1(login="kmy00001", domain="kmy.cplus01.jp", password=password)
