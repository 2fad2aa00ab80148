"""How kernels become loops: the source, laziness, and which step an exception is blamed on."""

import pickle

import cloudpickle
import pytest

from kindling.worker.failure import error_map
from kindling.worker.functions import load
from kindling.worker.kernels import Pass
from kindling.worker.loop import Loop, Step
from kindling.worker.memory import Memory
from kindling.worker.stream import Stream


def packed(function):
    return {"language": "python", "name": "f", "body": cloudpickle.dumps(function)}


def named(name):
    return {"language": "any", "name": name}


def steps(*fields, partition=0):
    return [Step(number, field["op"], field, partition) for number, field in enumerate(fields)]


def run(elements, *fields):
    kernels = Pass(Stream(lambda: iter(elements)), Memory())
    for step in steps(*fields):
        kernels.add(step)
    return kernels.stream().each()


def failure(elements, *fields):
    try:
        list(run(elements, *fields))
    except BaseException as error:
        found = error_map(error, len(fields))
        # In a worker no function of the user's calls the loop.
        found["frames"] = [frame for frame in found["frames"] if frame["function"] != "failure"]
        return found
    raise AssertionError("nothing was raised")


def invert(x):
    return 1 / x


def test_elements_are_computed_as_they_are_asked_for():
    seen = []
    seen_map = {"op": "map", "fn": named("identity")}
    loop = Loop(steps(seen_map)[0])
    loop.enter(steps(seen_map)[0])
    loop.let(f"{loop.constant(seen.append, 'f')}({loop.element})")
    elements = loop.run(Stream(lambda: iter(range(100)))).each()
    next(elements)
    assert seen == [0]


@pytest.mark.parametrize(
    ("function", "known_as"),
    [
        (lambda a, b: a + b, "add"),
        (lambda x, y: x + y, "add"),
        (lambda a, b: b + a, None),
        (lambda a, b: a - b, None),
        (lambda a, b=1: a + b, "add"),
        (lambda a, *b: a + b, None),
        (lambda a, b: a + b + 1, None),
        (max, None),
        (int, None),
    ],
)
def test_plain_additions_are_recognised(function, known_as):
    assert load(packed(function)).known_as == known_as


def test_additions_do_not_change_what_they_add_to():
    first = [1]
    [(_, total)] = run([("k", first), ("k", [2])], {"op": "reduceByKey", "fn": packed(lambda a, b: a + b)})
    assert (first, total) == ([1], [1, 2])


@pytest.mark.parametrize("op", ["flatMap", "map", "mapPartitions"])
def test_many_steps(op):
    body = {"map": lambda x: x, "flatMap": lambda x: [x], "mapPartitions": iter}[op]
    fields = [{"op": op, "fn": packed(body), "withIndex": False} for _ in range(100)]
    assert list(run([1, 2], *fields)) == [1, 2]
    found = failure([0], *fields, {"op": "map", "fn": packed(invert)}, *fields)
    assert found["step"] == 100


@pytest.mark.parametrize(("start", "step"), [(0, 0), (float("inf"), 1), (4, 3)])
def test_the_failing_step_among_equal_functions(start, step):
    fields = [{"op": "map", "fn": packed(function)} for function in (invert, invert, lambda x: 0, invert)]
    found = failure([start], *fields)
    assert found["step"] == step
    assert [(frame["function"], frame["text"]) for frame in found["frames"]] == [("invert", "return 1 / x")]


def test_functions_written_in_c_have_no_frames():
    found = failure(["x"], {"op": "map", "fn": named("identity")}, {"op": "map", "fn": packed(int)})
    assert (found["type"], found["step"], found["frames"]) == ("ValueError", 1, [])


def test_an_error_whose_text_cannot_be_had():
    class Broken(Exception):
        def __str__(self):
            raise ValueError

    def fail(_):
        raise Broken

    found = failure([1], {"op": "map", "fn": packed(fail)})
    assert (found["type"], found["message"]) == ("Broken", "(its own text failed with ValueError)")


def test_a_key_whose_own_hash_fails_is_the_users_error():
    class Key:
        def __hash__(self):
            raise TypeError("not today")

    found = failure([(Key(), 1)], {"op": "reduceByKey", "fn": named("add")})
    assert (found["code"], found["message"]) == ("USER_FUNCTION_FAILED", "not today")


def test_a_comparison_that_fails_in_the_users_code_is_the_users_error():
    class Key:
        def __lt__(self, other):
            raise TypeError("'<' not supported between instances of 'a' and 'b'")

    found = failure([Key(), Key()], {"op": "sort", "key": named("identity"), "ascending": True})
    assert found["code"] == "USER_FUNCTION_FAILED"


def test_stop_iteration_in_every_kernel_that_calls():
    def exhaust(*_):
        return next(iter(()))

    bodies = [
        {"op": "map", "fn": packed(exhaust)},
        {"op": "flatMap", "fn": packed(exhaust)},
        {"op": "filter", "fn": packed(exhaust)},
        {"op": "mapValues", "fn": packed(exhaust)},
        {"op": "foreach", "fn": packed(exhaust)},
        {"op": "reduce", "fn": packed(exhaust)},
        {"op": "reduceByKey", "fn": packed(exhaust)},
        {"op": "reduceByKey", "fn": packed(exhaust), "partial": True},
        {"op": "combineByKey", "create": {"fn": packed(exhaust)}, "merge": packed(exhaust), "partial": True},
        {"op": "combineByKey", "create": {"fn": packed(exhaust)}, "merge": packed(exhaust), "partial": False},
        {"op": "fold", "zero": {"format": "pickle", "count": 1, "bytes": pickle.dumps([0])}, "fn": packed(exhaust)},
        {"op": "flatMapValues", "fn": packed(exhaust)},
        {"op": "keyBy", "fn": packed(exhaust)},
        {"op": "sort", "key": packed(exhaust), "ascending": True},
        {"op": "takeOrdered", "key": packed(exhaust), "ascending": True, "count": 2},
        {"op": "mapPartitions", "fn": packed(exhaust), "withIndex": False},
        {"op": "foreachPartition", "fn": packed(exhaust)},
    ]
    for body in bodies:
        for following in ([], [{"op": "take", "count": 5}], [{"op": "count"}]):
            found = failure([("a", 1), ("a", 2)], body, *following)
            assert (found["type"], found["step"]) == ("RuntimeError", 0), body["op"]
            assert found["message"].startswith("Caught StopIteration thrown from user's code"), body["op"]


def test_bodies_are_unpickled_for_each_task():
    body = packed(lambda x, seen=[]: seen.append(x) or len(seen))
    assert list(run([1, 1], {"op": "map", "fn": body})) == [1, 2]
    assert list(run([1, 1], {"op": "map", "fn": body})) == [1, 2]
    assert pickle.loads(body["body"])(0) == 1
