"""A gateway made for tests: it follows `docs/protocol.md` over the `websockets` package, an independent peer.

`Desk` answers calls by a table of functions and writes down every message that it gets.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

TOKEN = "correct-horse"
HEADER = struct.Struct("<IIQIB")


class _Own(threading.local):
    """What belongs to one connection."""

    connection: ServerConnection
    sent = 0


class Desk:
    """The server's side; each connection has a thread of its own, in which its calls are answered."""

    def __init__(self) -> None:
        self.messages: List[Dict[str, Any]] = []
        self.frames: List[int] = []
        """How many messages each text frame held."""
        self.parts: Dict[Tuple[int, int], bytes] = {}
        self.answers: Dict[str, Callable[[Desk, Dict[str, Any]], Any]] = {}
        self.connections = 0
        self.numbers: List[int] = []
        self._own = _Own()

    def methods(self) -> List[str]:
        """Names of the methods called, after the hello."""
        return [message["method"] for message in self.messages]

    def serve(self, connection: ServerConnection) -> None:
        self.connections += 1
        self._own.connection = connection
        for data in connection:
            if isinstance(data, bytes):
                self._part(data)
                continue
            found = json.loads(data)
            batch = found if isinstance(found, list) else [found]
            if batch[0]["method"] != "hello":
                self.numbers.append(batch[0]["seq"])
                self.frames.append(len(batch))
            for message in batch:
                self._message(message)

    def _part(self, data: bytes) -> None:
        number, _, call, part, _ = HEADER.unpack_from(data)
        self.numbers.append(number)
        self.parts[call, part] = self.parts.get((call, part), b"") + data[HEADER.size :]

    def _message(self, message: Dict[str, Any]) -> None:
        method = message["method"]
        if method == "hello" and message["params"]["resume"]:
            gone = {"code": "SESSION_LOST", "kind": "unavailable", "message": "gone"}
            gone["params"] = {"reason": "the session has ended"}  # type: ignore[assignment]
            error = {"code": -32000, "message": "gone", "data": gone}
            self._own.connection.send(json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}))
            return
        if method == "hello":
            result = {
                "protocol": 1,
                "session": "s1",
                "secret": "x",
                "received": 0,
                "version": "0.1.0",
                "limits": {"messageBytes": 1 << 24},
            }
            self.hello = message["params"]
            self._own.connection.send(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}))
            return
        self.messages.append(message)
        answer = self.answers.get(method)
        if answer is None and "id" in message:
            self.reply(message, {"failures": []} if method == "close" else None)
        elif answer is not None:
            result = answer(self, message)
            if "id" in message and result is not NO_REPLY:
                self.reply(message, result)

    def send(self, message: Dict[str, Any]) -> None:
        """Sends one message, numbered."""
        self._own.sent += 1
        self._own.connection.send(json.dumps({"jsonrpc": "2.0", "seq": self._own.sent, "ack": 0, **message}))

    def send_part(self, call: int, part: int, data: bytes, chunk: int = 8 << 20) -> None:
        """Sends the bytes of one part."""
        for start in range(0, max(len(data), 1), chunk):
            self._own.sent += 1
            last = start + chunk >= len(data)
            self._own.connection.send(HEADER.pack(self._own.sent, 0, call, part, last) + data[start : start + chunk])

    def reply(self, message: Dict[str, Any], result: Any) -> None:
        self.send({"id": message["id"], "result": result})

    def fail(self, call: Dict[str, Any], **data: Any) -> Any:
        """Answers with an error."""
        error = {"code": -32000, "message": data["code"], "data": data}
        self.send({"id": call["id"], "error": error})
        return NO_REPLY

    def drop(self) -> None:
        """Ends the TCP connection without a word, as a killed process does."""
        self._own.connection.socket.shutdown(socket.SHUT_RDWR)


NO_REPLY = object()


def _check_token(connection: ServerConnection, request: Request) -> Optional[Response]:
    if request.headers.get("Authorization") == f"Bearer {TOKEN}":
        return None
    return connection.respond(401, "")


@contextmanager
def running(desk: Desk, **options: Any) -> Iterator[str]:
    """Serves the desk on loopback; gives the URL."""
    options = {"process_request": _check_token, "compression": None, "max_size": None, **options}
    server: Server = serve(desk.serve, "127.0.0.1", 0, **options)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
    finally:
        server.shutdown()
        thread.join(5)
