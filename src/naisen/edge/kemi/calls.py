"""Placing calls: the first stage in the request route, the next ones in the failure route."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import KSR

from naisen.edge.identity import asserted, quoted
from naisen.edge.kemi.bindings import LOCATION
from naisen.edge.kemi.carrier import Carrier
from naisen.edge.kemi.message import text
from naisen.edge.pickup import RINGING
from naisen.edge.placing import Appearance, ChallengeAnswer, Destination, Placed, Placing
from naisen.routing import Device

FIRST_SIGN_OF_LIFE_MS = 5000
HA1_GIVEN = 1  # uac_auth_mode: the password is HA1
ROUTE_EACH = "$avp(route_each)"  # each branch has a Record-Route of its own
HIDE = "$avp(hide)"  # answers go to a carrier: what their Contact says instead of the phone's
DRESSED_APART = "$var(dressed_apart)"  # of this process: the branches being sent pass `Calls.on_branch`
PICKED = "picked"  # htable: transaction → who has picked it up, "device:person,…" in their branches' order
AUTO_ANSWER = (
    "Call-Info: <sip:naisen.invalid>;answer-after=0\r\n"
    "Alert-Info: <http://naisen.invalid>;info=alert-autoanswer\r\n"
    "Answer-Mode: Auto\r\n"
)
"""Which of them a phone heeds varies by brand (RFC 5373 is the last one)."""


class Calls(Carrier):
    """Carries decisions out."""

    def __init__(self, addresses: dict[str, str]) -> None:
        """`addresses`: host:port of ours by transport.

        Between placing a call and its branch route, this process remembers what the branches look like.
        """
        super().__init__(addresses)
        self._branch: Appearance | None = None
        self._auto_answer = False

    def place(self, placing: Placing) -> Placed:
        self.clean()
        KSR.hdr.remove("Route")  # a phone may name us as its first hop, and nobody else
        KSR.auth.consume_credentials()
        if placing.is_mixed:
            self.mark_secured()
        # Where no phone of the company is on TLS or WSS, no branch goes there (`Placing.is_mixed`).
        branches = self.branch_addresses() if placing.is_mixed else []
        each_branch = self.note_secured(branches) or placing.is_mixed or placing.may_go_on
        if each_branch:
            KSR.pv.sets(ROUTE_EACH, "1")
        else:
            KSR.rr.record_route()
        if placing.replaces:
            KSR.hdr.append(f"Replaces: {placing.replaces}\r\n")
        if not each_branch and not self._dress(placing.appearance):
            return Placed.NO_MEDIA_RELAY
        if placing.caller_line:
            KSR.pv.sets(HIDE, self.contact_for(placing.caller_line, self.source().transport))
        KSR.dialog.dlg_manage()
        is_plain = not (each_branch or placing.caller_line or placing.appearance.is_outside)
        self._relay(placing, placing.appearance if each_branch else None, is_plain=is_plain)
        return Placed.RINGING

    def place_next(self, placing: Placing) -> Placed:
        self.note_secured(self.branch_addresses())
        self._relay(placing, placing.appearance, is_plain=False)
        return Placed.RINGING

    def make_branches(self, destinations: Sequence[Destination], domain: str) -> list[Destination]:
        found: list[Destination] = []
        for destination in destinations:
            if destination.uri:
                KSR.seturi(destination.uri)
                if destination.at:
                    self.send_to(destination.at)
                found.append(destination)
                continue
            look_up = KSR.registrar.lookup_to_dset if found else KSR.registrar.lookup_uri
            if look_up(LOCATION, f"sip:{destination.login}@{domain}") > 0:
                found.append(destination)
        return found

    def _dress(self, appearance: Appearance) -> bool:
        """Show who calls, to all branches or (in the branch route) to one; False without the media relay."""
        KSR.uac.uac_replace_from(quoted(appearance.name), appearance.uri)
        if appearance.asserted_uri:
            name = "" if appearance.is_outside else appearance.name
            KSR.hdr.append(asserted(name, appearance.asserted_uri) + "\r\n")
        if appearance.is_private:
            KSR.hdr.append("Privacy: id\r\n")
        if appearance.is_outside:
            KSR.uac.uac_replace_to("", appearance.to_uri)
            self.hide_request(appearance.number)
        return self.relay_media(hide_names=appearance.is_outside)

    def _relay(self, placing: Placing, each_branch: Appearance | None, *, is_plain: bool) -> None:
        KSR.dialog.var_sets("call", placing.note)
        if placing.ringing:
            KSR.htable.sht_sets(RINGING, self.transaction(), placing.ringing)
        KSR.tm.t_set_fr(placing.timeout_s * 1000, FIRST_SIGN_OF_LIFE_MS)
        KSR.tm.t_set_disable_6xx(0 if placing.one_decline_ends else 1)
        self._set_routes(is_plain=is_plain)
        with self._dressing(each_branch):
            if KSR.tm.t_relay() < 0:
                KSR.tm.t_reply(480, "Temporarily Unavailable")

    def _set_routes(self, *, is_plain: bool) -> None:
        """`is_plain`: no answer will tell anything that must be hidden (kamailio.cfg.template has these routes)."""
        KSR.tm.t_on_branch("CALL_BRANCH")
        KSR.tm.t_on_reply("PLAIN_CALL_REPLY" if is_plain else "CALL_REPLY")
        KSR.tm.t_on_failure("CALL_FAILURE")

    def answer_challenge(self, answer: ChallengeAnswer, note: str) -> bool:
        for name, value in (("realm", answer.realm), ("user", answer.user), ("ha1", answer.ha1)):
            KSR.pv.sets(f"$avp(carrier_{name})", value)
        if KSR.uac.uac_auth_mode(HA1_GIVEN) < 0:
            return False
        self.send_to(answer.at)
        KSR.dialog.var_sets("call", note)
        self._set_routes(is_plain=False)
        # Where all branches look alike, this one has what the request route wrote; else it is dressed as the first was.
        with self._dressing(answer.appearance if KSR.pv.get(ROUTE_EACH) is not None else None):
            return bool(KSR.tm.t_relay() > 0)

    @contextmanager
    def _dressing(self, appearance: Appearance | None, *, auto_answer: bool = False) -> Iterator[None]:
        """Have the branches that are sent meanwhile look so (`on_branch`); None: as they are."""
        if appearance is None and not auto_answer:
            yield
            return
        self._branch, self._auto_answer = appearance, auto_answer
        KSR.pv.seti(DRESSED_APART, 1)
        try:
            yield
        finally:
            self._branch, self._auto_answer = None, False
            KSR.pv.seti(DRESSED_APART, 0)

    def on_branch(self) -> bool:
        """One branch is about to be sent; False: not that one."""
        if self._auto_answer:
            KSR.hdr.append(AUTO_ANSWER)
        # Where all branches look alike, a picker's has what the request route wrote.
        if self._branch is None or (self._auto_answer and KSR.pv.get(ROUTE_EACH) is None):
            return True
        if not self._dress(self._branch):
            return False
        if KSR.pv.get(ROUTE_EACH) is not None:
            self.stay_in_path(self._branch)
        return True

    def transaction(self) -> str:
        """The name of the transaction in hand, for other processes."""
        return f"{text('$T(id_index)')}:{text('$T(id_label)')}"

    def stop_ringing(self) -> None:
        KSR.htable.sht_rm(RINGING, self.transaction())

    def ringing_calls(self) -> dict[str, str]:
        return self.table(RINGING)

    def join(self, transaction: str, device: Device, appearance: Appearance | None) -> bool:
        before = KSR.htable.sht_get(PICKED, transaction)
        picker = f"{device.device_id}:{device.person_id or ''}"
        KSR.htable.sht_sets(PICKED, transaction, f"{before},{picker}" if before else picker)
        index, label = transaction.split(":")
        uri = f"sip:{device.login}@{device.domain}"
        with self._dressing(appearance, auto_answer=True):
            return bool(KSR.tsilo.ts_append_to_uri(int(index), int(label), LOCATION, uri) > 0)

    def pickers(self) -> list[tuple[int, int | None]]:
        picked = KSR.htable.sht_get(PICKED, self.transaction())
        pairs = [one.split(":") for one in str(picked).split(",")] if picked else []
        return [(int(device), int(person) if person else None) for device, person in pairs]

    def relay_cancel(self) -> bool:
        if KSR.tm.t_check_trans() < 0:
            return False
        KSR.tm.t_relay()
        return True
