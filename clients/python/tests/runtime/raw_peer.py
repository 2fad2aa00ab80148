"""A server that speaks bytes, for what no well-behaved WebSocket server sends."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from contextlib import contextmanager
from typing import Callable, Iterator, Tuple

SALT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def server_frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    """An unmasked frame, as servers send them."""
    first = opcode | (0x80 if final else 0)
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 1 << 16:
        return struct.pack(">BBH", first, 126, size) + payload
    return struct.pack(">BBQ", first, 127, size) + payload


class Peer:
    """One accepted connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.received = b""

    def read(self, size: int) -> bytes:
        while len(self.received) < size:
            chunk = self.connection.recv(65536)
            if not chunk:
                raise EOFError
            self.received += chunk
        found, self.received = self.received[:size], self.received[size:]
        return found

    def accept(self) -> str:
        """The handshake; returns the request."""
        while b"\r\n\r\n" not in self.received:
            self.received += self.connection.recv(65536)
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        text = head.decode()
        key = next(line[19:] for line in text.split("\r\n") if line.lower().startswith("sec-websocket-key: "))
        answer = base64.b64encode(hashlib.sha1(key.encode() + SALT).digest()).decode()
        lines = f"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {answer}\r\n\r\n"
        self.send(lines.encode())
        return text

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def frame(self) -> Tuple[int, bytes, bytes]:
        """Opcode, mask and unmasked payload of a client's frame."""
        first, second = self.read(2)
        assert second & 0x80, "a client's frame must be masked"
        size = second & 127
        if size == 126:
            (size,) = struct.unpack(">H", self.read(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.read(8))
        mask = self.read(4)
        data = self.read(size)
        return first & 15, mask, bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))


@contextmanager
def listening(
    behave: Callable[[Peer], None], family: int = socket.AF_INET, address: object = ("127.0.0.1", 0)
) -> Iterator[str]:
    """Serves one connection by `behave`; gives the URL."""
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind(address)  # type: ignore[arg-type]
    listener.listen(1)
    failures = []

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            try:
                behave(Peer(connection))
            except (EOFError, ConnectionError):
                pass
            except BaseException as error:
                failures.append(error)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"ws+unix:{address}" if family == socket.AF_UNIX else f"ws://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()
        thread.join(5)
        if failures:
            raise failures[0]
