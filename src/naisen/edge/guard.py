"""No request is left without an answer: an exception in a route would send none at all."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from naisen.edge.directory import DirectoryUnavailable
from naisen.edge.engine import Answerer
from naisen.edge.refusals import unavailable


@dataclass(frozen=True, slots=True)
class Guard:
    """Runs a route's work; `may_answer` says whether the message in hand is a request that takes answers."""

    engine: Answerer
    may_answer: Callable[[], bool]
    log: Callable[[str], None]

    def run(self, work: Callable[[], object]) -> int:
        """Do the work; on an exception log its reason and answer 503, 400 or 500.

        Returns 1, or -1 where the work returned False: kamailio.cfg drops the message then.
        """
        try:
            if work() is False:
                return -1
        except DirectoryUnavailable as error:
            self._fail(f"503: {error}", lambda: unavailable(self.engine))
        except UnicodeDecodeError as error:
            self._fail(f"400: not UTF-8: {error.reason}", lambda: self.engine.reply(400, "Not UTF-8"))
        except Exception:
            self._fail("500: " + traceback.format_exc(), lambda: self.engine.reply(500, "Server Error"))
        return 1

    def _fail(self, why: str, answer: Callable[[], None]) -> None:
        self.log(" | ".join(why.splitlines()))
        if self.may_answer():
            answer()
