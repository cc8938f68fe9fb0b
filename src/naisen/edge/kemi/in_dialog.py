"""Requests and replies within a call, and replies to a new one."""

import KSR

from naisen.edge.kemi.media import Media
from naisen.edge.kemi.message import text
from naisen.edge.refusals import unavailable

RANG = 3  # message flag: a phone has rung
# Lives as long as the INVITE's transaction. (A dialog's variable is not for it: KSR.dialog.var_rm leaks the
# dialog in Kamailio 5.6, and one that stays would be written to the database.)
ANSWERED_BY = "$avp(answered_by)"


class InDialog(Media):
    """`engine.InDialog`, and what comes back."""

    def is_known_dialog(self) -> bool:
        return bool(KSR.dialog.is_known_dlg() > 0)

    def follow_route(self) -> bool:
        return bool(KSR.rr.loose_route() > 0)

    def is_from_caller(self) -> bool:
        return text("$ft") == text("$dlg(from_tag)")

    def relay_within(self, to: str) -> None:
        self.clean()
        if to:
            KSR.setdsturi(to)
        if self.method() == "BYE":
            self.end_media_of_message()
        elif not self.relay_media() and self.may_answer():
            unavailable(self)
            return
        KSR.tm.t_on_reply("ksr_dialog_reply")
        if KSR.tm.t_relay() < 0:
            KSR.sl.sl_reply_error()

    def is_success_of_invite(self) -> bool:
        """Whether the reply in hand is a 2xx to an INVITE."""
        return 200 <= int(KSR.pv.get("$rs")) < 300 and text("$rm") == "INVITE"

    def on_call_reply(self) -> None:
        """A phone's answer to a new call, remembered on its way back."""
        code = int(KSR.pv.get("$rs"))
        if code in (180, 183):
            KSR.setflag(RANG)
        elif 200 <= code < 300 and KSR.pv.get(ANSWERED_BY) is None:
            KSR.pv.sets(ANSWERED_BY, text("$T_branch_idx"))
        self.on_dialog_reply()

    def on_dialog_reply(self) -> None:
        """A reply within a dialog: cleaned, its media relayed."""
        self.clean()
        self.relay_media()
