"""Jobs whose tasks do not end, cancelled: how long it takes until no process that a task started is left.

The same program for both peers: `cancel_jobs.py PACKAGE MASTER [NAMES]`. With Kindling, files that tasks wrote have to be
gone too.
"""

import ctypes
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

package, master = sys.argv[1], sys.argv[2]
module = importlib.import_module(package)

place = tempfile.mkdtemp(prefix="cancelled-")
marks = os.path.join(place, "marks")
os.mkdir(marks)
conf = module.SparkConf().setMaster(master).setAppName("cancelled jobs")
settings = {"spark.local.dir": os.path.join(place, "local"), "spark.ui.enabled": "false"}
if package == "kindling":
    settings.update({"spark.executor.memory": "256m", "spark.memory.fraction": "0.02"})
for key, value in settings.items():
    conf.set(key, value)
sc = module.SparkContext(conf=conf)
sc.setLogLevel("OFF")

DEADLINE = 60
# What is left after this time stays.
END_DEADLINE = 10 if package == "pyspark" else DEADLINE


def comes(holds, within):
    end = time.monotonic() + within
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def until(what, holds):
    if not comes(holds, DEADLINE):
        raise SystemExit(f"waited in vain for {what}")


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    """Descendants of a process."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as own:
                found += map(int, own.read().split())
    except OSError:
        pass
    return found + [deeper for child in found for deeper in children(child)]


def marked():
    """Processes in which tasks have said that they run, and what those have started."""
    pids = [int(name.partition("-")[0]) for name in os.listdir(marks)]
    return pids + [child for pid in pids for child in children(pid)]


def files():
    """What tasks wrote; only Kindling's names are known."""
    if package != "kindling":
        return []
    return [
        os.path.join(folder, name)
        for folder, _, names in os.walk(place)
        for name in names
        if any(part in folder for part in ("/stage-", "/spill", "/blocks", "/output"))
    ]


def mark(n, folder=marks):
    open(os.path.join(folder, f"{os.getpid()}-{n}"), "w").close()


def stuck(work):
    def run(n):
        mark(n)
        work()

    return lambda: sc.parallelize([0, 1], 2).foreach(run)


def spin():
    while True:
        pass


def hold_the_lock():
    # A function in C that does not let go of the interpreter's lock.
    ctypes.PyDLL(None).sleep(1000)


def wait_for_lock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def wait_for_process():
    subprocess.run(["sleep", "1000"])


def endless(numbers):
    n = next(iter(numbers))
    i = 0
    while True:
        if i == 50_000:
            mark(n)
        yield i, f"word {i}"
        i += 1


def write_shuffle():
    sc.parallelize([0, 1], 2).mapPartitions(endless).partitionBy(4).count()


def save_text():
    sc.parallelize([0, 1], 2).mapPartitions(endless).saveAsTextFile(os.path.join(place, "output"))


def cache():
    sc.parallelize([0, 1], 2).mapPartitions(endless).persist(module.StorageLevel.DISK_ONLY).count()


SCENARIOS = {
    "endless loop": stuck(spin),
    "time.sleep": stuck(lambda: time.sleep(1000)),
    "C code with the lock": stuck(hold_the_lock),
    "waits for a lock": stuck(wait_for_lock),
    "waits for a process": stuck(wait_for_process),
    "writes a shuffle": write_shuffle,
    "caches on disk": cache,
    "saves text": save_text,
}


def by_group():
    sc.cancelJobGroup("these")


def by_tag():
    sc.cancelJobsWithTag("those")


WAYS = {"group": by_group, "tag": by_tag, "all": sc.cancelAllJobs}


def start(scenario, way):
    """The job on a thread of its own."""
    errors = []

    def run():
        sc.setJobGroup("these", "to be cancelled", True)
        if way == "tag":
            sc.addJobTag("those")
        try:
            scenario()
        except Exception as error:
            errors.append(type(error).__name__)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def report(name, way, seconds, errors, pids):
    left = [pid for pid in pids if runs(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    print(json.dumps({"seconds": seconds, "result": [name, way, errors, len(left)]}), flush=True)


def measure(name, way):
    for old in os.listdir(marks):
        os.remove(os.path.join(marks, old))
    thread, errors = start(SCENARIOS[name], way)
    until(f"tasks of {name}", lambda: len(os.listdir(marks)) == 2)
    time.sleep(0.3)
    pids = marked()
    began = time.monotonic()
    WAYS[way]()
    ended = comes(lambda: not any(map(runs, pids)) and not files(), END_DEADLINE)
    seconds = time.monotonic() - began
    thread.join(DEADLINE)
    report(name, way, seconds if ended else None, len(errors), pids)


def interrupt():
    """Ctrl-C in the thread that waits for the job; the session goes on."""
    for old in os.listdir(marks):
        os.remove(os.path.join(marks, old))
    began = []

    def press():
        until("tasks", lambda: len(os.listdir(marks)) == 2)
        time.sleep(0.3)
        began.extend([marked(), time.monotonic()])
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    error = None
    try:
        SCENARIOS["endless loop"]()
    except BaseException as raised:
        error = type(raised).__name__
    pids, moment = began
    ended = comes(lambda: not any(map(runs, pids)), END_DEADLINE)
    seconds = time.monotonic() - moment
    report("endless loop", "Ctrl-C", seconds if ended else None, int(error is not None), pids)


wanted = sys.argv[3].split(",") if len(sys.argv) > 3 else [*SCENARIOS, "Ctrl-C"]
sc.parallelize([0, 1], 2).map(lambda n: n).collect()
for index, name in enumerate(wanted):
    if name == "Ctrl-C":
        sc.setJobGroup("main", "to be interrupted", True)
        interrupt()
    else:
        measure(name, [*WAYS][index % len(WAYS)])
sc.stop()
shutil.rmtree(place, ignore_errors=True)
