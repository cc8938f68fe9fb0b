"""What Kamailio's processes share: small tables of counts and texts, and its commands."""

import json

import KSR

from naisen.edge.kemi.message import Message, text


class Memory(Message):
    """`engine.Counters` and `carriers.Memory`."""

    def counted(self, table: str, key: str) -> int:
        return int(KSR.htable.sht_get(table, key) or 0)

    def count(self, table: str, key: str) -> int:
        return int(KSR.htable.sht_inc(table, key))

    def uncount(self, table: str, key: str) -> int:
        return int(KSR.htable.sht_dec(table, key))

    def noted(self, table: str, key: str) -> str:
        return str(KSR.htable.sht_get(table, key) or "")

    def table(self, table: str) -> dict[str, str]:
        found: dict[str, str] = {}
        KSR.htable.sht_iterator_start("all", table)
        while KSR.htable.sht_iterator_next("all") > 0:
            found[text("$shtitkey(all)")] = str(KSR.pv.get("$shtitval(all)"))
        KSR.htable.sht_iterator_end("all")
        return found

    def set_text(self, table: str, key: str, value: str) -> None:
        KSR.htable.sht_sets(table, key, value)

    def set_count(self, table: str, key: str, value: int) -> None:
        KSR.htable.sht_seti(table, key, value)

    def remove(self, table: str, key: str) -> None:
        KSR.htable.sht_rm(table, key)

    def command(self, method: str, *parameters: str | int) -> str:
        request = {"jsonrpc": "2.0", "method": method, "params": list(parameters), "id": 1}
        KSR.jsonrpcs.exec(json.dumps(request))
        return str(KSR.pv.get("$jsonrpl(body)") or "")
