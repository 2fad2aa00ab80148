"""Jobs seen from outside: groups, tags, the status tracker, cancelling."""

import threading
import time

from table import case


def sleeping(sc, group):
    """Starts a job of the group that takes long; the list it gives has the failure once the thread has ended."""
    failures = []
    tracker = sc.statusTracker()

    def work():
        sc.setJobGroup(group, "sleeps", True)
        sc.addJobTag(f"tag of {group}")
        try:
            sc.parallelize([1], 1).map(lambda _: time.sleep(20)).count()
        except Exception as error:
            failures.append(type(error).__name__ != "" and "cancelled" in str(error).lower())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    until(lambda: tracker.getJobIdsForGroup(group) and sum(map(active_tasks, stages_of(tracker, group))))
    return thread, failures


def stages_of(tracker, group):
    infos = [
        tracker.getStageInfo(stage)
        for job in tracker.getJobIdsForGroup(group)
        for stage in tracker.getJobInfo(job).stageIds
    ]
    return [info for info in infos if info]


def active_tasks(stage):
    return stage.numActiveTasks


def until(condition):
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)


def done(sc, job):
    """Waits until the tracker has heard of the job's end."""
    tracker = sc.statusTracker()
    until(lambda: tracker.getJobInfo(job).status != "RUNNING")
    return tracker.getJobInfo(job)


@case(("SparkContext.setJobGroup", "StatusTracker.getJobIdsForGroup", "SparkContext.statusTracker"), "jobs of a group")
def _(sc):
    sc.setJobGroup("first group", "text")
    sc.parallelize([1], 1).count()
    sc.parallelize([1], 1).count()
    sc.setJobGroup("second group", "text")
    sc.parallelize([1], 1).count()
    tracker = sc.statusTracker()
    return [len(tracker.getJobIdsForGroup(group)) for group in ("first group", "second group", "no group")]


@case("StatusTracker.getJobIdsForGroup", "of no group")
def _(sc):
    sc.parallelize([1], 1).count()
    sc.setJobGroup("some other group", "text")
    sc.parallelize([1], 1).count()
    tracker = sc.statusTracker()
    ids = tracker.getJobIdsForGroup()
    return len(ids) > 0, not set(ids) & set(tracker.getJobIdsForGroup("some other group"))


@case("StatusTracker.getJobInfo", "of a job of two stages, and of none")
def _(sc):
    sc.setJobGroup("job info", "text")
    sc.parallelize([(1, 1)], 2).groupByKey(3).count()
    tracker = sc.statusTracker()
    (job,) = tracker.getJobIdsForGroup("job info")
    info = done(sc, job)
    return info.jobId == job, len(info.stageIds), info.status, info._fields, tracker.getJobInfo(999_999)


@case("StatusTracker.getJobInfo", "of a job that failed")
def _(sc):
    sc.setJobGroup("failed job", "text")
    try:
        sc.parallelize([0], 1).map(lambda x: 1 / x).count()
    except Exception:
        (job,) = sc.statusTracker().getJobIdsForGroup("failed job")
        return done(sc, job).status


@case("StatusTracker.getStageInfo", "of each stage of a job, and of none")
def _(sc):
    sc.setJobGroup("stage info", "text")
    sc.parallelize([(1, 1)], 2).groupByKey(3).count()
    tracker = sc.statusTracker()
    (job,) = tracker.getJobIdsForGroup("stage info")
    stages = [tracker.getStageInfo(stage) for stage in sorted(done(sc, job).stageIds)]
    facts = [(s.currentAttemptId, s.numTasks, s.numActiveTasks, s.numCompletedTasks, s.numFailedTasks) for s in stages]
    return stages[0]._fields, facts, bool(stages[0].name), tracker.getStageInfo(999_999)


@case("StatusTracker.getStageInfo", "failed tasks", master="local[2,4]")
def _(sc):
    from api import TaskContext

    def fail_once(x):
        if x == 1 and TaskContext.get().attemptNumber() == 0:
            raise ValueError("first attempt")
        return x

    sc.setJobGroup("failed tasks", "text")
    sc.parallelize([1, 2], 2).map(fail_once).count()
    tracker = sc.statusTracker()
    (job,) = tracker.getJobIdsForGroup("failed tasks")
    (stage,) = done(sc, job).stageIds
    info = tracker.getStageInfo(stage)
    return info.numTasks, info.numCompletedTasks, info.numFailedTasks


@case(("StatusTracker.getActiveJobsIds", "StatusTracker.getActiveStageIds"), "during a job, and after it")
def _(sc):
    thread, _ = sleeping(sc, "active")
    tracker = sc.statusTracker()
    (job,) = tracker.getJobIdsForGroup("active")
    info = tracker.getJobInfo(job)
    during = job in tracker.getActiveJobsIds(), set(info.stageIds) <= set(tracker.getActiveStageIds()), info.status
    sc.cancelJobGroup("active")
    thread.join(10)
    done(sc, job)
    until(lambda: not tracker.getActiveStageIds())
    return during, tracker.getActiveJobsIds(), tracker.getActiveStageIds()


@case("StatusTracker.getExecutorInfos", "a local context's one executor")
def _(sc):
    infos = sc.statusTracker().getExecutorInfos()
    return len(infos), infos[0]._fields


@case("SparkContext.cancelJobGroup", "ends the group's jobs with a failure")
def _(sc):
    thread, failures = sleeping(sc, "to be cancelled")
    sc.cancelJobGroup("to be cancelled")
    thread.join(10)
    (job,) = sc.statusTracker().getJobIdsForGroup("to be cancelled")
    return failures, done(sc, job).status


@case("SparkContext.cancelJobGroup", "leaves other groups alone")
def _(sc):
    thread, failures = sleeping(sc, "kept")
    sc.cancelJobGroup("another")
    time.sleep(0.2)
    alive = thread.is_alive()
    sc.cancelJobGroup("kept")
    thread.join(10)
    return alive, failures


@case("SparkContext.cancelJobsWithTag", "ends jobs with the tag")
def _(sc):
    thread, failures = sleeping(sc, "tagged")
    sc.cancelJobsWithTag("another tag")
    sc.cancelJobsWithTag("tag of tagged")
    thread.join(10)
    return failures


@case("SparkContext.cancelAllJobs", "ends every job")
def _(sc):
    one, two = sleeping(sc, "one of all"), sleeping(sc, "two of all")
    sc.cancelAllJobs()
    for thread, _ in (one, two):
        thread.join(10)
    return one[1], two[1]


@case("SparkContext.cancelAllJobs", "nothing to cancel, and the context serves on")
def _(sc):
    return sc.cancelAllJobs(), sc.cancelJobGroup("none"), sc.parallelize([1, 2], 2).count()


@case("SparkContext.setJobGroup", "jobs of two threads side by side")
def _(sc):
    def work(group, n):
        sc.setJobGroup(group, "text")
        for _ in range(n):
            sc.parallelize(range(4), 2).count()

    threads = [threading.Thread(target=work, args=(f"side {n}", n)) for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [len(sc.statusTracker().getJobIdsForGroup(f"side {n}")) for n in (1, 2, 3)]
