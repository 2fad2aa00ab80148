"""The WebSocket client against raw bytes (RFC 6455) and against the `websockets` package."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from pathlib import Path
from typing import Any, Callable, List, Tuple

import pytest
from raw_peer import Peer, listening, server_frame
from websockets.sync.server import ServerConnection, serve

from kindling import errors
from kindling._runtime import websocket as ws
from kindling._runtime.codec import Bytes


def opened(url: str, token: str = "t", seconds: float = 5) -> ws.WebSocket:
    return ws.connect(url, token, time.monotonic() + seconds)


def read(client: ws.WebSocket, count: int = 1, seconds: float = 5) -> List[Tuple[int, bytes]]:
    found: List[Tuple[int, bytes]] = []

    def keep(opcode: int, payload: Bytes) -> None:
        found.append((opcode, bytes(payload)))

    deadline = time.monotonic() + seconds
    while len(found) < count:
        assert client.receive(keep, deadline), "no message in time"
    return found


SIZES = [0, 1, 3, 4, 125, 126, 65535, 65536, ws._MASK_CHUNK_BYTES, ws._MASK_CHUNK_BYTES + 5, 1 << 20]


@pytest.mark.parametrize("size", SIZES)
def test_masking_is_byte_by_byte_xor(size: int) -> None:
    data, key = os.urandom(size), os.urandom(4)
    assert ws.masked(data, key) == bytes(byte ^ key[index % 4] for index, byte in enumerate(data))


def test_the_example_of_the_standard() -> None:
    """RFC 6455 section 5.7: a single-frame masked text message "Hello"."""
    assert ws.masked(b"Hello", bytes.fromhex("37fa213d")) == bytes.fromhex("7f9f4d5158")


def test_masks_differ() -> None:
    masks = {ws.frame(ws.TEXT, b"")[2:6] for _ in range(100)}
    assert len(masks) == 100


@pytest.mark.parametrize("size", SIZES)
def test_echo_by_another_implementation(size: int) -> None:
    def echo(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(message)

    with serve(echo, "127.0.0.1", 0, compression=None, max_size=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = opened(f"ws://127.0.0.1:{server.socket.getsockname()[1]}/")
        text, data = b"x" * size, os.urandom(size)
        client.write(ws.frame(ws.TEXT, text) + ws.frame(ws.BINARY, data))
        assert read(client, 2, 20) == [(ws.TEXT, text), (ws.BINARY, data)]
        client.close()
        server.shutdown()


def test_the_handshake_carries_the_token() -> None:
    requests: List[str] = []
    with listening(lambda peer: requests.append(peer.accept())) as url:
        opened(url, "secret").abandon()
    assert "Authorization: Bearer secret" in requests[0].split("\r\n")
    assert "secret" not in requests[0].split("\r\n")[0]


def test_unix_sockets(tmp_path: Path) -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        peer.send(server_frame(1, b"hi"))

    with listening(behave, socket.AF_UNIX, str(tmp_path / "gateway")) as url:
        client = opened(url)
        assert read(client) == [(ws.TEXT, b"hi")]
        client.abandon()


def test_fragments_with_a_ping_between_them() -> None:
    pongs: List[Tuple[int, bytes]] = []

    def behave(peer: Peer) -> None:
        peer.accept()
        peer.send(server_frame(1, b"He", final=False) + server_frame(9, b"are you there"))
        peer.send(server_frame(0, b"ll", final=False) + server_frame(0, b"o") + server_frame(2, b"next"))
        opcode, _, payload = peer.frame()
        pongs.append((opcode, payload))

    with listening(behave) as url:
        client = opened(url)
        assert read(client, 2) == [(ws.TEXT, b"Hello"), (ws.BINARY, b"next")]
        client.abandon()
    assert pongs == [(ws.PONG, b"are you there")]


def test_bytes_that_trickle_in() -> None:
    message = server_frame(1, b"slow") + server_frame(2, b"y" * 300)

    def behave(peer: Peer) -> None:
        peer.accept()
        for byte in message:
            peer.send(bytes([byte]))

    with listening(behave) as url:
        client = opened(url)
        assert read(client, 2) == [(ws.TEXT, b"slow"), (ws.BINARY, b"y" * 300)]
        client.abandon()


def test_a_large_message_is_read_in_place() -> None:
    data = os.urandom(5 << 20)

    def behave(peer: Peer) -> None:
        peer.accept()
        peer.send(server_frame(1, b"before") + server_frame(2, data) + server_frame(1, b"after"))

    kept: List[Any] = []
    with listening(behave) as url:
        client = opened(url)
        while len(kept) < 3:
            client.receive(lambda _, payload: kept.append(payload))
        client.abandon()
    assert isinstance(kept[1], memoryview)
    assert [bytes(payload) for payload in kept] == [b"before", data, b"after"]


def after_handshake(data: bytes) -> Callable[[Peer], None]:
    def behave(peer: Peer) -> None:
        peer.accept()
        peer.send(data)
        peer.connection.recv(1)

    return behave


BROKEN = [
    ("reserved bits", b"\xc1\x00", "SESSION_LOST"),
    ("masked", b"\x81\x80abcd", "SESSION_LOST"),
    ("unknown opcode", b"\x83\x00", "SESSION_LOST"),
    ("long ping", b"\x89\x7e\x00\x7e" + bytes(126), "SESSION_LOST"),
    ("ping in pieces", b"\x09\x00", "SESSION_LOST"),
    ("continuation of nothing", b"\x80\x00", "SESSION_LOST"),
    ("message in a message", b"\x01\x00\x81\x00", "SESSION_LOST"),
    ("too long", b"\x82\x7f" + struct.pack(">Q", 1 << 62), "MESSAGE_TOO_LARGE"),
    ("closed", b"\x88\x09\x03\xf0go away", "SESSION_LOST"),
]


@pytest.mark.parametrize(("name", "data", "code"), BROKEN, ids=[name for name, _, _ in BROKEN])
def test_what_breaks_the_protocol_ends_the_connection(name: str, data: bytes, code: str) -> None:
    with listening(after_handshake(data)) as url:
        client = opened(url)
        with pytest.raises(errors.EngineError) as caught:
            read(client)
        assert caught.value.code == code
        client.abandon()


def answering(data: bytes) -> Callable[[Peer], None]:
    def behave(peer: Peer) -> None:
        peer.connection.recv(65536)
        peer.send(data)

    return behave


FULL = b'{"code":"LIMIT_REACHED","kind":"exhausted","message":"sessions is limited to 256"}'

FULL = b'{"code":"LIMIT_REACHED","kind":"exhausted","message":"sessions is limited to 256"}'

REFUSED = [
    (b"HTTP/1.1 401 Unauthorized\r\n\r\n", errors.AccessError, "UNAUTHENTICATED"),
    (b"HTTP/1.1 403 Forbidden\r\n\r\n", errors.AccessError, "ORIGIN_REFUSED"),
    (
        b"HTTP/1.1 503 X\r\nContent-Length: %d\r\n\r\n%b" % (len(FULL), FULL),
        errors.ResourceError,
        "LIMIT_REACHED",
    ),
    (b"HTTP/1.1 404 Not Found\r\n\r\n", errors.UnavailableError, "SESSION_LOST"),
    (b"SSH-2.0-OpenSSH\r\n\r\n", errors.UnavailableError, "SESSION_LOST"),
    (
        b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
        errors.UnavailableError,
        "SESSION_LOST",
    ),
    (b"", errors.UnavailableError, "SESSION_LOST"),
    (b"x" * 20_000, errors.UnavailableError, "SESSION_LOST"),
]


@pytest.mark.parametrize(("answer", "kind", "code"), REFUSED)
def test_refused_handshakes(answer: bytes, kind: type, code: str) -> None:
    with listening(answering(answer)) as url, pytest.raises(kind) as caught:
        opened(url)
    assert caught.value.code == code  # type: ignore[attr-defined]


def test_a_server_that_never_answers() -> None:
    started = time.monotonic()
    with listening(lambda peer: time.sleep(0.5)) as url, pytest.raises(errors.UnavailableError, match="no answer"):
        opened(url, seconds=0.2)
    assert time.monotonic() - started < 2


def test_nobody_listens() -> None:
    with pytest.raises(errors.UnavailableError, match=r"cannot reach the gateway at ws://127\.0\.0\.1:1/"):
        opened("ws://127.0.0.1:1/")


@pytest.mark.parametrize("url", ["http://x:1/", "ws://host/", "ws://:1/", "nonsense", "ws://h:70000/"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="url must be"):
        opened(url)


def test_a_token_with_a_line_break_is_refused() -> None:
    with (
        listening(lambda peer: None) as url,
        pytest.raises(errors.AccessError),
    ):
        opened(url, "a\r\nX-Evil: 1")


def test_close_waits_for_the_peers_close() -> None:
    seen: List[Tuple[int, bytes]] = []

    def behave(peer: Peer) -> None:
        peer.accept()
        opcode, _, payload = peer.frame()
        seen.append((opcode, payload))
        peer.send(server_frame(8, payload))

    with listening(behave) as url:
        client = opened(url)
        started = time.monotonic()
        client.close()
        assert time.monotonic() - started < 0.8
    assert seen == [(ws.CLOSE, b"\x03\xe8")]


def test_close_does_not_wait_for_ever() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        time.sleep(1.5)

    with listening(behave) as url:
        client = opened(url)
        started = time.monotonic()
        client.close()
        assert 0.9 < time.monotonic() - started < 1.4
