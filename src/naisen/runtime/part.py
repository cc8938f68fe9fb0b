"""What the supervisor needs to know of a part; each part's own file fills it in."""

import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from naisen.runtime.setting import Setting

Command = Sequence[str | Path]


class Part(ABC):
    """One part: how it starts, when it is ready, how it stops."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    """Sent to stop it in good order."""
    hurry_signal: ClassVar[signal.Signals] = signal.SIGKILL
    """Sent when it must stop at once."""
    stop_patience_s: ClassVar[float] = 5.0
    start_patience_s: ClassVar[float] = 30.0
    is_essential: ClassVar[bool] = True
    """Whether Naisen is ready only when this part is."""

    def __init__(self, setting: Setting) -> None:
        """Note the instance that the part belongs to."""
        self.setting = setting

    def before_start(self) -> None:  # noqa: B027 - most parts need nothing here
        """Do what must be done before each start; blocking is allowed. Raises StartError."""

    @abstractmethod
    def command(self) -> Command:
        """Return the command line; it stays in the foreground and holds no secret."""

    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """Return the environment, secrets included."""

    @abstractmethod
    async def is_ready(self) -> bool:
        """Ask the part itself whether it works now."""

    def leftovers(self) -> list[int]:
        """Return pids of this part that neither its session nor its environment gives away."""
        return []

    @property
    def marks(self) -> dict[str, str]:
        """The environment variables by which every process of this part is known."""
        return {"NAISEN_DATA": str(self.setting.instance.data), "NAISEN_PART": self.name}

    @property
    def log(self) -> Path:
        """The file that takes the part's output."""
        return self.setting.instance.logs / f"{self.name}.log"
