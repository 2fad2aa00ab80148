"""Finding a gateway, or starting one that lives as long as this program.

The gateway holds on to its standard input: when the program ends, however it ends, that pipe closes and the gateway
leaves. It announces itself by one line of JSON on its standard output: `{"port", "socket", "token"}`, or `{"error"}`.
"""

from __future__ import annotations

import os
import select
import time
from typing import Any, List, Optional, Tuple

from kindling.errors import EngineError, engine_error, error_from_data

START_SECONDS = 20.0
NODE_VERSION = (20, 19)
_STOP_SECONDS = 5.0
_ANNOUNCEMENT_BYTES = 1 << 16
_MAIN = os.path.join("dist", "gateway", "command-line", "main.js")


class Gateway:
    """A gateway, with the process if it is ours."""

    def __init__(self, url: str, token: str, process: Any = None, log: Optional[int] = None) -> None:
        self.url = url
        self.token = token
        self.local_url: Optional[str] = None
        """The same gateway over a Unix socket."""
        self._process = process
        self._log = log

    def urls(self) -> List[str]:
        """Where it is found, the fastest way first."""
        return [self.url] if self.local_url is None else [self.local_url, self.url]

    def found_locally(self, path: str) -> None:
        """It listens on this Unix socket too."""
        self.local_url = f"ws+unix:{path}"

    def last_words(self) -> str:
        """How the process ended and the last line of its log; nothing while it runs, or if it is not ours."""
        if self._process is None:
            return ""
        try:
            status = self._process.wait(0.5)
        except Exception:  # subprocess.TimeoutExpired, without importing it
            return ""
        ended = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
        line = _last_line(self._log)
        return f"{ended}: {line}" if line else ended

    def has_ended(self) -> bool:
        """Whether the process is known to have ended."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Ends the process by closing its standard input; kills it if that does not help."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        for end in (lambda: None, process.terminate, process.kill):
            end()
            try:
                process.wait(_STOP_SECONDS)
                break
            except Exception:
                continue
        self._remove_socket()
        if self._log is not None:
            os.close(self._log)
            self._log = None

    def _remove_socket(self) -> None:
        """The folder of its Unix socket, which a gateway that was killed leaves behind."""
        if self.local_url is None:
            return
        path = self.local_url.partition(":")[2]
        for remove, what in ((os.unlink, path), (os.rmdir, os.path.dirname(path))):
            try:
                remove(what)
            except OSError:
                pass  # it is gone already

    def abandon(self) -> None:
        """In a forked child: closes the inherited ends of the pipes, so that they do not keep the gateway alive."""
        process, self._process = self._process, None
        if process is not None:
            process.stdin.close()
            process.stdout.close()
            process.returncode = 0  # not ours to wait for


def find_or_start(url: Optional[str], token: Optional[str]) -> Gateway:
    """The gateway at `url`, or at `KINDLING_URL`, or a new one."""
    url = url or os.environ.get("KINDLING_URL")
    if url:
        return Gateway(url, token or os.environ.get("KINDLING_TOKEN", ""))
    return _start()


def _command() -> List[str]:
    """The program and its first arguments that run Kindling's command line."""
    import shutil

    main = os.environ.get("KINDLING_GATEWAY")
    if main:
        if not os.path.exists(main):
            raise _failed(f"KINDLING_GATEWAY names {main}, which does not exist")
        return [_node(), main]
    folder = os.path.dirname(os.path.abspath(__file__))
    while folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        if os.path.exists(os.path.join(folder, _MAIN)):
            return [_node(), os.path.join(folder, _MAIN)]
    installed = shutil.which("kindling")
    if installed is None:
        raise _failed(
            "the kindling command is not on PATH", "npm install -g kindling, or set KINDLING_URL to a running gateway"
        )
    _node()
    return [installed]


def _node() -> str:
    import shutil

    found = os.environ.get("KINDLING_NODE") or shutil.which("node")
    if found is None:
        raise _failed("node is not on PATH", "install Node.js %d.%d or newer (https://nodejs.org)" % NODE_VERSION)
    return found


def _failed(reason: str, hint: Optional[str] = None) -> EngineError:
    return engine_error("GATEWAY_START_FAILED", f"cannot start the gateway: {reason}", {"reason": reason}, hint=hint)


def _start() -> Gateway:
    command = _command()
    import subprocess

    log = _open_log()
    try:
        process = subprocess.Popen(
            [*command, "gateway", "--port", "0", "--announce"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,  # None: the terminal
            start_new_session=True,  # Ctrl-C is for the program, which then cancels its job
        )
    except OSError as error:
        raise _failed(f"{command[0]}: {error.strerror}") from None
    gateway = Gateway("", "", process, log)
    _load_meanwhile()
    try:
        port, gateway.token, path = _announcement(process, command, log)
    except BaseException:
        gateway.stop()
        raise
    gateway.url = f"ws://127.0.0.1:{port}/"
    if path:
        gateway.found_locally(path)
    return gateway


def _load_meanwhile() -> None:
    """Imports what the first job needs (60 ms) while the gateway starts, which takes longer."""
    import hashlib  # noqa: F401

    import kindling._runtime.elements  # noqa: F401


def _open_log() -> Optional[int]:
    """Where the gateway's standard error goes: it is shown only if the gateway ends before its time."""
    if os.environ.get("KINDLING_DEBUG"):
        return None
    if hasattr(os, "memfd_create"):
        return os.memfd_create("kindling-gateway-log")
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _last_line(log: Optional[int]) -> str:
    if log is None:
        return ""
    size = os.fstat(log).st_size
    os.lseek(log, max(0, size - 4096), os.SEEK_SET)
    lines = os.read(log, 4096).decode("utf-8", "replace").strip().split("\n")
    telling = [line for line in lines if "Error" in line]
    return (telling or lines)[-1].strip()


def _announcement(process: Any, command: List[str], log: Optional[int]) -> Tuple[int, str, str]:
    line = _read_line(process, command, log)
    import json

    try:
        said = json.loads(line)
        refusal = said.get("error")
        found = (0, "", "") if refusal else (int(said["port"]), str(said["token"]), str(said.get("socket") or ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _failed(f"it announced {line[:80]!r}") from None
    if refusal:
        raise error_from_data(refusal)
    return found


def _read_line(process: Any, command: List[str], log: Optional[int]) -> str:
    received = b""
    deadline = time.monotonic() + START_SECONDS
    descriptor = process.stdout.fileno()
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    while b"\n" not in received:
        if not poller.poll(max(0, (deadline - time.monotonic()) * 1000)):
            raise _failed(f"it said nothing within {START_SECONDS:.0f} s")
        chunk = os.read(descriptor, 4096)
        received += chunk
        if not chunk or len(received) > _ANNOUNCEMENT_BYTES:
            raise _why_it_ended(process, command, log)
    return received.split(b"\n")[0].decode("utf-8", "replace")


def _why_it_ended(process: Any, command: List[str], log: Optional[int]) -> EngineError:
    """An error that tells whether Node is too old, or what the gateway said last."""
    version = _node_version(command[0] if len(command) > 1 else _node())
    if version is not None and version < NODE_VERSION:
        found = ".".join(map(str, version))
        hint = "install a newer one (https://nodejs.org), or set KINDLING_NODE to its path"
        return _failed("node is version {}, it needs {}.{} or newer".format(found, *NODE_VERSION), hint)
    words = Gateway("", "", process, log).last_words()
    return _failed(words or "it ended")


def _node_version(node: str) -> Optional[Tuple[int, ...]]:
    import subprocess

    try:
        said = subprocess.run([node, "--version"], capture_output=True, timeout=5, text=True, check=False).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
