"""SparkConf: settings by name."""

from api import SparkConf
from table import case


def conf():
    return SparkConf(loadDefaults=False)


@case("SparkConf.set", "gives the settings back, values become texts")
def _():
    one = conf()
    return one.set("a", "1") is one, one.set("b", 2).get("b"), one.set("a", "3").get("a")


@case("SparkConf.set", "a boolean as Python shows it")
def _():
    return conf().set("a", True).get("a")


@case("SparkConf.get", "with and without a default")
def _():
    one = conf().set("a", "1")
    return one.get("a"), one.get("a", "x"), one.get("none"), one.get("none", "x")


@case("SparkConf.getAll", "pairs", unordered=True)
def _():
    return conf().set("b", "2").set("a", "1").getAll()


@case("SparkConf.setAll", "several at once")
def _():
    return sorted(conf().setAll([("a", "1"), ("b", "2"), ("a", "3")]).getAll())


@case("SparkConf.setIfMissing", "only what is not set")
def _():
    one = conf().set("a", "1")
    return one.setIfMissing("a", "2").get("a"), one.setIfMissing("b", "2").get("b")


@case("SparkConf.contains", "whether it is set")
def _():
    one = conf().set("a", "1")
    return one.contains("a"), one.contains("b")


@case(("SparkConf.setMaster", "SparkConf.setAppName", "SparkConf.setSparkHome"), "are settings")
def _():
    return sorted(conf().setMaster("local").setAppName("name").setSparkHome("/home").getAll())


@case("SparkConf.setExecutorEnv", "one, and several")
def _():
    return sorted(conf().setExecutorEnv("A", "1").setExecutorEnv(pairs=[("B", "2"), ("C", "3")]).getAll())


@case("SparkConf.setExecutorEnv", "both forms at once, or none", says="")
def _():
    conf().setExecutorEnv("A", "1", pairs=[("B", "2")])


@case("SparkConf.toDebugString", "a line for each, sorted")
def _():
    return conf().set("b", "2").set("a", "1").set("c", "").toDebugString()
