"""How the worker starts: without the client's package, and without what the user's own modules could collide with."""

import os
import pickle
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import cloudpickle
import msgpack
import pytest

import kindling.worker
from kindling.accumulators import Accumulator, AddingAccumulatorParam
from kindling.broadcast import Broadcast

SOURCE = Path(kindling.worker.__file__).parents[1]
# Modules that functions name without needing the client.
SHARED = ("accumulators", "broadcast", "resultiterable", "taskcontext")
TASK, BATCH, END, READY, RESULT, DONE, ERROR = 1, 2, 3, 17, 18, 19, 20


@pytest.fixture
def package(tmp_path):
    """A copy of the package whose client says when it is imported."""
    shutil.copytree(SOURCE / "worker", tmp_path / "kindling" / "worker")
    (tmp_path / "kindling" / "sql").mkdir()
    shutil.copy(SOURCE / "sql" / "row.py", tmp_path / "kindling" / "sql")
    for module in SHARED:
        shutil.copy(SOURCE / f"{module}.py", tmp_path / "kindling")
    (tmp_path / "kindling" / "__init__.py").write_text('print("client imported")\nANSWER = 42\n')
    (tmp_path / "kindling" / "sql" / "__init__.py").write_text("from kindling.sql.row import Row\n")
    return tmp_path


def frame(kind, *parts):
    payload = b"".join(parts)
    return struct.pack("<IB", 1 + len(payload), kind) + payload


def frames(data):
    while data:
        (length,) = struct.unpack_from("<I", data)
        yield data[4], data[5 : 4 + length]
        data = data[4 + length :]


def run(command, function, cwd, environment=(), fields=None):
    """The frames of one task that maps [1] by the function, and what was printed."""
    body = {"language": "python", "name": "f", "body": cloudpickle.dumps(function)}
    place = {"partition": 0, "bucketing": None, "output": "own", **(fields or {})}
    task = msgpack.packb({**place, "steps": [{"op": "map", "fn": body}]})
    batch = struct.pack("<BBIII", 0, 2, 1, 0, 1) + pickle.dumps([1])
    (task_out, task_in), (result_out, result_in) = os.pipe(), os.pipe()
    with open(task_in, "wb") as feed:
        feed.write(frame(TASK, task) + frame(BATCH, batch) + frame(END))
    worker = subprocess.run(
        [sys.executable, *command, "--in", str(task_out), "--out", str(result_in)],
        pass_fds=(task_out, result_in),
        cwd=cwd,
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": "", **dict(environment)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    os.close(task_out)
    os.close(result_in)
    with open(result_out, "rb") as results:
        return list(frames(results.read())), worker.stdout + worker.stderr


def result(answer):
    return [pickle.loads(payload[9:]) for kind, payload in answer if kind == RESULT]


def test_the_client_is_not_imported(package, tmp_path):
    answer, printed = run([str(package / "kindling/worker/__main__.py")], lambda x: x + 1, tmp_path)
    assert ([kind for kind, _ in answer], printed) == ([READY, RESULT, DONE], "")
    assert result(answer) == [[2]]


def test_the_client_is_imported_when_a_function_needs_it(package, tmp_path):
    def answer_of_client(_):
        import kindling
        from kindling.sql import Row

        return Row(answer=kindling.ANSWER).asDict()

    answer, printed = run([str(package / "kindling/worker/__main__.py")], answer_of_client, tmp_path)
    assert (result(answer), printed) == ([[{"answer": 42}]], "client imported\n")


def test_shared_variables_need_no_client(package, tmp_path):
    total, table = Accumulator(7, 40, AddingAccumulatorParam(0)), Broadcast(3, ["of the program"])
    path = tmp_path / "broadcast"
    path.write_bytes(b"\x02" + pickle.dumps([["zero", "one"]]))

    def use(x):
        from kindling.resultiterable import ResultIterable
        from kindling.taskcontext import TaskContext

        total.add(2)
        return [table.value[x], TaskContext.get().partitionId(), len(ResultIterable([1, 2]))]

    broadcasts = [{"id": 3, "path": str(path)}]
    command = [str(package / "kindling/worker/__main__.py")]
    answer, printed = run(command, use, tmp_path, fields={"partition": 4, "broadcasts": broadcasts})
    assert (result(answer), printed) == ([[["one", 4, 2]]], "")
    (update,) = msgpack.unpackb(answer[-1][1])["accumulators"]
    assert (update["id"], pickle.loads(update["batch"]["bytes"])) == (7, [2])
    assert (total.value, table.value) == (40, ["of the program"])


def test_as_a_module(package, tmp_path):
    answer, printed = run(["-m", "kindling.worker"], lambda x: x + 1, tmp_path, {"PYTHONPATH": str(package)}.items())
    assert (result(answer), printed) == ([[2]], "client imported\n")


@pytest.mark.parametrize("name", ["frames", "loop", "output", "kernels"])
def test_modules_of_the_worker_hide_no_module_of_the_user(package, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("WHOSE = 'the user'\n")

    def whose(_):
        import importlib
        import sys

        sys.path.insert(0, place)
        return importlib.import_module(name).WHOSE

    place = str(tmp_path)
    answer, _ = run([str(package / "kindling/worker/__main__.py")], whose, tmp_path)
    assert result(answer) == [["the user"]]


def test_processes_of_the_user_do_not_hold_the_pipes(package, tmp_path):
    def descriptors_of_child(_):
        import subprocess
        import sys

        program = "import os; print(os.listdir('/proc/self/fd'))"
        return subprocess.run(
            [sys.executable, "-c", program], close_fds=False, capture_output=True, text=True, check=True
        ).stdout

    answer, _ = run([str(package / "kindling/worker/__main__.py")], descriptors_of_child, tmp_path)
    # 0, 1, 2 and the listing's own.
    assert len(eval(result(answer)[0][0])) == 4


@pytest.mark.parametrize("arguments", [["--in", "3"], ["--in", "x", "--out", "4"], ["--in", "3", "--out", "4", "-v"]])
def test_wrong_arguments(arguments):
    worker = subprocess.run(
        [sys.executable, str(SOURCE / "worker" / "__main__.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (worker.returncode, worker.stderr.startswith("usage:")) == (2, True)


def test_random_hashes_are_refused(package, tmp_path):
    (_, task_in), (result_out, result_in) = os.pipe(), os.pipe()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    command = [
        sys.executable,
        str(package / "kindling/worker/__main__.py"),
        "--in",
        str(task_in),
        "--out",
        str(result_in),
    ]
    worker = subprocess.run(command, pass_fds=(task_in, result_in), env=environment, timeout=30, check=False)
    os.close(result_in)
    with open(result_out, "rb") as results:
        answer = list(frames(results.read()))
    assert (worker.returncode, [kind for kind, _ in answer]) == (2, [READY, ERROR])
    assert "PYTHONHASHSEED" in msgpack.unpackb(answer[1][1])["message"]
