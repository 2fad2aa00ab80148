"""What `SparkSession` has beyond the generated calls: PySpark's builder, `with`."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, ClassVar, Dict, Optional, Type, TypeVar

from kindling._runtime import session as sessions
from kindling._runtime.remote import UNSET, Remote, call_new, construct, remote_class
from kindling.conf import SparkConf
from kindling.overlay.spark_context import SparkContextOverlay, _program_name, require_program, running_context

Self = TypeVar("Self", bound="SparkSessionOverlay")


class Builder:
    """Collects settings for a session."""

    def __init__(self) -> None:
        self._settings: Dict[str, str] = {}

    def master(self, master: str) -> Builder:
        """The master URL: `local[N]`, `sc://host:port`."""
        return self.config("spark.master", master)

    def appName(self, name: str) -> Builder:
        """The name of the program."""
        return self.config("spark.app.name", name)

    def config(
        self,
        key: Optional[str] = None,
        value: Any = None,
        conf: Optional[SparkConf] = None,
        *,
        map: Optional[Dict[str, Any]] = None,
    ) -> Builder:
        """One setting, or those of a `SparkConf` or dict."""
        given = dict(conf.getAll()) if conf is not None else {}
        given.update((name, _text(item)) for name, item in (map or {}).items())
        if key is not None:
            given[key] = _text(value)
        self._settings.update(given)
        return self

    def getOrCreate(self) -> Any:
        """The session that the program made last, or a new one."""
        active = SparkSessionOverlay._active
        if active is not None and active._context is running_context():
            return active
        return remote_class("SparkSession")(self._settings)  # type: ignore[call-arg]

    create = getOrCreate


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _FreshBuilder:
    """`SparkSession.builder` is read without parentheses and never shared."""

    def __get__(self, instance: object, owner: object = None) -> Builder:
        return Builder()


class SparkSessionOverlay(Remote):
    """Written by hand for `SparkSession`."""

    _active: ClassVar[Optional[SparkSessionOverlay]] = None
    builder: ClassVar[_FreshBuilder] = _FreshBuilder()
    Builder: ClassVar[Type[Builder]] = Builder

    _context: SparkContextOverlay

    def __init__(self, settings: Dict[str, str]) -> None:
        require_program("SparkSession")
        running = running_context()
        if running is None:
            sessions.open_session()
            self._start(settings)
            self._context = call_new(self, "SparkSession.sparkContext", "SparkContext")
            self._context._made()
        else:
            self._context = running
            self._session, self._id = running._session, running._session.take_id()
            arguments = (("sparkContext: object<SparkContext>", running),)
            self._session.send("SparkSession.ofContext", None, arguments, made=self._id)
        SparkSessionOverlay._active = self

    def _start(self, settings: Dict[str, str]) -> None:
        settings = {**dict(SparkConf().getAll()), **settings}
        master = settings.get("spark.master") or os.environ.get("KINDLING_MASTER")
        arguments = (
            ("master: string", UNSET if master is None else master),
            ("appName: string", settings.get("spark.app.name") or _program_name()),
            ("conf: map<string,string>", settings if settings else UNSET),
        )
        construct(self, "SparkSession", arguments)

    @property
    def sparkContext(self) -> Any:
        """The SparkContext of the same engine.

        >>> spark.sparkContext.parallelize([1, 2]).count()
        2
        """
        return self._context

    def stop(self) -> None:
        """Ends the engine: its processes and its files are gone when this returns.

        >>> spark.stop()
        """
        if SparkSessionOverlay._active is self:
            SparkSessionOverlay._active = None
        self._context.stop()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        try:
            self.stop()
        except Exception:
            if error is None:
                raise  # else the program's own error is the one to tell of
