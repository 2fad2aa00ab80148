# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""The core API."""

from __future__ import annotations

from typing import Any, Callable, Generic, Iterable, Iterator, List, Optional, Sequence, TYPE_CHECKING, Tuple, TypeVar

from kindling._runtime.remote import Remote, UNSET, call_effect, call_new, call_value
from kindling.overlay.spark_context import SparkContextOverlay

if TYPE_CHECKING:
    from kindling.generated.sql import DataFrame

__all__ = ["RDD", "SparkContext"]

K = TypeVar("K")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


class RDD(Generic[T], Remote, remote="RDD"):
    """A partitioned collection of elements that is computed when an action asks for it, and computed again where a part is lost.

    Transformations are lazy and return a new RDD; actions run a job. Elements keep the order of their partitions.

    Notes
    -----
    Follows org.apache.spark.rdd.RDD.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("RDD has no constructor: call a method that returns one")

    def map(self, f: Callable[[T], U]) -> RDD[U]:
        """Returns a new RDD with the result of `f` for each element.

        Lazy. Partitions and their order stay.

        Parameters
        ----------
        f : Callable[[T], U]
            called once per element, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE

        Notes
        -----
        Follows RDD.map.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).map(lambda x: x * 10).collect()
        [10, 20, 30]
        """
        return call_new(self, "RDD.map", "RDD", (("f: task", f),))

    def flatMap(self, f: Callable[[T], Iterable[U]]) -> RDD[U]:
        """Returns a new RDD with all elements of the results of `f`, which gives any number for each element.

        Lazy. An empty result adds nothing.

        Parameters
        ----------
        f : Callable[[T], Iterable[U]]
            called once per element, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE

        Notes
        -----
        Follows RDD.flatMap.

        Examples
        --------
        >>> sc.parallelize(["a b", "c"]).flatMap(lambda line: line.split(" ")).collect()
        ['a', 'b', 'c']
        """
        return call_new(self, "RDD.flatMap", "RDD", (("f: task", f),))

    def filter(self, f: Callable[[T], bool]) -> RDD[T]:
        """Returns a new RDD with the elements for which `f` is true.

        Lazy.

        Parameters
        ----------
        f : Callable[[T], bool]
            called once per element, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE

        Notes
        -----
        Follows RDD.filter.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4]).filter(lambda x: x % 2 == 0).collect()
        [2, 4]
        """
        return call_new(self, "RDD.filter", "RDD", (("f: task", f),))

    def mapPartitions(self, f: Callable[[Iterator[T]], Iterable[U]]) -> RDD[U]:
        """Returns a new RDD with the elements of `f` applied to each partition as a whole.

        Lazy. `f` is called once per partition, for an empty one too, with an iterator that reads as it is asked.

        Parameters
        ----------
        f : Callable[[Iterator[T]], Iterable[U]]
            takes an iterator of elements, gives an iterable of results

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE

        Notes
        -----
        Follows RDD.mapPartitions.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4], 2).mapPartitions(lambda elements: [len(list(elements))]).collect()
        [2, 2]
        """
        return call_new(self, "RDD.mapPartitions", "RDD", (("f: task", f),))

    def mapValues(self: RDD[Tuple[K, V]], f: Callable[[V], U]) -> RDD[Tuple[K, U]]:
        """Returns a new RDD of pairs with `f` applied to each value; keys and partitions stay.

        Lazy. Elements that are not pairs are `NOT_KEY_VALUE`.

        Parameters
        ----------
        f : Callable[[V], U]
            called once per value, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE

        Notes
        -----
        Follows PairRDDFunctions.mapValues.

        Examples
        --------
        >>> sc.parallelize([("a", 1)]).mapValues(lambda v: v + 1).collect()
        [('a', 2)]
        """
        return call_new(self, "RDD.mapValues", "RDD", (("f: task", f),))

    def keys(self: RDD[Tuple[K, V]]) -> RDD[K]:
        """Returns a new RDD of the keys of pairs.

        Lazy.

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE

        Notes
        -----
        Follows PairRDDFunctions.keys.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).keys().collect()
        ['a', 'b']
        """
        return call_new(self, "RDD.keys", "RDD")

    def values(self: RDD[Tuple[K, V]]) -> RDD[V]:
        """Returns a new RDD of the values of pairs.

        Lazy.

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE

        Notes
        -----
        Follows PairRDDFunctions.values.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).values().collect()
        [1, 2]
        """
        return call_new(self, "RDD.values", "RDD")

    def reduceByKey(
        self: RDD[Tuple[K, V]],
        func: Callable[[V, V], V],
        numPartitions: Optional[int] = None,
    ) -> RDD[Tuple[K, V]]:
        """Returns a new RDD with one pair per key, whose value merges all values of that key by `f`.

        Lazy. Values are merged before they are shuffled, then once more; `f` must be associative and commutative.

        Parameters
        ----------
        func : Callable[[V, V], V]
            merges two values, in a worker
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE

        Notes
        -----
        Follows PairRDDFunctions.reduceByKey.

        Examples
        --------
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).reduceByKey(lambda a, b: a + b).collect())
        [('a', 2), ('b', 1)]
        """
        return call_new(
            self,
            "RDD.reduceByKey",
            "RDD",
            (
                ("f: task", func),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def sortBy(self, keyfunc: Callable[[T], K], ascending: bool = True, numPartitions: Optional[int] = None) -> RDD[T]:
        """Returns a new RDD with the elements sorted by the result of `keyfunc`, stable within equal keys.

        Runs two jobs at once when the result has more than one partition: a count, and a sample of the keys.

        Parameters
        ----------
        keyfunc : Callable[[T], K]
            gives the key of an element, in a worker
        ascending : bool, optional
            smallest key first
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            KEYS_NOT_COMPARABLE

        Notes
        -----
        Follows RDD.sortBy.

        Examples
        --------
        >>> sc.parallelize([3, 1, 2]).sortBy(lambda x: x).collect()
        [1, 2, 3]
        """
        return call_new(
            self,
            "RDD.sortBy",
            "RDD",
            (
                ("keyfunc: task", keyfunc),
                ("ascending: boolean", ascending),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def collect(self) -> List[T]:
        """Returns all elements, in order.

        Runs a job. An empty RDD gives an empty list.

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
        CancelledError
            JOB_CANCELLED

        Notes
        -----
        Follows RDD.collect.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).collect()
        [1, 2, 3]
        """
        return call_value(self, "RDD.collect", "elements")

    def take(self, num: int) -> List[T]:
        """Returns the first `num` elements.

        Runs a job over the first partition, then over more while elements are missing.

        Parameters
        ----------
        num : int
            how many; fewer come back when the RDD has fewer

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RDD.take.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).take(2)
        [1, 2]
        """
        return call_value(self, "RDD.take", "elements", (("num: int", num),))

    def first(self) -> T:
        """Returns the first element.

        Runs a job over the first partition, then over more while it is empty.

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION

        Notes
        -----
        Follows RDD.first.

        Examples
        --------
        >>> sc.parallelize([7, 8]).first()
        7
        """
        return call_value(self, "RDD.first", "element")

    def count(self) -> int:
        """Returns the number of elements.

        Runs a job. An empty RDD gives 0.

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.count.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).count()
        3
        """
        return call_value(self, "RDD.count", "long")

    def sum(self) -> T:
        """Returns the sum of all elements.

        Runs a job. An empty RDD gives 0.

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows DoubleRDDFunctions.sum.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).sum()
        6
        """
        return call_value(self, "RDD.sum", "element")

    def reduce(self, f: Callable[[T, T], T]) -> T:
        """Returns what merging all elements by `f` gives.

        Runs a job: each partition is merged in a worker, then their results; `f` must be associative and commutative.

        Parameters
        ----------
        f : Callable[[T, T], T]
            merges two elements, in a worker

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.reduce.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).reduce(lambda a, b: a + b)
        6
        """
        return call_value(self, "RDD.reduce", "element", (("f: task", f),))

    def foreach(self, f: Callable[[T], None]) -> None:
        """Calls `f` for each element, for its effects.

        Runs a job.

        Parameters
        ----------
        f : Callable[[T], None]
            called once per element, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.foreach.

        Examples
        --------
        >>> sc.parallelize([1]).foreach(lambda x: print(x))
        1
        """
        call_effect(self, "RDD.foreach", (("f: task", f),), awaited=True)

    def saveAsTextFile(self, path: str) -> None:
        """Writes each partition as one text file below `path`, one line per element, and `_SUCCESS` when all are there.

        Runs a job. Nothing is visible below `path` unless all partitions were written. Strings are written as they are.

        Parameters
        ----------
        path : str
            a directory that does not exist yet

        Raises
        ------
        AlreadyExistsError
            PATH_ALREADY_EXISTS
        UnavailableError
            WRITE_FAILED

        Notes
        -----
        Follows RDD.saveAsTextFile.

        Examples
        --------
        >>> sc.parallelize(["a", "b"]).saveAsTextFile(directory + "/letters")
        >>> sc.textFile(directory + "/letters").collect()
        ['a', 'b']
        """
        call_effect(self, "RDD.saveAsTextFile", (("path: string", path),), awaited=True)

    def getNumPartitions(self) -> int:
        """Returns the number of partitions.

        Runs no job; files of a text source are listed.

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND

        Notes
        -----
        Follows RDD.getNumPartitions.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3], 2).getNumPartitions()
        2
        """
        return call_value(self, "RDD.getNumPartitions", "int")

    def toDF(self, schema: Optional[Sequence[str]] = None) -> DataFrame:
        """Returns a DataFrame of rows that are the elements: tuples, lists, or rows with names.

        Types are those of the first elements, up to 100 of them while a column is null, for which a job starts at once.

        Parameters
        ----------
        schema : Sequence[str], optional
            names of the columns, in their order; those left out are `_1`, `_2`, …, or what the elements say

        Raises
        ------
        AnalysisException
            TYPE_NOT_INFERRED

        Notes
        -----
        Follows SparkSession.createDataFrame.

        Examples
        --------
        >>> sc.parallelize([("a", 1)]).toDF(["name", "n"]).collect()
        [Row(name='a', n=1)]
        """
        return call_new(self, "RDD.toDF", "DataFrame", (("schema: list<string>", UNSET if schema is None else schema),))


class SparkContext(SparkContextOverlay, remote="SparkContext"):
    """The entrance to the engine: makes RDDs from collections and files.

    Notes
    -----
    Follows org.apache.spark.SparkContext.
    """

    @property
    def master(self) -> str:
        """The master URL.

        Notes
        -----
        Follows SparkContext.master.

        Examples
        --------
        >>> sc.master
        'local[2]'
        """
        return call_value(self, "SparkContext.master", "string")

    @property
    def appName(self) -> str:
        """The name of the program.

        Notes
        -----
        Follows SparkContext.appName.

        Examples
        --------
        >>> sc.appName
        'example'
        """
        return call_value(self, "SparkContext.appName", "string")

    @property
    def defaultParallelism(self) -> int:
        """How many partitions a collection has unless told otherwise: the number of task slots.

        Notes
        -----
        Follows SparkContext.defaultParallelism.

        Examples
        --------
        >>> sc.defaultParallelism
        2
        """
        return call_value(self, "SparkContext.defaultParallelism", "int")

    def parallelize(self, c: Iterable[T], numSlices: Optional[int] = None) -> RDD[T]:
        """Returns an RDD of the given elements.

        Lazy. Elements are cut into slices of equal size: 10 in 3 gives 3, 3, 4.

        Parameters
        ----------
        c : Iterable[T]
            any iterable
        numSlices : int, optional
            partitions; `defaultParallelism` when left out

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.parallelize.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).count()
        3
        """
        return call_new(
            self,
            "SparkContext.parallelize",
            "RDD",
            (
                ("c: elements", c),
                ("numSlices: int", UNSET if numSlices is None else numSlices),
            ),
        )

    def textFile(self, name: str, minPartitions: Optional[int] = None) -> RDD[str]:
        r"""Returns an RDD of the lines of text files.

        Lazy. Lines end in `\n`, `\r\n` or `\r`; files ending in `.gz` are decompressed; names beginning with `.` or `_` are
        skipped; invalid UTF-8 becomes U+FFFD and is counted in a warning.

        Parameters
        ----------
        name : str
            files, directories and globs, separated by commas
        minPartitions : int, optional
            at least so many partitions, where files can be cut; at most 2 when left out

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
            NO_INPUT_FILES
        AccessError
            PATH_NOT_READABLE

        Notes
        -----
        Follows SparkContext.textFile.

        Examples
        --------
        >>> sc.textFile("README.md").first()
        '# Numbers'
        """
        return call_new(
            self,
            "SparkContext.textFile",
            "RDD",
            (
                ("path: string", name),
                ("minPartitions: int", UNSET if minPartitions is None else minPartitions),
            ),
        )
