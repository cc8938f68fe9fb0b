"""Registers many devices at a steady rate and remembers what the server acknowledged.

Every registration names a Contact of its own, so that afterwards it can be told whether the newest
acknowledged one of each device is really stored.
"""

import asyncio
import itertools
import re
import time
import uuid
from dataclasses import dataclass, field

from tests.calls.sip_client import digest

RETRANSMIT_S = 0.5
GIVE_UP_S = 4.0


@dataclass
class Account:
    """A device that registers."""

    login: str
    password: str
    domain: str
    acknowledged: str | None = None  # the Contact of the newest 200
    asked_since: list[str] = field(default_factory=list)  # Contacts sent after it, which may be stored too


@dataclass
class Counts:
    """What happened, in numbers. `longest_gap_s` is the longest time without any 200."""

    acknowledged: int = 0
    unavailable: int = 0
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)
    longest_gap_s: float = 0.0
    last_at: float = field(default_factory=time.monotonic)

    def acknowledge(self) -> None:
        """Count a 200."""
        now = time.monotonic()
        self.longest_gap_s = max(self.longest_gap_s, now - self.last_at)
        self.last_at = now
        self.acknowledged += 1


class Registering(asyncio.DatagramProtocol):
    """One UDP socket from which all accounts register."""

    def __init__(self, server: tuple[str, int], accounts: list[Account]) -> None:
        self.server, self.accounts, self.counts = server, accounts, Counts()
        self._answers: dict[str, asyncio.Future[bytes]] = {}
        self._serial = itertools.count(1)

    async def run(self, *, per_second: int, stop: asyncio.Event) -> None:
        """Start `per_second` registrations a second until `stop`, and wait for the last to end."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._transport, began, tasks = transport, loop.time(), set()
        for number, account in enumerate(itertools.cycle(self.accounts)):
            if stop.is_set():
                break
            tasks.add(asyncio.create_task(self._register(account)))
            await asyncio.sleep(max(0.0, began + (number + 1) / per_second - loop.time()))
        await asyncio.gather(*tasks)
        transport.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """Hand an answer to whoever waits for it."""
        found = re.search(rb"\r\nCSeq: *(\d+) REGISTER", data)
        waiting = self._answers.get(found[1].decode()) if found else None
        if waiting is not None and not waiting.done():
            waiting.set_result(data)

    async def _register(self, account: Account) -> None:
        contact = f"sip:{account.login}-{next(self._serial)}@127.0.0.1:{self._transport.get_extra_info('sockname')[1]}"
        account.asked_since.append(contact)
        call_id = uuid.uuid4().hex
        answer = await self._ask(account, contact, call_id, "")
        # A phone answers a second challenge too, when it says that only the nonce was stale.
        for attempt in range(2):
            challenge = re.search(rb"WWW-Authenticate: *([^\r]+)", answer or b"")
            if challenge is None or (attempt and b"stale=true" not in challenge[1]):
                break
            proof = digest(
                challenge[1].decode(),
                login=account.login,
                password=account.password,
                method="REGISTER",
                uri=f"sip:{account.domain}",
            )
            answer = await self._ask(account, contact, call_id, f"Authorization: {proof}\r\n")
        self._count(account, contact, answer)

    async def _ask(self, account: Account, contact: str, call_id: str, proof: str) -> bytes | None:
        cseq, address = str(next(self._serial)), self._transport.get_extra_info("sockname")
        name = f"sip:{account.login}@{account.domain}"
        text = (
            f"REGISTER sip:{account.domain} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {address[0]}:{address[1]};rport;branch=z9hG4bK{uuid.uuid4().hex}\r\n"
            f"Max-Forwards: 70\r\nFrom: <{name}>;tag={uuid.uuid4().hex[:8]}\r\nTo: <{name}>\r\n"
            f"Call-ID: {call_id}\r\nCSeq: {cseq} REGISTER\r\nContact: <{contact}>\r\nExpires: 600\r\n{proof}"
            "User-Agent: chaos\r\nContent-Length: 0\r\n\r\n"
        )
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[cseq] = answer
        try:
            for _ in range(round(GIVE_UP_S / RETRANSMIT_S)):
                self._transport.sendto(text.encode(), self.server)
                done, _ = await asyncio.wait([answer], timeout=RETRANSMIT_S)
                if done:
                    return answer.result()
            return None
        finally:
            del self._answers[cseq]

    def _count(self, account: Account, contact: str, answer: bytes | None) -> None:
        if answer is None:
            self.counts.unanswered += 1
        elif answer.startswith(b"SIP/2.0 200"):
            self.counts.acknowledge()
            if contact not in account.asked_since:  # a later one has overtaken it: either may be stored last
                account.asked_since.append(contact)
                return
            account.acknowledged = contact
            account.asked_since = account.asked_since[account.asked_since.index(contact) + 1 :]
        elif answer.startswith(b"SIP/2.0 503"):
            self.counts.unavailable += 1
        else:
            self.counts.refused.append(answer.split(b"\r\n")[0].decode())
