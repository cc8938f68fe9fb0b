"""The same with phones that other people wrote: baresip and sipp."""

import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from naisen.phones.account import Account, ServerAddress
from naisen.phones.call_test import call_test
from naisen.phones.credentials import DemoDevice
from naisen.phones.phone import Phone as Baresip
from naisen.ports import free_port
from tests.calls.edge_server import EdgeServer
from tests.calls.test_restart import stored_dialogs
from tests.calls.waiting import wait_for

SIPP = Path(__file__).parent / "sipp"


def device(edge: EdgeServer, login: str, password: str = "") -> DemoDevice:
    """A device of the demo as naisen.phones knows it."""
    row = edge.devices[login]
    account = Account(login, row["domain"], password or row["password"])
    return DemoDevice(account, row["extension"], row["person"], built_in=False)


def test_two_baresips_hear_each_other_and_the_record_has_the_times(
    edge: EdgeServer, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    server = ServerAddress(*edge.address)
    report = call_test(device(edge, "kmy00001"), device(edge, "kmy00002"), server, tmp_path, talk_s=2.0)
    figure(f"baresip to baresip: rang after {report.ringing_ms} ms, answered after {report.answered_ms} ms")
    (record,) = edge.test_records(1)
    assert (record["result"], record["hung_up_by"]) == ("answered", "caller")
    assert abs(record["duration_ms"] - report.talked_ms) < 500
    assert (
        "baresip"
        in edge.sql("SELECT terminal FROM registrations_event WHERE what = 'registered'")[0]["terminal"]
    )


def test_a_baresip_with_a_wrong_password_is_told_401_and_noted(edge: EdgeServer, tmp_path: Path) -> None:
    account = device(edge, "kmy00001", "wrong").account
    with Baresip(account, ServerAddress(*edge.address), tmp_path) as phone:
        phone.register()
        assert "401" in phone.wait_for("REGISTER_FAIL", "REGISTER_OK").detail
    (failure,) = edge.sql("SELECT * FROM registrations_failure")
    assert (failure["reason"], failure["login"], failure["address"]) == (
        "wrong_password",
        "kmy00001",
        "127.0.0.1",
    )
    assert "baresip" in failure["terminal"]


def test_a_call_between_baresips_goes_on_when_kamailio_is_killed(edge: EdgeServer, tmp_path: Path) -> None:
    server = ServerAddress(*edge.address)
    with (
        Baresip(device(edge, "kmy00001").account, server, tmp_path / "a", tone_hz=500) as caller,
        Baresip(device(edge, "kmy00002").account, server, tmp_path / "b", tone_hz=800) as callee,
    ):
        for phone in (caller, callee):
            phone.register()
            phone.wait_for("REGISTER_OK")
        caller.dial("2000")
        callee.wait_for("CALL_INCOMING")
        callee.answer()
        caller.wait_for("CALL_ESTABLISHED")
        callee.wait_for("CALL_ESTABLISHED")  # the ACK has arrived
        time.sleep(0.1)
        edge.restart_kamailio()
        time.sleep(0.5)
        callee.hang_up()
        caller.wait_for("CALL_CLOSED", timeout_s=3)
    (record,) = edge.test_records(1)
    assert (record["result"], record["hung_up_by"]) == ("answered", "callee")


@pytest.fixture
def load(edge: EdgeServer) -> Iterator[EdgeServer]:
    """An edge with 200 devices for load."""
    edge.add_devices(200)
    yield edge
    for number in range(1, 201):
        edge.rpc("ul.rm", "location", f"load{number:05d}@kmy.cplus01.jp")
    edge.remove_devices()


def test_sipp_calls_all_succeed_and_each_leaves_its_record(
    edge: EdgeServer, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        assert caller.register().status == 200
        assert callee.register().status == 200
        port = callee.address[1]
    edge.lift_limits()
    users = tmp_path / "users.csv"
    row = edge.devices["kmy00001"]
    users.write_text(
        f"SEQUENTIAL\nkmy00001;{row['domain']};2000;[authentication username=kmy00001 password={row['password']}]\n"
    )
    answering = sipp(edge, "answer.xml", "-p", port, "-m", 100, folder=tmp_path)
    wait_for(lambda: is_bound(port), 10)
    calling = sipp(
        edge,
        "call.xml",
        "-inf",
        users,
        "-auth_uri",
        f"2000@{row['domain']}",
        "-r",
        25,
        "-m",
        100,
        folder=tmp_path,
    )
    assert calling.wait(60) == 0, (tmp_path / "call.xml.log").read_text()[-2000:]
    assert answering.wait(10) == 0
    wait_for(lambda: edge.sql("SELECT count(*) AS n FROM calls_callrecord")[0]["n"] == 100, 3)
    (row,) = edge.sql(
        "SELECT count(DISTINCT call_id) AS calls, min(duration_ms) AS shortest, max(duration_ms) AS longest"
        " FROM calls_callrecord WHERE result = 'answered' AND hung_up_by = 'caller' AND answered_device_id = 2"
    )
    figure(f"100 calls by sipp: {row}")
    assert row["calls"] == 100
    assert 490 <= row["shortest"] <= row["longest"] < 800
    wait_for(lambda: stored_dialogs(edge) == 0, 20)


def test_nothing_acknowledged_is_lost_when_parts_are_killed_under_registrations(
    load: EdgeServer, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """100 registrations/s by sipp while Kamailio's main process, and then PostgreSQL, are killed."""
    users = tmp_path / "users.csv"
    lines = [
        f"load{n:05d};kmy.cplus01.jp;[authentication username=load{n:05d} password=password]"
        for n in range(1, 201)
    ]
    users.write_text("\n".join(["SEQUENTIAL", *lines]) + "\n")
    options = ("-inf", users, "-auth_uri", "kmy.cplus01.jp", "-r", 100, "-m", 800, "-trace_logs")
    registering = sipp(load, "register.xml", *options, folder=tmp_path)
    time.sleep(2)
    load.restart_kamailio()
    time.sleep(2)
    load.cluster.stop()
    threading.Event().wait(0.3)
    load.cluster.serve()
    registering.wait(90)
    logs = "".join(path.read_text() for path in tmp_path.glob("*_logs.log"))
    acknowledged = set(re.findall(r"acknowledged (\w+)", logs))
    stored = {row["username"] for row in load.sql("SELECT username FROM edge.location")}
    figure(f"{len(acknowledged)} of 200 acknowledged, {len(stored)} stored")
    assert len(acknowledged) > 150
    assert acknowledged <= stored
    load.restart_kamailio()
    wait_for(lambda: all(is_known(load, login) for login in acknowledged), 3)


def is_bound(port: int) -> bool:
    """Whether somebody listens on this UDP port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def is_known(edge: EdgeServer, login: str) -> bool:
    """Whether Kamailio holds a binding of the device in its memory."""
    return "AoR" in edge.rpc("ul.lookup", "location", f"{login}@kmy.cplus01.jp")


def sipp(edge: EdgeServer, scenario: str, *options: object, folder: Path) -> "subprocess.Popen[bytes]":
    """Start sipp in `folder`; its output goes to SCENARIO.log there."""
    words = [str(option) for option in options]
    if "-p" not in words:
        words += ["-p", str(free_port())]
    command = ["sipp", f"{edge.address[0]}:{edge.address[1]}", "-sf", str(SIPP / scenario), "-i", "127.0.0.1"]
    command += [
        "-mi",
        "127.0.0.1",
        "-mp",
        str(free_port(neighbours=4)),  # audio and video, each with its RTCP
        "-nostdin",
        "-timeout",
        "60",
        "-timeout_error",
        "-trace_err",
    ]
    with (folder / f"{scenario}.log").open("wb") as output:
        return subprocess.Popen(
            [*command, *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TERM": "dumb"},
        )
