"""The 400 for requests that Kamailio's parser gives up on, made from their text (RFC 4475 3.1.2, 3.3.8)."""

import re
import uuid

_REQUEST = re.compile(r"(?!ACK )\S+\s+\S.*\sSIP/2\.0\s*\r?\n")
_COPIED = {"via": "Via", "v": "Via", "from": "From", "f": "From", "to": "To", "t": "To", "cseq": "CSeq"}
_COPIED |= {"call-id": "Call-ID", "i": "Call-ID"}


def refusal_of(request: str) -> str | None:
    """The text of a 400 for a request, or None where there is nothing to answer: an ACK, a reply, no SIP.

    It carries what a response must carry of its request (RFC 3261 8.2.6.2): every Via, and the first of each
    other header. It goes to where the request came from, so no Via decides that.
    """
    if not _REQUEST.match(request):
        return None
    copied = _copied_headers(request)
    if not any(name == "Via" for name, _ in copied):
        return None
    lines = "".join(f"{name}: {value}\r\n" for name, value in copied)
    return f"SIP/2.0 400 Bad Request\r\n{lines}Content-Length: 0\r\n\r\n"


def _copied_headers(request: str) -> list[tuple[str, str]]:
    head = re.split(r"\r?\n\r?\n", request, maxsplit=1)[0]
    copied: list[tuple[str, str]] = []
    for line in re.split(r"\r?\n(?![ \t])", head)[1:]:
        given, _, value = line.partition(":")
        name = _COPIED.get(given.strip().lower())
        if name and (name == "Via" or all(name != seen for seen, _ in copied)):
            copied.append((name, _tagged(name, re.sub(r"\s+", " ", value).strip())))
    return copied


def _tagged(name: str, value: str) -> str:
    return f"{value};tag={uuid.uuid4().hex[:8]}" if name == "To" and "tag=" not in value else value
