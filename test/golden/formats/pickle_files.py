"""Pickle files."""

import os

from formats.recorder import packed_file


def record_pickles(recorder):
    context = recorder.context
    numbers = list(range(25))
    kinds = {
        "default": lambda path: context.parallelize(numbers, 2).saveAsPickleFile(path),
        "batches of 3": lambda path: context.parallelize(numbers, 2).saveAsPickleFile(path, 3),
        "batches of 1": lambda path: context.parallelize(numbers[:12], 1).saveAsPickleFile(path, 1),
        "batches by size": lambda path: context.parallelize(numbers, 2).saveAsPickleFile(path, 0),
        "values": lambda path: context.parallelize(PICKLED, 1).saveAsPickleFile(path),
        "many": lambda path: context.parallelize(range(2500), 1).saveAsPickleFile(path, 2500),
        "empty partitions": lambda path: context.parallelize([1], 3).saveAsPickleFile(path),
    }
    recorded = []
    for name, save in kinds.items():
        path = os.path.join(recorder.folder(), "out")
        save(path)
        files = {n: packed_file(os.path.join(path, n)) for n in sorted(os.listdir(path)) if n.startswith("part-")}
        recorded.append(
            {"name": name, "files": files, "counts": [len(context.pickleFile(f"{path}/{n}").collect()) for n in files]}
        )
    # Pickled by Java: what sequenceFile gives is written as it came.
    pairs = os.path.join(recorder.folder(), "pairs")
    context.parallelize([(i, f"v{i}") for i in range(40)], 1).saveAsSequenceFile(pairs)
    for size in (0, 4):
        path = os.path.join(recorder.folder(), "out")
        context.sequenceFile(pairs, batchSize=size).saveAsPickleFile(path, 0)
        file = packed_file(os.path.join(path, "part-00000"))
        recorded.append({"name": f"by Java, batches of {size}", "files": {"part-00000": file}, "counts": [40]})
    return recorded


PICKLED = [
    None,
    True,
    False,
    0,
    -1,
    255,
    65535,
    2**31,
    2**63,
    2**2100,
    1.5,
    "",
    "ä" * 300,
    b"",
    b"x" * 300,
    bytearray(b"y"),
    (),
    (1,),
    (1, 2),
    (1, 2, 3),
    (1, 2, 3, 4),
    [],
    [1],
    [1, 2],
    [[1], [2, [3]]],
    {},
    {"a": 1},
    {"a": 1, "b": {2: 3}},
    set(),
    {1, 2},
    frozenset({1}),
    1j,
    range(3),
    int,
    len,
    "a" * 70000,
]
