"""Settings of a program."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Tuple

__all__ = ["SparkConf"]


class SparkConf:
    """Spark's settings by name, all of them texts. Follows `pyspark.SparkConf`.

    >>> SparkConf().setMaster("local[2]").get("spark.master")
    'local[2]'
    """

    def __init__(self, loadDefaults: bool = True) -> None:
        self._settings: Dict[str, str] = {}

    def set(self, key: str, value: object) -> SparkConf:
        """Sets one."""
        self._settings[key] = _text(value)
        return self

    def setIfMissing(self, key: str, value: object) -> SparkConf:
        """Sets one that is not set yet."""
        self._settings.setdefault(key, _text(value))
        return self

    def setMaster(self, value: str) -> SparkConf:
        """Sets the master URL."""
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> SparkConf:
        """Sets the name of the program."""
        return self.set("spark.app.name", value)

    def setAll(self, pairs: Iterable[Tuple[str, object]]) -> SparkConf:
        """Sets several."""
        for key, value in pairs:
            self.set(key, value)
        return self

    def get(self, key: str, defaultValue: Optional[str] = None) -> Optional[str]:
        """One setting, or the default."""
        return self._settings.get(key, defaultValue)

    def getAll(self) -> List[Tuple[str, str]]:
        """All settings."""
        return list(self._settings.items())

    def contains(self, key: str) -> bool:
        """Whether it is set."""
        return key in self._settings

    def toDebugString(self) -> str:
        """All settings, one a line, sorted."""
        return "\n".join(f"{key}={value}" for key, value in sorted(self._settings.items()))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
