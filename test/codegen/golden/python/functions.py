# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""Functions of columns, built in the client as plain data and sent with the call that uses them."""

from __future__ import annotations

from typing import Sequence, Union

from kindling._runtime.remote import one_list
from kindling.sql.column import Column, call_function, lit

__all__ = ["upper", "concat", "array", "substring", "sum", "not_"]

ColumnOrName = Union[Column, str]


def upper(col: ColumnOrName) -> Column:
    """In capitals.

    Examples
    --------
    SELECT upper('a');
    """
    return call_function("upper", col)


def concat(*cols: ColumnOrName) -> Column:
    """What concat does."""
    return call_function("concat", *cols)


def array(*cols: Union[Column, str, Sequence[ColumnOrName]]) -> Column:
    """What array does."""
    return call_function("array", *one_list(cols))


def substring(str: ColumnOrName, pos: int, len: int = 5) -> Column:
    """What substring does."""
    return call_function("substring", str, lit(pos), lit(len))


def sum(col: ColumnOrName) -> Column:
    """What sum does."""
    return call_function("sum", col)


def not_(col: ColumnOrName) -> Column:
    """What not does."""
    return call_function("not", col)
