"""Messages over one WebSocket: numbering, batches of calls, replies and who reads them.

Calls that nobody waits for are buffered; they go out with the next awaited call, at 256 calls, at 64 KiB, or when the
session's timer asks. There is no reader thread: a thread that waits for a reply reads the socket, hands on what is for
others, and passes the reading on when its own reply has come.

An interrupt (Ctrl-C) may end any statement below. Whatever changes the state of the conversation is one store
(`_outbox`, `received`) and may be repeated: both sides drop messages whose number they have seen.
"""

from __future__ import annotations

import json
import struct
import threading
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from kindling._runtime.baton import Baton
from kindling._runtime.codec import Bytes
from kindling._runtime.websocket import BINARY, PONG, TEXT, WebSocket, frame, lost
from kindling.errors import EngineError, engine_error, error_from_data

FLUSH_CALLS = 256
FLUSH_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20
"""Bodies are sent in pieces of this size, so that the gateway unmasks one while the next is masked here."""
_FRAME_HEADER = struct.Struct("<IIQIB")
_U32 = 0xFFFFFFFF
_CANCEL_SECONDS = 2.0
_WITH_PARTS = "accumulators"
"""The notification that may have binary parts; they are those of call 0."""

_parse = json.JSONDecoder().raw_decode


class Reply:
    """A call that somebody waits for."""

    __slots__ = ("error", "identity", "is_posted", "parts", "result", "settled", "wake")

    def __init__(self, identity: int) -> None:
        self.identity = identity
        self.is_posted = False
        self.settled = False
        self.result: Any = None
        self.error: Optional[Dict[str, Any]] = None
        # Pieces of the binary parts that came before the reply: part → number of the frame → bytes.
        self.parts: Dict[int, Dict[int, Bytes]] = {}
        # Set when the reply is there, or when it is this waiter's turn to read.
        self.wake: Optional[Baton] = None


class _Outbox(NamedTuple):
    """Messages that are not sent yet, without their first fields, and the number of the first."""

    messages: List[str]
    first: int


class Connection:
    """The conversation with a gateway."""

    def __init__(self, websocket: WebSocket, notified: Callable[[str, Dict[str, Any], Dict[int, Bytes]], None]) -> None:
        self._websocket = websocket
        self._notified = notified
        self._outbox = _Outbox([], 1)
        self._outbox_bytes = 0
        self._sending = threading.RLock()
        self._state = threading.Lock()
        self._is_read = False
        self._pending: Dict[int, Reply] = {}
        # Pieces of the binary parts of the notification that comes next, as in `Reply`.
        self._parts: Dict[int, Dict[int, Bytes]] = {}
        self._failure: Optional[EngineError] = None
        # Control frames that the reading thread owes the peer; the next writer sends them.
        self._pongs: List[bytes] = []
        self.received = 0
        self.message_bytes = 16 << 20
        websocket.on_ping = self._ping

    # Sending

    def post(self, message: str, parts: Sequence[Bytes] = (), part_of: int = 0, reply: Optional[Reply] = None) -> bool:
        """Buffers one message (JSON after `"jsonrpc":"2.0",`); whether it is the first in the buffer."""
        with self._sending:
            if self._failure is not None:
                raise self._failure.with_traceback(None)
            if len(message) > self.message_bytes - 2 * FLUSH_BYTES:
                raise self._too_large(len(message))
            if parts:
                self._send_parts(parts, part_of)
            outbox = self._outbox
            if reply is not None:
                reply.is_posted = True  # no call, hence no interrupt, between this and the next line
            outbox.messages.append(message)
            self._outbox_bytes += len(message)
            if len(outbox.messages) >= FLUSH_CALLS or self._outbox_bytes >= FLUSH_BYTES:
                self.flush()
                return False
            return len(outbox.messages) == 1

    def greet(self, message: str, reply: Reply) -> None:
        """Sends the first message, which has no number and a frame of its own."""
        self._pending[reply.identity] = reply
        self._websocket.write(frame(TEXT, ('{"jsonrpc":"2.0",' + message).encode("ascii")))

    def request(self, message: str, reply: Reply, parts: Sequence[Bytes] = ()) -> None:
        """Sends everything buffered and then this message, and waits for its reply.

        Ctrl-C cancels the call and waits two seconds for it to end; a second one does not wait.
        """
        try:
            self.ask(message, reply, parts)
            self._wait(reply, None)
        except KeyboardInterrupt:
            self._cancel(reply)
            raise
        finally:
            self.forget(reply)

    def ask(self, message: str, reply: Reply, parts: Sequence[Bytes] = ()) -> None:
        """Sends everything buffered and then this message, whose reply somebody will wait for."""
        self._pending[reply.identity] = reply
        with self._sending:
            self.post(message, parts, reply.identity, reply)
            if self._outbox.messages:
                self.flush()

    def flush(self) -> None:
        """Sends what is buffered."""
        with self._sending:
            if self._failure is not None:
                raise self._failure.with_traceback(None)
            while self._pongs:
                self._websocket.queue(frame(PONG, self._pongs[0]))
                del self._pongs[0]
            messages, first = self._outbox
            try:
                if messages:
                    self._commit(frame(TEXT, self._text(messages, first).encode("ascii")), len(messages))
                else:
                    self._websocket.finish_writing()
            except EngineError as error:
                raise self._fail(error).with_traceback(None) from None

    def _text(self, messages: List[str], first: int) -> str:
        numbers = '{"jsonrpc":"2.0","seq":%d,"ack":%d,' % (first, self.received)
        if len(messages) == 1:
            return numbers + messages[0]
        return "[" + numbers + ',{"jsonrpc":"2.0",'.join(messages) + "]"

    def _too_large(self, size: int) -> EngineError:
        message = f"a call of {size} bytes is over the limit of {self.message_bytes}"
        return engine_error("MESSAGE_TOO_LARGE", message, {"size": str(size), "limit": str(self.message_bytes)})

    def _commit(self, data: bytes, count: int) -> None:
        self._websocket.queue(data)
        self._outbox = _Outbox([], self._outbox.first + count)
        self._outbox_bytes = 0
        self._websocket.finish_writing()

    def _send_parts(self, parts: Sequence[Bytes], call: int) -> None:
        """Binary parts go before the message that names them; the calls buffered so far go before both."""
        self.flush()
        for number, part in enumerate(parts, 1):
            view = memoryview(part).cast("B")
            for start in range(0, max(view.nbytes, 1), _CHUNK_BYTES):
                piece = view[start : start + _CHUNK_BYTES]
                is_last = start + _CHUNK_BYTES >= view.nbytes
                first = self._outbox.first
                header = _FRAME_HEADER.pack(first & _U32, self.received & _U32, call, number, is_last)
                try:
                    self._commit(frame(BINARY, b"".join((header, piece))), 1)
                except EngineError as error:
                    raise self._fail(error).with_traceback(None) from None

    def _ping(self, payload: bytes) -> None:
        """Answers at once if nobody is writing, else whoever writes next does."""
        self._pongs.append(payload)
        if self._sending.acquire(blocking=False):
            try:
                self.flush()
            finally:
                self._sending.release()

    # Waiting

    def wait_until(self, reply: Reply, deadline: float) -> bool:
        """Waits for a reply until the deadline (`time.monotonic`); whether it came."""
        return self._wait(reply, deadline)

    def forget(self, reply: Reply) -> None:
        """Nobody waits for the reply any more."""
        self._pending.pop(reply.identity, None)

    def _cancel(self, reply: Reply) -> None:
        if not reply.is_posted:
            return
        deadline = time.monotonic() + _CANCEL_SECONDS
        try:
            self.post('"method":"cancel","params":{"call":%d}}' % reply.identity)
            self.flush()
            self._wait(reply, deadline)
        except EngineError:
            pass  # the connection is gone, and the call with it
        finally:
            self.forget(reply)

    def _wait(self, reply: Reply, deadline: Optional[float]) -> bool:
        while not reply.settled:
            if self._failure is not None:
                raise self._failure.with_traceback(None)
            reading = False
            try:
                with self._state:
                    if not self._is_read:
                        self._is_read = reading = True
                    elif reply.wake is None:
                        reply.wake = Baton()
                if reading:
                    if not self._read_for(reply, deadline):
                        return False
                elif not reply.settled and reply.wake is not None:
                    left = None if deadline is None else max(0.0, deadline - time.monotonic())
                    if not reply.wake.wait(left):
                        return reply.settled
            finally:
                if reading:
                    self._is_read = False
                if not self._is_read:
                    self._pass_on()
        return True

    def _read_for(self, reply: Reply, deadline: Optional[float]) -> bool:
        try:
            while not reply.settled:
                if not self._websocket.receive(self._received, deadline):
                    return False
            return True
        except EngineError as error:
            raise self._fail(error).with_traceback(None) from None

    def _pass_on(self) -> None:
        """Wakes one of the other waiters, which then reads."""
        for waiting in list(self._pending.values()):
            if waiting.wake is not None and not waiting.settled:
                waiting.wake.set()
                return

    def _fail(self, error: EngineError) -> EngineError:
        """The connection is of no use any more: every waiter learns why."""
        if self._failure is None:
            self._failure = error
        for waiting in list(self._pending.values()):
            if waiting.wake is not None:
                waiting.wake.set()
        return self._failure

    # What comes in

    def _received(self, opcode: int, payload: Bytes) -> None:
        try:
            if opcode == TEXT:
                self._received_text(str(payload, "utf-8"))
            else:
                self._received_part(memoryview(payload))
        except EngineError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
            raise engine_error("MESSAGE_INVALID", f"a message of the gateway cannot be read: {error}") from error

    def _received_text(self, text: str) -> None:
        found = _parse(text)[0]
        messages = found if type(found) is list else (found,)
        number = messages[0].get("seq", 0)
        for message in messages:
            if number == 0:  # the reply to the hello
                self._received_message(message)
            elif number > self.received:
                self._received_message(message)
                self.received = number
            number += number > 0

    def _received_message(self, message: Dict[str, Any]) -> None:
        identity = message.get("id")
        if "method" in message:
            parts = joined(self._parts) if self._parts and message["method"] == _WITH_PARTS else {}
            self._notified(message["method"], message.get("params") or {}, parts)
            if parts:
                self._parts = {}
            return
        reply = self._pending.get(identity)  # type: ignore[arg-type]
        if reply is None:
            if identity is None and "error" in message:
                raise error_from_data(_error_data(message["error"]))
            return  # of a call that was given up
        reply.result = message.get("result")
        error = message.get("error")
        if error is not None:
            reply.error = _error_data(error)
        reply.settled = True
        self._pending.pop(reply.identity, None)
        if reply.wake is not None:
            reply.wake.set()

    def _received_part(self, payload: memoryview) -> None:
        low, _, call, part, _ = _FRAME_HEADER.unpack_from(payload)
        ahead = (low - self.received) & _U32
        if not 0 < ahead < 1 << 31:
            return  # seen before
        number = self.received + ahead
        reply = self._pending.get(call)
        of = self._parts if call == 0 else None if reply is None else reply.parts
        if of is not None:
            of.setdefault(part, {})[number] = payload[_FRAME_HEADER.size :]
        self.received = number

    # Ending

    @property
    def failure(self) -> Optional[EngineError]:
        """Why the connection does not work any more."""
        return self._failure

    def close(self) -> None:
        """Ends the connection."""
        if self._failure is None:
            self._failure = lost("it was closed")
            self._websocket.close()
        else:
            self._websocket.abandon()

    def abandon(self) -> None:
        """Drops the connection unsaid: a forked child does not speak for its parent."""
        self._failure = lost("it belongs to the parent process")
        self._websocket.abandon()


def _error_data(error: Dict[str, Any]) -> Dict[str, Any]:
    return error.get("data") or {"code": "MESSAGE_INVALID", "kind": "protocol", "message": error.get("message")}


def joined(parts: Dict[int, Dict[int, Bytes]]) -> Dict[int, Bytes]:
    """Binary parts, whole."""
    return {
        part: next(iter(pieces.values())) if len(pieces) == 1 else b"".join(pieces.values())
        for part, pieces in parts.items()
    }
