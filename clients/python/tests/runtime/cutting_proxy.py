"""A TCP proxy that cuts its connections after random numbers of bytes, in both directions."""

from __future__ import annotations

import random
import socket
import threading
from contextlib import contextmanager
from typing import Iterator, Tuple
from urllib.parse import urlsplit


class Proxy:
    """Connections to its port go on to another one, until they are cut."""

    def __init__(self, target: Tuple[str, int], seed: int, cuts: int, most_bytes: int) -> None:
        self._target = target
        self._random = random.Random(seed)
        self._left = cuts
        self._most_bytes = most_bytes
        self._is_first = True
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            gateway = socket.create_connection(self._target)
            _Pair(self, client, gateway, self._budget())

    def _budget(self) -> int:
        """After so many bytes the next connection is cut; some only after very few, in the middle of its hello."""
        if self._left == 0:
            return 1 << 60
        if self._is_first:
            self._is_first = False
            return 6000  # who cannot begin a session is told so: that is no matter of going on
        most = self._random.choice((400, 3000, self._most_bytes))
        return self._random.randrange(1, most)

    def cut(self) -> None:
        self.cuts += 1
        self._left -= 1


class _Pair:
    """One connection, both ways."""

    def __init__(self, proxy: Proxy, client: socket.socket, gateway: socket.socket, budget: int) -> None:
        self._proxy = proxy
        self._sockets = (client, gateway)
        self._left = budget
        self._lock = threading.Lock()
        self._is_open = True
        for source, target in ((client, gateway), (gateway, client)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                with self._lock:
                    allowed = data[: self._left]
                    self._left -= len(allowed)
                target.sendall(allowed)
                if len(allowed) < len(data) or self._left == 0:
                    self._end(is_cut=True)
                    return
        except OSError:
            pass
        self._end(is_cut=False)

    def _end(self, is_cut: bool) -> None:
        with self._lock:
            if not self._is_open:
                return
            self._is_open = False
        if is_cut:
            self._proxy.cut()
        for end in self._sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


@contextmanager
def cutting(url: str, seed: int, cuts: int, most_bytes: int) -> Iterator[Tuple[str, Proxy]]:
    """A URL that leads to the gateway at `url` over connections that break."""
    address = urlsplit(url)
    proxy = Proxy((address.hostname or "", address.port or 0), seed, cuts, most_bytes)
    try:
        yield f"ws://127.0.0.1:{proxy.port}/", proxy
    finally:
        proxy.close()
