"""Functions of columns, by PySpark's names: `from kindling.sql import functions as F`.

Those of the functions table are generated; what builds other expressions is here.
"""

from __future__ import annotations

import functools
from typing import Any, Callable, Optional, Union, overload

from kindling.generated import functions as _generated
from kindling.generated.functions import *  # noqa: F403
from kindling.sql.column import Column, ColumnOrName, call_function, col, lit
from kindling.sql.types import DataType, StringType, data_type

__all__ = ["UserDefinedFunction", "call_function", "col", "column", "lit", "udf"]
__all__ += _generated.__all__

column = col


class UserDefinedFunction:
    """A Python function over columns; called with columns or their names, it gives a column."""

    def __init__(self, func: Callable[..., Any], returnType: DataType) -> None:
        self.func = func
        self.returnType = returnType
        functools.update_wrapper(self, func, updated=())

    def __call__(self, *cols: ColumnOrName) -> Column:
        args = [one.to_wire() if isinstance(one, Column) else col(one).to_wire() for one in cols]
        return Column({"kind": "udf", "fn": self.func, "args": args, "type": self.returnType.to_wire()})


_ReturnType = Union[DataType, str]


@overload
def udf(f: Callable[..., Any], returnType: _ReturnType = ...) -> UserDefinedFunction: ...


@overload
def udf(
    f: Optional[_ReturnType] = ..., returnType: _ReturnType = ...
) -> Callable[[Callable[..., Any]], UserDefinedFunction]: ...


def udf(f: Any = None, returnType: _ReturnType = StringType()) -> Any:  # noqa: B008
    """A function of Python for use in expressions; its result is a string unless told otherwise.

    Called once per row, in a worker. Also a decorator: `@udf`, `@udf("bigint")`, `@udf(returnType="bigint")`.

    >>> double = udf(lambda x: x * 2, "bigint")
    >>> double("id")
    Column<'<lambda>(id)'>
    """
    if f is None or isinstance(f, (DataType, str)):
        return functools.partial(udf, returnType=returnType if f is None else f)
    return UserDefinedFunction(f, data_type(returnType))
