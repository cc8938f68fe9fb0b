"""Where the phones are: Kamailio's table of bindings."""

import KSR

from naisen.edge.kemi.message import Message, text
from naisen.edge.kemi.transport import inner
from naisen.edge.media_flags import FRONTED

LOCATION = "location"
PASSWORDS = "passwords"  # htable: login@domain → HA1
SAVE_FLAGS = 0x02 | 0x04  # no reply of its own; one contact per device, the newest
NAT, NAT_PING = 6, 7  # branch flags (kamailio.cfg.template)
VIA_DIFFERS = 2 | 16  # nat_uac_test: host or port of the Via are not the source's


class Bindings(Message):
    """`engine.Bindings`, and the bindings' part of `engine.Registrar`."""

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
        if self.source_transport() in FRONTED:
            KSR.pv.sets("$avp(received)", inner(self.source().uri))
        if KSR.nathelper.nat_uac_test(VIA_DIFFERS) > 0:
            KSR.setbflag(NAT)
            KSR.setbflag(NAT_PING)
        return bool(KSR.registrar.save_uri(LOCATION, SAVE_FLAGS, f"sip:{login}@{domain}") > 0)

    def accept(self) -> None:
        KSR.registrar.reg_send_reply()

    def remember_password(self, login: str, domain: str, ha1: str) -> None:
        KSR.htable.sht_sets(PASSWORDS, f"{login}@{domain}", ha1)

    def forget_passwords(self) -> None:
        KSR.htable.sht_reset(PASSWORDS)

    def note_listening(self) -> None:
        KSR.htable.sht_seti("listening", "now", 1)

    def drop_binding(self, login: str, domain: str) -> bool:
        KSR.htable.sht_rm(PASSWORDS, f"{login}@{domain}")
        if not self.is_registered(login, domain):
            return False
        return bool(KSR.registrar.unregister(LOCATION, f"sip:{login}@{domain}") > 0)
