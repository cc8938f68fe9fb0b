"""Requests and replies within a call, and replies to a new one."""

import time

import KSR

from naisen.edge.kemi.calls import HIDE, Calls
from naisen.edge.kemi.message import text
from naisen.edge.placing import Branch
from naisen.edge.refusals import unavailable

ANSWERED_BY = "$avp(answered_by)"  # the position of the branch that has answered
HEAR_AGAIN_S = 0.002
HEAR_AGAIN_TURNS = 50  # answering takes some ms: rtpengine is asked
LOOSE = 1  # never take a Request-URI that names us for a strict router's


class InDialog(Calls):
    """`engine.InDialog`, and what comes back."""

    def is_known_dialog(self) -> bool:
        return bool(KSR.dialog.is_known_dlg() > 0)

    def follow_route(self) -> bool:
        return bool(KSR.rr.loose_route_mode(LOOSE) > 0)

    def is_from_caller(self) -> bool:
        return text("$ft") == text("$dlg(from_tag)")

    def relay_within(
        self, to: str, *, hide_from: str = "", hide_answers: str = "", has_media: bool = True
    ) -> None:
        self.clean()
        if hide_answers:  # it comes from a carrier, which knows our address only
            KSR.seturi(text("$dlg(to_contact)" if self.is_from_caller() else "$dlg(from_contact)"))
            KSR.pv.sets(HIDE, self.contact_for(hide_answers, self.source().transport))
        if to:
            self.send_to(to)
        if hide_from:
            self.hide_request(hide_from)
        if self.method() == "BYE":
            if has_media:
                self.end_media_of_message()
        elif not self.relay_media(hide_names=bool(hide_from)) and self.may_answer():
            unavailable(self)
            return
        KSR.tm.t_on_reply("REPLY")
        if KSR.tm.t_relay() < 0:
            KSR.sl.sl_reply_error()

    def is_success_of_invite(self) -> bool:
        """Whether the reply in hand is a 2xx to an INVITE."""
        return 200 <= int(KSR.pv.get("$rs")) < 300 and text("$rm") == "INVITE"

    def hear_again(self) -> None:
        """A phone says that it rings while tm is still busy with another one's answer: it must be cancelled.

        If tm has heard nothing from it yet when it cancels those that ring, it gives the branch up without a word
        (F_CANCEL_B_KILL) and the phone rings on. What comes in for a branch that has been given up it does cancel,
        so let this come in again until then; tm no longer asks us then.
        """
        counter = f"$avp(again{text('$T_branch_idx')})"
        turns = int(KSR.pv.get(counter) or 0)
        if turns < HEAR_AGAIN_TURNS:
            KSR.pv.seti(counter, turns + 1)
            time.sleep(HEAR_AGAIN_S)
            KSR.corex.send_data(f"sip:{self.own_address('udp')}", text("$mb"))

    def on_reply(self) -> None:
        """A reply of a call, new or up: cleaned, its media relayed."""
        self.clean()
        hide = KSR.pv.get(HIDE)
        if hide is None:
            self.restore_via()
        else:
            self.hide_inside(str(hide))
        self.relay_media(hide_names=hide is not None)

    def branch(self, position: int) -> Branch:
        rang, code = KSR.pv.get(f"$avp(rang{position})"), KSR.pv.get(f"$avp(code{position})")
        return Branch(int(float(rang) * 1000) if rang else None, int(code or 0))
