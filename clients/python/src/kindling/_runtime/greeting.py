"""The first message of every connection: a new session, or one that goes on."""

from __future__ import annotations

import errno
import json
import os
import time
from typing import Any, Dict, List, NamedTuple, Optional

from kindling._runtime.codec import Bytes
from kindling._runtime.websocket import TEXT, Cut, WebSocket, connect, frame, lost
from kindling.errors import EngineError, engine_error, error_from_data

PROTOCOL = 1
_ATTEMPT_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 2.0
_GONE = frozenset(map(os.strerror, (errno.ECONNREFUSED, errno.ENOENT)))
"""Nobody listens there any more: the gateway has ended, and its sessions with it."""


class Welcome(NamedTuple):
    """A connection that has said hello, and what the gateway said."""

    websocket: WebSocket
    result: Dict[str, Any]


class Place(NamedTuple):
    """A session, for a connection that goes on with it."""

    session: str
    secret: str
    lease_seconds: float


def begin(url: str, token: str, client: Dict[str, Any], deadline: float) -> Welcome:
    """A connection with a new session."""
    try:
        return _greet(url, token, {"protocol": PROTOCOL, "client": client, "resume": None}, deadline)
    except Cut as cut:
        raise cut.error from None


def resume(url: str, token: str, place: Place, received: int, deadline: float) -> Welcome:
    """A connection that goes on with a session; `received` is the number of the last message that came."""
    going_on = {"session": place.session, "secret": place.secret, "received": received}
    try:
        return _greet(url, token, {"protocol": PROTOCOL, "resume": going_on}, deadline)
    except Cut as cut:
        raise cut.error from None


def resume_patiently(urls: List[str], token: str, place: Place, received: int) -> Welcome:
    """The same, tried again until the session's lease is over, or it is known that there is none."""
    until = time.monotonic() + place.lease_seconds
    pause = _FIRST_PAUSE_SECONDS
    while True:
        refusals: List[EngineError] = []
        for url in urls:
            try:
                return resume(url, token, place, received, min(until, time.monotonic() + _ATTEMPT_SECONDS))
            except EngineError as error:
                refusals.append(error)
        if all(map(_is_final, refusals)) or time.monotonic() + pause >= until:
            raise refusals[-1]
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _is_final(error: EngineError) -> bool:
    reason = error.params.get("reason", "")
    return error.code != "SESSION_LOST" or reason in _GONE or reason == _ENDED


_ENDED = "the session has ended"


def _greet(url: str, token: str, params: Dict[str, Any], deadline: float) -> Welcome:
    websocket = connect(url, token, deadline)
    try:
        result = _hello(websocket, params, deadline)
        if result is None:
            raise lost(f"the gateway at {url} did not answer in time")
        return Welcome(websocket, result)
    except BaseException:
        websocket.abandon()
        raise


def _hello(websocket: WebSocket, params: Dict[str, Any], deadline: float) -> Optional[Dict[str, Any]]:
    message = {"jsonrpc": "2.0", "id": 0, "method": "hello", "params": params}
    websocket.write(frame(TEXT, json.dumps(message).encode("ascii")))
    replies: List[Dict[str, Any]] = []

    def received(opcode: int, payload: Bytes) -> None:
        reply = json.loads(str(payload, "utf-8")) if opcode == TEXT else None
        if not isinstance(reply, dict):
            raise ValueError("no reply to hello")
        replies.append(reply)

    try:
        while not replies:
            if not websocket.receive(received, deadline):
                return None
    except ValueError as error:
        raise engine_error("MESSAGE_INVALID", f"a message of the gateway cannot be read: {error}") from error
    refusal = replies[0].get("error")
    if refusal is not None:
        raise error_from_data(error_data(refusal))
    result = replies[0].get("result")
    return result if isinstance(result, dict) else {}


def error_data(error: Dict[str, Any]) -> Dict[str, Any]:
    """What the engine says of an error that came over the wire."""
    return error.get("data") or {"code": "MESSAGE_INVALID", "kind": "protocol", "message": error.get("message")}
