"""What `SparkContext` has beyond the generated calls: PySpark's constructor, `with`, settings, files, shared values."""

from __future__ import annotations

import importlib
import itertools
import os
import pickle
import re
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Iterable, List, Optional, Tuple, Type, TypeVar, cast

from kindling._runtime import session as sessions
from kindling._runtime.call_site import call_site, shorten
from kindling._runtime.functions import PICKLE_PROTOCOL
from kindling._runtime.remote import UNSET, Remote, call_effect, call_new, call_value, construct
from kindling.accumulators import Accumulator, AccumulatorParam, param_for
from kindling.broadcast import Broadcast
from kindling.conf import SparkConf, system_properties
from kindling.errors import WrongStateError, engine_error
from kindling.worker import running
from kindling.worker.shared_function import Shared, shared_here

if TYPE_CHECKING:
    from kindling.profiler import Profiles

Self = TypeVar("Self", bound="SparkContextOverlay")
T = TypeVar("T")

_accumulator_ids = itertools.count()

_LIKELY_MASTER = re.compile(r"local(-cluster)?(\[[\d*, ]+\])?$|sc://")


class _SharedValue(Remote, remote="Broadcast"):
    """A broadcast as the gateway knows it."""

    def value_of(self, broadcast_id: int) -> Any:
        """The value as it was sent."""
        return call_value(self, "Broadcast.value", "element")

    def unpersist(self, broadcast_id: int, blocking: bool) -> None:
        """Takes the value from the executors; tasks that need it again get it again."""
        call_effect(self, "Broadcast.unpersist", awaited=blocking)

    def destroy(self, broadcast_id: int, blocking: bool) -> None:
        """Takes it away for good."""
        call_effect(self, "Broadcast.destroy", awaited=blocking)


class SparkContextOverlay(Remote):
    """Written by hand for `SparkContext`."""

    PACKAGE_EXTENSIONS: ClassVar[Tuple[str, ...]] = (".zip", ".egg", ".jar")
    """Endings of files that Python can import from."""

    _active_spark_context: ClassVar[Optional[SparkContextOverlay]] = None
    _place: str
    """Where it was made."""

    def __init__(  # noqa: PLR0917 - PySpark's order
        self,
        master: Optional[str] = None,
        appName: Optional[str] = None,
        sparkHome: Optional[str] = None,
        pyFiles: Optional[List[str]] = None,
        environment: Optional[Dict[str, Any]] = None,
        batchSize: int = 0,
        serializer: Optional[Any] = None,
        conf: Optional[SparkConf] = None,
        *,
        url: Optional[str] = None,
        token: Optional[str] = None,
    ) -> None:
        """Starts an engine, and the gateway if this program has none yet.

        :param master: `local`, `local[N]`, `local[*]`, `local[N,maxFailures]`,
            `local-cluster[executors,cores,memMiB]`, or `sc://host:port` of a Spark cluster; `local[*]` when nothing
            names one
        :param appName: shown in messages; the name of the script unless given
        :param sparkHome: of no meaning here
        :param pyFiles: modules and packages for the workers, as `addPyFile` takes them
        :param environment: variables of the workers' environment
        :param batchSize: of no meaning here: batches find their size
        :param serializer: of no meaning here: elements are pickled
        :param conf: settings; `master` and `appName` win over its own
        :param url: join the gateway at `ws://host:port/` instead of starting one
        :param token: the token of that gateway
        :raises InvalidArgumentError: another context runs, or the master cannot be read
        :raises UnavailableError: the gateway cannot be started or reached
        """
        _require_none()
        sessions.open_session(url, token)
        settings = dict((SparkConf() if conf is None else conf).getAll())
        settings.update({f"spark.executorEnv.{name}": str(value) for name, value in (environment or {}).items()})
        master = master or settings.get("spark.master") or os.environ.get("KINDLING_MASTER")
        name = appName or settings.get("spark.app.name") or _program_name()
        arguments = (
            ("master: string", UNSET if master is None else master),
            ("appName: string", name),
            ("conf: map<string,string>", settings if settings else UNSET),
        )
        construct(self, "SparkContext", arguments)
        if master is not None and not _LIKELY_MASTER.match(master):
            call_value(self, "SparkContext.master", "string")  # tells at this line what is wrong with it
        self._made()
        self._session.profiles = _new_profiles() if settings.get("spark.python.profile", "").lower() == "true" else None
        submitted = settings.get("spark.submit.pyFiles") or os.environ.get("KINDLING_PY_FILES", "")
        for path in [*(pyFiles or ()), *filter(None, submitted.split(","))]:
            self.addPyFile(path)

    @classmethod
    def getOrCreate(cls: Type[Self], conf: Optional[SparkConf] = None) -> Self:
        """The context that the program made last, or a new one.

        >>> SparkContext.getOrCreate() is SparkContext.getOrCreate()
        True
        """
        active = running_context()
        return cls(conf=conf) if active is None else cast(Self, active)

    @classmethod
    def setSystemProperty(cls, key: str, value: str) -> None:
        """Sets a property of this program; those whose names begin with `spark.` are defaults of settings made later.

        >>> SparkContext.setSystemProperty("example", "value")
        >>> SparkContext.getSystemProperty("example")
        'value'
        """
        system_properties[key] = value

    @classmethod
    def getSystemProperty(cls, key: str) -> Optional[str]:
        """A property of this program, or `None`.

        >>> SparkContext.getSystemProperty("no such property") is None
        True
        """
        return system_properties.get(key)

    def getConf(self) -> SparkConf:
        """A copy of the settings of the context.

        >>> sc.getConf().get("spark.master")
        'local[2]'
        """
        settings: Dict[str, str] = call_value(self, "SparkContext.settings", "map<string,string>")
        return SparkConf(loadDefaults=False).setAll(settings.items())

    def parallelize(self, c: Iterable[Any], numSlices: Optional[int] = None) -> Any:
        """An RDD of the given elements, in slices of about equal size.

        Lazy. As in PySpark, a slice is of whole groups of `len(c) // numSlices` elements, at most 1024: 10 in 4 gives
        2, 2, 2, 4. The numbers of a `range` are made by the tasks, cut without groups: 10 in 4 gives 2, 3, 2, 3.

        :param c: any iterable
        :param numSlices: partitions; `defaultParallelism` when left out
        :raises InvalidArgumentError: INVALID_ARGUMENT

        >>> sc.parallelize([1, 2, 3]).count()
        3
        """
        slices = ("numSlices: int", UNSET if numSlices is None else numSlices)
        if isinstance(c, range) and c and all(-(2**63) <= bound < 2**63 for bound in (c.start, c.stop, c.step)):
            bounds = (("start: long", c.start), ("end: long", c.stop), ("step: long", c.step))
            return call_new(self, "SparkContext.range", "RDD", (*bounds, slices))
        elements = c if isinstance(c, (list, tuple)) else list(c)
        return call_new(self, "SparkContext.parallelize", "RDD", (("c: elements", elements), slices))

    def range(self, start: int, end: Optional[int] = None, step: int = 1, numSlices: Optional[int] = None) -> Any:
        """An RDD of the whole numbers from `start` (or 0) up to `end`, which is left out.

        Lazy. The numbers are made by the tasks, slice by slice as `parallelize` would cut them.

        :param start: the first number; the end when it is the only one given
        :param end: the first number left out
        :param step: the distance between numbers; may be negative
        :param numSlices: partitions; `defaultParallelism` when left out
        :raises ValueError: a step of 0
        :raises InvalidArgumentError: INVALID_ARGUMENT

        >>> sc.range(1, 7, 2).collect()
        [1, 3, 5]
        """
        return self.parallelize(range(start) if end is None else range(start, end, step), numSlices)

    def textFile(self, name: str, minPartitions: Optional[int] = None, use_unicode: bool = True) -> Any:
        r"""An RDD of the lines of text files.

        Lazy. Lines end in `\n`, `\r\n` or `\r`; compressed files are decompressed; names beginning with `.` or `_` are
        skipped; invalid UTF-8 becomes U+FFFD and is counted in a warning.

        :param name: files, directories and globs, separated by commas
        :param minPartitions: at least so many partitions, where files can be cut; `defaultMinPartitions` when left out
        :param use_unicode: whether lines are texts; otherwise they are bytes of UTF-8
        :raises NotFoundError: PATH_NOT_FOUND, NO_INPUT_FILES
        :raises AccessError: PATH_NOT_READABLE

        >>> sc.textFile("README.md").first()
        '# Numbers'
        """
        arguments = (("path: string", name), _least(minPartitions))
        lines: Any = call_new(self, "SparkContext.textFile", "RDD", arguments)
        return lines if use_unicode else lines.map(_encoded)

    def wholeTextFiles(self, path: str, minPartitions: Optional[int] = None, use_unicode: bool = True) -> Any:
        r"""An RDD of pairs of the URL of a file and its whole text.

        Lazy. Small files share a partition.

        :param path: files, directories and globs, separated by commas
        :param minPartitions: about so many partitions; `defaultMinPartitions` when left out
        :param use_unicode: whether both are texts; otherwise they are bytes of UTF-8
        :raises NotFoundError: PATH_NOT_FOUND, NO_INPUT_FILES
        :raises AccessError: PATH_NOT_READABLE

        >>> sc.wholeTextFiles("README.md").mapValues(lambda text: text.split("\n")[0]).values().collect()
        ['# Numbers']
        """
        arguments = (("path: string", path), _least(minPartitions))
        pairs: Any = call_new(self, "SparkContext.wholeTextFiles", "RDD", arguments)
        return pairs if use_unicode else pairs.map(_encoded_pair)

    def addPyFile(self, path: str) -> None:
        """Gives workers, and this program, a Python module, or a package as `.zip` or `.egg`, to import from.

        :param path: a local file or a `file:` URL
        :raises NotFoundError: PATH_NOT_FOUND
        :raises AlreadyExistsError: FILE_NAME_TAKEN

        >>> with open(f"{directory}/doubling.py", "w") as file:
        ...     _ = file.write("def double(x): return 2 * x")
        >>> sc.addPyFile(f"{directory}/doubling.py")
        >>> sc.parallelize([1, 2]).map(lambda x: __import__("doubling").double(x)).collect()
        [2, 4]
        """
        call_effect(self, "SparkContext.addPyFile", (("path: string", path),), awaited=True)
        root, name = self._files_directory(), os.path.basename(path.rstrip("/"))
        is_package = os.path.splitext(name)[1].lower() in self.PACKAGE_EXTENSIONS
        for entry in [root, os.path.join(root, name)] if is_package else [root]:
            if entry not in sys.path:
                sys.path.insert(1, entry)
        importlib.invalidate_caches()

    def broadcast(self, value: T) -> Broadcast[T]:
        """Gives a value to all tasks that ask for it, once for each executor.

        A function reads it as `.value` of what this returns.

        :param value: what can be pickled
        :raises InvalidArgumentError: VALUE_NOT_PORTABLE

        >>> factor = sc.broadcast(10)
        >>> sc.parallelize([1, 2]).map(lambda x: x * factor.value).collect()
        [10, 20]
        """
        shared: _SharedValue = call_new(self, "SparkContext.broadcast", "Broadcast", (("value: element", value),))
        identity: int = call_value(shared, "Broadcast.id", "int")
        return Broadcast(identity, owner=shared)

    def accumulator(self, value: T, accum_param: Optional[AccumulatorParam[T]] = None) -> Accumulator[T]:
        """A variable that functions add to and only this program reads.

        What a task adds counts once, when the task has ended well; in a transformation, at each computation.

        :param value: what it begins with
        :param accum_param: how values are added up; numbers know it themselves
        :raises TypeError: a value that is no number, without `accum_param`

        >>> total = sc.accumulator(0)
        >>> sc.parallelize([1, 2, 3]).foreach(lambda x: total.add(x))
        >>> total.value
        6
        """
        return Accumulator(next(_accumulator_ids), value, param_for(value) if accum_param is None else accum_param)

    def show_profiles(self) -> None:
        """Prints what functions took; needs the setting `spark.python.profile`.

        :raises InvalidArgumentError: INVALID_ARGUMENT where it is not set
        """
        self._profiles("show_profiles").show()

    def dump_profiles(self, path: str) -> None:
        """Writes what functions took into a directory; needs the setting `spark.python.profile`.

        :param path: made if it is not there
        :raises InvalidArgumentError: INVALID_ARGUMENT where it is not set
        """
        self._profiles("dump_profiles").dump(path)

    def _profiles(self, call: str) -> Profiles:
        found: Optional[Profiles] = self._session.profiles
        if found is None:
            message = f"{call}: the setting spark.python.profile must be true, not unset"
            raise WrongStateError("INVALID_ARGUMENT", message)
        return found

    def stop(self) -> None:
        """Ends the engine: its processes and its files are gone when this returns.

        >>> sc.stop()
        """
        if SparkContextOverlay._active_spark_context is self:
            SparkContextOverlay._active_spark_context = None
            self._session.share = None
        if not self._session.is_closed:
            call_effect(self, "SparkContext.stop", awaited=True)

    def _made(self) -> None:
        """From now on it is the context of this program."""
        file, line = call_site(2)
        self._place = f"{shorten(file)}:{line}"
        SparkContextOverlay._active_spark_context = self
        self._session.share = self._share_function

    def _share_function(self, function: Any, packed: bytes) -> bytes:
        """Broadcasts the pickle of a function, for as long as the context lives; the pickle that travels instead."""
        if call_value(self, "SparkContext.master", "string").startswith("sc://"):
            return packed  # a Spark that runs the workers itself has no broadcasts of ours
        shared: _SharedValue = call_new(self, "SparkContext.broadcast", "Broadcast", (("value: element", packed),))
        identity: int = call_value(shared, "Broadcast.id", "int")
        try:
            shared_here[identity] = function
        except TypeError:
            pass  # some callables allow no weak reference; only a partition function is ever asked for here
        return pickle.dumps(Shared(identity), PICKLE_PROTOCOL)

    def _files_directory(self) -> str:
        return call_value(self, "SparkContext.filesDirectory", "string")

    def _local_properties(self) -> Dict[str, str]:
        return call_value(self, "SparkContext.getLocalProperties", "map<string,string>")

    def _set_local_properties(self, properties: Dict[str, str]) -> None:
        call_effect(self, "SparkContext.setLocalProperties", (("properties: map<string,string>", properties),))

    def __repr__(self) -> str:
        return f"<SparkContext master={self.master} appName={self.appName}>"  # type: ignore[attr-defined]

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


def _new_profiles() -> Profiles:
    from kindling.profiler import Profiles

    return Profiles()


def running_context() -> Optional[SparkContextOverlay]:
    """The context of this program, if there is one."""
    active = SparkContextOverlay._active_spark_context
    if active is None or active._session.is_closed or active._session.is_forked:
        return None
    return active


def require_program(name: str) -> None:
    """Refuses to start an engine inside of a task."""
    if running.task is not None:
        message = f"a {name} can only be made in the program, not in a function that runs in a worker"
        raise WrongStateError("INVALID_ARGUMENT", message, condition="CONTEXT_ONLY_VALID_ON_DRIVER")


def _require_none() -> None:
    """Refuses a second context."""
    require_program("SparkContext")
    active: Any = running_context()
    if active is not None:
        params = {"app": str(active.appName), "master": str(active.master), "place": active._place}
        message = (
            "Cannot run multiple SparkContexts at once; "
            f"existing SparkContext(app={params['app']}, master={params['master']}) created at {params['place']}"
        )
        raise engine_error("CONTEXT_RUNS", message, params, hint="stop it first, or use getOrCreate")


def _least(minPartitions: Optional[int]) -> Tuple[str, Any]:
    return ("minPartitions: int", UNSET if minPartitions is None else minPartitions)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8")


def _encoded_pair(pair: Tuple[str, str]) -> Tuple[bytes, bytes]:
    return pair[0].encode("utf-8"), pair[1].encode("utf-8")


def _program_name() -> str:
    name = getattr(sys.modules.get("__main__"), "__file__", None)
    return os.path.basename(name) if name else "python"
