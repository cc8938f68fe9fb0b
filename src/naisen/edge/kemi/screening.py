"""What Kamailio's own modules say of a message before anybody looks at what it wants."""

import KSR

from naisen.edge.kemi.message import Message
from naisen.edge.kemi.transport import inner
from naisen.edge.malformed import refusal_of

SANE = 17895 | 512  # the module's usual checks, and Proxy-Require


class Screening(Message):
    """`engine.Screened`, and what the dispatch asks."""

    def floods(self) -> bool:
        return bool(KSR.pike.pike_check_req() < 0)

    def is_sane(self) -> bool:
        if KSR.sanity.sanity_check(SANE, 7) > 0:
            return True
        if KSR.sanity.sanity_reply() < 0:
            self.refuse_malformed()
        return False

    def refuse_malformed(self) -> None:
        """400 where Kamailio cannot make a reply itself; straight to where the request came from."""
        refusal = refusal_of(str(KSR.pv.get("$mb")))
        if refusal is not None:
            KSR.corex.send_data(inner(self.source().uri), refusal)

    def hops_left(self) -> bool:
        return bool(KSR.maxfwd.process_maxfwd(70) > 0)

    def is_in_dialog(self) -> bool:
        return bool(KSR.siputils.has_totag() > 0)

    def is_repeated(self) -> bool:
        return bool(KSR.tmx.t_precheck_trans() > 0 or KSR.tm.t_check_trans() == 0)
