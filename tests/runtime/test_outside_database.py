"""DATABASE_URL: an outside server in place of the private cluster."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from naisen.runtime import identity
from naisen.runtime.testing import RunningInstance, TestCluster


@pytest.fixture(scope="module")
def server() -> Iterator[TestCluster]:
    """A server that Naisen did not start; its owner is no superuser."""
    folder = Path(tempfile.mkdtemp(prefix="naisen-server-"))
    server = TestCluster(folder, identity.SERVICE_USER if identity.is_root() else None)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


def test_naisen_runs_on_it_and_starts_none_of_its_own(server: TestCluster) -> None:
    running = RunningInstance()
    try:
        running.start({"DATABASE_URL": server.owner_url})
        parts = {part["name"]: part["state"] for part in running.status()["parts"]}
        assert parts == dict.fromkeys(
            ("rtpengine", "edge", "portal", "worker", "haproxy", "carrier-links", "demo-phones"), "ready"
        )
        assert not (running.data / "postgresql").exists()
        called = running.run("call-test", "1000", "2000")
        assert called.returncode == 0, called.stderr
        assert running.stop() == 0
    finally:
        running.remove()
