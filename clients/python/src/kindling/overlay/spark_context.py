"""What `SparkContext` has beyond the generated calls: PySpark's constructor, `with`, `getOrCreate`."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any, ClassVar, Dict, Optional, Type, TypeVar, cast

from kindling._runtime import session as sessions
from kindling._runtime.remote import UNSET, Remote, call_effect, construct
from kindling.conf import SparkConf

Self = TypeVar("Self", bound="SparkContextOverlay")


class SparkContextOverlay(Remote):
    """Written by hand for `SparkContext`."""

    _active: ClassVar[Optional[SparkContextOverlay]] = None

    def __init__(
        self,
        master: Optional[str] = None,
        appName: Optional[str] = None,
        conf: Optional[SparkConf] = None,
        *,
        environment: Optional[Dict[str, Any]] = None,
        url: Optional[str] = None,
        token: Optional[str] = None,
    ) -> None:
        """Starts an engine, and the gateway if this program has none yet.

        :param master: `local`, `local[N]`, `local[*]`, or `sc://host:port` of a Spark cluster
        :param appName: shown in messages; the name of the script unless given
        :param conf: settings; `master` and `appName` win over its own
        :param environment: variables of the workers' environment
        :param url: join the gateway at `ws://host:port/` instead of starting one
        :param token: the token of that gateway
        :raises UnavailableError: the gateway cannot be started or reached
        """
        sessions.open_session(url, token)
        settings = dict(conf.getAll()) if conf is not None else {}
        settings.update({f"spark.executorEnv.{name}": str(value) for name, value in (environment or {}).items()})
        master = master or settings.get("spark.master") or os.environ.get("KINDLING_MASTER")
        name = appName or settings.get("spark.app.name") or _program_name()
        arguments = (
            ("master: string", UNSET if master is None else master),
            ("appName: string", name),
            ("conf: map<string,string>", settings if settings else UNSET),
        )
        construct(self, "SparkContext", arguments)
        SparkContextOverlay._active = self

    @classmethod
    def getOrCreate(cls: Type[Self], conf: Optional[SparkConf] = None) -> Self:
        """The context that the program made last, or a new one."""
        active = SparkContextOverlay._active
        if active is not None and not active._session.is_closed and not active._session.is_forked:
            return cast(Self, active)
        return cls(conf=conf)

    def stop(self) -> None:
        """Ends the engine: its processes and its files are gone when this returns."""
        if SparkContextOverlay._active is self:
            SparkContextOverlay._active = None
        call_effect(self, "SparkContext.stop", awaited=True)

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


def _program_name() -> str:
    name = getattr(sys.modules.get("__main__"), "__file__", None)
    return os.path.basename(name) if name else "python"
