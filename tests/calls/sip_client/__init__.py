"""A SIP phone for tests: says exactly what a test wants said, and lets it read every answer."""

from tests.calls.sip_client.message import Message, parse
from tests.calls.sip_client.phone import Call, Phone, digest

__all__ = ["Call", "Message", "Phone", "digest", "parse"]
