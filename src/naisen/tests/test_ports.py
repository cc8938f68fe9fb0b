"""Free ports that stay free until they are used."""

import contextlib
import itertools
import os
import socket
import subprocess
import sys

import pytest

from naisen import ports


def held(stack: contextlib.ExitStack, host: str, port: int) -> None:
    """Hold the port for UDP and TCP, as a server does."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        stack.enter_context(socket.socket(socket.AF_INET, kind)).bind((host, port))


def test_a_port_is_given_out_once_and_not_while_somebody_has_it() -> None:
    with contextlib.ExitStack() as servers:
        first = ports.free_port()
        held(servers, ports.LOOPBACK, first)
        others = [ports.free_port() for _ in range(3 * ports.BLOCK)]
        assert first not in others
        assert all(one != other for one, other in itertools.pairwise(others))


def test_neighbours_are_free_too() -> None:
    with contextlib.ExitStack() as servers:
        for _ in range(10):
            port = ports.free_port(neighbours=2)
            held(servers, ports.LOOPBACK, port)
            held(servers, ports.LOOPBACK, port + 1)


def test_another_process_has_ports_of_its_own() -> None:
    code = f"from naisen.ports import free_port; print(*(free_port() for _ in range({ports.BLOCK})))"
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert {ports.free_port() for _ in range(ports.BLOCK)}.isdisjoint(map(int, other.split()))


def test_a_child_of_a_fork_takes_ports_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {ports.free_port() for _ in range(ports.BLOCK)}
    parents = ports._mine
    monkeypatch.setattr(ports, "_mine", parents)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert ports.free_port() not in mine


def test_with_no_block_left_any_free_port_has_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_take_block", lambda: None)
    monkeypatch.setattr(ports, "_mine", None)
    with contextlib.ExitStack() as servers:
        held(servers, ports.LOOPBACK, ports.free_port())
