"""How one part is kept, shown with a part of the tests' own."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path

import pytest

from naisen.runtime import keeper, processes, state
from naisen.runtime.address import Address
from naisen.runtime.errors import StartError
from naisen.runtime.instance import Instance
from naisen.runtime.part import Command, Part
from naisen.runtime.secret_files import Secrets
from naisen.runtime.setting import Setting


class Sleeper(Part):
    """A part that does nothing but live; `script` is run by a shell, `answers` is what it says when asked."""

    name = "sleeper"
    script = "exec sleep 60"
    answers = True

    def command(self) -> Command:
        return ["/bin/sh", "-c", self.script]

    def environment(self) -> Mapping[str, str]:
        return {"PATH": os.environ["PATH"]}

    async def is_ready(self) -> bool:
        return self.answers


@pytest.fixture
def sleeper(tmp_path: Path) -> Sleeper:
    instance = Instance(tmp_path / "data", Address("127.0.0.1", 8080), Address("127.0.0.1", 5060))
    instance.make_folders()
    return Sleeper(Setting(instance, Secrets.of(instance.secrets)))


Scene = Callable[[keeper.Keeper], Coroutine[object, object, None]]


def play(part: Part, scene: Scene) -> tuple[state.PartState, list[str]]:
    """Keep the part during the scene, then stop it; returns what is shown at the end and what was said."""
    shown, said = state.PartState(part.name), list[str]()
    kept = keeper.Keeper(part, shown, changed=lambda: None, say=said.append)

    async def run() -> None:
        task = asyncio.create_task(kept.keep())
        try:
            await asyncio.wait_for(scene(kept), 20)
        finally:
            await kept.stop(asyncio.Event())
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    return shown, said


async def until(what: Callable[[], bool]) -> None:
    while not what():
        await asyncio.sleep(0.01)


def test_a_killed_part_starts_again_at_once_and_the_reason_is_kept(sleeper: Sleeper) -> None:
    async def scene(kept: keeper.Keeper) -> None:
        await kept.is_ready.wait()
        first, began = kept.shown.pid, time.monotonic()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: kept.shown.state == state.READY and kept.shown.pid != first)
        assert time.monotonic() - began < 1.0
        assert kept.shown.restarts == 1

    shown, said = play(sleeper, scene)
    assert said[0] == "sleeper ended by signal SIGKILL; starting it again"
    assert shown.state == state.STOPPED


def test_one_that_cannot_start_is_given_up_with_its_own_complaint(sleeper: Sleeper) -> None:
    sleeper.script = "echo 'ERROR: no such valve'; echo bye; exit 4"
    sleeper.answers = False

    async def keep() -> None:
        await keeper.Keeper(sleeper, state.PartState("sleeper"), changed=lambda: None, say=print).keep()

    with pytest.raises(
        StartError, match=r"sleeper does not start: ended with code 4 \(ERROR: no such valve\)"
    ):
        asyncio.run(keep())


def test_one_that_dies_again_and_again_is_tried_more_and_more_slowly(
    sleeper: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper.script = "sleep 0.1; exit 1"

    async def scene(kept: keeper.Keeper) -> None:
        await until(lambda: kept.shown.restarts == 3)

    began = time.monotonic()
    play(sleeper, scene)
    assert time.monotonic() - began > 0.1 + keeper.BACK_OFF_S[1] + 0.1


def test_one_that_no_longer_answers_is_shown_so_and_left_alone(
    sleeper: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LOOK_IN_EVERY_S", 0.02)

    async def scene(kept: keeper.Keeper) -> None:
        await kept.is_ready.wait()
        pid, sleeper.answers = kept.shown.pid, False
        await until(lambda: kept.shown.state == state.UNRESPONSIVE)
        assert "no answer" in kept.shown.reason
        sleeper.answers = True
        await until(lambda: kept.shown.state == state.READY)
        assert (kept.shown.pid, kept.shown.restarts) == (pid, 0)

    play(sleeper, scene)


def test_descendants_that_made_a_session_of_their_own_end_with_the_part(sleeper: Sleeper) -> None:
    sleeper.script = "setsid sleep 61 & exec sleep 60"
    marks = sleeper.marks

    async def scene(kept: keeper.Keeper) -> None:
        await kept.is_ready.wait()
        await until(lambda: len(processes.family(kept.shown.pid or 0, marks)) == 2)

    play(sleeper, scene)
    assert processes.family(0x7FFFFFFF, marks) == []


def test_leftovers_are_never_strangers(sleeper: Sleeper) -> None:
    """A state file that names this very process, with another start time, must not get it killed."""
    instance = sleeper.setting.instance
    mine = state.PartState("portal", state.READY, pid=os.getpid(), started=12345)
    state.State("127.0.0.1:8080", "127.0.0.1:5060", parts=[mine]).write(instance.state_file)
    assert state.leftovers(instance) == []


def test_leftovers_are_found_by_their_mark_when_the_state_file_is_lost(sleeper: Sleeper) -> None:
    with sleeper.log.open("ab") as output:
        orphan = processes.spawn(
            sleeper.command(),
            environment={**sleeper.environment(), **sleeper.marks},
            folder=sleeper.setting.instance.run,
            output=output,
        )
    deadline = time.monotonic() + 5
    while not state.leftovers(sleeper.setting.instance) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert state.leftovers(sleeper.setting.instance) == [orphan.pid]
    orphan.kill()
    orphan.wait()
