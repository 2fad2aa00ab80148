"""Settings of a program."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Tuple

from kindling.errors import WrongStateError

__all__ = ["SparkConf"]

system_properties: Dict[str, str] = {}
"""Properties of this program; those whose names begin with `spark.` are defaults of settings made later."""


class SparkConf:
    """Spark's settings by name, all of them texts. Follows `pyspark.SparkConf`.

    :param loadDefaults: begin with what `SparkContext.setSystemProperty` was given under names that begin with `spark.`

    >>> SparkConf().setMaster("local[2]").get("spark.master")
    'local[2]'
    """

    def __init__(self, loadDefaults: bool = True) -> None:
        self._settings: Dict[str, str] = {}
        if loadDefaults:
            self._settings.update((key, value) for key, value in system_properties.items() if key.startswith("spark."))

    def set(self, key: str, value: object) -> SparkConf:
        """Sets one.

        >>> SparkConf().set("spark.task.maxFailures", 2).get("spark.task.maxFailures")
        '2'
        """
        self._settings[key] = str(value)
        return self

    def setIfMissing(self, key: str, value: object) -> SparkConf:
        """Sets one that is not set yet.

        >>> SparkConf().set("spark.x", "1").setIfMissing("spark.x", "2").get("spark.x")
        '1'
        """
        self._settings.setdefault(key, str(value))
        return self

    def setMaster(self, value: str) -> SparkConf:
        """Sets the master URL.

        >>> SparkConf().setMaster("local").get("spark.master")
        'local'
        """
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> SparkConf:
        """Sets the name of the program.

        >>> SparkConf().setAppName("words").get("spark.app.name")
        'words'
        """
        return self.set("spark.app.name", value)

    def setSparkHome(self, value: str) -> SparkConf:
        """Sets where Spark is installed, which has no meaning here.

        >>> SparkConf().setSparkHome("/opt/spark").get("spark.home")
        '/opt/spark'
        """
        return self.set("spark.home", value)

    def setExecutorEnv(
        self,
        key: Optional[str] = None,
        value: Optional[str] = None,
        pairs: Optional[List[Tuple[str, str]]] = None,
    ) -> SparkConf:
        """Sets variables of the environment of workers: one, or those of a list.

        >>> SparkConf().setExecutorEnv("LANG", "C").get("spark.executorEnv.LANG")
        'C'
        """
        if (key is None) == (pairs is None):
            actual = "neither" if key is None else "both"
            message = f"setExecutorEnv: a key and its value, or a list of pairs must be given, not {actual}"
            raise WrongStateError("INVALID_ARGUMENT", message)
        for name, text in pairs if pairs is not None else [(str(key), str(value))]:
            self.set(f"spark.executorEnv.{name}", text)
        return self

    def setAll(self, pairs: Iterable[Tuple[str, object]]) -> SparkConf:
        """Sets several.

        >>> SparkConf().setAll([("spark.x", "1"), ("spark.y", "2")]).get("spark.y")
        '2'
        """
        for key, value in pairs:
            self.set(key, value)
        return self

    def get(self, key: str, defaultValue: Optional[str] = None) -> Optional[str]:
        """One setting, or the default.

        >>> SparkConf().get("spark.no.such.setting", "x")
        'x'
        """
        return self._settings.get(key, defaultValue)

    def getAll(self) -> List[Tuple[str, str]]:
        """All settings.

        >>> SparkConf().set("spark.x", "1").getAll()
        [('spark.x', '1')]
        """
        return list(self._settings.items())

    def contains(self, key: str) -> bool:
        """Whether it is set.

        >>> SparkConf().contains("spark.no.such.setting")
        False
        """
        return key in self._settings

    def toDebugString(self) -> str:
        """All settings, one a line, sorted.

        >>> print(SparkConf().set("spark.y", "2").set("spark.x", "1").toDebugString())
        spark.x=1
        spark.y=2
        """
        return "\n".join(f"{key}={value}" for key, value in sorted(self._settings.items()))
