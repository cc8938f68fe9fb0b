"""Kamailio's side of the edge: the only file that knows KSR. Thin: what to do is decided elsewhere.

Every entry is guarded (`guard.Guard`). KSR's results are ints: > 0 is yes, and -1 is true to Python.
"""

import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import KSR

# Kamailio loads this file by its path; where the rest of naisen is, its configuration says.
SETTINGS: dict[str, Any] = json.loads(KSR.kx.get_def("NAISEN_SETTINGS"))
sys.path[:0] = [path for path in SETTINGS["python_paths"] if path not in sys.path]

from naisen.edge.call_events import on_dialog_event, on_failure  # noqa: E402
from naisen.edge.directory import Directory  # noqa: E402
from naisen.edge.engine import Address, Credentials, PasswordCheck, Ringing, RingResult, Uri  # noqa: E402
from naisen.edge.guard import Guard  # noqa: E402
from naisen.edge.identity import FOREIGN_HEADERS, asserted, quoted  # noqa: E402
from naisen.edge.keeping import Keeper  # noqa: E402
from naisen.edge.listener import Listener  # noqa: E402
from naisen.edge.malformed import refusal_of  # noqa: E402
from naisen.edge.refusals import unavailable  # noqa: E402
from naisen.edge.requests import answer_request  # noqa: E402
from naisen.edge.spool import Spool  # noqa: E402
from naisen.edge.stray_replies import may_pass  # noqa: E402

LOCATION = "location"
SAVE_FLAGS = 0x02 | 0x04  # no reply of its own; one contact per device, the newest
NAT, NAT_PING = 6, 7  # branch flags (kamailio.cfg.template)
RANG = 3  # message flag: a phone has rung
# Lives as long as the INVITE's transaction. (A dialog's variable is not for it: KSR.dialog.var_rm leaks the
# dialog in Kamailio 5.6, and one that stays would be written to the database.)
ANSWERED_BY = "$avp(answered_by)"
SANE = 17895 | 512  # the module's usual checks, and Proxy-Require
HASH_GIVEN = 1  # pv_auth_check: what we give is HA1
QOP_AUTH, STALE = 1, 16  # auth_challenge
VIA_DIFFERS = 2 | 16  # nat_uac_test: host or port of the Via are not the source's
MEDIA = "replace-origin replace-session-connection ICE=remove"
END_MEDIA = "delete-delay=0"
FIRST_SIGN_OF_LIFE_MS = 5000
CHECKS = {
    # Not a nonce of this process: every phone's, after the edge was started anew. A fresh one settles it.
    -1: PasswordCheck.STALE,
    -2: PasswordCheck.WRONG,
    -4: PasswordCheck.STALE,
    -5: PasswordCheck.STALE,
    -6: PasswordCheck.STALE,
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def text(name: str) -> str:
    """A pseudo-variable as text without control characters, '' where the message has none."""
    value = KSR.pv.get(name)
    return "" if value is None else _CONTROL.sub("", str(value))


class Kamailio:
    """`engine.Engine` and `engine.Bindings`, by KSR. Holds nothing: all state is the message's."""

    # -- reading

    def method(self) -> str:
        return text("$rm")

    def source(self) -> Address:
        return Address(text("$si"), int(KSR.pv.get("$sp")), text("$pr").lower())

    def terminal(self) -> str:
        return text("$ua")[:255]

    def request_uri(self) -> str:
        return text("$ou")

    def to_uri(self) -> Uri:
        return Uri(text("$tU"), text("$td").lower())

    def from_uri(self) -> Uri:
        return Uri(text("$fU"), text("$fd").lower())

    def called_uri(self) -> Uri:
        return Uri(text("$rU"), text("$rd").lower())

    def call_id(self) -> str:
        return text("$ci")[:255]

    def header(self, name: str) -> str:
        return text(f"$hdr({name})")

    def content_type(self) -> str:
        return text("$cT")

    def contacts(self) -> str:
        return text("$(hdr(Contact)[*])")

    def wanted_expiry_s(self) -> int | None:
        value = KSR.pv.get("$expires(min)")
        return None if value is None else int(value)

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def is_us(self, host: str) -> bool:
        return bool(KSR.is_myself(f"sip:{host}"))

    # -- screening

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
            KSR.corex.send_data(self.source().uri, refusal)

    def hops_left(self) -> bool:
        return bool(KSR.maxfwd.process_maxfwd(70) > 0)

    def is_in_dialog(self) -> bool:
        return bool(KSR.siputils.has_totag() > 0)

    def is_repeated(self) -> bool:
        return bool(KSR.tmx.t_precheck_trans() > 0 or KSR.tm.t_check_trans() == 0)

    # -- answering

    def may_answer(self) -> bool:
        """Whether the message in hand is a request that takes answers."""
        return bool(KSR.siputils.is_request() > 0 and KSR.pv.get("$rm") != "ACK")

    def reply(self, code: int, words: str, headers: Sequence[str] = ()) -> None:
        for header in headers:
            KSR.hdr.append_to_reply(header + "\r\n")
        KSR.sl.send_reply(code, words)

    def be_silent(self) -> None:
        """Nothing to do: a request that nobody answers is dropped when the route ends."""

    def begin_transaction(self) -> None:
        KSR.tm.t_newtran()

    # -- authentication

    def credentials(self, realm: str) -> Credentials | None:
        if KSR.auth.has_credentials(realm) < 0:
            return None
        return Credentials(text("$aU"), text("$adu"), text("$adn"))

    def check_password(self, realm: str, ha1: str) -> PasswordCheck:
        result = KSR.auth.pv_auth_check(realm, ha1, HASH_GIVEN, 0)
        return PasswordCheck.RIGHT if result > 0 else CHECKS.get(result, PasswordCheck.MALFORMED)

    def challenge(self, realm: str, *, stale: bool = False) -> None:
        KSR.auth.auth_challenge(realm, QOP_AUTH | STALE if stale else QOP_AUTH)

    def counted(self, table: str, key: str) -> int:
        return int(KSR.htable.sht_get(table, key) or 0)

    def count(self, table: str, key: str) -> int:
        return int(KSR.htable.sht_inc(table, key))

    # -- bindings

    def is_registered(self, login: str, domain: str) -> bool:
        return bool(KSR.registrar.registered_uri(LOCATION, f"sip:{login}@{domain}") > 0)

    def is_bound_from(self, login: str, domain: str, host: str) -> bool:
        if KSR.registrar.reg_fetch_contacts(LOCATION, f"sip:{login}@{domain}", "bound") < 0:
            return False
        received = text("$(ulc(bound=>received)[0])")
        KSR.registrar.reg_free_contacts("bound")
        return received.startswith(f"sip:{host}:")

    def store(self, login: str, domain: str) -> bool:
        # Where the phone really is: requests go back there, whatever its Contact says.
        KSR.nathelper.fix_nated_register()
        if KSR.nathelper.nat_uac_test(VIA_DIFFERS) > 0:
            KSR.setbflag(NAT)
            KSR.setbflag(NAT_PING)
        return bool(KSR.registrar.save_uri(LOCATION, SAVE_FLAGS, f"sip:{login}@{domain}") > 0)

    def accept(self) -> None:
        KSR.registrar.reg_send_reply()

    def drop_binding(self, login: str, domain: str) -> bool:
        if not self.is_registered(login, domain):
            return False
        return bool(KSR.registrar.unregister(LOCATION, f"sip:{login}@{domain}") > 0)

    # -- calls

    def ring(self, ringing: Ringing) -> RingResult:
        found = self._look_up(ringing)
        if not found:
            return RingResult.NOBODY
        self._clean()
        KSR.hdr.remove("Route")  # a phone may name us as its first hop, and nobody else
        KSR.auth.consume_credentials()
        KSR.rr.record_route()
        KSR.uac.uac_replace_from(quoted(ringing.shown_name), ringing.shown_uri)
        KSR.hdr.append(asserted(ringing.shown_name, ringing.shown_uri) + "\r\n")
        if not self._relay_media():
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

    def _clean(self) -> None:
        KSR.textops.remove_hf_re(FOREIGN_HEADERS)

    def _relay_media(self) -> bool:
        """Put the relay into the path of the SDP in hand, if there is one; False when it is down."""
        if KSR.textops.has_body_type("application/sdp") < 0:
            return True
        return bool(KSR.rtpengine.rtpengine_manage(MEDIA) > 0)

    def relay_cancel(self) -> bool:
        if KSR.tm.t_check_trans() < 0:
            return False
        KSR.tm.t_relay()
        return True

    # -- within dialogs

    def is_known_dialog(self) -> bool:
        return bool(KSR.dialog.is_known_dlg() > 0)

    def follow_route(self) -> bool:
        return bool(KSR.rr.loose_route() > 0)

    def is_from_caller(self) -> bool:
        return text("$ft") == text("$dlg(from_tag)")

    def relay_within(self, to: str) -> None:
        self._clean()
        if to:
            KSR.setdsturi(to)
        if self.method() == "BYE":
            KSR.rtpengine.rtpengine_delete(END_MEDIA)
        elif not self._relay_media() and self.may_answer():
            unavailable(self)
            return
        KSR.tm.t_on_reply("ksr_dialog_reply")
        if KSR.tm.t_relay() < 0:
            KSR.sl.sl_reply_error()

    # -- how calls end

    def note(self) -> str:
        return KSR.dialog.var_get("call") or ""

    def set_note(self, text: str) -> None:
        KSR.dialog.var_sets("call", text)

    def outcome_note(self) -> str:
        return KSR.dialog.var_get("outcome") or ""

    def set_outcome_note(self, text: str) -> None:
        KSR.dialog.var_sets("outcome", text)

    def status(self) -> tuple[int, str]:
        return int(KSR.pv.get("$T_reply_code") or 0), text("$T_reply_reason")

    def is_cancelled(self) -> bool:
        return bool(KSR.tm.t_is_canceled() > 0)

    def is_timeout(self) -> bool:
        return bool(KSR.tm.t_branch_timeout() > 0)

    def has_rung(self) -> bool:
        return bool(KSR.isflagset(RANG) > 0)

    def answering_branch(self) -> int | None:
        branch, order = KSR.pv.get(ANSWERED_BY), KSR.dialog.var_get("order")
        if branch is None:
            return None
        return int(order.split(",")[int(branch)]) if order else int(branch)

    def hung_up_by(self) -> str:
        if self.method() != "BYE":
            return "system"
        return "caller" if self.is_from_caller() else "callee"

    def answer_caller(self, code: int, words: str) -> None:
        KSR.tm.t_reply(code, words)

    def end_media(self) -> None:
        ids = f"call-id={text('$dlg(callid)')} from-tag={text('$dlg(from_tag)')}"
        KSR.rtpengine.rtpengine_delete(f"{END_MEDIA} {ids}")

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
        self._clean()
        self._relay_media()


def log_error(line: str) -> None:
    """One line into Kamailio's log."""
    KSR.err(f"naisen: {line}\n")


def log_info(line: str) -> None:
    """The same, where nothing is wrong."""
    KSR.info(f"naisen: {line}\n")


class Routes:
    """What Kamailio calls, by name."""

    def __init__(self) -> None:
        url = SETTINGS["database_url"]
        spool = Spool(Path(SETTINGS["run_dir"]) / "call-records")
        self._engine = Kamailio()
        self._directory = Directory(url)
        self._keep = Keeper(self._directory, spool, log_error)
        self._listener = Listener(url, self._directory, spool, log_info)
        self._guard = Guard(self._engine, self._engine.may_answer, log_error)

    def child_init(self, rank: int) -> int:
        """Once in every process; connections are made when they are needed."""
        return 0

    def ksr_request_route(self, msg: object) -> int:
        """Every request."""
        KSR.force_rport()  # answers go back to where the request came from (RFC 3581), asked for or not
        return self._guard.run(
            lambda: answer_request(self._engine, self._directory, self._keep, SETTINGS["min_expires_s"])
        )

    def ksr_reply_route(self, msg: object) -> int:
        """Every reply."""
        if KSR.tm.t_check_trans() < 0:
            return self._guard.run(self._drop_stray)
        return 1

    def _drop_stray(self) -> None:
        if not may_pass(self._engine):
            KSR.set_drop()

    def ksr_onsend_route(self, msg: object) -> int:
        """Wanted by t_relay, for nothing."""
        return 1

    def ksr_malformed(self, msg: object, unused: str = "") -> int:
        """A message that the parser gave up on."""
        try:
            self._engine.refuse_malformed()
        except (UnicodeError, ValueError, TypeError) as error:
            log_info(f"malformed and not answered: {error}")
        return 1

    def ksr_call_reply(self, msg: object) -> int:
        """A reply to a new call."""
        return self._guard.run(self._engine.on_call_reply)

    def ksr_dialog_reply(self, msg: object) -> int:
        """A reply within a dialog."""
        return self._guard.run(self._engine.on_dialog_reply)

    def ksr_call_failure(self, msg: object) -> int:
        """No phone has answered."""
        return self._guard.run(lambda: on_failure(self._engine))

    def ksr_dialog_event(self, msg: object, event: str) -> int:
        """A call was answered, ended or failed."""
        return self._guard.run(lambda: on_dialog_event(self._engine, event, self._keep))

    def ksr_listener_tick(self, msg: object, event: str) -> int:
        """The listener's process, again and again."""
        return self._guard.run(lambda: self._listener.tick(self._engine))


def mod_init() -> Routes:
    """Kamailio asks for the object that holds the routes."""
    return Routes()
