"""What Kamailio loads and calls, by name. Every entry is guarded (`guard.Guard`)."""

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

import KSR

# Kamailio loads this file by its path; where the rest of naisen is, its configuration says.
SETTINGS: dict[str, Any] = json.loads(KSR.kx.get_def("NAISEN_SETTINGS"))
sys.path[:0] = [path for path in SETTINGS["python_paths"] if path not in sys.path]

from naisen.edge.call_events import on_dialog_event, on_failure  # noqa: E402
from naisen.edge.carriers import load_sources  # noqa: E402
from naisen.edge.directory import DirectoryUnavailable  # noqa: E402
from naisen.edge.guard import Guard  # noqa: E402
from naisen.edge.keeping import Keeper  # noqa: E402
from naisen.edge.kemi.authentication import Authentication  # noqa: E402
from naisen.edge.kemi.bindings import Bindings  # noqa: E402
from naisen.edge.kemi.screening import Screening  # noqa: E402
from naisen.edge.kemi.subscriptions import Subscriptions  # noqa: E402
from naisen.edge.kemi.websockets import answer_web_request  # noqa: E402
from naisen.edge.lamps import remember  # noqa: E402
from naisen.edge.limits import recount  # noqa: E402
from naisen.edge.listener import Listener  # noqa: E402
from naisen.edge.media_flags import FRONTED_DOMAINS  # noqa: E402
from naisen.edge.notifier import Notifier  # noqa: E402
from naisen.edge.requests import answer_request  # noqa: E402
from naisen.edge.spool import Spool  # noqa: E402
from naisen.edge.stray_replies import may_pass  # noqa: E402
from naisen.edge.subscription_lookups import Subscriptions as SubscriptionLookups  # noqa: E402


class Kamailio(Screening, Authentication, Bindings, Subscriptions):
    """`engine.Engine` and `engine.Bindings`, by KSR."""


class World(SubscriptionLookups):
    """The directory with what only Kamailio's memory knows."""

    def __init__(self, url: str, engine: Kamailio) -> None:
        """`url`: libpq URI of the role naisen_edge."""
        super().__init__(url)
        self._engine = engine

    def registered(self, domain: str, login: str) -> bool:
        """Whether the device has a binding."""
        return self._engine.is_registered(login, domain)


def log_error(line: str) -> None:
    """One line into Kamailio's log."""
    KSR.err(f"naisen: {line}\n")


def log_info(line: str) -> None:
    """The same, where nothing is wrong."""
    KSR.info(f"naisen: {line}\n")


class Routes:
    """What kamailio.cfg calls, by name."""

    def __init__(self) -> None:
        url = SETTINGS["database_url"]
        spool = Spool(Path(SETTINGS["run_dir"]) / "call-records")
        self._engine = Kamailio(SETTINGS["addresses"], SETTINGS["sockets"])
        self._directory = World(url, self._engine)
        self._keep = Keeper(self._directory, spool, log_error)
        self._listener = Listener(url, self._directory, spool, SETTINGS["addresses"], log_info)
        self._notifier = Notifier(self._directory, log_info)
        self._guard = Guard(self._engine, self._engine.may_answer, log_error)
        self._remember()

    def _remember(self) -> None:
        """Before any request: what the calls hold that are still up, and where carriers' calls come from."""
        try:
            running = tuple(self._directory.running_calls().values())
            recount(self._engine, running)
            remember(self._engine, running)
            load_sources(self._engine, self._directory.trunk_sources())
            for domain in self._directory.fronted_domains():
                self._engine.count(FRONTED_DOMAINS, domain)
        except DirectoryUnavailable as error:
            log_error(f"started without the database: {error}")
        self._directory.disconnect()

    def child_init(self, rank: int) -> int:
        """Once in every process; connections are made when they are needed."""
        return 0

    def ksr_request(self, msg: object) -> int:
        """A request that nobody has looked at yet."""
        return self._guard.run(lambda: self._answer(is_screened=False))

    def ksr_screened_request(self, msg: object) -> int:
        """A request that kamailio.cfg has screened."""
        return self._guard.run(lambda: self._answer(is_screened=True))

    def _answer(self, *, is_screened: bool) -> None:
        min_expires_s = SETTINGS["min_expires_s"]
        answer_request(self._engine, self._directory, self._keep, min_expires_s, is_screened=is_screened)

    def ksr_stray_reply(self, msg: object) -> int:
        """A reply that belongs to no transaction."""
        return self._guard.run(lambda: may_pass(self._engine))

    def ksr_notify_reply(self, msg: object) -> int:
        """A phone's answer to a NOTIFY."""
        return self._guard.run(self._engine.note_notify_answer)

    def ksr_malformed(self, msg: object, unused: str = "") -> int:
        """A message that the parser gave up on."""
        try:
            self._engine.refuse_malformed()
        except (UnicodeError, ValueError, TypeError, SystemError) as error:  # SystemError: KSR takes no NUL
            log_info(f"malformed and not answered: {error}")
        return 1

    def ksr_reply(self, msg: object) -> int:
        """A reply of a call."""
        return self._guard.run(self._engine.on_reply)

    def ksr_hear_again(self, msg: object) -> int:
        """A phone says that it rings although another one has answered."""
        return self._guard.run(self._engine.hear_again)

    def ksr_call_failure(self, msg: object) -> int:
        """No phone has answered."""
        return self._guard.run(lambda: on_failure(self._engine, self._directory))

    def ksr_call_branch(self, msg: object) -> int:
        """One branch of a call is about to be sent."""
        return self._guard.run(self._engine.on_branch)

    def ksr_web_request(self, msg: object) -> int:
        """An HTTP request, which came to one of the front's sockets."""
        return self._guard.run(answer_web_request)

    def ksr_dialog_event(self, msg: object, event: str) -> int:
        """A call was answered, ended or failed."""
        return self._guard.run(lambda: on_dialog_event(self._engine, event, self._keep))

    def ksr_listener_tick(self, msg: object) -> int:
        """The listener's process, again and again."""
        return self._guard.run(lambda: self._listener.tick(self._engine))

    def ksr_notifier_tick(self, msg: object) -> int:
        """The notifier's process, again and again."""
        return self._guard.run(lambda: time.sleep(self._notifier.tick(self._engine)))


def mod_init() -> Routes:
    """Kamailio asks for the object that holds the routes."""
    routes = Routes()
    # What lives as long as the processes do is no garbage: they need not look through it again and again.
    gc.collect()
    gc.freeze()
    return routes
