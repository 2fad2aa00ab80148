"""Calls through Py4J and through Kindling's gateway, in turn in one process: python calls.py ROUNDS PORT URL SOCKET TOKEN.

Prints for each measure a line of JSON: its name and, for each peer, the seconds of every round.
"""

import json
import sys
import threading
import time

from bench_service import Counter, Service
from kindling._runtime import launch
from kindling._runtime import session as sessions
from py4j.java_gateway import GatewayParameters, JavaGateway

ROUNDS, PORT, URL, SOCKET, TOKEN = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
CALLS = 3000
OBJECTS = 10_000
MEBIBYTES_10 = 10_000_000

java = JavaGateway(gateway_parameters=GatewayParameters(port=PORT, auto_convert=False))


def opened(local):
    """A session over TCP, or over the Unix socket; it is the one that is used from now on."""
    gateway = launch.Gateway(URL, TOKEN)
    if local:
        gateway.found_locally(SOCKET)
    else:
        sessions.Session._move = lambda *_: None
    return sessions.Session(gateway)


TCP, UNIX = opened(False), opened(True)


def within(session, work):
    def run():
        sessions._current = session
        return work()

    return run


def sequential(service):
    inc = service.inc
    for n in range(CALLS):
        inc(n)


def py4j_objects():
    for _ in range(OBJECTS):
        java.entry_point.counter()


def our_objects():
    service = Service()
    for _ in range(OBJECTS):
        service.counter()
    sessions.current().flush()
    Service().inc(1)


def chain(make):
    counter = make()
    for _ in range(9):
        counter = counter.plus(1)
    assert counter.increase(1) == 10


def chains(make):
    for _ in range(200):
        chain(make)


def pipelined():
    """Independent calls whose results are not waited for one by one."""
    counter = Counter()
    for _ in range(OBJECTS):
        counter.plus(1)
    counter.increase(1)


def py4j_independent():
    counter = java.entry_point.counter()
    for _ in range(OBJECTS):
        counter.plus(1)


def down(service):
    assert len(service.bytes(MEBIBYTES_10)) == MEBIBYTES_10


def up(service):
    assert service.size(bytes(MEBIBYTES_10)) == MEBIBYTES_10


MEASURES = {
    "sequential calls over TCP": (lambda: sequential(java.entry_point), TCP, lambda: sequential(Service())),
    "sequential calls over a Unix socket": (lambda: sequential(java.entry_point), UNIX, lambda: sequential(Service())),
    "independent calls, pipelined": (py4j_independent, UNIX, pipelined),
    "chains of ten calls": (lambda: chains(java.entry_point.counter), UNIX, lambda: chains(Counter)),
    "10,000 objects, created and released": (py4j_objects, UNIX, our_objects),
    "10 MB of bytes, down": (lambda: down(java.entry_point), UNIX, lambda: down(Service())),
    "10 MB of bytes, up": (lambda: up(java.entry_point), UNIX, lambda: up(Service())),
}


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


for name, (py4j, session, ours) in MEASURES.items():
    ours = within(session, ours)
    py4j(), ours()
    pairs = [(seconds(py4j), seconds(ours)) for _ in range(ROUNDS)]
    print(json.dumps({"name": name, "py4j": [a for a, _ in pairs], "kindling": [b for _, b in pairs]}), flush=True)


def crowd(clients, calls):
    """So many clients at once; the seconds that each of them needed."""
    finished = []

    def work(session):
        started = time.perf_counter()
        for n in range(calls):
            session.request("Service.inc", 1, (("n: int", n),), "int")
        finished.append(time.perf_counter() - started)

    opened_sessions = [opened(True) for _ in range(clients)]
    for session in opened_sessions:
        session.send("Service.new", None, (), session.take_id())
        session.flush()
    threads = [threading.Thread(target=work, args=(session,)) for session in opened_sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return finished


found = crowd(50, 200)
print(json.dumps({"name": "50 clients at once", "clients": found}))
