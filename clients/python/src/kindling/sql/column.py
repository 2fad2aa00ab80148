"""Expressions of columns: plain data, sent inside the call that uses them."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Optional, Sequence, Union

from kindling._runtime.remote import one_list
from kindling.errors import engine_error
from kindling.sql.types import BooleanType, DataType, DoubleType, IntegerType, LongType, StringType, data_type

__all__ = ["Column", "ColumnOrName", "call_function", "col", "lit"]

Expr = Dict[str, Any]

_INT_LIMIT = 2**31
_LONG_LIMIT = 2**63


class Column:
    """A column, or what is computed from columns. Follows `pyspark.sql.Column`.

    >>> (col("age") + 1).alias("next")
    Column<'(age + 1) AS next'>
    """

    wire_names: ClassVar[Sequence[str]] = ("Column", "Expr")
    __slots__ = ("_expr",)

    def __init__(self, expr: Expr) -> None:
        self._expr = expr

    def to_wire(self) -> Expr:
        """The expression as the engine describes it."""
        return self._expr

    # Arithmetic

    def __add__(self, other: Any) -> Column:
        return _call("+", self, other)

    def __radd__(self, other: Any) -> Column:
        return _call("+", other, self)

    def __sub__(self, other: Any) -> Column:
        return _call("-", self, other)

    def __rsub__(self, other: Any) -> Column:
        return _call("-", other, self)

    def __mul__(self, other: Any) -> Column:
        return _call("*", self, other)

    def __rmul__(self, other: Any) -> Column:
        return _call("*", other, self)

    def __truediv__(self, other: Any) -> Column:
        return _call("/", self, other)

    def __rtruediv__(self, other: Any) -> Column:
        return _call("/", other, self)

    def __mod__(self, other: Any) -> Column:
        return _call("%", self, other)

    def __rmod__(self, other: Any) -> Column:
        return _call("%", other, self)

    def __neg__(self) -> Column:
        return _call("negative", self)

    # Comparison

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return _call("=", self, other)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        return _call("!=", self, other)

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Any) -> Column:
        return _call("<", self, other)

    def __le__(self, other: Any) -> Column:
        return _call("<=", self, other)

    def __gt__(self, other: Any) -> Column:
        return _call(">", self, other)

    def __ge__(self, other: Any) -> Column:
        return _call(">=", self, other)

    def eqNullSafe(self, other: Any) -> Column:
        """Equality for which null equals null."""
        return _call("<=>", self, other)

    # Logic

    def __and__(self, other: Any) -> Column:
        return _call("and", self, other)

    def __rand__(self, other: Any) -> Column:
        return _call("and", other, self)

    def __or__(self, other: Any) -> Column:
        return _call("or", self, other)

    def __ror__(self, other: Any) -> Column:
        return _call("or", other, self)

    def __invert__(self) -> Column:
        return _call("not", self)

    def __bool__(self) -> bool:
        remedy = "use & for and, | for or, ~ for not, with parentheses around comparisons"
        raise engine_error("INVALID_ARGUMENT", "a Column is neither true nor false before the query runs", hint=remedy)

    def __iter__(self) -> Any:
        raise TypeError("Column is not iterable")

    # Named operators

    def isNull(self) -> Column:
        """Whether it is null."""
        return _call("isnull", self)

    def isNotNull(self) -> Column:
        """Whether it is not null."""
        return _call("isnotnull", self)

    def isin(self, *cols: Any) -> Column:
        """Whether it equals one of the values, which may be given as one list."""
        return _call("in", self, *one_list([list(cols[0])] if len(cols) == 1 and isinstance(cols[0], set) else cols))

    def between(self, lowerBound: Any, upperBound: Any) -> Column:
        """Whether it lies between the bounds, both included."""
        return _call("between", self, lowerBound, upperBound)

    def substr(self, startPos: Union[int, Column], length: Union[int, Column]) -> Column:
        """The part from a position, counted from 1, of this length."""
        return _call("substring", self, startPos, length)

    def alias(self, alias: str) -> Column:
        """The same with another name."""
        if not isinstance(alias, str):
            raise engine_error("INVALID_ARGUMENT", f"alias: alias must be a string, not {alias!r}")
        return Column({"kind": "alias", "child": self._expr, "name": alias})

    name = alias

    def cast(self, dataType: Union[DataType, str]) -> Column:
        """Converted to another type, given as a type or its SQL name."""
        return Column({"kind": "cast", "child": self._expr, "type": data_type(dataType).to_wire()})

    astype = cast

    def asc(self) -> Column:
        """For `orderBy`: ascending, nulls first."""
        return _call("asc", self)

    def desc(self) -> Column:
        """For `orderBy`: descending, nulls last."""
        return _call("desc", self)

    def __repr__(self) -> str:
        return f"Column<'{expression_text(self._expr)}'>"


ColumnOrName = Union[Column, str]


def _call(function: str, *args: Any) -> Column:
    """A call whose arguments that are not columns are constants."""
    return Column({"kind": "call", "fn": function, "args": [_expr(arg) for arg in args]})


def _expr(value: Any) -> Expr:
    return value._expr if isinstance(value, Column) else _literal(value)


def col(col: str) -> Column:
    """The column of this name; `*` stands for all columns."""
    if not isinstance(col, str):
        raise engine_error("INVALID_ARGUMENT", f"col: col must be a string, not {col!r}")
    return Column({"kind": "star"} if col == "*" else {"kind": "column", "name": col})


def call_function(fn: str, *args: ColumnOrName) -> Column:
    """A function of columns, each given as a column or its name."""
    exprs = [arg._expr if isinstance(arg, Column) else col(arg)._expr for arg in args]
    return Column({"kind": "call", "fn": fn, "args": exprs})


def lit(col: Any) -> Column:
    """A constant; a column stays as it is."""
    return col if isinstance(col, Column) else Column(_literal(col))


def _literal(value: Any) -> Expr:
    kind: Optional[DataType] = None
    if value is None or isinstance(value, str):
        kind = StringType()
    elif isinstance(value, bool):
        kind = BooleanType()
    elif isinstance(value, int) or hasattr(value, "__index__"):
        value = value.__index__()
        if -_LONG_LIMIT <= value < _LONG_LIMIT:
            kind = IntegerType() if -_INT_LIMIT <= value < _INT_LIMIT else LongType()
    elif isinstance(value, float) or hasattr(value, "__float__"):
        value, kind = float(value), DoubleType()
    if kind is None:
        raise engine_error(
            "INVALID_ARGUMENT",
            f"lit: col must be None, a boolean, an integer of 64 bits, a float or a string, not {value!r}",
            {"call": "lit", "parameter": "col", "expected": "a constant", "actual": repr(value)},
        )
    return {"kind": "literal", "value": value, "type": kind.to_wire()}


_INFIX = {"+", "-", "*", "/", "%", "=", "!=", "<=>", "<", "<=", ">", ">=", "and", "or"}


def expression_text(expr: Expr) -> str:
    """An expression as a person would write it."""
    kind = expr["kind"]
    if kind == "column":
        return str(expr["name"])
    if kind == "star":
        return "*"
    if kind == "literal":
        return "NULL" if expr["value"] is None else str(expr["value"])
    if kind == "alias":
        return f"{expression_text(expr['child'])} AS {expr['name']}"
    if kind == "cast":
        return f"CAST({expression_text(expr['child'])} AS {expr['type']['kind'].upper()})"
    args = [expression_text(arg) for arg in expr["args"]]
    if kind == "udf":
        return f"{getattr(expr['fn'], '__name__', 'udf')}({', '.join(args)})"
    if expr["fn"] in _INFIX and len(args) == 2:
        return f"({args[0]} {expr['fn']} {args[1]})"
    return f"{expr['fn']}({', '.join(args)})"
