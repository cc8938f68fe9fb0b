"""Asks the registrar which phones are bound to an account, without changing anything (RFC 3261, 10.2.3)."""

import hashlib
import re
import secrets
import socket
from collections.abc import Mapping

from naisen.phones.account import Account, ServerAddress

TERMINAL = "Naisen demo phone"
ANSWER_TIMEOUT_S = 1.0


class RegistrarAway(Exception):
    """No answer within ANSWER_TIMEOUT_S."""


class RegistrarRefused(Exception):
    """The registrar said no; `status` is its status line («403 Forbidden»)."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def bound_contacts(account: Account, server: ServerAddress) -> list[ServerAddress]:
    """Where the account's phones can be reached now; RegistrarAway or RegistrarRefused without an answer.

    1. A REGISTER without Contact. 2. The same with the answer to the challenge (RFC 2617, MD5, qop=auth).
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(ANSWER_TIMEOUT_S)
        call_id = secrets.token_hex(8)
        try:
            connection.connect((server.host, server.port))
            status, headers = _ask(connection, account, call_id, 1)
            if status.startswith("401"):
                credentials = authorization(account, challenge_in(headers), secrets.token_hex(8))
                status, headers = _ask(connection, account, call_id, 2, credentials)
        except OSError as error:
            raise RegistrarAway(f"{server} does not answer") from error
    if not status.startswith("200"):
        raise RegistrarRefused(status)
    return contacts_in(headers)


def authorization(account: Account, challenge: Mapping[str, str], cnonce: str) -> str:
    """The Authorization header for a challenge."""
    uri, nonce = f"sip:{account.domain}", challenge.get("nonce", "")
    ha1 = _md5(f"{account.login}:{challenge.get('realm', '')}:{account.password}")
    response = _md5(f"{ha1}:{nonce}:00000001:{cnonce}:auth:{_md5(f'REGISTER:{uri}')}")
    values = {"username": account.login, "realm": challenge.get("realm", ""), "nonce": nonce, "uri": uri}
    quoted = ", ".join(f'{name}="{value}"' for name, value in values.items())
    return (
        f'Authorization: Digest {quoted}, response="{response}", algorithm=MD5, '
        f'qop=auth, nc=00000001, cnonce="{cnonce}"\r\n'
    )


def challenge_in(headers: str) -> dict[str, str]:
    """The parameters of the WWW-Authenticate header; empty when there is none."""
    line = re.search(r"^WWW-Authenticate:(.*)$", headers, re.IGNORECASE | re.MULTILINE)
    return dict(re.findall(r'(\w+)="([^"]*)"', line[1] if line else ""))


def contacts_in(headers: str) -> list[ServerAddress]:
    """The addresses in the Contact headers; a port that is not written is 5060."""
    lines = re.findall(r"^(?:Contact|m):(.*)$", headers, re.IGNORECASE | re.MULTILINE)
    found = re.findall(r"<sips?:(?:[^@>]*@)?([^:;>]+)(?::(\d+))?", ",".join(lines))
    return [ServerAddress(host, int(port or 5060)) for host, port in found]


def _ask(
    connection: socket.socket, account: Account, call_id: str, number: int, credentials: str = ""
) -> tuple[str, str]:
    """Send one REGISTER without Contact; the status and the headers of its final answer."""
    host, port = connection.getsockname()
    name = f"<{account.address_of_record}>"
    connection.send(
        f"REGISTER sip:{account.domain} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{secrets.token_hex(8)};rport\r\n"
        f"Max-Forwards: 70\r\nFrom: {name};tag={call_id}\r\nTo: {name}\r\nCall-ID: {call_id}\r\n"
        f"CSeq: {number} REGISTER\r\nUser-Agent: {TERMINAL}\r\n{credentials}Content-Length: 0\r\n\r\n".encode()
    )
    while True:
        status, _, headers = connection.recv(65536).decode(errors="replace").partition("\r\n")
        answers_this = re.search(rf"^CSeq: *{number} ", headers, re.IGNORECASE | re.MULTILINE)
        if answers_this and not status.startswith("SIP/2.0 1"):
            return status.removeprefix("SIP/2.0 "), headers.replace("\r", "")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
