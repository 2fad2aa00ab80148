"""The Python functions of the Spark tests. Run as a script it packs all of them, as a client does, and prints one JSON
object of base64 texts. They are packed by value, because this is the script's own module."""

import base64
import inspect
import json
import os
import sys
import time

import cloudpickle


def split(line):
    return line.split()


def with_one(word):
    return (word, 1)


def first_times_ten(row):
    return row[0] * 10


def twice_named(row):
    return (f"n{row[0]}", row[0] * 2)


def plus_hundred(x):
    return None if x is None else x + 100


def divide_ten_by(x):
    return 10 // x


def index_and_length(index, elements):
    return [(index, sum(1 for _ in elements))]


def no_number(row):
    return ("x", "not a number")


def write_pid_and_wait(path):
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(600)


def end_process(_):
    os._exit(3)


if __name__ == "__main__":
    functions = inspect.getmembers(sys.modules["__main__"], inspect.isfunction)
    print(json.dumps({name: base64.b64encode(cloudpickle.dumps(function)).decode() for name, function in functions}))
