"""How calls end, as Kamailio knows it."""

import KSR

from naisen.edge.kemi.in_dialog import ANSWERED_BY, InDialog
from naisen.edge.kemi.message import text


class Endings(InDialog):
    """`engine.Ending`."""

    def note(self) -> str:
        return KSR.dialog.var_get("call") or ""

    def set_note(self, text: str) -> None:
        KSR.dialog.var_sets("call", text)

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
