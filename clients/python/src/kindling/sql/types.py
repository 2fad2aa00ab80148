"""Types of columns, by PySpark's names."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Iterator, List, Mapping, Optional, Sequence, Type, Union

from kindling.errors import engine_error

__all__ = [
    "BooleanType",
    "DataType",
    "DoubleType",
    "IntegerType",
    "LongType",
    "StringType",
    "StructField",
    "StructType",
]


class DataType:
    """The type of a column. Types of equal kind are equal."""

    kind: ClassVar[str] = ""
    wire_names: ClassVar[Sequence[str]] = ("DataType",)

    def simpleString(self) -> str:
        """Spark's SQL name of the type."""
        return self.kind

    @classmethod
    def typeName(cls) -> str:
        """The name of the class without `Type`, in lower case."""
        return cls.__name__[:-4].lower()

    def to_wire(self) -> Any:
        """The type as the engine describes it."""
        return {"kind": self.kind}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == getattr(other, "__dict__", None)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class BooleanType(DataType):
    """True or False."""

    kind = "boolean"


class IntegerType(DataType):
    """An integer of 32 bits."""

    kind = "int"


class LongType(DataType):
    """An integer of 64 bits."""

    kind = "bigint"


class DoubleType(DataType):
    """A floating-point number of 64 bits."""

    kind = "double"


class StringType(DataType):
    """Text."""

    kind = "string"


_BY_KIND: Dict[str, Type[DataType]] = {
    kind.kind: kind for kind in (BooleanType, IntegerType, LongType, DoubleType, StringType)
}
_SQL_NAMES = {
    **{kind: kind for kind in _BY_KIND},
    "integer": "int",
    "long": "bigint",
    "bool": "boolean",
    "str": "string",
}


def data_type(given: Union[DataType, str]) -> DataType:
    """A type, or what a SQL name such as `bigint` stands for."""
    if isinstance(given, DataType):
        return given
    kind = _SQL_NAMES.get(str(given).strip().lower())
    if kind is None:
        raise engine_error("TYPE_UNKNOWN", f'type "{given}" is not known here', {"type": str(given)})
    return _BY_KIND[kind]()


class StructField:
    """One column of a schema."""

    def __init__(self, name: str, dataType: Union[DataType, str], nullable: bool = True) -> None:
        self.name = name
        self.dataType = data_type(dataType)
        self.nullable = nullable

    def to_wire(self) -> Dict[str, Any]:
        """The field as the engine describes it."""
        return {"name": self.name, "type": self.dataType.to_wire(), "nullable": self.nullable}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> StructField:
        """The field that `to_wire` gives this form."""
        return cls(wire["name"], _BY_KIND[wire["type"]["kind"]](), wire["nullable"])

    def simpleString(self) -> str:
        """`name:type`."""
        return f"{self.name}:{self.dataType.simpleString()}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StructField) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.name, self.dataType, self.nullable))

    def __repr__(self) -> str:
        return f"StructField({self.name!r}, {self.dataType!r}, {self.nullable!r})"


class StructType(DataType):
    """The columns of a DataFrame, in order.

    >>> StructType().add("name", StringType()).add("age", "int").names
    ['name', 'age']
    """

    wire_names = ("DataType", "Schema", "StructType")

    def __init__(self, fields: Optional[Sequence[StructField]] = None) -> None:
        self.fields: List[StructField] = list(fields or ())

    def add(
        self, field: Union[str, StructField], data_type: Union[DataType, str, None] = None, nullable: bool = True
    ) -> StructType:
        """Appends a field, and returns this schema."""
        if isinstance(field, str):
            if data_type is None:
                raise engine_error("INVALID_ARGUMENT", "add: data_type must be given with the name of a field")
            field = StructField(field, data_type, nullable)
        self.fields.append(field)
        return self

    @property
    def names(self) -> List[str]:
        """Names of the fields."""
        return [field.name for field in self.fields]

    def fieldNames(self) -> List[str]:
        """Names of the fields."""
        return self.names

    def simpleString(self) -> str:
        """`struct<name:type,…>`."""
        return f"struct<{','.join(field.simpleString() for field in self.fields)}>"

    def to_wire(self) -> List[Dict[str, Any]]:
        """The schema as the engine describes it."""
        return [field.to_wire() for field in self.fields]

    @classmethod
    def from_wire(cls, wire: Sequence[Mapping[str, Any]]) -> StructType:
        """The schema that `to_wire` gives this form."""
        return cls([StructField.from_wire(field) for field in wire])

    def __iter__(self) -> Iterator[StructField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __getitem__(self, key: Union[int, str]) -> StructField:
        if isinstance(key, int):
            return self.fields[key]
        for field in self.fields:
            if field.name == key:
                return field
        raise KeyError(f"No StructField named {key}")

    def __repr__(self) -> str:
        return f"StructType({self.fields!r})"
