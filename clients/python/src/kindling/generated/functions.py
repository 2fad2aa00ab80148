# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""Functions of columns, built in the client as plain data and sent with the call that uses them."""

from __future__ import annotations

from typing import Union

from kindling.sql.column import Column, call_function, lit

__all__ = ["negative", "isnull", "isnotnull", "coalesce", "abs", "length", "concat", "substring", "sum", "count", "min", "max", "avg"]

ColumnOrName = Union[Column, str]


def negative(col: ColumnOrName) -> Column:
    """The number with the other sign.

    Null if an argument is null.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        the type of col

    Raises
    ------
    InvalidArgumentError
        ARITHMETIC_OVERFLOW: the result does not fit in the type

    Notes
    -----
    Follows functions.negative.

    Examples
    --------
    SELECT -(5); -- -5
    """
    return call_function("negative", col)


def isnull(col: ColumnOrName) -> Column:
    """Whether a value is null.

    Never null.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        boolean

    Notes
    -----
    Follows functions.isnull.

    Examples
    --------
    SELECT isnull(1); -- false
    """
    return call_function("isnull", col)


def isnotnull(col: ColumnOrName) -> Column:
    """Whether a value is not null.

    Never null.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        boolean

    Notes
    -----
    Follows functions.isnotnull.

    Examples
    --------
    SELECT isnotnull(1); -- true
    """
    return call_function("isnotnull", col)


def coalesce(*cols: ColumnOrName) -> Column:
    """The first value that is not null; those after it are not evaluated.

    Null if all are null.

    Parameters
    ----------
    cols : ColumnOrName
        values of one type

    Returns
    -------
    Column
        their common type

    Notes
    -----
    Follows functions.coalesce.

    Examples
    --------
    SELECT coalesce(NULL, 2, 3); -- 2
    """
    return call_function("coalesce", *cols)


def abs(col: ColumnOrName) -> Column:
    """The number without its sign.

    Null if an argument is null.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        the type of col

    Raises
    ------
    InvalidArgumentError
        ARITHMETIC_OVERFLOW: the result does not fit in the type

    Notes
    -----
    Follows functions.abs.

    Examples
    --------
    SELECT abs(-1.5e0); -- 1.5
    """
    return call_function("abs", col)


def length(col: ColumnOrName) -> Column:
    """The number of characters (code points) of a text.

    Null if an argument is null.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        int

    Notes
    -----
    Follows functions.length.

    Examples
    --------
    SELECT length('Spark ☕'); -- 7
    """
    return call_function("length", col)


def concat(*cols: ColumnOrName) -> Column:
    """Texts one after the other.

    Null if an argument is null.

    Parameters
    ----------
    cols : ColumnOrName
        texts; other values are cast to text

    Returns
    -------
    Column
        string

    Notes
    -----
    Follows functions.concat.

    Examples
    --------
    SELECT concat('Spark', 4); -- Spark4
    """
    return call_function("concat", *cols)


def substring(str: ColumnOrName, pos: int, len: int = 2147483647) -> Column:
    """A part of a text.

    Null if an argument is null.

    Parameters
    ----------
    str : ColumnOrName
        the text
    pos : int
        where it starts, from 1; negative: counted from the end; 0 is 1
    len : int, optional
        the number of characters at most

    Returns
    -------
    Column
        string

    Notes
    -----
    Follows functions.substring.

    Examples
    --------
    SELECT substring('abcdef', -3, 2); -- de
    """
    return call_function("substring", str, lit(pos), lit(len))


def sum(col: ColumnOrName) -> Column:
    """The sum of all values of a group.

    Nulls are left out; null if nothing is left.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        bigint for integers, else double

    Raises
    ------
    InvalidArgumentError
        ARITHMETIC_OVERFLOW: the sum does not fit in a bigint

    Notes
    -----
    Follows functions.sum.

    Examples
    --------
    SELECT sum(id) FROM range(5); -- 10
    """
    return call_function("sum", col)


def count(*cols: ColumnOrName) -> Column:
    """The number of rows of a group in which no argument is null; `count(*)` counts all.

    Never null.

    Parameters
    ----------
    cols : ColumnOrName
        values

    Returns
    -------
    Column
        bigint

    Notes
    -----
    Follows functions.count.

    Examples
    --------
    SELECT count(*) FROM range(5); -- 5
    """
    return call_function("count", *cols)


def min(col: ColumnOrName) -> Column:
    """The smallest value of a group.

    Nulls are left out; null if nothing is left.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        the type of col

    Notes
    -----
    Follows functions.min.

    Examples
    --------
    SELECT min(id) FROM range(3, 8); -- 3
    """
    return call_function("min", col)


def max(col: ColumnOrName) -> Column:
    """The greatest value of a group; NaN is above all numbers.

    Nulls are left out; null if nothing is left.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        the type of col

    Notes
    -----
    Follows functions.max.

    Examples
    --------
    SELECT max(id) FROM range(3, 8); -- 7
    """
    return call_function("max", col)


def avg(col: ColumnOrName) -> Column:
    """The mean of all values of a group.

    Nulls are left out; null if nothing is left.

    Parameters
    ----------
    col : ColumnOrName
        the value

    Returns
    -------
    Column
        double

    Notes
    -----
    Follows functions.avg.

    Examples
    --------
    SELECT avg(id) FROM range(4); -- 1.5
    """
    return call_function("avg", col)
