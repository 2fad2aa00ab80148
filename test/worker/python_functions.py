"""The functions of the conformance cases, in Python: `worker-under-test.ts` says what each does.

Run as a script it packs them as a client does, by value because they are the script's own, and prints one JSON object of
base64 texts. Names are those of the cases in Python's spelling.
"""

import base64
import json
import os
import re
import signal
import sys

import cloudpickle
from kindling.accumulators import Accumulator, AccumulatorParam, AddingAccumulatorParam
from kindling.broadcast import Broadcast
from kindling.taskcontext import BarrierTaskContext, TaskContext


def double(x):
    return x * 2


def negate(x):
    return -x


def is_even(x):
    return x % 2 == 0


def modulo3(x):
    return x % 3


def split(line):
    return line.split(" ")


def to_pair(x):
    return (x, 1)


def to_tuple(x):
    return tuple(x)


def fields(pair):
    return list(pair)


def twice(x):
    return [x, x]


def up_to(x):
    return iter(range(x))


def kilobytes(x):
    return "x" * 1024 * x


def show(x):
    return repr(x)


def announce(x):
    print("saw", x)
    return x


def size_of(x):
    return len(x)


def parts_of(pair):
    key, values = pair
    return (key, [list(group) for group in values] if isinstance(values, tuple) else list(values))


def plus(a, b):
    return a + b


def times(a, b):
    return a * b


def join(a, b):
    return f"({a}{b})"


def append(a, b):
    a.append(b)
    return a


def concat(a, b):
    return [*a, *b]


def running_sum(elements):
    total = 0
    for element in elements:
        total += element
        yield total


def first_two(elements):
    yield next(elements)
    yield next(elements)


def label(partition, elements):
    return (f"{partition}:{element}" for element in elements)


def print_all(elements):
    for element in elements:
        print("saw", element)


def not_iterable(elements):
    return 5


def interleave(a, b):
    left, right = list(a), list(b)
    for i in range(max(len(left), len(right))):
        yield from left[i : i + 1]
        yield from right[i : i + 1]


def second_first(a, b):
    yield from b
    yield from a


def to_partition(key):
    return key


def no_partition(key):
    return "nowhere"


def fail_at_zero(x):
    if x == 0:
        raise ValueError("no zero")
    return x


def fail_deeply(x):
    return fail_at_zero(x)


def unhashable_key(x):
    return ([x], 1)


def die(x):
    os._exit(7)


def interrupt_self(x):
    os.kill(os.getpid(), signal.SIGINT)
    return x


def sibling_name(x):
    import worker_sibling

    return worker_sibling.NAME


def working_directory(x):
    return os.path.realpath(os.getcwd())


class Point:
    def __init__(self, x):
        self.x = x


def to_point(x):
    return Point(x)


def point_x(point):
    return point.x


class ListParam(AccumulatorParam):
    def zero(self, value):
        return []

    def addInPlace(self, value1, value2):
        value1 += value2
        return value1


total = Accumulator(1, 0, AddingAccumulatorParam(0))
seen = Accumulator(2, [], ListParam())
table = Broadcast(5)


def add_to_sum(x):
    global total
    total += x
    return x


def add_to_both(x):
    total.add(x)
    seen.add([x])
    return x


def add_and_fail(x):
    total.add(x)
    return fail_at_zero(x)


def read_sum(x):
    return total.value


def look_up(x):
    return table.value[x]


def describe_task(x):
    context = TaskContext.get()
    place = [context.stageId(), context.partitionId(), context.attemptNumber(), context.taskAttemptId()]
    return [*place, context.cpus(), context.getLocalProperty("colour")]


def gather(elements):
    yield from elements
    yield from _messages()


def gather_first(elements):
    yield from _messages()
    yield from elements


def _messages():
    context = BarrierTaskContext.get()
    return context.allGather(f"from {context.partitionId()}")


def meet_twice(elements):
    context = BarrierTaskContext.get()
    context.barrier()
    context.barrier()
    return elements


def addresses(elements):
    return [info.address for info in BarrierTaskContext.get().getTaskInfos()]


# What only Python can do.


def exhaust(x):
    return next(iter(()))


def leave(x):
    sys.exit(3)


def interrupt(x):
    raise KeyboardInterrupt


def recurse(x):
    return recurse(x)


def parse_json(x):
    return json.loads("{")


def type_name(x):
    return type(x).__name__


def camel_case(name):
    return re.sub(r"_(\w)", lambda found: found.group(1).upper(), name)


if __name__ == "__main__":
    own = [value for value in list(globals().values()) if getattr(value, "__module__", "") == "__main__"]
    functions = {camel_case(value.__name__): value for value in own if callable(value)}
    print(json.dumps({key: base64.b64encode(cloudpickle.dumps(f)).decode() for key, f in functions.items()}))
