"""What a lamp shows, as application/dialog-info+xml (RFC 4235)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

CONTENT_TYPE = "application/dialog-info+xml"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is at a dialog's end: a name ('' without one) and a SIP URI."""

    name: str
    uri: str


@dataclass(frozen=True, slots=True)
class LampDialog:
    """One call of the person who is watched.

    `id` is the same from one document to the next. `direction`: 'initiator' (the person calls) or 'recipient'.
    `state`: 'early', 'confirmed' or 'terminated'. `remote`: None where the watcher may not know.
    """

    id: str
    direction: str
    state: str
    remote: Identity | None = None


def document(entity: str, version: int, dialogs: Sequence[LampDialog]) -> str:
    """The whole state of `entity` (its SIP URI); without dialogs the person is free.

    `version` rises by one from each document to a subscriber to the next (RFC 4235 4.1).
    """
    head = f'<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{version}" state="full" entity={_quoted(entity)}>'
    lines = [line for dialog in dialogs for line in _dialog(entity, dialog)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *lines, "</dialog-info>", ""])


def _dialog(entity: str, dialog: LampDialog) -> list[str]:
    lines = [
        f"<dialog id={_quoted(dialog.id)} direction={_quoted(dialog.direction)}>",
        f"<state>{_text(dialog.state)}</state>",
        *_party("local", Identity("", entity)),
    ]
    if dialog.remote is not None:
        lines += _party("remote", dialog.remote)
    return [*lines, "</dialog>"]


def _party(which: str, party: Identity) -> list[str]:
    display = f" display={_quoted(party.name)}" if party.name else ""
    return [
        f"<{which}>",
        f"<identity{display}>{_text(party.uri)}</identity>",
        f"<target uri={_quoted(party.uri)}/>",
        f"</{which}>",
    ]


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("", text))
