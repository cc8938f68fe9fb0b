"""Ringing phones."""

import KSR

from naisen.edge.engine import Ringing, RingResult
from naisen.edge.identity import asserted, quoted
from naisen.edge.kemi.bindings import LOCATION
from naisen.edge.kemi.media import Media

FIRST_SIGN_OF_LIFE_MS = 5000


class Calls(Media):
    """Carries decisions out."""

    def ring(self, ringing: Ringing) -> RingResult:
        found = self._look_up(ringing)
        if not found:
            return RingResult.NOBODY
        self.clean()
        KSR.hdr.remove("Route")  # a phone may name us as its first hop, and nobody else
        KSR.auth.consume_credentials()
        KSR.rr.record_route()
        KSR.uac.uac_replace_from(quoted(ringing.shown_name), ringing.shown_uri)
        KSR.hdr.append(asserted(ringing.shown_name, ringing.shown_uri) + "\r\n")
        if not self.relay_media():
            return RingResult.NO_MEDIA_RELAY
        KSR.dialog.dlg_manage()
        KSR.dialog.var_sets("call", ringing.note)
        if len(found) < len(ringing.logins):
            KSR.dialog.var_sets("order", ",".join(map(str, found)))
        KSR.tm.t_set_fr(ringing.timeout_s * 1000, FIRST_SIGN_OF_LIFE_MS)
        KSR.tm.t_set_disable_6xx(0 if ringing.one_decline_ends else 1)
        KSR.tm.t_on_reply("ksr_call_reply")
        KSR.tm.t_on_failure("ksr_call_failure")
        if KSR.tm.t_relay() < 0:
            KSR.tm.t_reply(480, "Temporarily Unavailable")
        return RingResult.RINGING

    def _look_up(self, ringing: Ringing) -> list[int]:
        """Make a branch for every login that is bound; return their positions, in the branches' order."""
        found: list[int] = []
        for position, login in enumerate(ringing.logins):
            look_up = KSR.registrar.lookup_to_dset if found else KSR.registrar.lookup_uri
            if look_up(LOCATION, f"sip:{login}@{ringing.domain}") > 0:
                found.append(position)
        return found

    def relay_cancel(self) -> bool:
        if KSR.tm.t_check_trans() < 0:
            return False
        KSR.tm.t_relay()
        return True
