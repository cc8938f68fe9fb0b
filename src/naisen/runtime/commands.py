"""Short programs that prepare something: their output goes to a log, a failure becomes one line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from naisen.runtime import logs, processes
from naisen.runtime.errors import StartError


async def run(
    what: str, argv: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path
) -> None:
    """Run a program to its end. `what` finishes «cannot …». Cancelling ends the program.

    Raises StartError with the last line that the program said.
    """
    with log.open("ab") as output:
        process = processes.spawn(argv, environment=environment, folder=folder, output=output)
    try:
        code = await processes.ended(process)
    finally:
        processes.end_all(lambda: processes.family(process.pid, {}))
        process.wait()
    if code != 0:
        said = logs.complaint(log) or f"code {code}"
        raise StartError(f"cannot {what}: {said}; see {log}")
