"""Messages of one session: numbering, batches of calls, replies and who reads them; over one WebSocket after the other.

Calls that nobody waits for are buffered; they go out with the next awaited call, at 256 calls, at 64 KiB, or when the
session's timer asks. There is no reader thread: a thread that waits for a reply reads the socket, hands on what is for
others, and passes the reading on when its own reply has come.

An interrupt (Ctrl-C) may end any statement below. Whatever changes the state of the conversation is one store
(`_outbox`, `received`) and may be repeated: both sides drop messages whose number they have seen.

What was sent is kept until the gateway has received it. When the WebSocket breaks, whoever notices first goes on over a
new one and sends again what is kept; nobody else sees anything of it.
"""

from __future__ import annotations

import json
import struct
import threading
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Sequence, Tuple

from kindling._runtime.baton import Baton
from kindling._runtime.codec import Bytes
from kindling._runtime.greeting import Welcome, error_data
from kindling._runtime.websocket import BINARY, PONG, TEXT, Cut, WebSocket, frame, lost
from kindling.errors import EngineError, engine_error, error_from_data

FLUSH_CALLS = 256
FLUSH_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20
"""Bodies are sent in pieces of this size, so that the gateway unmasks one while the next is masked here."""
_FRAME_HEADER = struct.Struct("<IIQIB")
_U32 = 0xFFFFFFFF
_CANCEL_SECONDS = 2.0
KEPT_BYTES = 1 << 26
KEPT_MESSAGES = 100_000
"""What the gateway has not acknowledged is kept up to these; then sending waits for it."""
_UNTOLD_BYTES = 1 << 22
_UNTOLD_MESSAGES = 1000
"""The gateway is told at the latest after these what came of it."""
_LOOK_SECONDS = 0.05
_WITH_PARTS = "accumulators"
"""The notification that may have binary parts; they are those of call 0."""

_ROOM = -1
"""No call has this id."""

_parse: Callable[[str, int], Tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


class Reply:
    """A call that somebody waits for."""

    __slots__ = ("error", "identity", "is_posted", "number", "parts", "result", "settled", "wake")

    def __init__(self, identity: int) -> None:
        self.identity = identity
        self.is_posted = False
        self.number = 0
        """Of the message that asks for it."""
        self.settled = False
        self.result: Any = None
        self.error: Optional[Dict[str, Any]] = None
        # Pieces of the binary parts that came before the reply: part → number of the frame → bytes.
        self.parts: Dict[int, Dict[int, Bytes]] = {}
        # Set when the reply is there, or when it is this waiter's turn to read.
        self.wake: Optional[Baton] = None


# Plain tuples: making named ones costs as much as sending them.
_Outbox = Tuple[List[str], int]
"""Messages that are not sent yet, without their first fields, and the number of the first."""
_Kept = Tuple[int, int, bytes]
"""A frame that the gateway may not have received: the number of its last message, opcode, payload."""
Notified = Callable[[str, Dict[str, Any], Dict[int, Bytes]], None]
Reconnect = Callable[[int], Welcome]
"""Opens a connection that goes on with the session, given the number of the last message that came; or says why not."""


class Connection:
    """The conversation with a gateway."""

    def __init__(self, websocket: WebSocket, notified: Notified, reconnect: Reconnect) -> None:
        self._websocket = websocket
        self._notified = notified
        self._reconnect = reconnect
        self._kept: Deque[_Kept] = deque()
        self._kept_bytes = 0
        self._acknowledged = 0
        self._room: Optional[Reply] = None
        """Settled when the gateway has acknowledged enough for more to be sent."""
        self._cut: Optional[Tuple[WebSocket, Cut]] = None
        """What a reader noticed who could not wait until nobody writes."""
        self._told = 0
        self._untold_bytes = 0
        self._outbox: _Outbox = ([], 1)
        self._outbox_bytes = 0
        self._sending = threading.RLock()
        self._state = threading.Lock()
        self._is_read = False
        self._pending: Dict[int, Reply] = {}
        # Pieces of the binary parts of the notification that comes next, as in `Reply`.
        self._parts: Dict[int, Dict[int, Bytes]] = {}
        self._failure: Optional[EngineError] = None
        # Frames without a number that the reading thread owes the peer; the next writer sends them.
        self._owed: List[Tuple[int, bytes]] = []
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
            messages, first = self._outbox
            if reply is not None:
                reply.number = first + len(messages)
                reply.is_posted = True  # no call, hence no interrupt, between this and the next line
            messages.append(message)
            self._outbox_bytes += len(message)
            if len(messages) >= FLUSH_CALLS or self._outbox_bytes >= FLUSH_BYTES:
                self.flush()
                return False
            return len(messages) == 1

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
            messages, number = self._outbox
            if parts or messages or self._owed or self._failure is not None or len(message) > FLUSH_BYTES:
                self.post(message, parts, reply.identity, reply)
                if self._outbox[0]:
                    self.flush()
                return
            # What `post` and `flush` do, for the common case: this message is all there is.
            reply.number = number
            reply.is_posted = True  # no call, hence no interrupt, between this and the next line
            messages.append(message)
            text = '{"jsonrpc":"2.0","seq":%d,"ack":%d,%s' % (number, self.received, message)
            self._commit(TEXT, text.encode("ascii"), 1)

    def flush(self) -> None:
        """Sends what is buffered."""
        with self._sending:
            if self._failure is not None:
                raise self._failure.with_traceback(None)
            self._queue_owed()
            messages, first = self._outbox
            if messages:
                self._commit(TEXT, self._text(messages, first).encode("ascii"), len(messages))
            else:
                self._finish_writing()

    def _text(self, messages: List[str], first: int) -> str:
        numbers = '{"jsonrpc":"2.0","seq":%d,"ack":%d,' % (first, self.received)
        if len(messages) == 1:
            return numbers + messages[0]
        return "[" + numbers + ',{"jsonrpc":"2.0",'.join(messages) + "]"

    def _too_large(self, size: int) -> EngineError:
        message = f"a call of {size} bytes is over the limit of {self.message_bytes}"
        return engine_error("MESSAGE_TOO_LARGE", message, {"size": str(size), "limit": str(self.message_bytes)})

    def _commit(self, opcode: int, payload: bytes, count: int) -> None:
        """Sends a frame of so many messages, and keeps it."""
        if self._is_over_bounds():
            self._await_room()
        number = self._outbox[1] + count
        self._kept.append((number - 1, opcode, payload))
        self._kept_bytes += len(payload)
        self._websocket.queue(frame(opcode, payload))
        self._outbox = ([], number)
        self._outbox_bytes = 0
        self._told = self.received
        self._untold_bytes = 0
        self._finish_writing()

    def _finish_writing(self) -> None:
        websocket = self._websocket
        try:
            websocket.finish_writing()
        except Cut as cut:
            self._recover(websocket, cut)
        except EngineError as error:
            raise self._fail(error).with_traceback(None) from None

    def _send_parts(self, parts: Sequence[Bytes], call: int) -> None:
        """Binary parts go before the message that names them; the calls buffered so far go before both."""
        self.flush()
        for number, part in enumerate(parts, 1):
            view = memoryview(part).cast("B")
            for start in range(0, max(view.nbytes, 1), _CHUNK_BYTES):
                piece = view[start : start + _CHUNK_BYTES]
                is_last = start + _CHUNK_BYTES >= view.nbytes
                first = self._outbox[1]
                header = _FRAME_HEADER.pack(first & _U32, self.received & _U32, call, number, is_last)
                self._commit(BINARY, b"".join((header, piece)), 1)

    def _ping(self, payload: bytes) -> None:
        self._owe(PONG, payload)

    def _owe(self, opcode: int, payload: bytes) -> None:
        """Sends a frame at once if nobody is writing, else whoever writes next does."""
        self._owed.append((opcode, payload))
        if self._sending.acquire(blocking=False):
            try:
                self._queue_owed()
                self._finish_writing()
            finally:
                self._sending.release()

    def _queue_owed(self) -> None:
        while self._owed:
            self._websocket.queue(frame(*self._owed[0]))
            del self._owed[0]

    # Acknowledgements

    def _take_acknowledgement(self, number: int) -> None:
        """The gateway has received everything up to this message."""
        if number <= self._acknowledged:
            return
        self._acknowledged = number
        kept = self._kept
        try:
            while kept[0][0] <= number:
                self._kept_bytes -= len(kept.popleft()[2])
        except IndexError:
            self._kept_bytes = 0  # whatever the threads that add to it and take from it at once have made of it
        room = self._room
        if room is not None and not self._is_over_bounds():
            room.settled = True
            if room.wake is not None:
                room.wake.set()

    def _is_over_bounds(self) -> bool:
        return self._kept_bytes > KEPT_BYTES or len(self._kept) > KEPT_MESSAGES

    def _await_room(self) -> None:
        """Waits until the gateway has received enough of what is kept; the caller is the one who writes."""
        self._finish_writing()
        room = self._room = Reply(_ROOM)
        self._pending[_ROOM] = room
        try:
            while self._is_over_bounds() and not room.settled:
                self._wait(room, time.monotonic() + _LOOK_SECONDS)
                if self._cut is not None:
                    self._recover(*self._cut)
        finally:
            self._room = None
            self.forget(room)

    def _tell_received(self) -> None:
        """Lets the gateway forget what has come, where nothing is sent that says so."""
        self._untold_bytes = 0
        self._told = self.received
        text = '{"jsonrpc":"2.0","method":"ack","params":{"received":%d}}' % self.received
        self._owe(TEXT, text.encode("ascii"))

    # Going on over another connection

    def _recover(self, websocket: WebSocket, cut: Cut) -> None:
        """Goes on over a new connection, if that is still to be done; raises the error of `cut` if it cannot be."""
        websocket.cut()
        while not self._sending.acquire(timeout=_LOOK_SECONDS):
            # The writer may wait for the reader, who is this thread.
            self._cut = (websocket, cut)
            if self._websocket is not websocket or self._failure is not None:
                return
        try:
            if self._failure is not None:
                raise self._failure.with_traceback(None)
            if self._websocket is websocket:
                self._cut = None
                self._go_on(cut)
        finally:
            self._sending.release()

    def _go_on(self, cut: Cut) -> None:
        self._websocket.abandon()
        try:
            fresh, result = self._reconnect(self.received)
        except EngineError:
            raise self._fail(cut.error).with_traceback(None) from None
        self.adopt(fresh, int(result.get("received", 0)))

    def adopt(self, websocket: WebSocket, received: int) -> None:
        """Goes on over this connection: sends again what the gateway, which has `received` messages, has not."""
        with self._sending:
            older, self._websocket = self._websocket, websocket
            websocket.on_ping = self._ping
            if older is not websocket:
                older.abandon()
            self._take_acknowledgement(received)
            for _, opcode, payload in list(self._kept):
                websocket.queue(frame(opcode, payload))
                self._finish_writing()
                if self._websocket is not websocket:
                    return  # it broke too, and all was sent over the next one

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
        while not reply.settled:
            websocket = self._websocket
            try:
                text = websocket.receive_short() if deadline is None else None
                if text is not None:
                    self._received(TEXT, text)
                    websocket.handled()
                elif not websocket.receive(self._received, deadline):
                    return False
            except Cut as cut:
                self._recover(websocket, cut)
            except EngineError as error:
                raise self._fail(error).with_traceback(None) from None
        return True

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
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration, struct.error) as error:
            raise engine_error("MESSAGE_INVALID", f"a message of the gateway cannot be read: {error}") from error
        self._untold_bytes += len(payload)
        if self._untold_bytes > _UNTOLD_BYTES or self.received - self._told > _UNTOLD_MESSAGES:
            self._tell_received()

    def _received_text(self, text: str) -> None:
        found = _parse(text, 0)[0]
        messages = found if type(found) is list else (found,)
        first = messages[0]
        number = first.get("seq", 0)
        if number == 0:
            self._received_unnumbered(first)
            return
        if self._kept:
            self._take_acknowledgement(first["ack"])
        for message in messages:
            if number > self.received:
                self._received_message(message)
                self.received = number
            number += 1

    def _received_unnumbered(self, message: Dict[str, Any]) -> None:
        if message.get("method") == "ack":
            self._take_acknowledgement(int(message["params"]["received"]))
        elif "error" in message:
            raise error_from_data(error_data(message["error"]))

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
                raise error_from_data(error_data(message["error"]))
            return  # of a call that was given up
        reply.result = message.get("result")
        error = message.get("error")
        if error is not None:
            reply.error = error_data(error)
        reply.settled = True
        self._pending.pop(reply.identity, None)
        if reply.wake is not None:
            reply.wake.set()

    def _received_part(self, payload: memoryview) -> None:
        low, acknowledged, call, part, _ = _FRAME_HEADER.unpack_from(payload)
        newly = (acknowledged - self._acknowledged) & _U32
        if newly < 1 << 31:  # a frame that is sent again says what held when it was sent first
            self._take_acknowledgement(self._acknowledged + newly)
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

    def had_arrived(self, reply: Reply) -> bool:
        """Whether the gateway is known to have received the call."""
        return reply.is_posted and reply.number <= self._acknowledged

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


def joined(parts: Dict[int, Dict[int, Bytes]]) -> Dict[int, Bytes]:
    """Binary parts, whole."""
    return {
        part: next(iter(pieces.values())) if len(pieces) == 1 else b"".join(pieces.values())
        for part, pieces in parts.items()
    }
