"""One instance through its life: start, status, every part killed, stop."""

import urllib.request

from naisen.runtime import processes
from naisen.runtime.testing.instance import RunningInstance


def test_ready_says_where_and_how_to_sign_in(instance: RunningInstance) -> None:
    ready = next(line for line in instance.output.splitlines() if line.startswith("ready"))
    login = instance.credentials()["logins"][0]
    assert instance.http in ready
    assert instance.sip in ready
    assert f"{login['login']} / {login['password']}" in ready


def test_status_names_every_part_with_a_live_process(instance: RunningInstance) -> None:
    status = instance.status()
    assert status["ready"] is True
    assert (status["http"], status["sip"]) == (instance.http, instance.sip)
    names = [part["name"] for part in status["parts"]]
    assert names == [
        "postgresql",
        "rtpengine",
        "edge",
        "portal",
        "worker",
        "haproxy",
        "carrier-links",
        "demo-phones",
    ]
    assert all(part["state"] == "ready" and processes.look(part["pid"]) for part in status["parts"])


def test_the_portal_answers(instance: RunningInstance) -> None:
    with urllib.request.urlopen(f"{instance.http}/healthz", timeout=5) as answer:
        assert answer.status == 200
