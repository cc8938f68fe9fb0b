"""A carrier: a SIP server at an address of its own, and the trunk and line that lead there."""

import contextlib
import hashlib
import re
from collections.abc import Callable
from typing import Any, Self

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Message, Phone
from tests.calls.waiting import wait_for

ADDRESS = "127.0.7.1"
NUMBER = "0500000000"
REALM, USER, PASSWORD = "carrier.test", "naisen-user", "carrier-password"
CODE = "tcarrier01"


class Carrier:
    """Use as a context manager: until its end, the demo's line 0500000000 leads to this carrier.

    `phone` is its socket; whatever the edge sends it stands in `phone.seen`. `columns` are columns of lines_trunk.
    """

    def __init__(self, edge: EdgeServer, *, host: str = ADDRESS, **columns: Any) -> None:
        self.edge = edge
        self.phone = Phone(edge.address, "carrier", "", host, host=host)
        self.columns = {
            "name": "テスト通信",
            "kind": "by_address",
            "host": host,
            "port": self.phone.address[1],
            "transport": "udp",
            "realm": "",
            "auth_user": "",
            "auth_ha1": "",
            "number_format": "national",
            "code": CODE,
        } | columns
        self.trunk_id = 0

    def __enter__(self) -> Self:
        names = ", ".join(self.columns)
        marks = ", ".join(["%s"] * len(self.columns))
        query = f"INSERT INTO lines_trunk ({names}, sources) VALUES ({marks}, '[]') RETURNING id"
        self.trunk_id = self.edge.sql(query, *self.columns.values())[0]["id"]
        self.edge.sql("UPDATE lines_line SET trunk_id = %s WHERE number = %s", self.trunk_id, NUMBER)
        wait_for(lambda: self.is_known, 5)
        return self

    def __exit__(self, *_: object) -> None:
        self.edge.sql(
            "UPDATE lines_line SET trunk_id = NULL, max_calls = NULL, ring_timeout_s = 60, no_answer = 'busy',"
            " no_answer_number = '', no_answer_department_id = NULL WHERE trunk_id = %s",
            self.trunk_id,
        )
        self.edge.sql("DELETE FROM lines_trunk WHERE id = %s", self.trunk_id)
        wait_for(lambda: not self.is_known, 5)
        self.phone.__exit__()

    @property
    def is_known(self) -> bool:
        """Whether the edge takes calls from the carrier's address."""
        answer = self.edge.rpc("htable.get", "trunk_sources", self.phone.address[0])
        return str(self.trunk_id) in str(answer.get("item", {}).get("value", "")).split()

    def expect_call(self, timeout_s: float = 3.0) -> Call:
        """The next call that the edge sends here."""
        return self.phone.expect_call(timeout_s)

    def expect_invite_with_password(self) -> Call:
        """Challenge the next call (407) and return it when it comes again with the right answer."""
        first = self.expect_call()
        asked = challenge("Proxy-Authenticate")
        first.refuse(407, "Proxy Authentication Required", asked)
        second = self.expect_call()
        assert is_answered(second.invite, "INVITE", "Proxy-Authorization", asked)
        return second

    def accept_registration(self, expires: int = 360) -> Message:
        """Challenge the next REGISTER, and accept the one that answers it; returns that one."""
        first = self.phone.expect_request("REGISTER", timeout_s=15)
        asked = challenge("WWW-Authenticate")
        answer(self.phone, first, 401, "Unauthorized", asked)
        second = self.phone.expect_request("REGISTER")
        assert is_answered(second, "REGISTER", "Authorization", asked)
        answer(self.phone, second, 200, "OK", {"Contact": f"{second['Contact']};expires={expires}"})
        return second

    def call(self, number: str, *, caller: str = "0312345678", user: str = "", **headers: str) -> Call:
        """Call a line of ours as carriers do: no password, the number in the Request-URI (or `user` there)."""
        us = "{}:{}".format(*self.edge.address)
        own = {
            "From": f"<sip:{caller}@{ADDRESS}>;tag={hashlib.md5(number.encode()).hexdigest()[:8]}",
            "To": f"<sip:{number}@{us}>",
        }
        invite = self.phone.request(
            "INVITE", f"sip:{user or number}@{us}", headers=own | headers, body=self.phone.sdp()
        )
        self.phone.send(invite)
        return Call(self.phone, invite)


def challenge(name: str) -> dict[str, str]:
    """A digest challenge of the carrier's."""
    return {name: f'Digest realm="{REALM}", nonce="{hashlib.md5(name.encode()).hexdigest()}", algorithm=MD5'}


def ha1() -> str:
    """What the trunk keeps of the carrier's password."""
    return hashlib.md5(f"{USER}:{REALM}:{PASSWORD}".encode()).hexdigest()


def is_answered(request: Message, method: str, header: str, asked: dict[str, str]) -> bool:
    """Whether the request answers the challenge with the carrier's password (RFC 2069's digest)."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', request[header]))
    nonce = dict(re.findall(r'(\w+)="([^"]*)"', next(iter(asked.values()))))["nonce"]
    ha2 = hashlib.md5(f"{method}:{given.get('uri')}".encode()).hexdigest()
    wanted = hashlib.md5(f"{ha1()}:{nonce}:{ha2}".encode()).hexdigest()
    return given.get("username") == USER and given.get("response") == wanted


def answer(phone: Phone, request: Message, code: int, words: str, headers: dict[str, str]) -> None:
    """A final answer without a body."""
    copied = [(name, value) for name, value in request.headers if name in ("Via", "From", "Call-ID", "CSeq")]
    to = ("To", f"{request['To']};tag=carrier")
    phone.send(Message(f"SIP/2.0 {code} {words}", [*copied, to, *headers.items(), ("Content-Length", "0")]))


def outlast(condition: Callable[[], bool], timeout_s: float = 3.0) -> bool:
    """Whether it becomes so in time."""
    with contextlib.suppress(AssertionError):
        wait_for(condition, timeout_s)
        return True
    return False
