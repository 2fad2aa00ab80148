"""Bounded memory in one process: estimates against what CPython allocates, and results that spilling leaves alone."""

import os
import pickle
import random
import tracemalloc

import cloudpickle
import pytest

from kindling.worker import memory as memory_module
from kindling.worker.elements import Encoded, Input
from kindling.worker.failure import TaskFailure
from kindling.worker.frames import BATCH, END
from kindling.worker.kernels import Pass, compose
from kindling.worker.loop import Step
from kindling.worker.memory import Memory, TableSize, size_of
from kindling.worker.spill import PARTITIONS, Partitions, Run, SpillFile
from kindling.worker.spool import Spool
from kindling.worker.stream import Stream, in_lists


class Point:
    def __init__(self, x):
        self.x = x


class Key:
    def __init__(self, x):
        self.x = x

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.x == other.x


def packed(function):
    return {"language": "python", "name": "f", "body": cloudpickle.dumps(function)}


def named(name):
    return {"language": "any", "name": name}


SHAPES = {
    "text": lambda i: f"some text of number {i}" * 5,
    "pair": lambda i: (f"key {i}", i * 1000),
    "list": lambda i: [float(i + j) for j in range(30)],
    "dict": lambda i: {f"{i} {j}": float(j) for j in range(10)},
    "set": lambda i: {f"{i} {j}" for j in range(10)},
    "object": lambda i: Point(f"x {i}"),
    "nested": lambda i: [(str(i), [float(i)] * 3), (str(i + 1), {"a": i * 10_000})],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_estimates_are_near_the_truth(shape):
    make, count = SHAPES[shape], 2000
    tracemalloc.start()
    values = [make(i) for i in range(count)]
    allocated, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    estimated = sum(map(size_of, values))
    assert 0.5 * allocated < estimated < 2 * allocated


def test_the_size_of_a_table_follows_its_entries():
    size = TableSize()
    assert size.of({}) == 0
    small = size.of({i: i for i in range(1000)})
    assert small < size.of({i: "x" * 1000 for i in range(1000)})


def test_a_long_list_is_estimated_from_some_of_its_elements():
    assert size_of(["x" * 1000] * 100_000) > 90_000_000


def test_growth_alone_counts_only_if_there_is_something_to_spill(monkeypatch):
    resident = 100 << 20
    monkeypatch.setattr(memory_module, "_resident_bytes", lambda: resident)
    monkeypatch.setattr(memory_module, "_trim", lambda: None)
    memory = Memory(8 << 20)
    assert not memory.is_full(1 << 20)
    assert memory.is_full(9 << 20)
    resident += 32 << 20
    assert memory.is_full(1)
    # It stays large after the spill: Python uses the freed memory again.
    memory.settle()
    assert not memory.is_full(1 << 19)
    assert memory.is_full(2 << 20)
    resident += 2 << 20
    assert memory.is_full(1)


def test_without_a_bound_nothing_is_full():
    assert not Memory().is_full(1 << 60)


def test_what_waits_encoded_counts():
    memory = Memory(1 << 20)
    memory.kept = 900_000
    assert memory.is_full(200_000)


def test_a_spill_file_has_no_name_and_reads_what_was_written(tmp_path):
    file = SpillFile(str(tmp_path))
    places = [file.write(bytes([i]) * size) for i, size in enumerate([10, 0, 100_000, 1])]
    assert list(tmp_path.iterdir()) == []
    assert [file.read(place) for place in places] == [b"\0" * 10, b"", b"\2" * 100_000, b"\3"]
    assert file.size == 100_011
    file.close()


def test_a_spill_file_lies_with_temporary_files_unless_told_otherwise(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(TaskFailure, match="cannot spill") as refused:
        SpillFile("").write(b"x")
    assert (refused.value.code, refused.value.params["path"]) == ("WRITE_FAILED", str(tmp_path / "missing"))


def test_a_spool_keeps_the_order_of_what_is_in_memory_and_in_the_file(tmp_path):
    memory = Memory(4000, str(tmp_path))
    spool = Spool(memory)
    blocks = [bytes([i]) * 300 for i in range(10)]
    for block in blocks:
        spool.append(memoryview(block))
    assert (memory.kept, memory.spilled_bytes) == (900, 2100)
    assert [bytes(block) for block in spool] == blocks
    taken = spool.drain()
    assert bytes(next(taken)) == blocks[0]
    spool.append(memoryview(b"late"))
    assert [bytes(block) for block in taken] == [*blocks[1:], b"late"]
    assert memory.kept == 0


def test_runs_come_in_chunks(tmp_path):
    memory = Memory(1 << 20, str(tmp_path))
    elements = [("x" * (i % 50), i) for i in range(5000)]
    run = Run(memory, elements, 4096)
    assert list(run) == list(run) == elements
    assert list(Run(memory, [], 4096)) == []


def cut(memory, entries, level):
    parts = Partitions(memory, level)
    parts.add(iter(entries))
    return [[entry for part in parts.lists(number) for entry in part] for number in range(PARTITIONS)]


@pytest.mark.parametrize("make", [int, str, float, lambda i: i * 64, lambda i: (i % 3, f"{i}"), lambda i: (None, i)])
def test_partitions_cut_alike_keys_by_another_hash_at_each_level(make, tmp_path):
    memory = Memory(1 << 20, str(tmp_path))
    entries = [(make(i % 2000), i) for i in range(6000)]
    first = cut(memory, entries, 0)
    assert sorted(i for part in first for _, i in part) == list(range(6000))
    for part in first:
        # Entries of one key are together, all parts are of some size, and the next level cuts each again.
        assert [i for _, i in part] == sorted(
            {j for _, i in part for j in (i % 2000, i % 2000 + 2000, i % 2000 + 4000)}
        )
        assert 60 < len(part) < 600
        again = cut(memory, part, 1)
        assert sum(map(bool, again)) > PARTITIONS / 4
        assert max(map(len, again)) < len(part) / 2


def test_lists_of_elements_are_small_enough():
    sizes = [1] * 3000 + [100_000] * 20 + [1] * 3000
    lists = list(in_lists("x" * size for size in sizes))
    assert [len(text) for part in lists for text in part] == sizes
    assert max(map(len, lists)) == 1000
    # The first large ones come unawares, after small ones.
    assert sum(sum(map(len, part)) > 1 << 20 for part in lists) <= 1


class Pipe:
    """The frames of some inputs."""

    def __init__(self, inputs):
        self._frames = iter(
            [
                *((BATCH, self._payload(number, part)) for number, lists in enumerate(inputs) for part in lists),
                (END, memoryview(b"")),
            ]
        )

    @staticmethod
    def _payload(number, part):
        size = len(part).to_bytes(4, "little")
        payload = memoryview(bytes([number, 2]) + size + bytes(4) + size + pickle.dumps(part))
        assert Encoded.read(payload)[:4] == (2, len(part), 0, len(part))
        return payload

    def next(self):
        return next(self._frames)


def results(steps, inputs, limit, folder):
    """What the steps make of the inputs, each in lists of 100 elements; bytes spilled."""
    memory = Memory(limit, str(folder))
    pipe = Pipe([[elements[i : i + 100] for i in range(0, len(elements), 100)] for elements in inputs])
    numbered = [Step(i, step["op"], step, 0) for i, step in enumerate(steps)]
    found = list(compose(numbered, Input(pipe, None, memory, len(inputs)), memory).each())
    assert os.listdir(folder) == []
    return found, memory.spilled_bytes


RANDOM = random.Random(5)
# Integers, texts, tuples and null are keys; some come once, some a hundred times.
KEYS = [key for i in range(700) for key in [i, f"key {i}", (i, f"{i}")] * RANDOM.choice([1, 1, 1, 3, 30])] + [None] * 50
RANDOM.shuffle(KEYS)
PAIRS = [(key, f"value {i} {'x' * 50}") for i, key in enumerate(KEYS)]
OTHER = [(key, i) for i, key in enumerate(KEYS[::7])] + [(f"other {i}", i) for i in range(300)]
ZERO = {"format": "pickle", "count": 1, "bytes": pickle.dumps([[]])}


def put(held, value):
    held.append(value)
    return held


GATHERING = {
    "reduceByKey": [{"op": "reduceByKey", "fn": packed(lambda a, b: f"{a} {b}")}],
    "combineByKey": [{"op": "combineByKey", "create": {"zero": ZERO}, "merge": packed(put)}],
    "groupByKey": [{"op": "groupByKey"}],
    "cogroup": [{"op": "cogroup"}],
    **{f"join {how}": [{"op": "join", "how": how}] for how in ("inner", "left", "right", "full", "semi", "anti")},
}


@pytest.mark.parametrize("name", GATHERING)
# The smallest one cuts again and again; the largest holds a part in memory.
@pytest.mark.parametrize("limit", [60_000, 400_000])
def test_cutting_changes_no_result(name, limit, tmp_path):
    inputs = [PAIRS, OTHER] if name == "cogroup" or name.startswith("join") else [PAIRS]
    free, none = results(GATHERING[name], inputs, 0, tmp_path)
    bound, spilled = results(GATHERING[name], inputs, limit, tmp_path)
    assert sorted(map(repr, bound)) == sorted(map(repr, free))
    assert (none, spilled > 0) == (0, True)


@pytest.mark.parametrize("ascending", [True, False])
def test_sorting_in_runs_is_stable(ascending, tmp_path):
    elements = [(RANDOM.randrange(50), i, "x" * 50) for i in range(30_000)]
    steps = [{"op": "sort", "key": named("key"), "ascending": ascending}]
    # So many runs that they are merged in two rounds.
    found, spilled = results(steps, [elements], 60_000, tmp_path)
    assert found == sorted(elements, key=lambda element: element[0], reverse=not ascending)
    assert spilled > 2 * len(pickle.dumps(elements))


def test_keys_of_two_types_that_meet_in_the_merge(tmp_path):
    elements = [*range(5000), *(f"{i}" for i in range(5000))]
    with pytest.raises(TaskFailure) as mixed:
        results([{"op": "sort", "key": named("identity"), "ascending": True}], [elements], 50_000, tmp_path)
    assert mixed.value.code == "KEYS_NOT_COMPARABLE"


def test_keys_with_one_hash_cannot_be_cut(tmp_path):
    pairs = [(Key(i % 50), "x" * 1000) for i in range(300)]
    with pytest.raises(TaskFailure, match=r"groupByKey holds 0.\d MiB for the key .*Key object") as large:
        results([{"op": "groupByKey"}], [pairs], 100_000, tmp_path)
    assert large.value.code == "MEMORY_EXHAUSTED"


def test_values_that_grow_are_handed_on(tmp_path):
    elements = [(i % 3, f"{i} " * 100) for i in range(3000)]
    step = {"op": "combineByKey", "create": {"zero": ZERO}, "merge": packed(put), "partial": True}
    found, spilled = results([step], [elements], 100_000, tmp_path)
    assert spilled == 0
    assert len(found) > 3
    merged = {}
    for key, values in found:
        merged.setdefault(key, []).extend(values)
    assert merged == {key: [value for k, value in elements if k == key] for key in range(3)}


def test_what_one_element_becomes_is_handed_on_in_between():
    memory = Memory(200_000)
    kernels = Pass(Stream(lambda: iter([20_000])), memory)
    steps = [
        {"op": "flatMap", "fn": packed(range)},
        {"op": "map", "fn": packed(lambda i: (i % 10_000, f"{i}" * 10))},
        {"op": "reduceByKey", "fn": packed(lambda a, b: a + b), "partial": True},
        {"op": "mapValues", "fn": packed(len)},
    ]
    for number, step in enumerate(steps):
        kernels.add(Step(number, step["op"], step, 0))
    found = list(kernels.stream().each())
    # Keys come again because they were handed on before their second value came.
    assert len(found) == 20_000
    assert sum(length for _, length in found) == sum(len(f"{i}" * 10) for i in range(20_000))
