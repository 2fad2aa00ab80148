# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""The core API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Generic, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, TYPE_CHECKING, Tuple, TypeVar, Union

from kindling._runtime.remote import Remote, UNSET, call_effect, call_new, call_value
from kindling.overlay.rdd import RDDOverlay
from kindling.overlay.spark_context import SparkContextOverlay
from kindling.overlay.status_tracker import StatusTrackerOverlay

if TYPE_CHECKING:
    from kindling.generated.sql import DataFrame

__all__ = ["BarrierTaskInfo", "RDD", "RDDBarrier", "SparkContext", "StatusTracker"]

A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K")
R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
W = TypeVar("W")


@dataclass(frozen=True)
class BarrierTaskInfo:
    """Where a task of a barrier stage runs."""

    address: str
    """`host:port` of the executor."""

    def to_wire(self) -> Dict[str, Any]:
        """Its form on the wire, without what is not set."""
        wire: Dict[str, Any] = {}
        wire["address"] = self.address
        return wire

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> BarrierTaskInfo:
        """The value that `to_wire` gives this form."""
        names = {"address": "address"}
        return cls(**{names[name]: value for name, value in wire.items() if name in names})


class RDD(Generic[T], RDDOverlay, remote="RDD"):
    """A partitioned collection of elements that is computed when an action asks for it, and computed again where a part is lost.

    Transformations are lazy and return a new RDD; actions run a job. Elements keep the order of their partitions.

    Notes
    -----
    Follows org.apache.spark.rdd.RDD.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("RDD has no constructor: call a method that returns one")

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

    def id(self) -> int:
        """Returns the number of the RDD among those of its context.

        Runs no job.

        Notes
        -----
        Follows RDD.id.

        Examples
        --------
        >>> rdd = sc.parallelize([1])
        >>> rdd.map(lambda x: x).id() > rdd.id()
        True
        """
        return call_value(self, "RDD.id", "int")

    def name(self) -> Optional[str]:
        """Returns the name that the program gave the RDD; null if it gave none.

        Runs no job. What is made of a named RDD has no name.

        Notes
        -----
        Follows RDD.name.

        Examples
        --------
        >>> sc.parallelize([1]).setName("numbers").name()
        'numbers'
        """
        return call_value(self, "RDD.name", "optional<string>")

    def setName(self, name: str) -> RDD[T]:
        """Gives the RDD a name, which `toDebugString` and lists of what is stored show.

        Runs no job. Returns the RDD itself.

        Parameters
        ----------
        name : str
            any text

        Notes
        -----
        Follows RDD.setName.

        Examples
        --------
        >>> sc.parallelize([1]).setName("numbers").name()
        'numbers'
        """
        call_effect(self, "RDD.setName", (("name: string", name),))
        return self

    def isCheckpointed(self) -> bool:
        """Tells whether the elements were written by `checkpoint` or `localCheckpoint`, so that they are read from there.

        Runs no job.

        Notes
        -----
        Follows RDD.isCheckpointed.

        Examples
        --------
        >>> sc.parallelize([1, 2]).isCheckpointed()
        False
        """
        return call_value(self, "RDD.isCheckpointed", "boolean")

    def localCheckpoint(self) -> None:
        """Keeps the elements with the executors when the next job has computed them, and forgets what they were made of.

        Runs no job now. Quicker than `checkpoint`; elements that are lost with an executor cannot be computed again.

        Notes
        -----
        Follows RDD.localCheckpoint.

        Examples
        --------
        >>> rdd = sc.parallelize([1, 2])
        >>> rdd.localCheckpoint()
        >>> rdd.isLocallyCheckpointed()
        True
        """
        call_effect(self, "RDD.localCheckpoint")

    def isLocallyCheckpointed(self) -> bool:
        """Tells whether `localCheckpoint` was called.

        Runs no job.

        Notes
        -----
        Follows RDD.isLocallyCheckpointed.

        Examples
        --------
        >>> sc.parallelize([1, 2]).isLocallyCheckpointed()
        False
        """
        return call_value(self, "RDD.isLocallyCheckpointed", "boolean")

    def getCheckpointFile(self) -> Optional[str]:
        """Returns the directory in which `checkpoint` has written the elements; null if it has not.

        Runs no job.

        Notes
        -----
        Follows RDD.getCheckpointFile.

        Examples
        --------
        >>> sc.parallelize([1, 2]).getCheckpointFile() is None
        True
        """
        return call_value(self, "RDD.getCheckpointFile", "optional<string>")

    def cleanShuffleDependencies(self, blocking: bool = False) -> None:
        """Removes what the shuffles before this RDD have written, back to RDDs that are kept; a job that needs it again writes it again.

        Runs no job.

        Parameters
        ----------
        blocking : bool, optional
            makes no difference: later calls never find what has been removed

        Notes
        -----
        Follows RDD.cleanShuffleDependencies.

        Examples
        --------
        >>> counts = sc.parallelize([("a", 1)]).reduceByKey(lambda a, b: a + b)
        >>> counts.count()
        1
        >>> counts.cleanShuffleDependencies()
        >>> counts.count()
        1
        """
        call_effect(self, "RDD.cleanShuffleDependencies", (("blocking: boolean", blocking),))

    def saveAsTextFile(self, path: str, compressionCodecClass: Optional[str] = None) -> None:
        """Writes each partition as one text file below `path`, one line per element, and `_SUCCESS` when all are there.

        Runs a job. Nothing is visible below `path` unless all partitions were written. Strings are written as they are.

        Parameters
        ----------
        path : str
            a directory that does not exist yet
        compressionCodecClass : str, optional
            of Hadoop, such as `org.apache.hadoop.io.compress.GzipCodec`; no compression when left out

        Raises
        ------
        AlreadyExistsError
            PATH_ALREADY_EXISTS
        UnavailableError
            WRITE_FAILED
        InvalidArgumentError
            INVALID_ARGUMENT: for a codec that is not known

        Notes
        -----
        Follows RDD.saveAsTextFile.

        Examples
        --------
        >>> sc.parallelize(["a", "b"]).saveAsTextFile(directory + "/letters")
        >>> sc.textFile(directory + "/letters").collect()
        ['a', 'b']
        """
        call_effect(
            self,
            "RDD.saveAsTextFile",
            (
                ("path: string", path),
                ("compressionCodecClass: string", UNSET if compressionCodecClass is None else compressionCodecClass),
            ),
            awaited=True,
        )

    def saveAsPickleFile(self, path: str, batchSize: int = 10) -> None:
        """Writes the elements as objects of Python, which `pickleFile` reads.

        Runs a job. Nothing is visible below `path` unless all partitions were written.

        Parameters
        ----------
        path : str
            a directory that does not exist yet
        batchSize : int, optional
            how many elements are pickled together; 0 leaves it to the engine, -1 takes all of a partition

        Raises
        ------
        AlreadyExistsError
            PATH_ALREADY_EXISTS
        UnavailableError
            WRITE_FAILED

        Notes
        -----
        Follows RDD.saveAsPickleFile.

        Examples
        --------
        >>> sc.parallelize([(1, "a"), None], 1).saveAsPickleFile(directory + "/pickled")
        >>> sc.pickleFile(directory + "/pickled").collect()
        [(1, 'a'), None]
        """
        call_effect(
            self,
            "RDD.saveAsPickleFile",
            (
                ("path: string", path),
                ("batchSize: int", batchSize),
            ),
            awaited=True,
        )

    def saveAsSequenceFile(self: RDD[Tuple[K, V]], path: str, compressionCodecClass: Optional[str] = None) -> None:
        """Writes pairs as Hadoop SequenceFiles, which `sequenceFile` reads.

        Runs a job, and one before that finds the first pair, whose key and value say of what class all are: numbers, text,
        booleans, bytes, null, maps. Nothing is visible below `path` unless all partitions were written.

        Parameters
        ----------
        path : str
            a directory that does not exist yet
        compressionCodecClass : str, optional
            of Hadoop, such as `org.apache.hadoop.io.compress.GzipCodec`; no compression when left out

        Raises
        ------
        AlreadyExistsError
            PATH_ALREADY_EXISTS
        UnavailableError
            WRITE_FAILED
        InvalidArgumentError
            EMPTY_COLLECTION
            INVALID_ARGUMENT: for a codec that is not known
        UserCodeError
            NOT_KEY_VALUE
            VALUE_NOT_WRITABLE

        Notes
        -----
        Follows PairRDDFunctions.saveAsSequenceFile.

        Examples
        --------
        >>> sc.parallelize([("a", 1)], 1).saveAsSequenceFile(directory + "/pairs")
        >>> sc.sequenceFile(directory + "/pairs").collect()
        [('a', 1)]
        """
        call_effect(
            self,
            "RDD.saveAsSequenceFile",
            (
                ("path: string", path),
                ("compressionCodecClass: string", UNSET if compressionCodecClass is None else compressionCodecClass),
            ),
            awaited=True,
        )

    def mean(self) -> float:
        """Returns the mean of the elements.

        Runs a job. Empty partitions only give 0.

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION: for an RDD without partitions
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows DoubleRDDFunctions.mean.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).mean()
        2.0
        """
        return call_value(self, "RDD.mean", "double")

    def variance(self) -> float:
        """Returns the variance of the elements as a whole population.

        Runs a job. Empty partitions only give NaN.

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION: for an RDD without partitions
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows DoubleRDDFunctions.variance.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 6]).variance()
        3.5
        """
        return call_value(self, "RDD.variance", "double")

    def stdev(self) -> float:
        """Returns the standard deviation of the elements as a whole population.

        Runs a job. Empty partitions only give NaN.

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION: for an RDD without partitions
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows DoubleRDDFunctions.stdev.

        Examples
        --------
        >>> sc.parallelize([1, 3]).stdev()
        1.0
        """
        return call_value(self, "RDD.stdev", "double")

    def sampleVariance(self) -> float:
        """Returns the variance that a sample of these elements lets expect of the whole, by the count less one.

        Runs a job. Fewer than two elements give NaN.

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION: for an RDD without partitions
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows DoubleRDDFunctions.sampleVariance.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).sampleVariance()
        1.0
        """
        return call_value(self, "RDD.sampleVariance", "double")

    def sampleStdev(self) -> float:
        """Returns the standard deviation that a sample of these elements lets expect of the whole.

        Runs a job. Fewer than two elements give NaN.

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION: for an RDD without partitions
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows DoubleRDDFunctions.sampleStdev.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).sampleStdev()
        1.0
        """
        return call_value(self, "RDD.sampleStdev", "double")

    def collectAsMap(self: RDD[Tuple[K, V]]) -> Dict[K, V]:
        """Returns pairs as a map from keys to values; of several values of a key it holds the last.

        Runs a job. An empty RDD gives an empty map.

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows PairRDDFunctions.collectAsMap.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2), ("a", 3)]).collectAsMap()
        {'a': 3, 'b': 2}
        """
        return call_value(self, "RDD.collectAsMap", "elementMap")

    def reduceByKeyLocally(self: RDD[Tuple[K, V]], func: Callable[[V, V], V]) -> Dict[K, V]:
        """Returns the values of each key merged by `func`, as a map.

        Runs a job: each partition is merged in a worker, then their results; `func` must be associative and commutative.

        Parameters
        ----------
        func : Callable[[V, V], V]
            merges two values, in a worker

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION: for an RDD without partitions
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows PairRDDFunctions.reduceByKeyLocally.

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 5), ("a", 2)])
        >>> sorted(pairs.reduceByKeyLocally(lambda a, b: a + b).items())
        [('a', 3), ('b', 5)]
        """
        return call_value(self, "RDD.reduceByKeyLocally", "elementMap", (("func: task", func),))

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

    def fold(self, zeroValue: T, op: Callable[[T, T], T]) -> T:
        """Returns what merging all elements into `zeroValue` by `op` gives.

        Runs a job. The zero enters once for each partition and once when their results are merged; an empty RDD gives it
        back, merged with those of its partitions.

        Parameters
        ----------
        zeroValue : T
            where each merge begins
        op : Callable[[T, T], T]
            merges two elements, in a worker; it may change the first and return it

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.fold.

        Examples
        --------
        >>> sc.parallelize([1, 2], 2).fold(10, lambda a, b: a + b)
        33
        """
        return call_value(self, "RDD.fold", "element", (("zeroValue: element", zeroValue), ("op: task", op)))

    def aggregate(self, zeroValue: U, seqOp: Callable[[U, T], U], combOp: Callable[[U, U], U]) -> U:
        """Returns what adding all elements to `zeroValue` by `seqOp`, and merging the results of partitions by `combOp`, gives.

        Runs a job. The zero enters once for each partition and once when their results are merged.

        Parameters
        ----------
        zeroValue : U
            where each merge begins
        seqOp : Callable[[U, T], U]
            adds an element to a result, in a worker; it may change the result and return it
        combOp : Callable[[U, U], U]
            merges two results, in a worker; it may change the first and return it

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.aggregate.

        Examples
        --------
        >>> sc.parallelize(["a", "bc"]).aggregate(0, lambda n, text: n + len(text), lambda m, n: m + n)
        3
        """
        return call_value(
            self,
            "RDD.aggregate",
            "element",
            (
                ("zeroValue: element", zeroValue),
                ("seqOp: task", seqOp),
                ("combOp: task", combOp),
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
            how many; fewer come back when the RDD has fewer, none for a negative number

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

    def isEmpty(self) -> bool:
        """Tells whether there is no element at all.

        Runs a job over the first partition, then over more while they are empty; none where there is no partition.

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.isEmpty.

        Examples
        --------
        >>> sc.parallelize([1, 2]).filter(lambda x: x > 2).isEmpty()
        True
        """
        return call_value(self, "RDD.isEmpty", "boolean")

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

    def foreachPartition(self, f: Callable[[Iterator[T]], None]) -> None:
        """Calls `f` once for each partition with an iterator of its elements, for its effects.

        Runs a job. `f` is called for empty partitions, too; if it returns an iterator, that is run through.

        Parameters
        ----------
        f : Callable[[Iterator[T]], None]
            called once per partition, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.foreachPartition.

        Examples
        --------
        >>> sc.parallelize([1, 2], 1).foreachPartition(lambda elements: print(len(list(elements))))
        2
        """
        call_effect(self, "RDD.foreachPartition", (("f: task", f),), awaited=True)

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
        InvalidArgumentError
            INVALID_ARGUMENT

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

    def sortByKey(
        self: RDD[Tuple[K, V]],
        ascending: bool = True,
        numPartitions: Optional[int] = None,
        keyfunc: Optional[Callable[[K], S]] = None,
    ) -> RDD[Tuple[K, V]]:
        """Returns a new RDD with the pairs sorted by key, stable within equal keys.

        Runs two jobs at once when the result has more than one partition: a count, and a sample of the keys. An empty RDD
        stays as it is.

        Parameters
        ----------
        ascending : bool, optional
            smallest key first
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out
        keyfunc : Callable[[K], S], optional
            gives what a key is sorted by, in a worker; itself when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE
            KEYS_NOT_COMPARABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows OrderedRDDFunctions.sortByKey.

        Examples
        --------
        >>> sc.parallelize([("b", 1), ("a", 2)]).sortByKey().collect()
        [('a', 2), ('b', 1)]
        """
        return call_new(
            self,
            "RDD.sortByKey",
            "RDD",
            (
                ("ascending: boolean", ascending),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
                ("keyfunc: task", UNSET if keyfunc is None else keyfunc),
            ),
        )

    def takeOrdered(self, num: int, key: Optional[Callable[[T], S]] = None) -> List[T]:
        """Returns the `num` smallest elements, smallest first.

        Runs a job. Of equal ones those that come first are taken.

        Parameters
        ----------
        num : int
            how many; fewer come back when the RDD has fewer
        key : Callable[[T], S], optional
            gives what an element is compared by, in a worker; itself when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            KEYS_NOT_COMPARABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RDD.takeOrdered.

        Examples
        --------
        >>> sc.parallelize([4, 2, 3, 1]).takeOrdered(2)
        [1, 2]
        """
        return call_value(
            self,
            "RDD.takeOrdered",
            "elements",
            (
                ("num: int", num),
                ("key: task", UNSET if key is None else key),
            ),
        )

    def top(self, num: int, key: Optional[Callable[[T], S]] = None) -> List[T]:
        """Returns the `num` greatest elements, greatest first.

        Runs a job. Of equal ones those that come first are taken.

        Parameters
        ----------
        num : int
            how many; fewer come back when the RDD has fewer
        key : Callable[[T], S], optional
            gives what an element is compared by, in a worker; itself when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            KEYS_NOT_COMPARABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RDD.top.

        Examples
        --------
        >>> sc.parallelize([4, 2, 3, 1]).top(2)
        [4, 3]
        """
        return call_value(
            self,
            "RDD.top",
            "elements",
            (
                ("num: int", num),
                ("key: task", UNSET if key is None else key),
            ),
        )

    def max(self, key: Optional[Callable[[T], S]] = None) -> T:
        """Returns the greatest element, the first of equal ones.

        Runs a job.

        Parameters
        ----------
        key : Callable[[T], S], optional
            gives what an element is compared by, in a worker; itself when left out

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION
        UserCodeError
            USER_FUNCTION_FAILED
            KEYS_NOT_COMPARABLE

        Notes
        -----
        Follows RDD.max.

        Examples
        --------
        >>> sc.parallelize([4, 2, 3, 1]).max()
        4
        """
        return call_value(self, "RDD.max", "element", (("key: task", UNSET if key is None else key),))

    def min(self, key: Optional[Callable[[T], S]] = None) -> T:
        """Returns the smallest element, the first of equal ones.

        Runs a job.

        Parameters
        ----------
        key : Callable[[T], S], optional
            gives what an element is compared by, in a worker; itself when left out

        Raises
        ------
        InvalidArgumentError
            EMPTY_COLLECTION
        UserCodeError
            USER_FUNCTION_FAILED
            KEYS_NOT_COMPARABLE

        Notes
        -----
        Follows RDD.min.

        Examples
        --------
        >>> sc.parallelize([4, 2, 3, 1]).min()
        1
        """
        return call_value(self, "RDD.min", "element", (("key: task", UNSET if key is None else key),))

    def repartition(self, numPartitions: int) -> RDD[T]:
        """Returns a new RDD of the same elements in `numPartitions` partitions of about equal size.

        Lazy. All elements move: one after the other to the next partition, in Python programs, as in PySpark, ten at a time.

        Parameters
        ----------
        numPartitions : int
            partitions of the result

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RDD.repartition.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3], 1).repartition(3).getNumPartitions()
        3
        """
        return call_new(self, "RDD.repartition", "RDD", (("numPartitions: int", numPartitions),))

    def coalesce(self, numPartitions: int, shuffle: bool = False) -> RDD[T]:
        """Returns a new RDD of the same elements in `numPartitions` partitions at most.

        Lazy. Without a shuffle neighbouring partitions become one, and fewer tasks compute what comes before; more
        partitions than there are need a shuffle.

        Parameters
        ----------
        numPartitions : int
            partitions of the result
        shuffle : bool, optional
            moves all elements, as `repartition` does

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RDD.coalesce.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4, 5], 5).coalesce(2).glom().collect()
        [[1, 2], [3, 4, 5]]
        """
        return call_new(
            self,
            "RDD.coalesce",
            "RDD",
            (
                ("numPartitions: int", numPartitions),
                ("shuffle: boolean", shuffle),
            ),
        )

    def repartitionAndSortWithinPartitions(
        self: RDD[Tuple[K, V]],
        numPartitions: Optional[int] = None,
        partitionFunc: Optional[Callable[[K], int]] = None,
        ascending: bool = True,
        keyfunc: Optional[Callable[[K], S]] = None,
    ) -> RDD[Tuple[K, V]]:
        """Returns a new RDD of the same pairs, each in the partition that its key names, and sorted by key there.

        Lazy. Equal keys keep their order.

        Parameters
        ----------
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out
        partitionFunc : Callable[[K], int], optional
            gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out
        ascending : bool, optional
            smallest key first
        keyfunc : Callable[[K], S], optional
            gives what a key is sorted by, in a worker; itself when left out

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            KEYS_NOT_COMPARABLE
            PARTITION_OUT_OF_RANGE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows OrderedRDDFunctions.repartitionAndSortWithinPartitions.

        Examples
        --------
        >>> pairs = sc.parallelize([(3, "c"), (1, "a"), (0, "z")])
        >>> pairs.repartitionAndSortWithinPartitions(2, lambda key: key).glom().collect()
        [[(0, 'z')], [(1, 'a'), (3, 'c')]]
        """
        return call_new(
            self,
            "RDD.repartitionAndSortWithinPartitions",
            "RDD",
            (
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
                ("partitionFunc: task", UNSET if partitionFunc is None else partitionFunc),
                ("ascending: boolean", ascending),
                ("keyfunc: task", UNSET if keyfunc is None else keyfunc),
            ),
        )

    def union(self, other: RDD[U]) -> RDD[Union[T, U]]:
        """Returns a new RDD of the elements of both; equal ones all stay.

        Lazy. The partitions of `other` follow those of this RDD; where both are partitioned by their keys in the same way,
        so is the result, with as many partitions.

        Parameters
        ----------
        other : RDD[U]
            elements of any type

        Notes
        -----
        Follows RDD.union.

        Examples
        --------
        >>> sc.parallelize([1, 2]).union(sc.parallelize([2, 3])).collect()
        [1, 2, 2, 3]
        """
        return call_new(self, "RDD.union", "RDD", (("other: object<RDD>", other),))

    def intersection(self, other: RDD[T]) -> RDD[T]:
        """Returns a new RDD of the elements that both have, each once.

        Lazy. Each goes to the partition that its hash names; partitions of the result are those of `cogroup` without a
        number.

        Parameters
        ----------
        other : RDD[T]
            elements of the same type

        Raises
        ------
        UserCodeError
            KEY_NOT_HASHABLE
            KEY_NOT_PORTABLE

        Notes
        -----
        Follows RDD.intersection.

        Examples
        --------
        >>> sc.parallelize([1, 2, 2]).intersection(sc.parallelize([2, 3])).collect()
        [2]
        """
        return call_new(self, "RDD.intersection", "RDD", (("other: object<RDD>", other),))

    def subtract(self, other: RDD[T], numPartitions: Optional[int] = None) -> RDD[T]:
        """Returns a new RDD of the elements that `other` has not; equal ones all stay.

        Lazy. Each goes to the partition that its hash names.

        Parameters
        ----------
        other : RDD[T]
            elements of the same type
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out (in Python programs, as in PySpark, as both have together)

        Raises
        ------
        UserCodeError
            KEY_NOT_HASHABLE
            KEY_NOT_PORTABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RDD.subtract.

        Examples
        --------
        >>> sc.parallelize([1, 1, 2]).subtract(sc.parallelize([2, 3])).collect()
        [1, 1]
        """
        return call_new(
            self,
            "RDD.subtract",
            "RDD",
            (
                ("other: object<RDD>", other),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def cartesian(self, other: RDD[U]) -> RDD[Tuple[T, U]]:
        """Returns a new RDD of every pair of an element of this RDD and one of `other`.

        Lazy. Each partition of this RDD meets each one of `other`: there are as many partitions as the product of both.

        Parameters
        ----------
        other : RDD[U]
            elements of any type

        Notes
        -----
        Follows RDD.cartesian.

        Examples
        --------
        >>> sc.parallelize([1, 2]).cartesian(sc.parallelize(["a"])).collect()
        [(1, 'a'), (2, 'a')]
        """
        return call_new(self, "RDD.cartesian", "RDD", (("other: object<RDD>", other),))

    def zip(self, other: RDD[U]) -> RDD[Tuple[T, U]]:
        """Returns a new RDD of pairs: the first elements of each partition of both RDDs, the second ones, and so on.

        Lazy. Both must have as many partitions, which is checked at once, and as many elements in each of them, which is
        checked by the job.

        Parameters
        ----------
        other : RDD[U]
            elements of any type

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT
        UserCodeError
            ELEMENT_COUNTS_DIFFER

        Notes
        -----
        Follows RDD.zip.

        Examples
        --------
        >>> numbers = sc.parallelize([1, 2, 3], 2)
        >>> numbers.zip(numbers.map(lambda x: x * x)).collect()
        [(1, 1), (2, 4), (3, 9)]
        """
        return call_new(self, "RDD.zip", "RDD", (("other: object<RDD>", other),))

    def zipWithIndex(self) -> RDD[Tuple[T, int]]:
        """Returns a new RDD of pairs: each element, and its place among all elements, from 0.

        Runs a job at once that counts the elements, unless there is only one partition.

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.zipWithIndex.

        Examples
        --------
        >>> sc.parallelize(["a", "b", "c"], 2).zipWithIndex().collect()
        [('a', 0), ('b', 1), ('c', 2)]
        """
        return call_new(self, "RDD.zipWithIndex", "RDD")

    def zipWithUniqueId(self) -> RDD[Tuple[T, int]]:
        """Returns a new RDD of pairs: each element, and a number that no other element has.

        Lazy. The i-th element of partition p of n gets `i * n + p`; there may be gaps.

        Notes
        -----
        Follows RDD.zipWithUniqueId.

        Examples
        --------
        >>> sc.parallelize(["a", "b", "c"], 2).zipWithUniqueId().collect()
        [('a', 0), ('b', 1), ('c', 3)]
        """
        return call_new(self, "RDD.zipWithUniqueId", "RDD")

    def join(
        self: RDD[Tuple[K, V]],
        other: RDD[Tuple[K, W]],
        numPartitions: Optional[int] = None,
    ) -> RDD[Tuple[K, Tuple[V, W]]]:
        """Returns a new RDD with the key and both values, for each pair of values whose keys are equal.

        Lazy. Keys of one RDD only are left out; a null key equals another. An RDD that is partitioned as the result is not shuffled.

        Parameters
        ----------
        other : RDD[Tuple[K, W]]
            pairs with keys of the same type
        numPartitions : int, optional
            partitions of the result; the default is that of Spark, see `cogroup`

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            KEY_NOT_PORTABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.join.

        Examples
        --------
        >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
        >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
        >>> sorted(ages.join(towns).collect())
        [('ann', (31, 'Ulm'))]
        """
        return call_new(
            self,
            "RDD.join",
            "RDD",
            (
                ("other: object<RDD>", other),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def leftOuterJoin(
        self: RDD[Tuple[K, V]],
        other: RDD[Tuple[K, W]],
        numPartitions: Optional[int] = None,
    ) -> RDD[Tuple[K, Tuple[V, Optional[W]]]]:
        """Returns a new RDD with the key and both values, for each pair of values whose keys are equal, and all other pairs of this RDD.

        Lazy. Where the other RDD has no such key its value is null.

        Parameters
        ----------
        other : RDD[Tuple[K, W]]
            pairs with keys of the same type
        numPartitions : int, optional
            partitions of the result; the default is that of Spark, see `cogroup`

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            KEY_NOT_PORTABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.leftOuterJoin.

        Examples
        --------
        >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
        >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
        >>> sorted(ages.leftOuterJoin(towns).collect())
        [('ann', (31, 'Ulm')), ('bob', (25, None))]
        """
        return call_new(
            self,
            "RDD.leftOuterJoin",
            "RDD",
            (
                ("other: object<RDD>", other),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def rightOuterJoin(
        self: RDD[Tuple[K, V]],
        other: RDD[Tuple[K, W]],
        numPartitions: Optional[int] = None,
    ) -> RDD[Tuple[K, Tuple[Optional[V], W]]]:
        """Returns a new RDD with the key and both values, for each pair of values whose keys are equal, and all other pairs of `other`.

        Lazy. Where this RDD has no such key its value is null.

        Parameters
        ----------
        other : RDD[Tuple[K, W]]
            pairs with keys of the same type
        numPartitions : int, optional
            partitions of the result; the default is that of Spark, see `cogroup`

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            KEY_NOT_PORTABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.rightOuterJoin.

        Examples
        --------
        >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
        >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
        >>> sorted(ages.rightOuterJoin(towns).collect())
        [('ann', (31, 'Ulm')), ('cem', (None, 'Bonn'))]
        """
        return call_new(
            self,
            "RDD.rightOuterJoin",
            "RDD",
            (
                ("other: object<RDD>", other),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def fullOuterJoin(
        self: RDD[Tuple[K, V]],
        other: RDD[Tuple[K, W]],
        numPartitions: Optional[int] = None,
    ) -> RDD[Tuple[K, Tuple[Optional[V], Optional[W]]]]:
        """Returns a new RDD with the key and both values, for each pair of values whose keys are equal, and all other pairs of both.

        Lazy. Where one of them has no such key its value is null.

        Parameters
        ----------
        other : RDD[Tuple[K, W]]
            pairs with keys of the same type
        numPartitions : int, optional
            partitions of the result; the default is that of Spark, see `cogroup`

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            KEY_NOT_PORTABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.fullOuterJoin.

        Examples
        --------
        >>> ages = sc.parallelize([("ann", 31), ("bob", 25)])
        >>> towns = sc.parallelize([("ann", "Ulm"), ("cem", "Bonn")])
        >>> sorted(ages.fullOuterJoin(towns).collect())
        [('ann', (31, 'Ulm')), ('bob', (25, None)), ('cem', (None, 'Bonn'))]
        """
        return call_new(
            self,
            "RDD.fullOuterJoin",
            "RDD",
            (
                ("other: object<RDD>", other),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def subtractByKey(
        self: RDD[Tuple[K, V]],
        other: RDD[Tuple[K, W]],
        numPartitions: Optional[int] = None,
    ) -> RDD[Tuple[K, V]]:
        """Returns a new RDD of the pairs whose key `other` has not.

        Lazy. Several pairs of one key all stay. An RDD that is partitioned as the result is not shuffled.

        Parameters
        ----------
        other : RDD[Tuple[K, W]]
            pairs with keys of the same type
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out (in Python programs, as in PySpark, as both have together)

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            KEY_NOT_PORTABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.subtractByKey.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).subtractByKey(sc.parallelize([("b", 9)])).collect()
        [('a', 1)]
        """
        return call_new(
            self,
            "RDD.subtractByKey",
            "RDD",
            (
                ("other: object<RDD>", other),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

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

    def flatMapValues(self: RDD[Tuple[K, V]], f: Callable[[V], Iterable[U]]) -> RDD[Tuple[K, U]]:
        """Returns a new RDD with the key of each pair and each of the results of `f` for its value; partitions stay.

        Lazy. An empty result adds nothing.

        Parameters
        ----------
        f : Callable[[V], Iterable[U]]
            called once per value, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE

        Notes
        -----
        Follows PairRDDFunctions.flatMapValues.

        Examples
        --------
        >>> sc.parallelize([("a", [1, 2]), ("b", [])]).flatMapValues(lambda values: values).collect()
        [('a', 1), ('a', 2)]
        """
        return call_new(self, "RDD.flatMapValues", "RDD", (("f: task", f),))

    def keyBy(self, f: Callable[[T], K]) -> RDD[Tuple[K, T]]:
        """Returns a new RDD of pairs: the result of `f` for each element, and the element.

        Lazy.

        Parameters
        ----------
        f : Callable[[T], K]
            gives the key of an element, in a worker

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED

        Notes
        -----
        Follows RDD.keyBy.

        Examples
        --------
        >>> sc.parallelize(["pear", "fig"]).keyBy(len).collect()
        [(4, 'pear'), (3, 'fig')]
        """
        return call_new(self, "RDD.keyBy", "RDD", (("f: task", f),))

    def partitionBy(
        self: RDD[Tuple[K, V]],
        numPartitions: Optional[int],
        partitionFunc: Optional[Callable[[K], int]] = None,
    ) -> RDD[Tuple[K, V]]:
        """Returns a new RDD of the same pairs, each in the partition that its key names.

        Lazy. An RDD that is partitioned so already is returned as it is.

        Parameters
        ----------
        numPartitions : Optional[int]
            partitions of the result; null: as many as this RDD has
        partitionFunc : Callable[[K], int], optional
            gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out

        Raises
        ------
        UserCodeError
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
            PARTITION_OUT_OF_RANGE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.partitionBy.

        Examples
        --------
        >>> sc.parallelize([(0, "a"), (1, "b"), (2, "c")]).partitionBy(2, lambda key: key).glom().collect()
        [[(0, 'a'), (2, 'c')], [(1, 'b')]]
        """
        return call_new(
            self,
            "RDD.partitionBy",
            "RDD",
            (
                ("numPartitions: optional<int>", numPartitions),
                ("partitionFunc: task", UNSET if partitionFunc is None else partitionFunc),
            ),
        )

    def distinct(self, numPartitions: Optional[int] = None) -> RDD[T]:
        """Returns a new RDD with each distinct element once.

        Lazy. The first one of equal elements stays; each goes to the partition that its hash names.

        Parameters
        ----------
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out

        Raises
        ------
        UserCodeError
            KEY_NOT_HASHABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RDD.distinct.

        Examples
        --------
        >>> sorted(sc.parallelize([3, 1, 3, 1]).distinct().collect())
        [1, 3]
        """
        return call_new(
            self,
            "RDD.distinct",
            "RDD",
            (
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def reduceByKey(
        self: RDD[Tuple[K, V]],
        func: Callable[[V, V], V],
        numPartitions: Optional[int] = None,
        partitionFunc: Optional[Callable[[K], int]] = None,
    ) -> RDD[Tuple[K, V]]:
        """Returns a new RDD with one pair per key, whose value merges all values of that key by `func`.

        Lazy. Values are merged before they are shuffled, then once more; `func` must be associative and commutative. Pairs
        that are where their keys belong are not shuffled.

        Parameters
        ----------
        func : Callable[[V, V], V]
            merges two values, in a worker
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out
        partitionFunc : Callable[[K], int], optional
            gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
        InvalidArgumentError
            INVALID_ARGUMENT

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
                ("func: task", func),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
                ("partitionFunc: task", UNSET if partitionFunc is None else partitionFunc),
            ),
        )

    def combineByKey(
        self: RDD[Tuple[K, V]],
        createCombiner: Callable[[V], U],
        mergeValue: Callable[[U, V], U],
        mergeCombiners: Callable[[U, U], U],
        numPartitions: Optional[int] = None,
        partitionFunc: Optional[Callable[[K], int]] = None,
    ) -> RDD[Tuple[K, U]]:
        """Returns a new RDD with one pair per key, whose values are combined into a value of another type.

        Lazy. Each partition makes a combination for each of its keys, then those of equal keys are shuffled and merged.

        Parameters
        ----------
        createCombiner : Callable[[V], U]
            makes a combination of a key's first value, in a worker
        mergeValue : Callable[[U, V], U]
            adds a value to a combination, in a worker
        mergeCombiners : Callable[[U, U], U]
            merges two combinations, in a worker
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out
        partitionFunc : Callable[[K], int], optional
            gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.combineByKey.

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("a", 2)])
        >>> pairs.combineByKey(lambda v: [v], lambda found, v: found + [v], lambda left, right: left + right).collect()
        [('a', [1, 2])]
        """
        return call_new(
            self,
            "RDD.combineByKey",
            "RDD",
            (
                ("createCombiner: task", createCombiner),
                ("mergeValue: task", mergeValue),
                ("mergeCombiners: task", mergeCombiners),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
                ("partitionFunc: task", UNSET if partitionFunc is None else partitionFunc),
            ),
        )

    def aggregateByKey(
        self: RDD[Tuple[K, V]],
        zeroValue: U,
        seqFunc: Callable[[U, V], U],
        combFunc: Callable[[U, U], U],
        numPartitions: Optional[int] = None,
        partitionFunc: Optional[Callable[[K], int]] = None,
    ) -> RDD[Tuple[K, U]]:
        """Returns a new RDD with one pair per key, whose values are added to a copy of `zeroValue`.

        Lazy. The zero enters once for each key and partition.

        Parameters
        ----------
        zeroValue : U
            what an empty combination is
        seqFunc : Callable[[U, V], U]
            adds a value to a combination, in a worker; may change the combination
        combFunc : Callable[[U, U], U]
            merges two combinations, in a worker
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out
        partitionFunc : Callable[[K], int], optional
            gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.aggregateByKey.

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 3), ("a", 4)])
        >>> pairs.aggregateByKey(0, lambda count, _: count + 1, lambda left, right: left + right).collect()
        [('a', 2)]
        """
        return call_new(
            self,
            "RDD.aggregateByKey",
            "RDD",
            (
                ("zeroValue: element", zeroValue),
                ("seqFunc: task", seqFunc),
                ("combFunc: task", combFunc),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
                ("partitionFunc: task", UNSET if partitionFunc is None else partitionFunc),
            ),
        )

    def foldByKey(
        self: RDD[Tuple[K, V]],
        zeroValue: V,
        func: Callable[[V, V], V],
        numPartitions: Optional[int] = None,
        partitionFunc: Optional[Callable[[K], int]] = None,
    ) -> RDD[Tuple[K, V]]:
        """Returns a new RDD with one pair per key, whose value merges a copy of `zeroValue` and all values of that key.

        Lazy. The zero enters once for each key and partition: it should change nothing, as 0 does for sums.

        Parameters
        ----------
        zeroValue : V
            what the values of a key are merged into
        func : Callable[[V, V], V]
            merges two values, in a worker; may change the first one
        numPartitions : int, optional
            partitions of the result; as many as this RDD has when left out
        partitionFunc : Callable[[K], int], optional
            gives a whole number for a key, which is taken modulo `numPartitions`; a hash when left out

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            NOT_KEY_VALUE
            KEY_NOT_HASHABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows PairRDDFunctions.foldByKey.

        Examples
        --------
        >>> sc.parallelize([("a", 3), ("a", 4)]).foldByKey(0, lambda left, right: left + right).collect()
        [('a', 7)]
        """
        return call_new(
            self,
            "RDD.foldByKey",
            "RDD",
            (
                ("zeroValue: element", zeroValue),
                ("func: task", func),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
                ("partitionFunc: task", UNSET if partitionFunc is None else partitionFunc),
            ),
        )

    def map(self, f: Callable[[T], U], preservesPartitioning: bool = False) -> RDD[U]:
        """Returns a new RDD with the result of `f` for each element.

        Lazy. Partitions and their order stay.

        Parameters
        ----------
        f : Callable[[T], U]
            called once per element, in a worker
        preservesPartitioning : bool, optional
            that keys stay as they are, so that a later step by key need not move them

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
        return call_new(
            self,
            "RDD.map",
            "RDD",
            (
                ("f: task", f),
                ("preservesPartitioning: boolean", preservesPartitioning),
            ),
        )

    def flatMap(self, f: Callable[[T], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Returns a new RDD with all elements of the results of `f`, which gives any number for each element.

        Lazy. An empty result adds nothing.

        Parameters
        ----------
        f : Callable[[T], Iterable[U]]
            called once per element, in a worker
        preservesPartitioning : bool, optional
            that keys stay as they are, so that a later step by key need not move them

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
        return call_new(
            self,
            "RDD.flatMap",
            "RDD",
            (
                ("f: task", f),
                ("preservesPartitioning: boolean", preservesPartitioning),
            ),
        )

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

    def mapPartitions(self, f: Callable[[Iterator[T]], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Returns a new RDD with the elements of `f` applied to each partition as a whole.

        Lazy. `f` is called once per partition, for an empty one too, with an iterator that reads as it is asked.

        Parameters
        ----------
        f : Callable[[Iterator[T]], Iterable[U]]
            takes an iterator of elements, gives an iterable of results
        preservesPartitioning : bool, optional
            that keys stay in their partitions, so that a later step by key need not move them

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
        return call_new(
            self,
            "RDD.mapPartitions",
            "RDD",
            (
                ("f: task", f),
                ("preservesPartitioning: boolean", preservesPartitioning),
            ),
        )

    def mapPartitionsWithIndex(
        self,
        f: Callable[[int, Iterator[T]], Iterable[U]],
        preservesPartitioning: bool = False,
    ) -> RDD[U]:
        """Returns a new RDD with the elements of `f` applied to each partition as a whole, with the number of the partition.

        Lazy. `f` is called once per partition, for an empty one too, with an iterator that reads as it is asked.

        Parameters
        ----------
        f : Callable[[int, Iterator[T]], Iterable[U]]
            takes the number of the partition and an iterator of its elements, gives an iterable of results
        preservesPartitioning : bool, optional
            that keys stay in their partitions, so that a later step by key need not move them

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE

        Notes
        -----
        Follows RDD.mapPartitionsWithIndex.

        Examples
        --------
        >>> sc.parallelize(["a", "b"], 2).mapPartitionsWithIndex(lambda index, letters: [(index, *letters)]).collect()
        [(0, 'a'), (1, 'b')]
        """
        return call_new(
            self,
            "RDD.mapPartitionsWithIndex",
            "RDD",
            (
                ("f: task", f),
                ("preservesPartitioning: boolean", preservesPartitioning),
            ),
        )

    def glom(self) -> RDD[List[T]]:
        """Returns a new RDD with one list for each partition: its elements.

        Lazy. An empty partition gives an empty list. A partition must fit in the memory of its task.

        Raises
        ------
        ResourceError
            MEMORY_EXHAUSTED

        Notes
        -----
        Follows RDD.glom.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3], 2).glom().collect()
        [[1], [2, 3]]
        """
        return call_new(self, "RDD.glom", "RDD")

    def barrier(self) -> RDDBarrier[T]:
        """Returns the same elements as the input of a barrier stage, whose tasks run all at once.

        Lazy.

        Notes
        -----
        Follows RDD.barrier.

        Examples
        --------
        >>> sc.parallelize([1, 2], 2).barrier().mapPartitions(lambda elements: elements).collect()
        [1, 2]
        """
        return call_new(self, "RDD.barrier", "RDDBarrier")

    def withResources(self, profile: Any) -> RDD[T]:
        """Would give the tasks of an RDD resources of their own: all tasks here have the same, so that it always fails.

        Parameters
        ----------
        profile : Any
            the resources

        Raises
        ------
        UnsupportedError
            BACKEND_UNSUPPORTED

        Notes
        -----
        Follows RDD.withResources.

        Examples
        --------
        >>> sc.parallelize([1]).withResources(None).count()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        kindling.errors.UnsupportedError: [BACKEND_UNSUPPORTED] ...
        """
        return call_new(self, "RDD.withResources", "RDD", (("profile: unknown", profile),))

    def getResourceProfile(self) -> Any:
        """Returns the resources that the tasks of this RDD were given: always null, since no RDD has resources of its own.

        Notes
        -----
        Follows RDD.getResourceProfile.

        Examples
        --------
        >>> sc.parallelize([1]).getResourceProfile()
        """
        return call_value(self, "RDD.getResourceProfile", "unknown")


class RDDBarrier(Generic[T], Remote, remote="RDDBarrier"):
    """An RDD whose next step is a barrier stage: its tasks start together, may wait for each other, and start again together when one of them fails.

    Notes
    -----
    Follows org.apache.spark.rdd.RDDBarrier.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("RDDBarrier has no constructor: call a method that returns one")

    def mapPartitions(self, f: Callable[[Iterator[T]], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Returns a new RDD with the elements of `f` applied to each partition as a whole, in tasks that run all at once.

        Lazy. A job needs as many free task slots as there are partitions.

        Parameters
        ----------
        f : Callable[[Iterator[T]], Iterable[U]]
            takes an iterator of elements, gives an iterable of results
        preservesPartitioning : bool, optional
            that keys stay in their partitions

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE

        Notes
        -----
        Follows RDDBarrier.mapPartitions.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4], 2).barrier().mapPartitions(lambda elements: [max(elements)]).collect()
        [2, 4]
        """
        return call_new(
            self,
            "RDDBarrier.mapPartitions",
            "RDD",
            (
                ("f: task", f),
                ("preservesPartitioning: boolean", preservesPartitioning),
            ),
        )

    def mapPartitionsWithIndex(
        self,
        f: Callable[[int, Iterator[T]], Iterable[U]],
        preservesPartitioning: bool = False,
    ) -> RDD[U]:
        """Returns a new RDD with the elements of `f` applied to each partition with its number, in tasks that run all at once.

        Lazy. A job needs as many free task slots as there are partitions.

        Parameters
        ----------
        f : Callable[[int, Iterator[T]], Iterable[U]]
            takes the number of the partition and an iterator of its elements, gives an iterable of results
        preservesPartitioning : bool, optional
            that keys stay in their partitions

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE

        Notes
        -----
        Follows RDDBarrier.mapPartitionsWithIndex.

        Examples
        --------
        >>> sc.parallelize([7, 8, 9], 1).barrier().mapPartitionsWithIndex(lambda i, xs: [(i, sum(xs))]).collect()
        [(0, 24)]
        """
        return call_new(
            self,
            "RDDBarrier.mapPartitionsWithIndex",
            "RDD",
            (
                ("f: task", f),
                ("preservesPartitioning: boolean", preservesPartitioning),
            ),
        )


class SparkContext(SparkContextOverlay, remote="SparkContext"):
    """The entrance to the engine: makes RDDs from collections and files.

    Notes
    -----
    Follows org.apache.spark.SparkContext.
    """

    def addFile(self, path: str, recursive: bool = False) -> None:
        r"""Copies a file for the workers, where functions find it by `SparkFiles.get(name)`.

        Parameters
        ----------
        path : str
            a local file or a `file:` URL
        recursive : bool, optional
            whether it may be a directory, of which all is copied

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        AlreadyExistsError
            FILE_NAME_TAKEN
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.addFile.

        Examples
        --------
        >>> sc.addFile("README.md")
        >>> sc.parallelize([0]).map(lambda _: open(SparkFiles.get("README.md")).readline()).collect()
        ['# Numbers\n']
        """
        call_effect(
            self,
            "SparkContext.addFile",
            (
                ("path: string", path),
                ("recursive: boolean", recursive),
            ),
            awaited=True,
        )

    def addArchive(self, path: str) -> None:
        r"""Unpacks an archive for the workers, where functions find it as a directory by `SparkFiles.get(name)`.

        Parameters
        ----------
        path : str
            a local `.zip`, `.jar`, `.tar`, `.tar.gz` or `.tgz` or a `file:` URL of one; `#name` after it names the directory, whose name is that of the file otherwise

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        AlreadyExistsError
            FILE_NAME_TAKEN
        InvalidArgumentError
            CORRUPT_INPUT

        Notes
        -----
        Follows SparkContext.addArchive.

        Examples
        --------
        >>> import shutil
        >>> archive = shutil.make_archive(f"{directory}/texts", "zip", ".", "README.md")
        >>> sc.addArchive(f"{archive}#unpacked")
        >>> sc.parallelize([0]).map(lambda _: open(SparkFiles.get("unpacked") + "/README.md").readline()).collect()
        ['# Numbers\n']
        """
        call_effect(self, "SparkContext.addArchive", (("path: string", path),), awaited=True)

    @property
    def listFiles(self) -> List[str]:
        """The URLs of the files that were added.

        Notes
        -----
        Follows SparkContext.listFiles.

        Examples
        --------
        >>> sc.addFile("README.md")
        >>> all(file.startswith("file:/") for file in sc.listFiles)
        True
        """
        return call_value(self, "SparkContext.listFiles", "list<string>")

    @property
    def listArchives(self) -> List[str]:
        """The URLs of the archives that were added.

        Notes
        -----
        Follows SparkContext.listArchives.

        Examples
        --------
        >>> all(file.startswith("file:/") for file in sc.listArchives)
        True
        """
        return call_value(self, "SparkContext.listArchives", "list<string>")

    def setLocalProperty(self, key: str, value: Optional[str]) -> None:
        """Sets a property of the jobs that this thread starts from now on.

        Functions read it with `TaskContext.getLocalProperty`; `spark.scheduler.pool` names the pool of the jobs.

        Parameters
        ----------
        key : str
            the name
        value : Optional[str]
            null takes it away

        Notes
        -----
        Follows SparkContext.setLocalProperty.

        Examples
        --------
        >>> sc.setLocalProperty("tenant", "blue")
        >>> sc.getLocalProperty("tenant")
        'blue'
        """
        call_effect(
            self,
            "SparkContext.setLocalProperty",
            (
                ("key: string", key),
                ("value: optional<string>", value),
            ),
        )

    def getLocalProperty(self, key: str) -> Optional[str]:
        """Returns a property of the jobs that this thread starts; null where it is not set.

        Parameters
        ----------
        key : str
            the name

        Notes
        -----
        Follows SparkContext.getLocalProperty.

        Examples
        --------
        >>> sc.getLocalProperty("no such property") is None
        True
        """
        return call_value(self, "SparkContext.getLocalProperty", "optional<string>", (("key: string", key),))

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Gives the jobs that this thread starts from now on a group, by which they can be found and ended.

        Parameters
        ----------
        groupId : str
            the name of the group
        description : str
            what the jobs are for
        interruptOnCancel : bool, optional
            kept as a property; tasks of a job that is ended always end

        Notes
        -----
        Follows SparkContext.setJobGroup.

        Examples
        --------
        >>> sc.setJobGroup("nightly", "counts of the day")
        >>> sc.parallelize([1, 2]).count()
        2
        >>> len(sc.statusTracker().getJobIdsForGroup("nightly"))
        1
        """
        call_effect(
            self,
            "SparkContext.setJobGroup",
            (
                ("groupId: string", groupId),
                ("description: string", description),
                ("interruptOnCancel: boolean", interruptOnCancel),
            ),
        )

    def setJobDescription(self, value: Optional[str]) -> None:
        """Describes the jobs that this thread starts from now on.

        Parameters
        ----------
        value : Optional[str]
            null takes the description away

        Notes
        -----
        Follows SparkContext.setJobDescription.

        Examples
        --------
        >>> sc.setJobDescription("warming up")
        >>> sc.getLocalProperty("spark.job.description")
        'warming up'
        """
        call_effect(self, "SparkContext.setJobDescription", (("value: optional<string>", value),))

    def setInterruptOnCancel(self, interruptOnCancel: bool) -> None:
        """Says whether the tasks of this thread's jobs are interrupted when the jobs are ended: here they always are.

        Parameters
        ----------
        interruptOnCancel : bool
            kept as a property

        Notes
        -----
        Follows SparkContext.setInterruptOnCancel.

        Examples
        --------
        >>> sc.setInterruptOnCancel(True)
        >>> sc.getLocalProperty("spark.job.interruptOnCancel")
        'true'
        """
        call_effect(
            self,
            "SparkContext.setInterruptOnCancel",
            (
                ("interruptOnCancel: boolean", interruptOnCancel),
            ),
        )

    def addJobTag(self, tag: str) -> None:
        """Gives the jobs that this thread starts from now on one more tag.

        Parameters
        ----------
        tag : str
            not empty, without a comma

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.addJobTag.

        Examples
        --------
        >>> sc.addJobTag("nightly")
        >>> sc.getJobTags()
        {'nightly'}
        >>> sc.clearJobTags()
        """
        call_effect(self, "SparkContext.addJobTag", (("tag: string", tag),), awaited=True)

    def removeJobTag(self, tag: str) -> None:
        """Takes a tag away from the jobs that this thread starts from now on.

        Parameters
        ----------
        tag : str
            one that need not be there

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.removeJobTag.

        Examples
        --------
        >>> sc.addJobTag("nightly")
        >>> sc.removeJobTag("nightly")
        >>> sc.getJobTags()
        set()
        """
        call_effect(self, "SparkContext.removeJobTag", (("tag: string", tag),), awaited=True)

    def getJobTags(self) -> Set[str]:
        """Returns the tags of the jobs that this thread starts.

        Notes
        -----
        Follows SparkContext.getJobTags.

        Examples
        --------
        >>> sc.getJobTags()
        set()
        """
        return call_value(self, "SparkContext.getJobTags", "set<string>")

    def clearJobTags(self) -> None:
        """Takes all tags away from the jobs that this thread starts from now on.

        Notes
        -----
        Follows SparkContext.clearJobTags.

        Examples
        --------
        >>> sc.addJobTag("nightly")
        >>> sc.clearJobTags()
        >>> sc.getJobTags()
        set()
        """
        call_effect(self, "SparkContext.clearJobTags")

    def cancelJobGroup(self, groupId: str) -> None:
        """Ends all running jobs of a group, each with JOB_CANCELLED.

        Parameters
        ----------
        groupId : str
            as `setJobGroup` was given it

        Notes
        -----
        Follows SparkContext.cancelJobGroup.

        Examples
        --------
        >>> sc.cancelJobGroup("nightly")
        """
        call_effect(self, "SparkContext.cancelJobGroup", (("groupId: string", groupId),), awaited=True)

    def cancelJobsWithTag(self, tag: str) -> None:
        """Ends all running jobs that have a tag, each with JOB_CANCELLED.

        Parameters
        ----------
        tag : str
            as `addJobTag` was given it

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.cancelJobsWithTag.

        Examples
        --------
        >>> sc.cancelJobsWithTag("nightly")
        """
        call_effect(self, "SparkContext.cancelJobsWithTag", (("tag: string", tag),), awaited=True)

    def cancelAllJobs(self) -> None:
        """Ends all running jobs, each with JOB_CANCELLED.

        Notes
        -----
        Follows SparkContext.cancelAllJobs.

        Examples
        --------
        >>> sc.cancelAllJobs()
        """
        call_effect(self, "SparkContext.cancelAllJobs", awaited=True)

    def runJob(
        self,
        rdd: RDD[T],
        partitionFunc: Callable[[Iterator[T]], Iterable[U]],
        partitions: Optional[Sequence[int]] = None,
        allowLocal: bool = False,
    ) -> List[U]:
        """Returns the results of a function of partitions, those of the given ones in the order in which they are given.

        Runs a job over these partitions only.

        Parameters
        ----------
        rdd : RDD[T]
            whose partitions
        partitionFunc : Callable[[Iterator[T]], Iterable[U]]
            called once per partition with an iterator, in a worker
        partitions : Optional[Sequence[int]], optional
            numbers from 0; all of them when left out; one may come more than once
        allowLocal : bool, optional
            of no meaning

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED
            FUNCTION_NOT_SHIPPABLE
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.runJob.

        Examples
        --------
        >>> numbers = sc.parallelize([1, 2, 3, 4], 4)
        >>> sc.runJob(numbers, lambda elements: [x * x for x in elements], [0, 2])
        [1, 9]
        """
        return call_value(
            self,
            "SparkContext.runJob",
            "elements",
            (
                ("rdd: object<RDD>", rdd),
                ("partitionFunc: task", partitionFunc),
                ("partitions: optional<list<int>>", partitions),
                ("allowLocal: boolean", allowLocal),
            ),
        )

    def statusTracker(self) -> StatusTracker:
        """Returns what tells about jobs and stages, those that run and the last ones that have ended.

        Notes
        -----
        Follows SparkContext.statusTracker.

        Examples
        --------
        >>> sc.statusTracker().getActiveJobsIds()
        []
        """
        return call_new(self, "SparkContext.statusTracker", "StatusTracker")

    def setCheckpointDir(self, dirName: str) -> None:
        """Says where `checkpoint` writes: a new directory below this one.

        Parameters
        ----------
        dirName : str
            made if it is not there

        Raises
        ------
        UnavailableError
            WRITE_FAILED

        Notes
        -----
        Follows SparkContext.setCheckpointDir.

        Examples
        --------
        >>> sc.setCheckpointDir(directory)
        >>> sc.getCheckpointDir() is not None
        True
        """
        call_effect(self, "SparkContext.setCheckpointDir", (("dirName: string", dirName),), awaited=True)

    def getCheckpointDir(self) -> Optional[str]:
        """Returns the URL of the directory in which `checkpoint` writes; null where none was set.

        Notes
        -----
        Follows SparkContext.getCheckpointDir.

        Examples
        --------
        >>> sc.setCheckpointDir(directory)
        >>> sc.getCheckpointDir().startswith("file:/")
        True
        """
        return call_value(self, "SparkContext.getCheckpointDir", "optional<string>")

    def setLogLevel(self, logLevel: str) -> None:
        """Says which messages are shown: warnings are, unless the level is ERROR, FATAL or OFF.

        From INFO on, what the processes
        take when idle is told once the first tasks have ended.

        Parameters
        ----------
        logLevel : str
            ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF, in upper or lower case

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.setLogLevel.

        Examples
        --------
        >>> sc.setLogLevel("ERROR")
        >>> sc.setLogLevel("WARN")
        """
        call_effect(self, "SparkContext.setLogLevel", (("logLevel: string", logLevel),), awaited=True)

    def pickleFile(self, name: str, minPartitions: Optional[int] = None) -> RDD[T]:
        """Returns an RDD of the elements that `saveAsPickleFile` wrote.

        Lazy. In TypeScript programs it reads what `saveAsObjectFile` wrote.

        Parameters
        ----------
        name : str
            files, directories and globs, separated by commas
        minPartitions : int, optional
            at least so many partitions, where files can be cut; `defaultMinPartitions` when left out

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
            NO_INPUT_FILES
        InvalidArgumentError
            CORRUPT_INPUT

        Notes
        -----
        Follows SparkContext.pickleFile.

        Examples
        --------
        >>> sc.parallelize([1, 2]).saveAsPickleFile(f"{directory}/numbers-to-read")
        >>> sc.pickleFile(f"{directory}/numbers-to-read").sum()
        3
        """
        return call_new(
            self,
            "SparkContext.pickleFile",
            "RDD",
            (
                ("path: string", name),
                ("minPartitions: int", UNSET if minPartitions is None else minPartitions),
            ),
        )

    def sequenceFile(
        self,
        path: str,
        keyClass: Optional[str] = None,
        valueClass: Optional[str] = None,
        keyConverter: Optional[str] = None,
        valueConverter: Optional[str] = None,
        minSplits: Optional[int] = None,
        batchSize: int = 0,
    ) -> RDD[Tuple[K, V]]:
        """Returns an RDD of the pairs in Hadoop SequenceFiles.

        Lazy. Keys and values are what the classes named in the files stand for, such as numbers, texts, bytes, lists and maps.

        Parameters
        ----------
        path : str
            files, directories and globs, separated by commas
        keyClass : Optional[str], optional
            not needed: the files name it
        valueClass : Optional[str], optional
            not needed: the files name it
        keyConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        valueConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        minSplits : int, optional
            at least so many partitions, where files can be cut; `defaultMinPartitions` when left out
        batchSize : int, optional
            of no meaning here

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
            NO_INPUT_FILES
        InvalidArgumentError
            CORRUPT_INPUT
        UnsupportedError
            JVM_REQUIRED

        Notes
        -----
        Follows SparkContext.sequenceFile.

        Examples
        --------
        >>> sc.parallelize([("a", 1)]).saveAsSequenceFile(f"{directory}/pairs-to-read")
        >>> sc.sequenceFile(f"{directory}/pairs-to-read").collect()
        [('a', 1)]
        """
        return call_new(
            self,
            "SparkContext.sequenceFile",
            "RDD",
            (
                ("path: string", path),
                ("keyClass: optional<string>", keyClass),
                ("valueClass: optional<string>", valueClass),
                ("keyConverter: optional<string>", keyConverter),
                ("valueConverter: optional<string>", valueConverter),
                ("minSplits: int", UNSET if minSplits is None else minSplits),
                ("batchSize: int", batchSize),
            ),
        )

    def hadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: Optional[str] = None,
        valueConverter: Optional[str] = None,
        conf: Optional[Mapping[str, str]] = None,
        batchSize: int = 0,
    ) -> RDD[Tuple[K, V]]:
        """Returns an RDD of the pairs that one of Hadoop's input formats (old API) makes of files.

        Lazy. `TextInputFormat` gives the offset and the text of each line, `SequenceFileInputFormat` the pairs of SequenceFiles;
        others need a Java virtual machine.

        Parameters
        ----------
        path : str
            files, directories and globs, separated by commas
        inputFormatClass : str
            the full name of the class
        keyClass : str
            not needed: the format says it
        valueClass : str
            not needed: the format says it
        keyConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        valueConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        conf : Optional[Mapping[str, str]], optional
            of no meaning here
        batchSize : int, optional
            of no meaning here

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        UnsupportedError
            JVM_REQUIRED

        Notes
        -----
        Follows SparkContext.hadoopFile.

        Examples
        --------
        >>> format = "org.apache.hadoop.mapred.TextInputFormat"
        >>> sc.hadoopFile("README.md", format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text").first()
        (0, '# Numbers')
        """
        return call_new(
            self,
            "SparkContext.hadoopFile",
            "RDD",
            (
                ("path: string", path),
                ("inputFormatClass: string", inputFormatClass),
                ("keyClass: string", keyClass),
                ("valueClass: string", valueClass),
                ("keyConverter: optional<string>", keyConverter),
                ("valueConverter: optional<string>", valueConverter),
                ("conf: optional<map<string,string>>", conf),
                ("batchSize: int", batchSize),
            ),
        )

    def newAPIHadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: Optional[str] = None,
        valueConverter: Optional[str] = None,
        conf: Optional[Mapping[str, str]] = None,
        batchSize: int = 0,
    ) -> RDD[Tuple[K, V]]:
        """Returns an RDD of the pairs that one of Hadoop's input formats (new API) makes of files.

        Lazy. As `hadoopFile`.

        Parameters
        ----------
        path : str
            files, directories and globs, separated by commas
        inputFormatClass : str
            the full name of the class
        keyClass : str
            not needed: the format says it
        valueClass : str
            not needed: the format says it
        keyConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        valueConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        conf : Optional[Mapping[str, str]], optional
            of no meaning here
        batchSize : int, optional
            of no meaning here

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        UnsupportedError
            JVM_REQUIRED

        Notes
        -----
        Follows SparkContext.newAPIHadoopFile.

        Examples
        --------
        >>> format = "org.apache.hadoop.mapreduce.lib.input.TextInputFormat"
        >>> sc.newAPIHadoopFile("README.md", format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text").first()
        (0, '# Numbers')
        """
        return call_new(
            self,
            "SparkContext.newAPIHadoopFile",
            "RDD",
            (
                ("path: string", path),
                ("inputFormatClass: string", inputFormatClass),
                ("keyClass: string", keyClass),
                ("valueClass: string", valueClass),
                ("keyConverter: optional<string>", keyConverter),
                ("valueConverter: optional<string>", valueConverter),
                ("conf: optional<map<string,string>>", conf),
                ("batchSize: int", batchSize),
            ),
        )

    def hadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: Optional[str] = None,
        valueConverter: Optional[str] = None,
        conf: Optional[Mapping[str, str]] = None,
        batchSize: int = 0,
    ) -> RDD[Tuple[K, V]]:
        """Returns an RDD of the pairs that one of Hadoop's input formats (old API) makes of the files that settings name.

        Lazy. As `hadoopFile`; the path is the setting `mapreduce.input.fileinputformat.inputdir` or `mapred.input.dir`.

        Parameters
        ----------
        inputFormatClass : str
            the full name of the class
        keyClass : str
            not needed: the format says it
        valueClass : str
            not needed: the format says it
        keyConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        valueConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        conf : Optional[Mapping[str, str]], optional
            Hadoop's settings
        batchSize : int, optional
            of no meaning here

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        InvalidArgumentError
            INVALID_ARGUMENT
        UnsupportedError
            JVM_REQUIRED

        Notes
        -----
        Follows SparkContext.hadoopRDD.

        Examples
        --------
        >>> format, conf = "org.apache.hadoop.mapred.TextInputFormat", {"mapred.input.dir": "README.md"}
        >>> sc.hadoopRDD(format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text", conf=conf).first()
        (0, '# Numbers')
        """
        return call_new(
            self,
            "SparkContext.hadoopRDD",
            "RDD",
            (
                ("inputFormatClass: string", inputFormatClass),
                ("keyClass: string", keyClass),
                ("valueClass: string", valueClass),
                ("keyConverter: optional<string>", keyConverter),
                ("valueConverter: optional<string>", valueConverter),
                ("conf: optional<map<string,string>>", conf),
                ("batchSize: int", batchSize),
            ),
        )

    def newAPIHadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: Optional[str] = None,
        valueConverter: Optional[str] = None,
        conf: Optional[Mapping[str, str]] = None,
        batchSize: int = 0,
    ) -> RDD[Tuple[K, V]]:
        """Returns an RDD of the pairs that one of Hadoop's input formats (new API) makes of the files that settings name.

        Lazy. As `hadoopRDD`.

        Parameters
        ----------
        inputFormatClass : str
            the full name of the class
        keyClass : str
            not needed: the format says it
        valueClass : str
            not needed: the format says it
        keyConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        valueConverter : Optional[str], optional
            needs a Java virtual machine: to be left out
        conf : Optional[Mapping[str, str]], optional
            Hadoop's settings
        batchSize : int, optional
            of no meaning here

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        InvalidArgumentError
            INVALID_ARGUMENT
        UnsupportedError
            JVM_REQUIRED

        Notes
        -----
        Follows SparkContext.newAPIHadoopRDD.

        Examples
        --------
        >>> format = "org.apache.hadoop.mapreduce.lib.input.TextInputFormat"
        >>> conf = {"mapreduce.input.fileinputformat.inputdir": "README.md"}
        >>> sc.newAPIHadoopRDD(format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text", conf=conf).first()
        (0, '# Numbers')
        """
        return call_new(
            self,
            "SparkContext.newAPIHadoopRDD",
            "RDD",
            (
                ("inputFormatClass: string", inputFormatClass),
                ("keyClass: string", keyClass),
                ("valueClass: string", valueClass),
                ("keyConverter: optional<string>", keyConverter),
                ("valueConverter: optional<string>", valueConverter),
                ("conf: optional<map<string,string>>", conf),
                ("batchSize: int", batchSize),
            ),
        )

    def emptyRDD(self) -> RDD[T]:
        """Returns an RDD without partitions.

        Lazy.

        Notes
        -----
        Follows SparkContext.emptyRDD.

        Examples
        --------
        >>> sc.emptyRDD().isEmpty()
        True
        """
        return call_new(self, "SparkContext.emptyRDD", "RDD")

    def union(self, rdds: Sequence[RDD[T]]) -> RDD[T]:
        """Returns an RDD of the elements of all given ones.

        Lazy. Their partitions follow each other; where all are partitioned by their keys in the same way, so is the result,
        with as many partitions.

        Parameters
        ----------
        rdds : Sequence[RDD[T]]
            at least one

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.union.

        Examples
        --------
        >>> sc.union([sc.parallelize([1, 2]), sc.parallelize([2, 3])]).collect()
        [1, 2, 2, 3]
        """
        return call_new(self, "SparkContext.union", "RDD", (("rdds: list<object<RDD>>", rdds),))

    def binaryFiles(self, path: str, minPartitions: Optional[int] = None) -> RDD[Tuple[str, bytes]]:
        """Returns an RDD of pairs of the URL of a file and its bytes.

        Lazy. Small files share a partition; a file is read into memory as a whole.

        Parameters
        ----------
        path : str
            files, directories and globs, separated by commas
        minPartitions : int, optional
            about so many partitions; `defaultMinPartitions` when left out

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
            NO_INPUT_FILES
        AccessError
            PATH_NOT_READABLE

        Notes
        -----
        Follows SparkContext.binaryFiles.

        Examples
        --------
        >>> sc.binaryFiles("README.md").mapValues(lambda data: data[:1]).values().collect()
        [b'#']
        """
        return call_new(
            self,
            "SparkContext.binaryFiles",
            "RDD",
            (
                ("path: string", path),
                ("minPartitions: int", UNSET if minPartitions is None else minPartitions),
            ),
        )

    def binaryRecords(self, path: str, recordLength: int) -> RDD[bytes]:
        """Returns an RDD of the records of files that have one length, without anything between them.

        Lazy. The job fails where a file ends within a record.

        Parameters
        ----------
        path : str
            files, directories and globs, separated by commas
        recordLength : int
            in bytes

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
            NO_INPUT_FILES
        InvalidArgumentError
            CORRUPT_INPUT
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkContext.binaryRecords.

        Examples
        --------
        >>> sc.binaryRecords("README.md", 1).first()
        b'#'
        """
        return call_new(
            self,
            "SparkContext.binaryRecords",
            "RDD",
            (
                ("path: string", path),
                ("recordLength: int", recordLength),
            ),
        )

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
    def applicationId(self) -> str:
        """The name of this run of the program, `local-` and the time of its start.

        Notes
        -----
        Follows SparkContext.applicationId.

        Examples
        --------
        >>> sc.applicationId.startswith("local-")
        True
        """
        return call_value(self, "SparkContext.applicationId", "string")

    @property
    def startTime(self) -> int:
        """When the context was started, in milliseconds since 1970.

        Notes
        -----
        Follows SparkContext.startTime.

        Examples
        --------
        >>> sc.startTime > 0
        True
        """
        return call_value(self, "SparkContext.startTime", "long")

    @property
    def version(self) -> str:
        """The version of Kindling.

        Notes
        -----
        Follows SparkContext.version.

        Examples
        --------
        >>> len(sc.version.split("."))
        3
        """
        return call_value(self, "SparkContext.version", "string")

    @property
    def uiWebUrl(self) -> Optional[str]:
        """The address of a page that shows the context: there is none.

        Notes
        -----
        Follows SparkContext.uiWebUrl.

        Examples
        --------
        >>> sc.uiWebUrl is None
        True
        """
        return call_value(self, "SparkContext.uiWebUrl", "optional<string>")

    @property
    def resources(self) -> Dict[str, str]:
        """Resources such as GPUs that the driver was given, by name: none, as nothing hands them out here.

        Notes
        -----
        Follows SparkContext.resources.

        Examples
        --------
        >>> sc.resources
        {}
        """
        return call_value(self, "SparkContext.resources", "map<string,string>")

    @property
    def defaultParallelism(self) -> int:
        """How many partitions a collection has unless told otherwise: `spark.default.parallelism`, or the number of task slots.

        Notes
        -----
        Follows SparkContext.defaultParallelism.

        Examples
        --------
        >>> sc.defaultParallelism
        2
        """
        return call_value(self, "SparkContext.defaultParallelism", "int")

    @property
    def defaultMinPartitions(self) -> int:
        """How many partitions files have at least unless told otherwise: `defaultParallelism`, but at most 2.

        Notes
        -----
        Follows SparkContext.defaultMinPartitions.

        Examples
        --------
        >>> sc.defaultMinPartitions
        2
        """
        return call_value(self, "SparkContext.defaultMinPartitions", "int")

    def sparkUser(self) -> str:
        """Returns the name of the user who runs the program; `SPARK_USER` in the environment comes first.

        Notes
        -----
        Follows SparkContext.sparkUser.

        Examples
        --------
        >>> len(sc.sparkUser()) > 0
        True
        """
        return call_value(self, "SparkContext.sparkUser", "string")


class StatusTracker(StatusTrackerOverlay, remote="StatusTracker"):
    """Tells about jobs and stages, those that run and the last ones that have ended.

    Notes
    -----
    Follows org.apache.spark.SparkStatusTracker.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("StatusTracker has no constructor: call a method that returns one")

    def getJobIdsForGroup(self, jobGroup: Optional[str] = None) -> List[int]:
        """Returns the numbers of the jobs of a group, the newest first.

        Parameters
        ----------
        jobGroup : Optional[str], optional
            as `setJobGroup` was given it; jobs without a group when left out

        Notes
        -----
        Follows StatusTracker.getJobIdsForGroup.

        Examples
        --------
        >>> sc.statusTracker().getJobIdsForGroup("no such group")
        []
        """
        return call_value(
            self,
            "StatusTracker.getJobIdsForGroup",
            "list<int>",
            (
                ("jobGroup: optional<string>", jobGroup),
            ),
        )

    def getActiveJobsIds(self) -> List[int]:
        """Returns the numbers of the jobs that run.

        Notes
        -----
        Follows StatusTracker.getActiveJobsIds.

        Examples
        --------
        >>> sc.statusTracker().getActiveJobsIds()
        []
        """
        return call_value(self, "StatusTracker.getActiveJobsIds", "list<int>")

    def getActiveStageIds(self) -> List[int]:
        """Returns the numbers of the stages that run.

        Notes
        -----
        Follows StatusTracker.getActiveStageIds.

        Examples
        --------
        >>> sc.statusTracker().getActiveStageIds()
        []
        """
        return call_value(self, "StatusTracker.getActiveStageIds", "list<int>")
