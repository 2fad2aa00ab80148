"""A blocking WebSocket client (RFC 6455) over TCP and Unix sockets, made for many small messages.

Ctrl-C may strike between any two bytecodes, and the connection must survive it: a job is cancelled over the same
connection. So nothing is lost between a system call and the bookkeeping after it:

- `counts.extend(map(socket.recv_into, (view,)))` runs in C from the system call to the stored count, and signals are
  handled between bytecodes only;
- how far a frame was handled is one attribute, stored last (`_Window.consumed`); a frame that an interrupt cut off is
  handled again, and `connection.py` drops messages it has seen.
"""

from __future__ import annotations

import base64
import os
import select
import socket
import struct
import time
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from kindling._runtime.codec import Bytes
from kindling.errors import EngineError, engine_error, error_from_data

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

MAX_MESSAGE_BYTES = 1 << 28
"""A longer message of the peer is refused from its header."""
_WINDOW_BYTES = 1 << 16
_FIRST_READ = (1 << 14,)
_MASK_CHUNK_BYTES = 1 << 15
"""Beyond this, XOR of large integers falls out of the processor's cache: 480 MB/s in pieces, 240 as one."""
_HANDSHAKE_BYTES = 1 << 14
_CLOSE_SECONDS = 1.0
_ACCEPT_SALT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

Handler = Callable[[int, Bytes], None]


def lost(reason: str) -> EngineError:
    """The error of a connection that no longer works."""
    return engine_error("SESSION_LOST", f"the connection to the gateway was lost: {reason}", {"reason": reason})


class Cut(Exception):
    """The connection broke without a word; the session may go on over another one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.error = lost(reason)
        """What the program is told if there is none."""


def _broken(reason: str) -> EngineError:
    return lost(f"it does not follow the WebSocket protocol: {reason}")


def masked(data: Bytes, key: bytes) -> bytes:
    """`data` XOR the repeated key, as section 5.3 asks of clients."""
    return b"".join(_masked_pieces(data, key))


def _masked_pieces(data: Bytes, key: bytes) -> Iterator[bytes]:
    size = len(data)
    whole = size - size % _MASK_CHUNK_BYTES
    view = memoryview(data)
    if whole:
        mask = int.from_bytes(key * (_MASK_CHUNK_BYTES // 4), "little")
        for start in range(0, whole, _MASK_CHUNK_BYTES):
            piece = int.from_bytes(view[start : start + _MASK_CHUNK_BYTES], "little") ^ mask
            yield piece.to_bytes(_MASK_CHUNK_BYTES, "little")
    yield _xor(view[whole:], key)


def _xor(data: Bytes, key: bytes) -> bytes:
    size = len(data)
    mask = int.from_bytes((key * ((size >> 2) + 1))[:size], "little")
    return (int.from_bytes(data, "little") ^ mask).to_bytes(size, "little")


_keys: List[bytes] = []
"""Masks that were drawn together: section 5.3 wants them unpredictable, not drawn one by one."""
_KEYS_DRAWN = 1024


def _mask_key() -> bytes:
    try:
        return _keys.pop()
    except IndexError:
        drawn = os.urandom(4 * _KEYS_DRAWN)
        _keys.extend(drawn[start : start + 4] for start in range(4, len(drawn), 4))
        return drawn[:4]


def frame(opcode: int, payload: Bytes) -> bytes:
    """One masked frame that is a whole message."""
    size = len(payload)
    key = _mask_key()
    if size < 126:
        return b"%c%c%b%b" % (0x80 | opcode, 0x80 | size, key, _xor(payload, key))
    if size <= _MASK_CHUNK_BYTES:
        return b"%c\xfe%c%c%b%b" % (0x80 | opcode, size >> 8, size & 255, key, _xor(payload, key))
    header = struct.pack(">BBH" if size < 1 << 16 else ">BBQ", 0x80 | opcode, 0xFE + (size >= 1 << 16), size)
    return b"".join((header, key, *_masked_pieces(payload, key)))


class _Header(NamedTuple):
    """What precedes the payload of a frame."""

    opcode: int
    is_final: bool
    start: int
    """Of the payload, in the window."""
    end: int


class _Window:
    """Bytes that were read: `buffer[:sum(counts)]`, of which everything before `consumed` was handled."""

    __slots__ = ("buffer", "consumed", "counts", "fragments", "view")

    def __init__(self, size: int, content: Bytes, fragments: Tuple[int, Tuple[bytes, ...]]) -> None:
        self.buffer = bytearray(size)
        self.buffer[: len(content)] = content
        self.view = memoryview(self.buffer)
        self.counts = [len(content)]
        self.consumed = 0
        # Opcode and payloads so far of a message that comes in pieces.
        self.fragments = fragments


class _Unsent:
    """Bytes on their way out: `data[:sum(counts)]` has been sent."""

    __slots__ = ("counts", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.counts: List[int] = []


_WHOLE: Tuple[int, Tuple[bytes, ...]] = (0, ())


class WebSocket:
    """One connection. Reading and writing may go on in two threads; each of them needs its own lock outside."""

    def __init__(self, connected: socket.socket, first: bytes = b"") -> None:
        self._socket = connected
        self._send = connected.send
        self._recv = connected.recv
        # The common case is one short message per read: it is handled where it was read, `_fresh`, without a window.
        # While there is a window, `_fresh` means nothing.
        self._fresh: List[bytes] = [first] if first else []
        self._window: Optional[_Window] = None
        self._unsent: List[_Unsent] = []
        self._closed = False
        self.on_ping: Callable[[bytes], None] = lambda payload: self.write(frame(PONG, payload))

    def fileno(self) -> int:
        """The socket's file descriptor."""
        return self._socket.fileno()

    # Writing

    def write(self, data: bytes) -> None:
        """Sends one or several frames; what an interrupt cut off goes out before the next ones."""
        self.queue(data)
        self.finish_writing()

    def queue(self, data: bytes) -> None:
        """Puts frames in line for sending."""
        self._unsent.append(_Unsent(data))

    def finish_writing(self) -> None:
        """Sends what is still unsent."""
        unsent = self._unsent
        try:
            while unsent:
                entry = unsent[0]
                counts = entry.counts
                if not counts:
                    counts.extend(map(self._send, (entry.data,)))
                    if counts[0] == len(entry.data):
                        del unsent[0]
                        continue
                elif sum(counts) < len(entry.data):
                    counts.extend(map(self._socket.send, (memoryview(entry.data)[sum(counts) :],)))
                if sum(counts) == len(entry.data):
                    del unsent[0]
        except OSError as error:
            raise Cut(_reason(error)) from None

    # Reading

    def receive_short(self) -> Optional[bytes]:
        """Reads; the text, if one short message is all that came: `handled` follows. Else `receive` has what came."""
        if self._window is not None:
            return None
        fresh = self._fresh
        if not fresh:
            try:
                fresh.extend(map(self._recv, _FIRST_READ))
            except OSError as error:
                raise Cut(_reason(error)) from None
        chunk = fresh[0]
        size = len(chunk)
        if size < 128 and size > 2 and chunk[0] == 0x81 and chunk[1] + 2 == size:
            return chunk[2:]
        return None

    def handled(self) -> None:
        """The text that `receive_short` gave is not needed any more."""
        self._fresh = []

    def receive(self, handle: Handler, deadline: Optional[float] = None) -> bool:
        """Reads one frame and hands a complete message to `handle`; false if the deadline (`time.monotonic`) passed."""
        window = self._window
        if window is None:
            fresh = self._fresh
            if not fresh:
                if deadline is not None and not self._readable(deadline):
                    return False
                try:
                    fresh.extend(map(self._socket.recv, _FIRST_READ))
                except OSError as error:
                    raise Cut(_reason(error)) from None
            chunk = fresh[0]
            if self._is_whole_text(chunk):
                handle(TEXT, chunk[2:] if chunk[1] < 126 else chunk[4:])
                self._fresh = []
                return True
            if not chunk:
                raise Cut("the gateway ended")
            window = self._window = _Window(max(_WINDOW_BYTES, len(chunk)), chunk, _WHOLE)
        return self._receive_into(window, handle, deadline)

    @staticmethod
    def _is_whole_text(chunk: bytes) -> bool:
        """Whether it is one short text message and nothing else."""
        size = len(chunk)
        if size < 4 or chunk[0] != 0x81:
            return False
        length = chunk[1]
        return length + 2 == size if length < 126 else length == 126 and (chunk[2] << 8 | chunk[3]) + 4 == size

    def _receive_into(self, window: _Window, handle: Handler, deadline: Optional[float]) -> bool:
        while True:
            header = self._header(window)
            if header is not None:
                if header.end <= sum(window.counts):
                    self._handle(window, header, handle)
                    return True
                window = self._with_room(window, header.end)
            else:
                window = self._with_room(window, window.consumed + 14)
            if deadline is not None and not self._readable(deadline):
                return False
            self._fill(window)

    def _readable(self, deadline: float) -> bool:
        poller = select.poll()
        poller.register(self._socket, select.POLLIN)
        return bool(poller.poll(max(0, (deadline - time.monotonic()) * 1000)))

    def _fill(self, window: _Window) -> None:
        counts = window.counts
        try:
            counts.extend(map(self._socket.recv_into, (window.view[sum(counts) :],)))
        except OSError as error:
            raise Cut(_reason(error)) from None
        if counts[-1] == 0 and len(counts) > 1:
            raise Cut("the gateway ended")

    def _header(self, window: _Window) -> Optional[_Header]:
        """The next frame's header; None if too few bytes are there."""
        at = window.consumed
        available = sum(window.counts) - at
        if available < 2:
            return None
        buffer = window.buffer
        first, size = buffer[at], buffer[at + 1]
        if first & 0x70:
            raise _broken("reserved bits are set")
        if size & 0x80:
            raise _broken("a frame of a server is masked")
        start = at + 2
        if size >= 126:
            width = 2 if size == 126 else 8
            if available < 2 + width:
                return None
            size = int.from_bytes(buffer[start : start + width], "big")
            start += width
        opcode = first & 15
        is_final = bool(first & 0x80)
        if opcode >= CLOSE and (size > 125 or not is_final):
            raise _broken("a control frame is too long or in pieces")
        if size > MAX_MESSAGE_BYTES:
            message = f"a message of {size} bytes is over the limit of {MAX_MESSAGE_BYTES}"
            raise engine_error("MESSAGE_TOO_LARGE", message, {"size": str(size), "limit": str(MAX_MESSAGE_BYTES)})
        return _Header(opcode, is_final, start, start + size)

    def _with_room(self, window: _Window, end: int) -> _Window:
        """Moves what is not handled yet to a new window, if a frame up to `end` does not fit into this one.

        A long frame gets a window of its own, read in place and handed on without a copy.
        """
        if end <= len(window.buffer):
            return window
        content = window.view[window.consumed : sum(window.counts)]
        self._window = moved = _Window(max(_WINDOW_BYTES, end - window.consumed), content, window.fragments)
        return moved

    def _handle(self, window: _Window, header: _Header, handle: Handler) -> None:
        opcode, is_final, start, end = header
        is_large = end - start >= _WINDOW_BYTES
        payload: Bytes = window.view[start:end] if is_large else bytes(window.view[start:end])
        fragments = window.fragments
        if opcode in (TEXT, BINARY):
            if fragments is not _WHOLE:
                raise _broken("a message begins inside another")
            if is_final:
                handle(opcode, payload)
            else:
                fragments = (opcode, (bytes(payload),))
        elif opcode == 0:
            if fragments is _WHOLE:
                raise _broken("a continuation without a beginning")
            fragments = (fragments[0], (*fragments[1], bytes(payload)))
            if sum(map(len, fragments[1])) > MAX_MESSAGE_BYTES:
                raise engine_error("MESSAGE_TOO_LARGE", f"a message is over the limit of {MAX_MESSAGE_BYTES} bytes")
            if is_final:
                handle(fragments[0], b"".join(fragments[1]))
                fragments = _WHOLE
        else:
            self._control(opcode, bytes(payload))
        self._consume(window, end, fragments, is_large)

    def _consume(self, window: _Window, end: int, fragments: Tuple[int, Tuple[bytes, ...]], is_large: bool) -> None:
        """Marks a frame as handled, in one store."""
        total = sum(window.counts)
        if end == total and fragments is _WHOLE:
            self._fresh = []
            self._window = None
        elif is_large or fragments is not window.fragments:
            # The payload of a large frame is in use: its window is not written to again.
            rest = window.view[end:total]
            self._window = _Window(max(_WINDOW_BYTES, rest.nbytes), rest, fragments)
        else:
            window.consumed = end

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.on_ping(payload)
        elif opcode == CLOSE:
            self._closed = True
            code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
            text = payload[2:].decode("utf-8", "replace")
            raise lost(f"the gateway closed it (code {code}{': ' + text if text else ''})")
        elif opcode != PONG:
            raise _broken(f"unknown opcode {opcode}")

    # Ending

    def close(self) -> None:
        """The closing handshake, at most a second, then the end of the connection."""
        deadline = time.monotonic() + _CLOSE_SECONDS
        try:
            if not self._closed:
                self.write(frame(CLOSE, struct.pack(">H", 1000)))
                while self.receive(lambda _opcode, _payload: None, deadline):
                    pass
        except (EngineError, Cut):
            pass
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Closes the socket and says nothing."""
        self._closed = True
        self._socket.close()

    def cut(self) -> None:
        """Ends reading and writing, also of a thread that is in the middle of it."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is cut already


def _reason(error: OSError) -> str:
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return "the gateway ended"
    return error.strerror or str(error)


# Connecting


def connect(url: str, token: str, deadline: float) -> WebSocket:
    """Opens `ws://host:port/path` or `ws+unix:/path/of/socket`."""
    try:
        dialled = _dial(url, deadline)
    except OSError as error:
        reason = "no answer" if isinstance(error, (socket.timeout, TimeoutError)) else (error.strerror or str(error))
        raise engine_error("SESSION_LOST", f"cannot reach the gateway at {url}: {reason}", {"reason": reason}) from None
    connected = dialled.socket
    try:
        websocket = _shake_hands(dialled, token, url, deadline)
        connected.settimeout(None)
        return websocket
    except EngineError:
        connected.close()
        raise
    except OSError as error:
        connected.close()
        reason = "no answer" if isinstance(error, (socket.timeout, TimeoutError)) else _reason(error)
        raise lost(f"{url}: {reason} (in the WebSocket handshake)") from None
    except BaseException:
        connected.close()
        raise


class _Dialled(NamedTuple):
    """An open socket, and what the request says about whom it is for."""

    socket: socket.socket
    host: str
    path: str


def _dial(url: str, deadline: float) -> _Dialled:
    scheme, _, rest = url.partition(":")
    timeout = max(0.001, deadline - time.monotonic())
    if scheme == "ws+unix":
        path = rest[2:] if rest.startswith("//") else rest
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connected.settimeout(timeout)
        connected.connect(path)
        return _Dialled(connected, "localhost", "/")
    host, port, path = _address(url)
    connected = socket.create_connection((host, port), timeout)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return _Dialled(connected, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", path)


def _address(url: str) -> Tuple[str, int, str]:
    if url.startswith("ws://"):
        authority, slash, path = url[5:].partition("/")
        host, _, port = authority.rpartition(":")
        if host and port.isdecimal() and int(port) < 1 << 16:
            return host.strip("[]"), int(port), slash + path or "/"
    message = f'url must be ws://host:port/ or ws+unix:/path, not "{url}"'
    raise engine_error("INVALID_ARGUMENT", message, {"parameter": "url", "expected": "ws://host:port/", "actual": url})


def _shake_hands(dialled: _Dialled, token: str, url: str, deadline: float) -> WebSocket:
    connected, host, path = dialled
    if any(ord(character) < 33 or ord(character) > 126 for character in token + path):
        raise engine_error("UNAUTHENTICATED", "the token holds characters that no token has")
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Authorization: Bearer {token}",
    ]
    connected.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    head, rest = _read_head(connected, deadline)
    status, headers = _parse_head(head)
    if status != 101:
        raise _refused(status, url, _read_body(connected, headers, rest, deadline))
    import hashlib

    expected = base64.b64encode(hashlib.sha1(key.encode("ascii") + _ACCEPT_SALT).digest()).decode("ascii")
    if headers.get("sec-websocket-accept") != expected or headers.get("upgrade", "").lower() != "websocket":
        raise _broken("the answer to the handshake is not one of a WebSocket server")
    return WebSocket(connected, rest)


def _read_head(connected: socket.socket, deadline: float) -> Tuple[bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        connected.settimeout(max(0.001, deadline - time.monotonic()))
        chunk = connected.recv(4096)
        received += chunk
        if not chunk or len(received) > _HANDSHAKE_BYTES:
            raise _broken("the answer to the handshake is cut off or too long")
    head, _, rest = received.partition(b"\r\n\r\n")
    return head, rest


def _parse_head(head: bytes) -> Tuple[int, Dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if not first.startswith("HTTP/1.1 ") or len(words) < 2 or not words[1].isdecimal():
        raise _broken("the answer to the handshake is not HTTP")
    pairs = [line.partition(":") for line in lines]
    return int(words[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}


def _read_body(connected: socket.socket, headers: Dict[str, str], rest: bytes, deadline: float) -> bytes:
    length = headers.get("content-length", "0")
    size = min(int(length), _HANDSHAKE_BYTES) if length.isdecimal() else 0
    while len(rest) < size:
        connected.settimeout(max(0.001, deadline - time.monotonic()))
        chunk = connected.recv(4096)
        if not chunk:
            break
        rest += chunk
    return rest


def _refused(status: int, url: str, body: bytes) -> EngineError:
    """The gateway's own error, where it sent one."""
    import json

    try:
        return error_from_data(json.loads(body))
    except (ValueError, AttributeError):
        pass
    known: Dict[int, Tuple[str, str, Optional[str]]] = {
        401: ("UNAUTHENTICATED", "the token is wrong or missing", "give the token that the gateway was started with"),
        403: ("ORIGIN_REFUSED", "the gateway does not allow this connection", None),
    }
    if status in known:
        code, message, hint = known[status]
        return engine_error(code, message, hint=hint)
    return lost(f"{url} answered the WebSocket handshake with HTTP {status}")
