"""Sizes of batches and what buckets hold back."""

import pickle

from kindling.worker import output
from kindling.worker.output import BATCH_BYTES, BATCH_ELEMENTS, Output


class Sent:
    def __init__(self):
        self.batches = []

    def send(self, _kind, header, data):
        self.batches.append((int.from_bytes(header[:4], "little"), len(data), pickle.loads(data)))


def send(elements, bucketing=None):
    sent = Sent()
    sender = Output(sent, "own", bucketing)
    sender.send(iter(elements))
    assert sender.written == sum(len(batch) for _, _, batch in sent.batches)
    return sent.batches


def test_nothing_is_no_batch():
    assert send([]) == []


def test_sizes_follow_the_elements():
    sizes = [1] * 30_000 + [200_000] * 30 + [1] * 30_000
    batches = send("x" * size for size in sizes)
    assert [len(text) for _, _, batch in batches for text in batch] == sizes
    assert max(len(batch) for _, _, batch in batches) == BATCH_ELEMENTS
    # The first large ones come unawares, after small ones.
    assert sum(size > 2 * BATCH_BYTES for _, size, _ in batches) <= 1


def test_a_large_first_element_is_alone():
    assert [len(batch) for _, _, batch in send("x" * 2_000_000 for _ in range(3))] == [1, 1, 1]


def test_buckets_hold_back_a_bounded_amount(monkeypatch):
    monkeypatch.setattr(output, "_HELD_BYTES", 100_000)
    pairs = [(i, "x" * 1000) for i in range(2000)]
    batches = send(pairs, {"by": "hash", "partitions": 8, "family": "own"})
    for bucket in range(8):
        assert [pair for b, _, batch in batches for pair in batch if b == bucket] == pairs[bucket::8]
    assert max(size for _, size, _ in batches) < 100_000


def test_pairs_become_tuples_when_bucketed():
    # As PySpark's partitionBy does.
    assert send([[1, "a"]], {"by": "hash", "partitions": 1, "family": "own"})[0][2] == [(1, "a")]
