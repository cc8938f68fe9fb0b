"""How calls end, as Kamailio knows it."""

import time

import KSR

from naisen.edge.kemi.in_dialog import ANSWERED_BY, InDialog
from naisen.edge.kemi.message import text
from naisen.edge.stored_dialog import CONFIRMED, CSEQ_CHANGED, CSEQ_DIFF, StoredDialog, callees_route


class Endings(InDialog):
    """`engine.Ending`."""

    def note(self) -> str:
        return KSR.dialog.var_get("call") or ""

    def set_note(self, text: str) -> None:
        KSR.dialog.var_sets("call", text)

    def dialog_name(self) -> tuple[int, int]:
        return int(KSR.pv.get("$dlg(h_entry)")), int(KSR.pv.get("$dlg(h_id)"))

    def cseq_diff(self) -> str:
        return KSR.dialog.var_get(CSEQ_DIFF) or ""

    def answered_dialog(self) -> StoredDialog:
        # Kamailio takes down the callee's side only after this event; its own INSERT says '0' for the callee's CSeq, too.
        now_s = int(time.time())
        entry, number = self.dialog_name()
        return StoredDialog(
            hash_entry=entry,
            hash_id=number,
            callid=text("$dlg(callid)"),
            from_uri=text("$dlg(from_uri)"),
            from_tag=text("$dlg(from_tag)"),
            to_uri=text("$dlg(to_uri)"),
            to_tag=text("$tt"),
            caller_cseq=text("$dlg(from_cseq)"),
            callee_cseq="0",
            caller_route_set=text("$dlg(from_rs)") or None,
            callee_route_set=callees_route(text("$(hdr(Record-Route)[*])"), self.is_own_uri),
            caller_contact=text("$dlg(from_contact)"),
            callee_contact=text("$(ct{nameaddr.uri})"),
            caller_sock=text("$dlg(from_bindaddr)"),
            callee_sock=f"{text('$pr')}:{text('$Ri')}:{text('$Rp')}",
            state=CONFIRMED,
            start_time=now_s,
            timeout=now_s + int(KSR.pv.get("$dlg(lifetime)")),
            iflags=CSEQ_CHANGED if self.cseq_diff() else 0,
            req_uri=text("$dlg(to_uri)"),
        )

    def status(self) -> tuple[int, str]:
        return int(KSR.pv.get("$T_reply_code") or 0), text("$T_reply_reason")

    def is_cancelled(self) -> bool:
        return bool(KSR.tm.t_is_canceled() > 0)

    def is_timeout(self) -> bool:
        return bool(KSR.tm.t_branch_timeout() > 0)

    def answering_branch(self) -> int | None:
        branch = KSR.pv.get(ANSWERED_BY)
        return None if branch is None else int(branch)

    def hung_up_by(self) -> str:
        if self.method() != "BYE":
            return "system"
        return "caller" if self.is_from_caller() else "callee"

    def answer_caller(self, code: int, words: str) -> None:
        KSR.tm.t_reply(code, words)
