"""The directory's answers that only the edge needs: carriers, calls that are up, a tenant's yen."""

from naisen.edge.call_state import CallState, state_from_note
from naisen.edge.line_lookups import LineLookups
from naisen.edge.spending import Day
from naisen.edge.transfer import Running
from naisen.edge.trunks import Trunk

_TRUNK = "SELECT trunk_id, host, at, realm, auth_user, auth_ha1 FROM edge.trunk WHERE trunk_id = %s"
_TRUNK_OF_CODE = "SELECT trunk_id FROM edge.trunk WHERE code = %s AND kind = 'registering'"
_TRUNK_SOURCES = "SELECT address, trunk_id FROM edge.trunk_source"
_DAY = "SELECT yen_per_day, spent_yen FROM edge.limits WHERE tenant_id = %s"
_NOTE = (
    "SELECT d.from_tag, d.to_tag, d.caller_contact, d.callee_contact, v.dialog_value FROM edge.dialog d"
    " JOIN edge.dialog_vars v ON v.hash_entry = d.hash_entry AND v.hash_id = d.hash_id AND v.dialog_key = 'call'"
)
_RUNNING = _NOTE + " WHERE d.callid = %s AND d.state IN (3, 4)"
_NOTES = "SELECT hash_entry, hash_id, dialog_value FROM edge.dialog_vars WHERE dialog_key = 'call'"
# Prepared while the tables are nearly empty, a plain join would search each note once for every dialog.
_CHARGED = (
    "WITH charged AS MATERIALIZED (SELECT hash_entry, hash_id, dialog_value FROM edge.dialog_vars"
    " WHERE dialog_key = 'call' AND dialog_value LIKE '%\"rate\":%')"
    " SELECT c.hash_entry, c.hash_id, c.dialog_value FROM charged c WHERE EXISTS (SELECT FROM edge.dialog d"
    " WHERE d.hash_entry = c.hash_entry AND d.hash_id = c.hash_id AND d.state IN (3, 4) OFFSET 0)"
)
_ENDED = "SELECT hash_entry, hash_id FROM edge.ended_dialogs()"
_TRUNK_STATE = "SELECT edge.note_trunk_state(%s, %s)"
_FRONTED_DOMAINS = "SELECT DISTINCT domain FROM edge.location WHERE received ~ ';front='"
_OWN_ADDRESS = "SELECT edge.note_own_address(%s, %s)"


class CallDirectory(LineLookups):
    """The directory with these look-ups; all of them raise DirectoryUnavailable, too."""

    def trunk(self, trunk_id: int) -> Trunk | None:
        """The carrier, None where it is gone."""
        rows = self._rows(_TRUNK, trunk_id)
        return Trunk(*rows[0]) if rows else None

    def trunk_of_code(self, code: str) -> int | None:
        """The registering trunk whose contact's user is `code`."""
        rows = self._rows(_TRUNK_OF_CODE, code)
        return int(rows[0][0]) if rows else None

    def trunk_sources(self) -> list[tuple[str, int]]:
        """(address or network, trunk) of everything that carriers' calls come from."""
        return [(str(address), int(trunk)) for address, trunk in self._rows(_TRUNK_SOURCES)]

    def day(self, tenant_id: int) -> Day:
        """What the tenant may spend today, and has spent."""
        rows = self._rows(_DAY, tenant_id)
        return Day(*rows[0]) if rows else Day(None, 0)

    def running_call(self, call_id: str) -> Running | None:
        """The call of that Call-ID, where it is up."""
        rows = self._rows(_RUNNING, call_id)
        return Running(*rows[0]) if rows else None

    def running_calls(self) -> dict[tuple[int, int], CallState]:
        """Kamailio's ids of every stored dialog, and its call."""
        return self._calls(_NOTES)

    def charged_calls(self) -> dict[tuple[int, int], CallState]:
        """The same of the calls that are up and cost something."""
        return self._calls(_CHARGED)

    def ended_dialogs(self) -> list[tuple[int, int]]:
        """Kamailio's ids of every stored dialog whose call is over."""
        return [(int(entry), int(number)) for entry, number in self._rows(_ENDED)]

    def fronted_domains(self) -> list[str]:
        """Domains of which a phone is registered on TLS or WSS."""
        return [str(domain) for (domain,) in self._rows(_FRONTED_DOMAINS)]

    def note_trunk_states(self, registered: dict[str, bool]) -> None:
        """Keep for the operator which registering trunks' carriers have accepted us."""
        for code, is_registered in registered.items():
            self._rows(_TRUNK_STATE, code, is_registered)

    def note_own_addresses(self, addresses: dict[str, str]) -> None:
        """Keep where phones, and carriers that we register with, reach us: host:port by transport."""
        for transport, address in addresses.items():
            self._rows(_OWN_ADDRESS, transport, address)

    def disconnect(self) -> None:
        """Close the connection, if there is one: it must not be shared over a fork."""
        self._forget()

    def _calls(self, query: str) -> dict[tuple[int, int], CallState]:
        rows = self._rows(query)
        return {(int(entry), int(number)): state_from_note(note) for entry, number, note in rows}
