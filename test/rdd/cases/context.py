"""SparkContext itself: facts about it, local properties, its life."""

import re
import threading
import time

from api import InheritableThread, SparkConf, SparkContext
from table import case


@case("SparkContext.defaultParallelism", "the master's number of slots")
def _(start):
    found = []
    for master in ("local", "local[3]", "local[2,4]"):
        sc = start(master)
        found.append(sc.defaultParallelism)
        sc.stop()
    return found


@case(
    "SparkContext.defaultParallelism", "spark.default.parallelism comes first", conf={"spark.default.parallelism": "7"}
)
def _(sc):
    return sc.defaultParallelism, sc.defaultMinPartitions, sc.parallelize([1]).getNumPartitions()


@case("SparkContext.defaultMinPartitions", "at most 2", master="local[4]")
def _(sc):
    return sc.defaultParallelism, sc.defaultMinPartitions


@case("SparkContext.applicationId", "names the program, the same at every call")
def _(sc):
    return bool(re.fullmatch(r"local-\d+", sc.applicationId)), sc.applicationId == sc.applicationId


@case("SparkContext.startTime", "milliseconds since 1970")
def _(sc):
    return 0 <= time.time() * 1000 - sc.startTime < 3_600_000


@case("SparkContext.version", "three numbers")
def _(sc):
    return bool(re.match(r"\d+\.\d+\.\d+", sc.version))


@case("SparkContext.uiWebUrl", "none where there is no page", conf={"spark.ui.enabled": "false"})
def _(sc):
    return sc.uiWebUrl


@case("SparkContext.sparkUser", "the user's name")
def _(sc):
    import getpass

    return sc.sparkUser() == getpass.getuser()


@case("SparkContext.resources", "none without settings")
def _(sc):
    return dict(sc.resources)


@case("SparkContext.PACKAGE_EXTENSIONS", "endings of files that Python can import from")
def _():
    return SparkContext.PACKAGE_EXTENSIONS


@case("SparkContext.getConf", "the settings that it was made with")
def _(start):
    sc = start("local[2]", {"spark.some.setting": "value"})
    conf = sc.getConf()
    return (
        conf.get("spark.master"),
        conf.get("spark.some.setting"),
        conf.get("spark.no.setting"),
        bool(conf.get("spark.app.name")),
    )


@case("SparkContext.getConf", "is a copy")
def _(sc):
    sc.getConf().set("spark.changed", "1")
    return sc.getConf().contains("spark.changed")


@case("SparkContext.getOrCreate", "the one that is there")
def _(sc):
    return SparkContext.getOrCreate() is sc, SparkContext.getOrCreate(SparkConf().setMaster("local[7]")).master


@case("SparkContext.getOrCreate", "a new one where there is none")
def _():
    sc = SparkContext.getOrCreate(SparkConf().setMaster("local[3]").setAppName("made").set("spark.ui.enabled", "false"))
    try:
        return sc.master, sc.appName, sc.defaultParallelism
    finally:
        sc.stop()


@case("SparkContext.__init__", "two at once", says="multiple SparkContexts")
def _(sc):
    with SparkContext("local", "second") as second:
        return second.master


@case("SparkContext.__init__", "a second one after the first was stopped")
def _(start):
    start("local[1]").stop()
    return start("local[2]").parallelize([1, 2], 2).sum()


@case("SparkContext.__init__", "a master that cannot be read", says="Could not parse Master URL")
def _(start):
    return start("nonsense").defaultParallelism


@case("SparkContext.__init__", "arguments come before the settings' own")
def _():
    conf = SparkConf().setMaster("local[7]").setAppName("of the settings").set("spark.ui.enabled", "false")
    with SparkContext("local[3]", "of the argument", conf=conf) as sc:
        return sc.master, sc.appName, sc.defaultParallelism


@case("SparkContext.__init__", "environment of the workers")
def _():
    conf = SparkConf().set("spark.ui.enabled", "false").setExecutorEnv("FROM_CONF", "2")
    with SparkContext("local[1]", "cases", environment={"FROM_ARGUMENT": "1"}, conf=conf) as sc:
        return (
            sc.parallelize([1], 1)
            .map(lambda _: tuple(map(__import__("os").environ.get, ("FROM_ARGUMENT", "FROM_CONF"))))
            .collect()
        )


@case("SparkContext.__init__", "no master")
def _():
    with SparkContext(appName="cases", conf=SparkConf().set("spark.ui.enabled", "false")) as sc:
        return sc.master


@case("SparkContext.__repr__", "master and name")
def _(start):
    return re.sub("appName=.*>", "appName=…>", repr(start("local[2]")))


@case("SparkContext.stop", "twice is no failure")
def _(start):
    sc = start("local[1]")
    return sc.stop(), sc.stop()


@case("SparkContext.stop", "an RDD of a stopped context", says="")
def _(start):
    sc = start("local[1]")
    rdd = sc.parallelize([1], 1)
    sc.stop()
    return rdd.map(str).collect()


@case("SparkContext.stop", "a stopped context makes no RDD", says="")
def _(start):
    sc = start("local[1]")
    sc.stop()
    return sc.parallelize([1], 1)


@case("SparkContext.stop", "a with statement ends with it")
def _():
    with SparkContext("local[1]", "cases", conf=SparkConf().set("spark.ui.enabled", "false")) as sc:
        found = sc.parallelize([1, 2], 1).sum()
    return found, SparkContext._active_spark_context


@case(
    "SparkContext.stop", "during a job ends the job with a failure", says="cancelled because SparkContext was shut down"
)
def _(start):
    sc = start("local[1]")
    stopper = threading.Timer(0.4, sc.stop)
    stopper.start()
    try:
        return sc.parallelize([1], 1).map(lambda _: time.sleep(20)).collect()
    finally:
        stopper.join()


@case("SparkContext.setLogLevel", "names of levels, in any case")
def _(sc):
    return [sc.setLogLevel(level) for level in ("WARN", "error", "OFF")]


@case("SparkContext.setLogLevel", "a name that is none", says="did not match one of")
def _(sc):
    sc.setLogLevel("LOUD")
    return sc.defaultParallelism


@case(("SparkContext.setSystemProperty", "SparkContext.getSystemProperty"), "set, and asked for")
def _(sc):
    SparkContext.setSystemProperty("kindling.case", "value")
    return SparkContext.getSystemProperty("kindling.case"), SparkContext.getSystemProperty("kindling.no.case")


@case("SparkContext.setSystemProperty", "properties that begin with spark. are defaults of the next context")
def _(start):
    SparkContext.setSystemProperty("spark.some.default", "value")
    return SparkConf().get("spark.some.default"), start("local[1]").getConf().get("spark.some.default")


@case(("SparkContext.setLocalProperty", "SparkContext.getLocalProperty"), "set, replaced, taken away")
def _(sc):
    found = [sc.getLocalProperty("key")]
    for value in ("one", "two", None):
        sc.setLocalProperty("key", value)
        found.append(sc.getLocalProperty("key"))
    return found


@case("SparkContext.setLocalProperty", "is the thread's own")
def _(sc):
    sc.setLocalProperty("key", "mine")
    found = []
    thread = threading.Thread(target=lambda: found.append(sc.getLocalProperty("key")))
    thread.start()
    thread.join()
    return found, sc.getLocalProperty("key")


@case("InheritableThread", "begins with its parent's local properties, and keeps its own apart")
def _(sc):
    found = []
    sc.setLocalProperty("key", "parent")

    def work():
        found.append(sc.getLocalProperty("key"))
        sc.setLocalProperty("key", "child")

    thread = InheritableThread(target=work)
    thread.start()
    thread.join()
    return found, sc.getLocalProperty("key")


@case("SparkContext.setLocalProperty", "reaches the tasks")
def _(sc):
    from api import TaskContext

    sc.setLocalProperty("key", "value")
    return sc.parallelize([1, 2], 2).map(lambda _: TaskContext.get().getLocalProperty("key")).collect()


@case("SparkContext.setJobDescription", "is a local property")
def _(sc):
    sc.setJobDescription("counting")
    return sc.getLocalProperty("spark.job.description")


@case("SparkContext.setJobGroup", "is three local properties")
def _(sc):
    sc.setJobGroup("group", "text", True)
    names = ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")
    return [sc.getLocalProperty(name) for name in names]


@case("SparkContext.setInterruptOnCancel", "is a local property")
def _(sc):
    sc.setInterruptOnCancel(True)
    return sc.getLocalProperty("spark.job.interruptOnCancel")


@case(
    ("SparkContext.addJobTag", "SparkContext.getJobTags", "SparkContext.removeJobTag", "SparkContext.clearJobTags"),
    "added, removed, cleared",
)
def _(sc):
    found = [set(sc.getJobTags())]
    for change in (
        lambda: sc.addJobTag("one"),
        lambda: sc.addJobTag("two"),
        lambda: sc.addJobTag("one"),
        lambda: sc.removeJobTag("one"),
        sc.clearJobTags,
    ):
        change()
        found.append(set(sc.getJobTags()))
    return found


@case("SparkContext.addJobTag", "a comma in a tag", says="cannot contain ','")
def _(sc):
    sc.addJobTag("a,b")
    return set(sc.getJobTags())


@case("SparkContext.addJobTag", "an empty tag", says="cannot be an empty string")
def _(sc):
    sc.addJobTag("")
    return set(sc.getJobTags())


@case("SparkContext.addJobTag", "is the thread's own")
def _(sc):
    sc.addJobTag("mine")
    found = []
    thread = threading.Thread(target=lambda: found.append(set(sc.getJobTags())))
    thread.start()
    thread.join()
    return found, set(sc.getJobTags())


@case(("SparkContext.show_profiles", "SparkContext.dump_profiles"), "without the setting", says="spark.python.profile")
def _(sc):
    sc.show_profiles()


@case("SparkContext.show_profiles", "of an RDD whose functions were measured", conf={"spark.python.profile": "true"})
def _(sc):
    import contextlib
    import io

    sc.parallelize(range(10), 1).map(abs).count()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        sc.show_profiles()
    return "Profile of RDD" in printed.getvalue(), "function calls" in printed.getvalue()


@case("SparkContext.dump_profiles", "a file for each RDD", conf={"spark.python.profile": "true"})
def _(sc, folder):
    from pathlib import Path

    rdd = sc.parallelize(range(10), 1).map(abs)
    rdd.count()
    sc.dump_profiles(folder)
    return any(path.name.startswith("rdd_") and path.suffix == ".pstats" for path in Path(folder).iterdir())
