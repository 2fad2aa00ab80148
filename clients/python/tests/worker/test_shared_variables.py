"""Accumulators and broadcasts in the program, where no task runs: what PySpark's documentation of them shows."""

import io
import pickle

import pytest

from kindling.accumulators import Accumulator, AccumulatorParam, AddingAccumulatorParam, deliver, param_for
from kindling.broadcast import Broadcast, forget_others
from kindling.taskcontext import BarrierTaskContext, BarrierTaskInfo, TaskContext
from kindling.worker import running
from kindling.worker.failure import TaskFailure


class VectorParam(AccumulatorParam):
    def zero(self, value):
        return [0.0] * len(value)

    def addInPlace(self, value1, value2):
        return [a + b for a, b in zip(value1, value2)]


@pytest.fixture
def in_task():
    """Runs the rest of the test as a task does."""

    def begin(**fields):
        running.task = running.RunningTask(**fields)
        return running.task

    yield begin
    running.task = None
    forget_others([])


class Owner:
    def __init__(self):
        self.calls = []

    def unpersist(self, broadcast_id, blocking):
        self.calls.append(("unpersist", broadcast_id, blocking))

    def destroy(self, broadcast_id, blocking):
        self.calls.append(("destroy", broadcast_id, blocking))


def test_an_accumulator_in_the_program():
    total = Accumulator(1, 1, AddingAccumulatorParam(0))
    total.value = 2
    total += 5
    deliver(1, 6)
    deliver(2, 100)
    assert (total.value, str(total), repr(total)) == (13, "13", "Accumulator<id=1, value=13>")


def test_the_programs_rule_merges_updates():
    vector = Accumulator(3, [1.0, 2.0], VectorParam())
    deliver(3, [0.5, 0.25])
    assert vector.value == [1.5, 2.25]


def test_a_forgotten_accumulator_needs_no_update():
    total = Accumulator(4, 0, param_for(0))
    del total
    deliver(4, 1)


def test_an_accumulator_in_a_task_begins_with_zero(in_task):
    sent = pickle.dumps([Accumulator(5, [9.0, 9.0], VectorParam())] * 2)
    task = in_task()
    first, second = pickle.loads(sent)
    (again,) = {id(one): one for one in pickle.loads(sent)}.values()
    assert first is second is again is task.accumulators[5]
    assert not first.is_touched
    first += [1.0, 2.0]
    assert (first.update, first.is_touched) == ([1.0, 2.0], True)
    for use in (lambda: first.value, lambda: setattr(first, "value", 1)):
        with pytest.raises(RuntimeError, match="can only be read in the program"):
            use()


def test_an_accumulator_that_comes_back_is_the_programs():
    total = Accumulator(6, 3, param_for(0))
    assert pickle.loads(pickle.dumps(total)) is total


@pytest.mark.parametrize(("value", "total"), [(1, 3), (1.5, 3.5), (1j, 2 + 1j), (True, 3)])
def test_numbers_need_no_rule(value, total):
    accumulator = Accumulator(7, value, param_for(value))
    accumulator.add(2)
    assert accumulator.value == total


def test_other_values_need_one():
    with pytest.raises(TypeError, match="AccumulatorParam"):
        param_for([1.0])


def test_a_broadcast_in_the_program():
    owner = Owner()
    shared = Broadcast(1, {"a": 1}, owner=owner)
    assert shared.value == {"a": 1}
    assert pickle.loads(pickle.dumps(shared)) is shared
    shared.unpersist()
    shared.destroy(blocking=True)
    assert owner.calls == [("unpersist", 1, False), ("destroy", 1, True)]


def test_a_broadcast_travels_as_its_number():
    assert b"value of" not in pickle.dumps(Broadcast(2, "value of some size"))


def test_a_broadcast_of_another_program():
    sent = pickle.dumps(Broadcast(3, "gone"))
    with pytest.raises(RuntimeError, match="BROADCAST_VARIABLE_NOT_LOADED"):
        _ = pickle.loads(sent).value


def test_a_broadcast_in_a_file_is_read_when_asked_for(tmp_path):
    shared = Broadcast(4, path=str(tmp_path / "value"))
    (tmp_path / "value").write_bytes(b"\x02" + pickle.dumps([[1, 2]]))
    assert shared.value == [1, 2]


def test_a_broadcast_in_a_task_is_kept_for_the_next(in_task, tmp_path):
    sent = pickle.dumps(Broadcast(5, "of the program"))
    path = tmp_path / "value"
    path.write_bytes(b"\x02" + pickle.dumps(["from the file"]))
    in_task(broadcasts={5: str(path)})
    shared = pickle.loads(sent)
    assert shared.value == "from the file"
    for operation in (shared.unpersist, shared.destroy):
        with pytest.raises(RuntimeError, match="INVALID_BROADCAST_OPERATION"):
            operation()
    path.unlink()
    in_task(broadcasts={5: str(path)})
    assert pickle.loads(sent).value == "from the file"
    in_task(broadcasts={})
    forget_others({})
    with pytest.raises(TaskFailure, match="broadcast 5 was destroyed") as destroyed:
        _ = pickle.loads(sent).value
    assert destroyed.value.code == "BROADCAST_DESTROYED"


def test_dump_and_load():
    shared, file = Broadcast(6, None), io.BytesIO()
    file.close = lambda: file.seek(0)
    shared.dump([1, 2], file)
    assert shared.load(file) == [1, 2]


def test_outside_of_a_task_there_is_no_context():
    assert TaskContext.get() is None
    assert TaskContext().partitionId() is None


def test_a_context_from_a_description():
    description = {"stageId": 1, "partitionId": 2, "attemptNumber": 3, "taskAttemptId": 4, "cpus": 5}
    gpus = {"gpu": {"name": "gpu", "addresses": ["0", "1"]}}
    context = TaskContext.from_json({**description, "resources": gpus, "localProperties": {"a": "b"}})
    assert (context.stageId(), context.partitionId(), context.attemptNumber(), context.taskAttemptId()) == (1, 2, 3, 4)
    assert (context.cpus(), context.cpuAmount(), context.getLocalProperty("a")) == (5, 5, "b")
    assert context.resources()["gpu"].addresses == ["0", "1"]
    assert TaskContext.get() is None


def test_no_context_of_a_barrier_outside_of_tasks():
    with pytest.raises(RuntimeError, match="NOT_IN_BARRIER_STAGE"):
        BarrierTaskContext.get()


def test_the_context_of_a_task(in_task):
    context = {"taskAttemptId": 9, "cpus": 2, "properties": {"a": "b"}}
    in_task(stage=1, partition=2, attempt=3, context=context)
    found = TaskContext.get()
    assert found is TaskContext.get() is TaskContext()
    assert (found.stageId(), found.partitionId(), found.attemptNumber(), found.taskAttemptId()) == (1, 2, 3, 9)
    assert (found.cpus(), str(found.cpuAmount()), found.resources()) == (2, "2", {})
    assert (found.getLocalProperty("a"), found.getLocalProperty("c")) == ("b", None)
    with pytest.raises(RuntimeError, match="NOT_IN_BARRIER_STAGE"):
        BarrierTaskContext.get()


def test_the_context_of_a_barrier_stage(in_task):
    said = []
    context = {"barrier": True, "addresses": ["a:1", "b:2"]}
    in_task(context=context, meet=lambda message: [*said, said.append(message) or message])
    found = BarrierTaskContext.get()
    assert found is TaskContext.get()
    assert (found.barrier(), found.allGather("x"), said) == (None, ["", "x"], ["", "x"])
    assert [(info.address, repr(info)) for info in found.getTaskInfos()] == [
        ("a:1", repr(BarrierTaskInfo("a:1"))),
        ("b:2", repr(BarrierTaskInfo("b:2"))),
    ]
    with pytest.raises(TypeError):
        found.allGather(1)
    in_task(context=context, meet=lambda message: [message])
    with pytest.raises(RuntimeError, match="CALL_BEFORE_INITIALIZE"):
        found.barrier()
