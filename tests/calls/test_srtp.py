"""Phones on TLS with SRTP and phones with plain RTP hear each other (C-01)."""

from pathlib import Path

import pytest

from naisen.phones.account import ServerAddress
from naisen.phones.call_test import call_test
from tests.calls.edge_server import EdgeServer
from tests.calls.test_real_phones import device


def server_of(edge: EdgeServer, transport: str) -> ServerAddress:
    address = edge.front.sip_tls if transport == "tls" else edge.front.sip
    return ServerAddress(address.host, address.port, transport)


@pytest.mark.parametrize(
    ("caller", "callee"), [("tls", "udp"), ("udp", "tls"), ("tls", "tls"), ("tcp", "tls"), ("tcp", "tcp")]
)
def test_real_phones_hear_each_other(edge: EdgeServer, tmp_path: Path, caller: str, callee: str) -> None:
    call_test(
        device(edge, "kmy00001"),
        device(edge, "kmy00002"),
        server_of(edge, caller),
        tmp_path,
        talk_s=1.0,
        callee_server=server_of(edge, callee),
    )
    (record,) = edge.test_records(1)
    assert (record["result"], record["hung_up_by"]) == ("answered", "caller")
