"""Starting a gateway: what is found, what is said when it cannot start, and that it never outlives the program."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import List

import pytest

from kindling import errors
from kindling._runtime import launch


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that takes the place of node, run with the arguments that node gets."""
    for name in ("KINDLING_URL", "KINDLING_TOKEN", "KINDLING_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    main = tmp_path / "main.js"
    main.write_text("")
    monkeypatch.setenv("KINDLING_GATEWAY", str(main))
    node = tmp_path / "node"
    monkeypatch.setenv("KINDLING_NODE", str(node))
    return node


def becomes(node: Path, body: str) -> None:
    """Writes the program; asked for its version, it says that of Node 20.20.2 unless the body does."""
    head = f"#!{sys.executable}\nimport os, sys, time\nversion = 'v20.20.2'\n"
    version = "\nif sys.argv[1:] == ['--version']:\n    print(version)\n    sys.exit()\n"
    settings, _, rest = body.partition("---\n")
    node.write_text(head + settings + version + textwrap.dedent(rest))
    node.chmod(node.stat().st_mode | stat.S_IXUSR)


def test_the_announced_gateway(script: Path) -> None:
    becomes(
        script,
        """---
        assert sys.argv[1].endswith("main.js") and sys.argv[2:] == ["gateway", "--port", "0", "--announce"]
        print('{"port": 1234, "token": "abc", "pid": 5}', flush=True)
        sys.stdin.read()
        """,
    )
    gateway = launch.find_or_start(None, None)
    assert (gateway.url, gateway.token) == ("ws://127.0.0.1:1234/", "abc")
    process = gateway._process
    assert process.poll() is None
    started = time.monotonic()
    gateway.stop()
    assert process.returncode == 0
    assert time.monotonic() - started < 3


FAILURES = [
    ("version = 'v18.19.0'\n---\nsys.exit(1)", "node is version 18.19, it needs 20.19 or newer"),
    ("---\nsys.exit('Error: Cannot find module x')", "exit status 1: Error: Cannot find module x"),
    ("---\nos.kill(os.getpid(), 9)", "killed by signal 9"),
    ("---\nprint('hello')", "it announced 'hello'"),
    ("---\nprint('[]')", "it announced '[]'"),
    ("---\nprint('x' * 70000, end='')", "cannot start the gateway: "),
]


@pytest.mark.parametrize(("body", "words"), FAILURES)
def test_a_gateway_that_does_not_start(script: Path, body: str, words: str) -> None:
    becomes(script, body)
    with pytest.raises(ConnectionError) as caught:
        launch.find_or_start(None, None)
    assert isinstance(caught.value, errors.UnavailableError)
    assert caught.value.code == "GATEWAY_START_FAILED"
    assert words in caught.value.message


def test_a_gateway_that_says_what_is_wrong(script: Path) -> None:
    error = '{"error": {"code": "PORT_IN_USE", "kind": "unavailable", "message": "port 5 is in use", "origin": {}}}'
    becomes(script, f"---\nprint('{error}')")
    with pytest.raises(errors.UnavailableError, match="port 5 is in use"):
        launch.find_or_start(None, None)


def test_a_gateway_that_says_nothing(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "START_SECONDS", 0.3)
    becomes(script, "---\nsys.stdin.read()")
    with pytest.raises(errors.UnavailableError, match="said nothing"):
        launch.find_or_start(None, None)


def test_one_that_does_not_leave_is_ended(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_STOP_SECONDS", 0.3)
    becomes(script, '---\nprint(\'{"port": 1, "token": ""}\', flush=True)\ntime.sleep(60)')
    gateway = launch.find_or_start(None, None)
    process = gateway._process
    gateway.stop()
    assert process.returncode == -signal.SIGTERM


def test_what_is_not_there(script: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(errors.UnavailableError, match="No such file"):
        launch.find_or_start(None, None)
    monkeypatch.setenv("KINDLING_GATEWAY", str(tmp_path / "nowhere.js"))
    with pytest.raises(errors.UnavailableError, match="which does not exist"):
        launch.find_or_start(None, None)
    monkeypatch.setenv("KINDLING_GATEWAY", str(tmp_path / "main.js"))
    monkeypatch.delenv("KINDLING_NODE")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(errors.UnavailableError, match="node is not on PATH") as caught:
        launch.find_or_start(None, None)
    assert "nodejs.org" in str(caught.value.hint)


def test_a_running_gateway_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDLING_URL", "ws://127.0.0.1:9/")
    monkeypatch.setenv("KINDLING_TOKEN", "t")
    gateway = launch.find_or_start(None, None)
    assert (gateway.url, gateway.token, gateway._process) == ("ws://127.0.0.1:9/", "t", None)
    assert launch.find_or_start("ws://127.0.0.1:8/", "u").url == "ws://127.0.0.1:8/"


def test_a_killed_program_takes_its_gateway_along(script: Path, tmp_path: Path) -> None:
    noted = tmp_path / "gateway.pid"
    becomes(
        script,
        f"""---
        open({str(noted)!r}, "w").write(str(os.getpid()))
        print('{{"port": 1, "token": ""}}', flush=True)
        sys.stdin.read()
        """,
    )
    program = (
        "from kindling._runtime import launch; g = launch.find_or_start(None, None); print(1, flush=True); input()"
    )
    command: List[str] = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        client.stdout.readline()
        client.kill()
    deadline = time.monotonic() + 5
    while _lives(int(noted.read_text())):
        assert time.monotonic() < deadline, "the gateway outlived its program"
        time.sleep(0.02)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False
    except NotADirectoryError:
        os.kill(process, 0)
        return True
