"""The TLS front of a running instance: certificates, addresses, and what the portal knows of its browsers."""

import ssl
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from naisen.runtime.address import Address
from naisen.runtime.certificate import prepare_certificate
from naisen.runtime.errors import StartError
from naisen.runtime.front import take_front
from naisen.runtime.instance import Instance
from naisen.runtime.testing import RunningInstance


def blind() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_the_portal_answers_by_https_too(instance: RunningInstance) -> None:
    with urllib.request.urlopen(
        f"{instance.status()['https']}/healthz", timeout=5, context=blind()
    ) as answer:
        assert answer.status == 200


def test_the_self_signed_certificate_is_for_its_address(instance: RunningInstance) -> None:
    trusting = ssl.create_default_context(cafile=str(instance.data / "secrets" / "self-signed.pem"))
    with urllib.request.urlopen(
        f"{instance.status()['https']}/healthz", timeout=5, context=trusting
    ) as answer:
        assert answer.status == 200


def test_status_shows_where_tls_comes_in(instance: RunningInstance) -> None:
    status = instance.status()
    assert status["wss"] == status["https"].replace("https", "wss") + "/sip"
    assert status["sip_tls"].startswith("127.0.0.1:")
    assert "by TLS" in instance.run("status").stdout


def front_of(tmp_path: Path, **chosen: Address) -> Instance:
    instance = Instance(tmp_path, Address("127.0.0.1", 8080), Address("127.0.0.1", 5060))
    return replace(instance, https=chosen.get("https"), sip_tls=chosen.get("sip_tls"))


def test_two_instances_get_different_ports(tmp_path: Path) -> None:
    with take_front(front_of(tmp_path)) as one, take_front(front_of(tmp_path)) as two:
        assert not {one.sip_tls.port, one.https.port} & {two.sip_tls.port, two.https.port}
        assert len({one.tcp_port, one.tls_port, one.ws_port}) == 3


def test_an_address_that_was_asked_for_is_taken_or_refused(tmp_path: Path) -> None:
    with take_front(front_of(tmp_path)) as one:
        asked = front_of(tmp_path, https=one.https)
        with take_front(asked) as two:
            assert two.https == one.https
    with (
        pytest.raises(StartError, match="--sip-tls"),
        take_front(front_of(tmp_path, sip_tls=Address("192.0.2.1", 5061))),
    ):
        pass


def made(tmp_path: Path, **given: Path | None) -> bytes:
    values = {"certificate": None, "key": None} | given
    target = tmp_path / "front.pem"
    prepare_certificate(target, own=tmp_path / "own.pem", hosts=("127.0.0.1",), **values)
    assert target.stat().st_mode & 0o077 == 0
    return target.read_bytes()


def test_the_self_signed_certificate_is_kept(tmp_path: Path) -> None:
    assert made(tmp_path) == made(tmp_path)


def test_certificate_and_key_may_be_one_file_or_two(tmp_path: Path) -> None:
    whole = made(tmp_path)
    start = whole.index(b"-----BEGIN PRIVATE KEY")
    (tmp_path / "one.pem").write_bytes(whole)
    (tmp_path / "chain.pem").write_bytes(whole[:start])
    (tmp_path / "key.pem").write_bytes(whole[start:])
    assert made(tmp_path, certificate=tmp_path / "one.pem") == whole
    assert b"PRIVATE KEY" in made(tmp_path, certificate=tmp_path / "chain.pem", key=tmp_path / "key.pem")


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_certificate_that_is_none_is_refused_with_advice(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StartError, match="--tls-cert"):
        made(tmp_path, certificate=path)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    whole = made(tmp_path)
    (tmp_path / "own.pem").unlink()
    other = made(tmp_path)
    mark = b"-----BEGIN PRIVATE KEY"
    (tmp_path / "mixed.pem").write_bytes(whole.partition(mark)[0] + mark + other.partition(mark)[2])
    with pytest.raises(StartError, match="not the certificate's"):
        made(tmp_path, certificate=tmp_path / "mixed.pem")


def test_a_forged_address_changes_nothing(instance: RunningInstance) -> None:
    """X-Forwarded-Proto without the front's key: the portal still knows that it is asked in plain http."""
    request = urllib.request.Request(
        f"{instance.http}/", headers={"X-Forwarded-Proto": "https", "X-Naisen-Front": "x"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.url.startswith(instance.http)
