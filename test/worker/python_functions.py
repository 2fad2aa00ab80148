"""The functions of the conformance cases, in Python.

Run as a script it packs them as a client does, by value because they are the script's own, and prints one JSON object
of base64 texts.
"""

import base64
import json
import os
import sys
import time

import cloudpickle


def double(x):
    return x * 2


def split(line):
    return line.split(" ")


def to_pair(word):
    return (word, 1)


def plus(a, b):
    return a + b


def join(a, b):
    return f"({a}{b})"


def is_even(x):
    return x % 2 == 0


def negate(x):
    return -x


def modulo_3(x):
    return x % 3


def show(x):
    return repr(x)


def type_name(x):
    return type(x).__name__


def as_tuple(x):
    return tuple(x)


def as_list_key(x):
    return ([x], 1)


def first_of(pair):
    return pair[0]


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


def not_iterable(elements):
    return 5


def times(a, b):
    return a * b


def invert(x):
    return 1 / x


def invert_deeply(x):
    return invert(x)


def exhaust(x):
    return next(iter(()))


def leave(x):
    sys.exit(3)


def die(x):
    os._exit(7)


def interrupt(x):
    raise KeyboardInterrupt


def recurse(x):
    return recurse(x)


def parse_json(x):
    return json.loads("{")


def announce(x):
    print("saw", x)
    return x


def count_slowly(x):
    time.sleep(0.01)
    return x


def kilobytes(x):
    return "x" * 1024 * x


def sibling_name(x):
    import worker_sibling

    return worker_sibling.NAME


def working_directory(x):
    return os.path.realpath(os.getcwd())


def interrupt_self(x):
    import signal

    os.kill(os.getpid(), signal.SIGINT)
    return x


class Point:
    def __init__(self, x):
        self.x = x


def to_point(x):
    return Point(x)


def point_x(point):
    return point.x


if __name__ == "__main__":
    functions = [value for value in list(globals().values()) if getattr(value, "__module__", "") == "__main__"]
    print(json.dumps({f.__name__: base64.b64encode(cloudpickle.dumps(f)).decode() for f in functions}))
