"""Faults in the middle of jobs of a Python program: tasks end their own worker or executor at a chosen point, once.

Each case checks that results are exact and counts what ran; the program prints a line for each.
"""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time

from kindling import BarrierTaskContext, SparkConf, SparkContext, StorageLevel, TaskContext

place = tempfile.mkdtemp(prefix="faults-")
conf = SparkConf().setMaster(sys.argv[1]).setAppName("python faults")
conf.set("spark.executor.heartbeatInterval", "200ms").set("spark.network.timeout", "5s")
conf.set("spark.memory.fraction", "0.01")
sc = SparkContext(conf=conf)
sc.setCheckpointDir(os.path.join(place, "checkpoints"))

ONLY = set(sys.argv[2].split(",")) if len(sys.argv) > 2 else None


class Case:
    """What tasks of one case tell: they share a directory, whatever becomes of their processes."""

    def __init__(self, name):
        self.name = name
        self.folder = os.path.join(place, name.replace(" ", "-"))
        os.mkdir(self.folder)

    def ran(self, what):
        """A task runs; one byte for each."""
        file = os.open(os.path.join(self.folder, what), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, b"x")
        os.close(file)

    def runs(self, prefix=""):
        return sum(os.path.getsize(os.path.join(self.folder, name)) for name in self.names(prefix))

    def names(self, prefix):
        return [name for name in os.listdir(self.folder) if name.startswith(prefix)]

    def first(self, what):
        """True once, whoever asks."""
        try:
            os.close(os.open(os.path.join(self.folder, f"first-{what}"), os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True


def end_worker(name):
    os.kill(os.getpid(), name)
    time.sleep(60)


def end_executor(name=signal.SIGKILL):
    os.kill(os.getppid(), name)
    time.sleep(60)


CASES = {}


def case(work):
    CASES[work.__name__.replace("_", " ")] = work
    return work


def squares(run, victim, act):
    """Six tasks, of which one does something to itself."""

    def square(n):
        run.ran(f"task-{n}")
        if n == victim and run.first("fault"):
            act()
        return n * n

    return sc.parallelize(range(6), 6).map(square).collect() == [n * n for n in range(6)]


@case
def worker_killed_in_a_map(run):
    exact = squares(run, 3, lambda: end_worker(signal.SIGKILL))
    return exact, run.runs("task-")


@case
def executor_killed_in_a_map(run):
    return squares(run, 3, end_executor), run.runs("task-3")


@case
def executor_stopped_in_a_map(run):
    return squares(run, 3, lambda: end_executor(signal.SIGSTOP)), run.runs("task-3")


@case
def worker_out_of_memory(run):
    def exhaust():
        ctypes.CDLL(None).setrlimit(9, (ctypes.c_ulong * 2)(1 << 28, 1 << 28))
        return [bytearray(1 << 24) for _ in range(1000)]

    return squares(run, 3, exhaust), run.runs("task-")


@case
def accumulators_count_once(run):
    seen = sc.accumulator(0)

    def see(n):
        seen.add(1)
        if n == 5 and run.first("fault"):
            end_executor()

    sc.parallelize(range(6), 6).foreach(see)
    return seen.value, 6


def pairs(run, elements=8, partitions=4):
    def pair(n):
        run.ran(f"map-{n}-on-{os.getppid()}")
        return n % 2, n

    return sc.parallelize(range(elements), partitions).map(pair)


@case
def executor_killed_in_a_shuffle_write(run):
    def end(pair):
        if pair[1] == 7 and run.first("fault"):
            end_executor()
        return pair

    sums = pairs(run).map(end).reduceByKey(lambda a, b: a + b, 2).collect()
    return sorted(sums) == [(0, 12), (1, 16)]


@case
def executor_killed_in_a_shuffle_read(run):
    def end(part):
        part = list(part)
        if run.first("fault"):
            run.ran(f"victim-{os.getppid()}")
            end_executor()
        return part

    result = pairs(run).reduceByKey(lambda a, b: a + b, 2).mapPartitions(end).collect()
    [victim] = [name.partition("-")[2] for name in run.names("victim-")]
    # What ran on the executor that stayed was not done again.
    lost = sum(name.endswith(f"-on-{victim}") for name in run.names("map-"))
    return sorted(result) == [(0, 12), (1, 16)], run.runs("map-") == 8 + lost


def spilled():
    """Whether this process holds a spill file."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if "spill-" in os.readlink(f"/proc/self/fd/{name}"):
                return True
        except OSError:
            pass
    return False


@case
def executor_killed_while_a_spilled_reduce_is_read(run):
    def end(groups):
        for count, (key, values) in enumerate(groups):
            if count == 500 and run.first("fault"):
                run.ran("spilled" if spilled() else "in-memory")
                end_executor()
            yield key, len(list(values))

    big = sc.parallelize(range(120_000), 4).map(lambda n: (n % 3000, "x" * 100))
    sizes = big.groupByKey(2).mapPartitions(end).collect()
    return len(sizes), {size for _, size in sizes} == {40}, run.names("spilled"), run.names("in-memory")


@case
def executor_killed_after_it_read_a_broadcast(run):
    table = sc.broadcast([n * 3 for n in range(1000)])

    def look(n):
        value = table.value[n]
        if n == 3 and run.first("fault"):
            end_executor()
        return value

    return sc.parallelize(range(6), 6).map(look).collect() == [0, 3, 6, 9, 12, 15]


@case
def executor_killed_that_holds_cached_blocks(run):
    def compute(n):
        run.ran(f"compute-{n}")
        return n, os.getppid()

    cached = sc.parallelize(range(6), 6).map(compute).cache()
    places = dict(cached.collect())
    victim = places[0]
    held = sum(place == victim for place in places.values())
    os.kill(victim, signal.SIGKILL)
    until(lambda: not os.path.exists(f"/proc/{victim}"))
    exact = sorted(n for n, _ in cached.collect()) == list(range(6))
    return exact, run.runs("compute-") == 6 + held


@case
def executor_killed_of_which_others_have_copies(run):
    def compute(n):
        run.ran(f"compute-{n}")
        return n, os.getppid()

    cached = sc.parallelize(range(6), 6).map(compute).persist(StorageLevel.MEMORY_ONLY_2)
    places = dict(cached.collect())
    # Copies are made after the tasks.
    time.sleep(1)
    victim = places[0]
    os.kill(victim, signal.SIGKILL)
    until(lambda: not os.path.exists(f"/proc/{victim}"))
    return sorted(n for n, _ in cached.collect()) == list(range(6)), run.runs("compute-")


@case
def executor_killed_while_a_checkpoint_is_written(run):
    def compute(numbers):
        for n in numbers:
            if n == 0:
                run.ran("compute-0")
            yield n, "x" * 100
            # The job itself comes first, then the one that writes.
            if n == 15_000 and not run.first("pass") and run.first("fault"):
                end_executor()

    marked = sc.parallelize(range(60_000), 3).mapPartitions(compute)
    marked.checkpoint()
    count = marked.count()
    [rdd] = os.listdir(checkpoints())
    parts = sorted(os.listdir(os.path.join(checkpoints(), rdd)))
    total = marked.map(lambda pair: pair[0]).sum()
    return count, total == sum(range(60_000)), marked.isCheckpointed(), run.runs("compute-"), parts


@case
def executor_killed_while_text_is_saved(run):
    target = os.path.join(place, "text")

    def lines(numbers):
        for n in numbers:
            yield f"line {n}"
            if n == 3 and run.first("fault"):
                end_executor()

    sc.parallelize(range(8), 4).mapPartitions(lines).saveAsTextFile(target)
    text = [open(os.path.join(target, f"part-0000{n}")).read() for n in range(4)]
    return text == [f"line {2 * n}\nline {2 * n + 1}\n" for n in range(4)], sorted(os.listdir(target))


@case
def executor_killed_while_much_is_collected(run):
    def much(numbers):
        for n in numbers:
            yield n, "x" * 300_000
        if run.first("fault"):
            end_executor()

    rows = sc.parallelize(range(60), 6).mapPartitions(much).collect()
    return [n for n, _ in rows] == list(range(60)), {len(text) for _, text in rows}


@case
def executor_killed_while_a_worker_waits_at_a_barrier(run):
    def meet(numbers):
        context = BarrierTaskContext.get()
        run.ran(f"attempt-{context.stageId()}-{context.partitionId()}")
        if context.partitionId() == 1 and run.first("fault"):
            time.sleep(0.3)
            end_executor()
        context.barrier()
        yield from numbers

    return sc.parallelize([1, 2], 2).barrier().mapPartitions(meet).collect(), run.runs("attempt-")


@case
def child_of_a_killed_worker(run):
    def leave(n):
        if run.first("fault"):
            subprocess.Popen(["sleep", "987"])
            end_executor()
        return n

    return sc.parallelize([1, 2], 2).map(leave).collect()


def checkpoints():
    folder = os.path.join(place, "checkpoints")
    [own] = os.listdir(folder)
    return os.path.join(folder, own)


def until(holds):
    end = time.monotonic() + 20
    while not holds():
        if time.monotonic() > end:
            raise SystemExit("waited in vain")
        time.sleep(0.01)


for name, work in CASES.items():
    if ONLY is None or name in ONLY:
        print(f"{name}: {work(Case(name))}", flush=True)
sc.stop()
