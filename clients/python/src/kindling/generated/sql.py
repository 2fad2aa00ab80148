# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""The sql API."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional, Sequence, TYPE_CHECKING, Tuple, TypeVar, Union

from kindling._runtime.remote import Remote, UNSET, call_effect, call_new, call_value, one_list
from kindling.overlay.data_frame import DataFrameOverlay
from kindling.overlay.spark_session import SparkSessionOverlay

if TYPE_CHECKING:
    from kindling.generated.core import RDD
    from kindling.sql.column import Column
    from kindling.sql.row import Row

__all__ = ["DataFrame", "DataFrameReader", "GroupedData", "SparkSession"]

T = TypeVar("T")


class DataFrame(DataFrameOverlay, remote="DataFrame"):
    """Rows with named, typed columns, computed when an action asks for them.

    Transformations are lazy and return a new DataFrame. Errors of analysis, such as an unknown column, come with the
    first of `columns`, `schema` or an action, and name the line of the call that is wrong.

    Notes
    -----
    Follows org.apache.spark.sql.Dataset.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("DataFrame has no constructor: call a method that returns one")

    def filter(self, condition: Union[Column, str]) -> DataFrame:
        """Returns the rows for which `condition` is true.

        Lazy. Rows for which it is null are left out.

        Parameters
        ----------
        condition : Union[Column, str]
            a boolean column, or its SQL text

        Raises
        ------
        AnalysisException
            COLUMN_NOT_FOUND
            TYPE_MISMATCH
        ParseException
            SQL_SYNTAX

        Notes
        -----
        Follows Dataset.filter.

        Examples
        --------
        >>> spark.range(5).filter("id > 2").count()
        2
        """
        return call_new(self, "DataFrame.filter", "DataFrame", (("condition: union<value<Column>,string>", condition),))

    def where(self, condition: Union[Column, str]) -> DataFrame:
        """Returns the rows for which `condition` is true; the same as `filter`.

        Lazy.

        Parameters
        ----------
        condition : Union[Column, str]
            a boolean column, or its SQL text

        Notes
        -----
        Follows Dataset.where.

        Examples
        --------
        >>> spark.range(5).where(F.col("id") < 2).collect()
        [Row(id=0), Row(id=1)]
        """
        return call_new(self, "DataFrame.where", "DataFrame", (("condition: union<value<Column>,string>", condition),))

    def select(self, *cols: Union[Column, str, Sequence[Union[Column, str]]]) -> DataFrame:
        """Returns the given columns of each row.

        Lazy.

        Parameters
        ----------
        cols : Union[Column, str]
            columns, or names of columns; `*` is all of them

        Raises
        ------
        AnalysisException
            COLUMN_NOT_FOUND

        Notes
        -----
        Follows Dataset.select.

        Examples
        --------
        >>> spark.range(2).select((F.col("id") + 1).alias("next")).collect()
        [Row(next=1), Row(next=2)]
        """
        return call_new(
            self,
            "DataFrame.select",
            "DataFrame",
            (
                ("cols: list<union<value<Column>,string>>", one_list(cols)),
            ),
        )

    def groupBy(self, *cols: Union[Column, str, Sequence[Union[Column, str]]]) -> GroupedData:
        """Groups the rows by the values of columns, for `agg`.

        Lazy. Nulls are one group; no columns make one group of all rows.

        Parameters
        ----------
        cols : Union[Column, str]
            columns, or names of columns

        Raises
        ------
        AnalysisException
            COLUMN_NOT_FOUND

        Notes
        -----
        Follows Dataset.groupBy.

        Examples
        --------
        >>> spark.range(6).groupBy((F.col("id") % 2).alias("odd")).agg(F.sum("id").alias("total")).orderBy("odd").collect()
        [Row(odd=0, total=6), Row(odd=1, total=9)]
        """
        return call_new(
            self,
            "DataFrame.groupBy",
            "GroupedData",
            (
                ("cols: list<union<value<Column>,string>>", one_list(cols)),
            ),
        )

    def agg(self, *exprs: Union[Column, str, Sequence[Union[Column, str]]]) -> DataFrame:
        """Returns one row of aggregates over all rows; the same as `groupBy().agg`.

        Lazy.

        Parameters
        ----------
        exprs : Union[Column, str]
            calls of aggregate functions

        Raises
        ------
        AnalysisException
            AGGREGATE_MISUSED
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows Dataset.agg.

        Examples
        --------
        >>> spark.range(4).agg(F.sum("id").alias("total")).collect()
        [Row(total=6)]
        """
        return call_new(
            self,
            "DataFrame.agg",
            "DataFrame",
            (
                ("exprs: list<union<value<Column>,string>>", one_list(exprs)),
            ),
        )

    def orderBy(self, *cols: Union[Column, str, Sequence[Union[Column, str]]]) -> DataFrame:
        """Returns the rows sorted by columns.

        Lazy. Ascending with nulls first, unless the column says `desc`.

        Parameters
        ----------
        cols : Union[Column, str]
            columns, or names of columns

        Raises
        ------
        AnalysisException
            COLUMN_NOT_FOUND
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows Dataset.orderBy.

        Examples
        --------
        >>> spark.range(3).orderBy(F.col("id").desc()).collect()
        [Row(id=2), Row(id=1), Row(id=0)]
        """
        return call_new(
            self,
            "DataFrame.orderBy",
            "DataFrame",
            (
                ("cols: list<union<value<Column>,string>>", one_list(cols)),
            ),
        )

    def limit(self, num: int) -> DataFrame:
        """Returns the first `num` rows; which ones is open where rows have no order.

        Lazy.

        Parameters
        ----------
        num : int
            how many at most

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows Dataset.limit.

        Examples
        --------
        >>> spark.range(5).limit(2).count()
        2
        """
        return call_new(self, "DataFrame.limit", "DataFrame", (("num: int", num),))

    def collect(self) -> List[Row]:
        """Returns all rows.

        Runs a job. No rows give an empty list.

        Raises
        ------
        AnalysisException
            COLUMN_NOT_FOUND
        InvalidArgumentError
            DIVIDE_BY_ZERO
            ARITHMETIC_OVERFLOW

        Notes
        -----
        Follows Dataset.collect.

        Examples
        --------
        >>> spark.range(2).collect()
        [Row(id=0), Row(id=1)]
        """
        return call_value(self, "DataFrame.collect", "elements")

    def count(self) -> int:
        """Returns the number of rows.

        Runs a job.

        Notes
        -----
        Follows Dataset.count.

        Examples
        --------
        >>> spark.range(7).count()
        7
        """
        return call_value(self, "DataFrame.count", "long")

    def show(self, n: int = 20, truncate: Union[bool, int] = True) -> None:
        """Prints the first rows as a table.

        Runs a job.

        Parameters
        ----------
        n : int, optional
            rows at most
        truncate : Union[bool, int], optional
            cut cells to 20 characters, or to this many; `false` prints them whole

        Notes
        -----
        Follows Dataset.show.

        Examples
        --------
        >>> spark.range(1).show()
        +---+
        | id|
        +---+
        |  0|
        +---+
        <BLANKLINE>
        """
        call_effect(
            self,
            "DataFrame.show",
            (
                ("n: int", n),
                ("truncate: union<boolean,int>", truncate),
            ),
            awaited=True,
        )

    @property
    def columns(self) -> List[str]:
        """The names of the columns, in order.

        Analyses the plan, runs no job.

        Raises
        ------
        AnalysisException
            COLUMN_NOT_FOUND

        Notes
        -----
        Follows Dataset.columns.

        Examples
        --------
        >>> spark.createDataFrame([("a", 1)], ["name", "n"]).columns
        ['name', 'n']
        """
        return call_value(self, "DataFrame.columns", "list<string>")

    @property
    def dtypes(self) -> List[Tuple[str, str]]:
        """Names and types of the columns, in order, as pairs such as `["id", "bigint"]`.

        Analyses the plan, runs no job.

        Raises
        ------
        AnalysisException
            COLUMN_NOT_FOUND

        Notes
        -----
        Follows Dataset.dtypes.

        Examples
        --------
        >>> spark.range(1).dtypes
        [('id', 'bigint')]
        """
        return call_value(self, "DataFrame.dtypes", "list<tuple<string,string>>")

    def printSchema(self) -> None:
        """Prints the columns as a tree.

        Analyses the plan, runs no job.

        Notes
        -----
        Follows Dataset.printSchema.

        Examples
        --------
        >>> spark.range(1).printSchema()
        root
         |-- id: long (nullable = false)
        <BLANKLINE>
        """
        call_effect(self, "DataFrame.printSchema", awaited=True)

    @property
    def rdd(self) -> RDD[Row]:
        """The rows as an RDD, one element per row.

        Lazy.

        Notes
        -----
        Follows Dataset.rdd.

        Examples
        --------
        >>> spark.range(3).rdd.map(lambda row: row.id).sum()
        3
        """
        return call_new(self, "DataFrame.rdd", "RDD")

    def createOrReplaceTempView(self, name: str) -> None:
        """Names this DataFrame, so that `spark.sql` and `spark.table` find it; a view of that name is replaced.

        Lazy.

        Parameters
        ----------
        name : str
            found in upper and lower case alike

        Notes
        -----
        Follows Dataset.createOrReplaceTempView.

        Examples
        --------
        >>> spark.range(3).createOrReplaceTempView("numbers")
        >>> spark.sql("SELECT sum(id) AS total FROM numbers").collect()
        [Row(total=3)]
        """
        call_effect(self, "DataFrame.createOrReplaceTempView", (("name: string", name),))


class DataFrameReader(Remote, remote="DataFrameReader"):
    """What `spark.read` gives.

    Notes
    -----
    Follows org.apache.spark.sql.DataFrameReader.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("DataFrameReader has no constructor: call a method that returns one")

    def parquet(self, *paths: Union[str, Sequence[str]]) -> DataFrame:
        """Returns the rows of Parquet files.

        Lazy.

        Parameters
        ----------
        paths : str
            files, directories and patterns

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        InvalidArgumentError
            CORRUPT_INPUT
            INVALID_ARGUMENT

        Notes
        -----
        Follows DataFrameReader.parquet.

        Examples
        --------
        >>> spark.read.parquet("numbers.parquet").collect()
        [Row(n=1, name='one'), Row(n=2, name='two'), Row(n=3, name=None)]
        """
        return call_new(self, "DataFrameReader.parquet", "DataFrame", (("paths: list<string>", one_list(paths)),))


class GroupedData(Remote, remote="GroupedData"):
    """The groups that `groupBy` made.

    Notes
    -----
    Follows org.apache.spark.sql.RelationalGroupedDataset.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("GroupedData has no constructor: call a method that returns one")

    def agg(self, *exprs: Union[Column, str, Sequence[Union[Column, str]]]) -> DataFrame:
        """Returns one row per group: the grouping columns, then the aggregates.

        Lazy. Groups have no order.

        Parameters
        ----------
        exprs : Union[Column, str]
            calls of aggregate functions, and expressions over them

        Raises
        ------
        AnalysisException
            AGGREGATE_MISUSED
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows RelationalGroupedDataset.agg.

        Examples
        --------
        >>> spark.range(4).groupBy().agg(F.count("*").alias("rows")).collect()
        [Row(rows=4)]
        """
        return call_new(
            self,
            "GroupedData.agg",
            "DataFrame",
            (
                ("exprs: list<union<value<Column>,string>>", one_list(exprs)),
            ),
        )

    def count(self) -> DataFrame:
        """Returns the number of rows of each group, in a column `count`.

        Lazy.

        Notes
        -----
        Follows RelationalGroupedDataset.count.

        Examples
        --------
        >>> spark.range(4).groupBy((F.col("id") > 0).alias("some")).count().orderBy("some").collect()
        [Row(some=False, count=1), Row(some=True, count=3)]
        """
        return call_new(self, "GroupedData.count", "DataFrame")

    def sum(self, *cols: Union[str, Sequence[str]]) -> DataFrame:
        """Returns the sum of columns for each group, in columns such as `sum(id)`.

        Lazy. Nulls count nothing; a group of nulls has null.

        Parameters
        ----------
        cols : str
            names of numeric columns; all that are numeric when left out

        Raises
        ------
        AnalysisException
            TYPE_MISMATCH

        Notes
        -----
        Follows RelationalGroupedDataset.sum.

        Examples
        --------
        >>> spark.range(4).groupBy().sum("id").collect()
        [Row(sum(id)=6)]
        """
        return call_new(self, "GroupedData.sum", "DataFrame", (("cols: list<string>", one_list(cols)),))


class SparkSession(SparkSessionOverlay, remote="SparkSession"):
    """The entrance to DataFrames and SQL.

    Notes
    -----
    Follows org.apache.spark.sql.SparkSession.
    """

    @property
    def read(self) -> DataFrameReader:
        """Readers of files.

        Notes
        -----
        Follows SparkSession.read.

        Examples
        --------
        >>> spark.read.parquet("numbers.parquet").count()
        3
        """
        return call_new(self, "SparkSession.read", "DataFrameReader")

    def range(
        self,
        start: int,
        end: Optional[int] = None,
        step: int = 1,
        numPartitions: Optional[int] = None,
    ) -> DataFrame:
        """Returns one column `id` of the numbers from `start` (or 0) up to `end`, which is left out.

        Lazy.

        Parameters
        ----------
        start : int
            the first number; the end when it is the only one given
        end : int, optional
            the first number left out
        step : int, optional
            the distance between numbers; may be negative
        numPartitions : int, optional
            `defaultParallelism` when left out

        Raises
        ------
        InvalidArgumentError
            INVALID_ARGUMENT

        Notes
        -----
        Follows SparkSession.range.

        Examples
        --------
        >>> spark.range(1, 7, 2).collect()
        [Row(id=1), Row(id=3), Row(id=5)]
        """
        return call_new(
            self,
            "SparkSession.range",
            "DataFrame",
            (
                ("start: long", start),
                ("end: long", UNSET if end is None else end),
                ("step: long", step),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def sql(self, sqlQuery: str) -> DataFrame:
        """Returns the result of a SQL query.

        Lazy. Views are found by the names that `createOrReplaceTempView` gave them.

        Parameters
        ----------
        sqlQuery : str
            one query

        Raises
        ------
        ParseException
            SQL_SYNTAX
        AnalysisException
            TABLE_NOT_FOUND
            COLUMN_NOT_FOUND

        Notes
        -----
        Follows SparkSession.sql.

        Examples
        --------
        >>> spark.sql("SELECT sum(id) AS total FROM range(5)").collect()
        [Row(total=10)]
        """
        return call_new(self, "SparkSession.sql", "DataFrame", (("sqlQuery: string", sqlQuery),))

    def table(self, tableName: str) -> DataFrame:
        """Returns the view of this name.

        Lazy.

        Parameters
        ----------
        tableName : str
            as `createOrReplaceTempView` was given it, in upper or lower case

        Raises
        ------
        AnalysisException
            TABLE_NOT_FOUND

        Notes
        -----
        Follows SparkSession.table.

        Examples
        --------
        >>> spark.range(3).createOrReplaceTempView("numbers")
        >>> spark.table("numbers").count()
        3
        """
        return call_new(self, "SparkSession.table", "DataFrame", (("tableName: string", tableName),))

    def createDataFrame(self, data: Iterable[T], schema: Optional[Sequence[str]] = None) -> DataFrame:
        """Returns the given rows as a DataFrame.

        Types are those of the first 100 rows, for which a job starts at once: whole numbers are `bigint`, or `double` where
        others have a fraction.

        Parameters
        ----------
        data : Iterable[T]
            rows: lists of values, or values by name
        schema : Sequence[str], optional
            names of the columns, in their order; those left out are `_1`, `_2`, …, or what the rows say

        Raises
        ------
        AnalysisException
            TYPE_NOT_INFERRED

        Notes
        -----
        Follows SparkSession.createDataFrame.

        Examples
        --------
        >>> spark.createDataFrame([("a", 1)], ["name", "n"]).collect()
        [Row(name='a', n=1)]
        """
        return call_new(
            self,
            "SparkSession.createDataFrame",
            "DataFrame",
            (
                ("data: elements", data),
                ("schema: list<string>", UNSET if schema is None else schema),
            ),
        )
