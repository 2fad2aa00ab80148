"""``Row``: a tuple whose items also have names, as ``pyspark.sql.Row``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Row(tuple):  # type: ignore[type-arg]
    """A row of a DataFrame.

    Items are found by position, by name (``row["age"]``) or as attributes (``row.age``); ``"age" in row`` looks among
    the names. ``Row(name="Alice", age=11)`` makes a row, ``Row("name", "age")`` something like a class of rows, called
    with the values. Rows compare as tuples do. Follows ``pyspark.sql.Row``.

    >>> Person = Row("name", "age")
    >>> Person("Alice", 11)
    Row(name='Alice', age=11)
    """

    __fields__: Sequence[str]

    def __new__(cls, *args: Any, **kwargs: Any) -> Row:  # Self is younger than Python 3.9
        if args and kwargs:
            raise ValueError("Row takes either positional or named values, not both")
        if not kwargs:
            return tuple.__new__(cls, args)
        row = tuple.__new__(cls, kwargs.values())
        row.__fields__ = list(kwargs)
        return row

    def asDict(self, recursive: bool = False) -> dict[str, Any]:
        """The row as a dict by name; with ``recursive`` the rows inside it too, also in lists and dicts."""
        if not hasattr(self, "__fields__"):
            raise TypeError("a Row without names cannot become a dict")
        values = map(_without_rows, self) if recursive else iter(self)
        return dict(zip(self.__fields__, values))

    def __contains__(self, item: Any) -> bool:
        return item in self.__fields__ if hasattr(self, "__fields__") else super().__contains__(item)

    def __call__(self, *args: Any) -> Row:
        """A row with these values whose names are the items of this one."""
        if len(args) > len(self):
            raise ValueError(f"expected {len(self)} values for the fields of a Row, got {len(args)}")
        return create_row(self, args)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return super().__getitem__(item)
        # A missing name is a ValueError, a name without a value a KeyError: PySpark's programs catch these.
        position = self._position(item, ValueError(item))
        if position >= len(self):
            raise KeyError(item)
        return super().__getitem__(position)

    def __getattr__(self, item: str) -> Any:
        missing = AttributeError(f"Row has no field {item!r}")
        if item.startswith("__"):
            raise missing
        position = self._position(item, missing)
        if position >= len(self):
            raise missing
        return super().__getitem__(position)

    def _position(self, item: Any, missing: Exception) -> int:
        try:
            return self.__fields__.index(item)
        except ValueError:
            raise missing from None

    def __setattr__(self, key: str, value: Any) -> None:
        if key != "__fields__":
            raise RuntimeError("Row is read-only")
        self.__dict__[key] = value

    def __reduce__(self) -> str | tuple[Any, ...]:
        if hasattr(self, "__fields__"):
            return (create_row, (self.__fields__, tuple(self)))
        return tuple.__reduce__(self)

    def __repr__(self) -> str:
        if hasattr(self, "__fields__"):
            return "Row({})".format(", ".join(f"{name}={value!r}" for name, value in zip(self.__fields__, tuple(self))))
        return "<Row({})>".format(", ".join(map(repr, self)))


def create_row(fields: Sequence[str], values: tuple[Any, ...] | list[Any]) -> Row:
    """A row of these values with these names."""
    row = tuple.__new__(Row, values)
    row.__dict__["__fields__"] = fields
    return row


def _without_rows(value: Any) -> Any:
    if isinstance(value, Row):
        return value.asDict(True)
    if isinstance(value, list):
        return [_without_rows(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_rows(item) for key, item in value.items()}
    return value
