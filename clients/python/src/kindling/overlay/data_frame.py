"""What `DataFrame` has beyond the generated calls: columns by `df["a"]` and `df.a`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Sequence, Tuple, Union

from kindling._runtime.remote import Remote
from kindling.errors import engine_error
from kindling.sql.column import Column, col

if TYPE_CHECKING:
    from kindling.generated.sql import DataFrame


class DataFrameOverlay(Remote):
    """Written by hand for `DataFrame`."""

    if TYPE_CHECKING:

        @property
        def columns(self) -> List[str]: ...

        def filter(self, condition: Any) -> DataFrame: ...

        def select(self, *cols: Any) -> DataFrame: ...

    def __getitem__(self, item: Union[int, str, Column, Sequence[Any], Tuple[Any, ...]]) -> Any:
        """A column by name or position, rows by a condition, several columns by a list."""
        if isinstance(item, str):
            return col(item)
        if isinstance(item, Column):
            return self.filter(item)
        if isinstance(item, (list, tuple)):
            return self.select(*item)
        if isinstance(item, int):
            return col(self.columns[item])
        params = {"call": "DataFrame[…]", "parameter": "item", "expected": "a name", "actual": repr(item)}
        message = f"DataFrame[…]: item must be a name, a position, a Column or a list, not {item!r}"
        raise engine_error("INVALID_ARGUMENT", message, params)

    def __getattr__(self, name: str) -> Column:
        """A column by name. Fetches the names of columns, since a misspelled method must be an AttributeError."""
        if name.startswith("_") or name not in self.columns:
            raise AttributeError(f"'DataFrame' object has no attribute {name!r}")
        return col(name)

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *(name for name in self.columns if name.isidentifier())})
