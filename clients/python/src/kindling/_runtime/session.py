"""Sessions: one per program, opened by the first `SparkContext`; ids, lanes, garbage, and the end.

What a session owns: the connection, the gateway process (if this program started it), the ids of remote objects, the
list of those that the program dropped, and the timer thread that sends what nobody flushed.
"""

from __future__ import annotations

import atexit
import itertools
import os
import sys
import threading
import time
import traceback
from collections import deque
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Deque, Dict, List, Optional, Tuple

from kindling._runtime import greeting, launch, uncaught
from kindling._runtime.baton import Baton
from kindling._runtime.call_site import call_site, shorten
from kindling._runtime.codec import Bytes, Incoming, Outgoing, decode_batch, decode_result, encode_arguments
from kindling._runtime.connection import Connection, Reply, joined
from kindling._runtime.greeting import Welcome
from kindling._runtime.websocket import lost
from kindling.errors import EngineError, engine_error, error_from_data
from kindling.version import __version__

CONNECT_SECONDS = 10.0
FLUSH_SECONDS = 0.005
_IDLE_SECONDS = 0.5
_CLOSE_SECONDS = 5.0
_RELEASE_OBJECTS = 1000
"""So many dropped objects are not left to the next awaited call."""

Arguments = Tuple[Tuple[str, Any], ...]


class _Lane(threading.local):
    """The number of a thread; calls of one lane start in order."""

    _numbers = itertools.count(1)

    def __init__(self) -> None:
        self.number = next(self._numbers)


class Session:
    """A program's place in a gateway."""

    def __init__(self, gateway: launch.Gateway) -> None:
        self.garbage: Deque[int] = deque()
        """Ids of proxies that the program dropped; finalizers append, `_release` takes."""
        self._gateway = gateway
        self._ids = itertools.count(1)
        self._lane = _Lane()
        self._sites: Dict[str, str] = {}
        self._armed = Baton()
        self._timer: Optional[threading.Thread] = None
        self._progress: Any = None
        # What tasks added to accumulators: ids, batches on the wire, their binary parts.
        self._updates: Deque[Tuple[int, Dict[str, Any], Dict[int, Bytes]]] = deque()
        self._merging = threading.RLock()
        self._merges = False
        self.profiles: Any = None
        """Measures the functions of RDDs, where the program asks for it (`profiler.py`)."""
        self.share: Any = None
        """Broadcasts large functions, once there is a context (`SparkContext`)."""
        self.is_closed = False
        self.is_forked = False
        deadline = time.monotonic() + CONNECT_SECONDS
        websocket, result = greeting.begin(gateway.urls()[0], gateway.token, _client(), deadline)
        limits = result.get("limits") or {}
        lease_seconds = limits.get("leaseMs", 0) / 1000
        self._place = greeting.Place(str(result.get("session")), str(result.get("secret")), lease_seconds)
        self._connection = Connection(websocket, self._notified, self._reconnect)
        self._connection.message_bytes = int(limits.get("messageBytes", self._connection.message_bytes))
        if gateway.local_url is None and result.get("socket"):
            self._move(str(result["socket"]), deadline)

    def _move(self, path: str, deadline: float) -> None:
        """Goes on over the gateway's Unix socket, if this is its machine: there a call costs less."""
        try:
            # The token goes nowhere but to a socket in a folder of this user's own.
            if os.stat(os.path.dirname(path)).st_uid != os.getuid():
                return
        except (OSError, AttributeError):
            return
        try:
            local_url = f"ws+unix:{path}"
            websocket, result = greeting.resume(local_url, self._gateway.token, self._place, 0, deadline)
        except EngineError:
            return  # a path of another machine, or of another user
        self._gateway.found_locally(path)
        self._connection.adopt(websocket, int(result.get("received", 0)))

    def _reconnect(self, received: int) -> Welcome:
        """Another connection that goes on with the session, after one that broke."""
        if self._gateway.has_ended():
            raise lost("the gateway ended")
        return greeting.resume_patiently(self._gateway.urls(), self._gateway.token, self._place, received)

    # Calls

    def take_id(self) -> int:
        """A number for an object or a call that was never used before."""
        return next(self._ids)

    def send(self, method: str, on: Optional[int], arguments: Arguments, made: Optional[int] = None) -> None:
        """A call that nobody waits for."""
        outgoing = self._outgoing(method)
        texts = encode_arguments(method, arguments, outgoing)
        if outgoing.parts and made is None:
            # Binary parts are named by the id of their call, which a call without a result lacks.
            self._ask(method, on, texts, outgoing, "void")
            return
        identity = "" if made is None else '"as":%d,' % made
        if len(self.garbage) >= _RELEASE_OBJECTS:
            self._release()
        self.check_usable()
        message = '"method":"%s","params":{%s%s}' % (method, identity, self._call(on, texts))
        if self._connection.post(message + "}", outgoing.parts, made or 0):
            self._arm()
        if outgoing.profiles is not None and outgoing.profiles.has_new:
            self._profile_of(made)

    def request(
        self, method: str, on: Optional[int], arguments: Arguments, result: str, made: Optional[int] = None
    ) -> Any:
        """A call and its result; `made` is the id of the object that it makes."""
        __tracebackhide__ = True
        outgoing = self._outgoing(method)
        texts = encode_arguments(method, arguments, outgoing)
        if outgoing.profiles is not None and outgoing.profiles.has_new:
            self._profile_of(on)
        outgoing.made = made
        return self._ask(method, on, texts, outgoing, result)

    def _outgoing(self, method: str) -> Outgoing:
        is_measured = self.profiles is not None and method.startswith("RDD.")
        return Outgoing(self.profiles if is_measured else None, self.share)

    def _profile_of(self, rdd: Optional[int]) -> None:
        """The functions measured last are those of this object."""
        try:
            number = self._ask("RDD.id", rdd, "", Outgoing(), "int")
        except EngineError:
            number = None  # whoever uses the RDD is told why
        self.profiles.belong_to(number)

    def _ask(self, method: str, on: Optional[int], texts: str, outgoing: Outgoing, result: str) -> Any:
        __tracebackhide__ = True
        if self.garbage:
            self._release()
        self.check_usable()
        reply = Reply(next(self._ids))
        message = '"id":%d,"method":"%s","params":{%s}}' % (reply.identity, method, self._call(on, texts))
        if outgoing.made is not None:
            message = message[:-2] + ',"as":%d}}' % outgoing.made
        try:
            self._connection.request(message, reply, outgoing.parts)
        except EngineError as error:
            raise self._explained(error, reply).with_traceback(None) from None
        finally:
            if self._progress is not None:
                self._progress.rest()
        if self._merges:
            self._merge()
        if reply.error is not None:
            raise error_from_data(reply.error)
        if reply.result is None and not reply.parts:
            return None
        parts = joined(reply.parts) if reply.parts else {}
        return decode_result(result, reply.result, Incoming(parts, self._reference))

    def _call(self, on: Optional[int], texts: str) -> str:
        file, line = call_site(3)
        name = self._sites.get(file)
        if name is None:
            name = self._sites[file] = quote(shorten(file))
        if on is None:
            return '"args":[%s],"lane":%d,"at":[%s,%d]' % (texts, self._lane.number, name, line)
        return '"on":%d,"args":[%s],"lane":%d,"at":[%s,%d]' % (on, texts, self._lane.number, name, line)

    def _reference(self, class_name: str, identity: int) -> Any:
        from kindling._runtime.remote import bound

        return bound(class_name, self, identity)

    def check_usable(self) -> None:
        """Raises if the objects of this session cannot be used here."""
        if self.is_forked:
            hint = "make a SparkContext in the child process, or hand plain data to it"
            raise engine_error("FORKED_OBJECT", "this object belongs to the parent process", hint=hint)
        if self.is_closed:
            raise lost("the session was closed")

    def _explained(self, error: EngineError, reply: Reply) -> EngineError:
        """Adds what the gateway process said before it ended, and whether the call may have run."""
        if error.code != "SESSION_LOST":
            return error
        words = self._gateway.last_words()
        reason = error.params.get("reason", "") + (f" ({words})" if words else "")
        if self._connection.had_arrived(reply):
            reason += "; the call had reached it"
        return lost(reason)

    # Buffered calls and garbage

    def flush(self) -> None:
        """Sends all calls that are still buffered."""
        self._release()
        self._connection.flush()

    def _release(self) -> None:
        dropped: List[int] = []
        try:
            while True:
                dropped.append(self.garbage.popleft())
        except IndexError:
            pass
        if dropped and not self.is_closed and not self.is_forked:
            self._connection.post('"method":"release","params":{"ids":%s}}' % dropped)

    def _arm(self) -> None:
        """Makes sure that buffered calls go out within 5 ms."""
        if self._timer is None:
            self._timer = threading.Thread(target=self._send_in_time, name="kindling-flush", daemon=True)
            try:
                self._timer.start()
            except RuntimeError:
                return  # the interpreter is ending: `close` sends the rest
        self._armed.set()

    def _send_in_time(self) -> None:
        while not self.is_closed:
            if self._armed.wait(_IDLE_SECONDS):
                time.sleep(FLUSH_SECONDS)
            try:
                self.flush()
            except EngineError:
                return  # the next call says so

    # Notifications

    def _notified(self, method: str, params: Dict[str, Any], parts: Dict[int, Bytes]) -> None:
        if method == "progress":
            if self._progress is None:
                from kindling.progress import Progress

                self._progress = Progress()
            self._progress.update(params)
        elif method == "accumulators":
            self._merges = True
            self._updates.extend((update["id"], update["batch"], parts) for update in params["updates"])
        elif method == "output":
            self._write(sys.stderr if params.get("stream") == "stderr" else sys.stdout, params.get("text", ""))
        elif method in ("warning", "info"):
            self._write(sys.stderr, f"kindling: {params.get('message', '')}\n")

    def _merge(self) -> None:
        """Adds what tasks added. Their job's reply comes after it, so that whoever waited for that finds it added.

        This runs code of the program: not in the thread that happens to read the socket, and not while it does.
        """
        from kindling.accumulators import deliver

        with self._merging:
            while self._updates:
                identity, batch, parts = self._updates.popleft()
                try:
                    (update,) = decode_batch(batch, Incoming(parts, self._reference))
                    deliver(identity, update)
                except Exception:
                    self._write(sys.stderr, f"kindling: accumulator {identity} misses what a task added\n")
                    self._write(sys.stderr, traceback.format_exc())

    def _write(self, stream: Any, text: str) -> None:
        if stream is None:
            return
        if self._progress is not None:
            self._progress.clear()
        try:
            stream.write(text)
        except UnicodeEncodeError as error:
            stream.write(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
        if self._progress is not None or text.endswith("\n"):
            stream.flush()

    # The end

    def close(self) -> None:
        """Ends the session, reports failures that nobody waited for, and stops the gateway that was started for it."""
        if self.is_closed or self.is_forked:
            return
        try:
            if self._connection.failure is None:
                self._say_goodbye()
        except EngineError:
            pass  # it is gone already
        finally:
            self.is_closed = True
            self._armed.set()
            self._connection.close()
            self._gateway.stop()

    def _say_goodbye(self) -> None:
        reply = Reply(self.take_id())
        self._connection.ask('"id":%d,"method":"close","params":{}}' % reply.identity, reply)
        self._connection.wait_until(reply, time.monotonic() + _CLOSE_SECONDS)
        for failure in (reply.result or {}).get("failures", ()):
            _report(failure)

    def abandon(self) -> None:
        """In a forked child: lets go of everything inherited without a word to the gateway."""
        self.is_forked = True
        self.garbage.clear()
        self._connection.abandon()
        self._gateway.abandon()


def _client() -> Dict[str, Any]:
    """Who this program is, for the gateway."""
    program = getattr(sys.modules.get("__main__"), "__file__", None)
    return {
        "language": "python",
        "version": __version__,
        "languageVersion": "%d.%d" % sys.version_info[:2],
        "executable": sys.executable or "",
        "platform": sys.platform,
        "workingDirectory": os.getcwd(),
        "searchPath": _search_path(program),
        "program": program or "",
        "pid": os.getpid(),
    }


def _search_path(program: Optional[str]) -> List[str]:
    """Where workers import the program's own modules from: the script's folder first."""
    here = os.getcwd()
    first = [os.path.dirname(os.path.abspath(program))] if program else []
    return list(dict.fromkeys([*first, *(os.path.abspath(path) if path else here for path in sys.path)]))


def _report(failure: Dict[str, Any]) -> None:
    file, line = failure.get("at") or ("", 0)
    place = f"{shorten(file)}:{line}: " if file else ""
    error = error_from_data(failure.get("error") or {})
    print(f"{place}a call failed that nobody waited for\n{type(error).__name__}: {error}", file=sys.stderr)


_current: Optional[Session] = None
_opening = threading.RLock()


def current() -> Session:
    """The program's session; opened at the first use."""
    session = _current
    if session is None or session.is_closed or session.is_forked:
        return _open(None, None)
    return session


def open_session(url: Optional[str] = None, token: Optional[str] = None) -> Session:
    """The program's session, at the gateway of `url` if it is not open yet."""
    return current() if url is None else _open(url, token)


def _open(url: Optional[str], token: Optional[str]) -> Session:
    global _current
    uncaught.install()
    with _opening:
        if _current is not None and not _current.is_closed and not _current.is_forked:
            return _current
        gateway = launch.find_or_start(url, token)
        try:
            _current = Session(gateway)
        except BaseException:
            gateway.stop()
            raise
        return _current


def flush() -> None:
    """Sends the calls that are buffered, without waiting for what they do."""
    session = _current
    if session is not None and not session.is_closed:
        session.flush()


def close() -> None:
    """Closes the program's session, if there is one."""
    session = _current
    if session is not None:
        session.close()


def _after_fork() -> None:
    global _current, _opening
    _opening = threading.RLock()
    session, _current = _current, None
    if session is not None and not session.is_closed:
        session.abandon()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
