# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""The sql API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Any, Callable, Dict, Generic, List, Literal, Mapping, Optional, Sequence, TYPE_CHECKING, Tuple, TypeVar, Union, overload

from kindling._runtime.remote import UNSET, Unset, call_effect, call_new, call_value, construct, one_list
from kindling.overlay.shelf import ShelfOverlay

if TYPE_CHECKING:
    from kindling.formula import Formula
    from kindling.generated.core import Box
    from kindling.generated.core import Money

__all__ = ["ListOptions", "Place", "Safe", "Shelf", "Size"]

P = TypeVar("P", bound="Place")

Size = Literal["small", "medium", "large"]
"""How much a box may hold."""


@dataclass(frozen=True)
class ListOptions:
    """How a list is read."""

    separator: str = ","
    """Between two fields."""
    header: Optional[bool] = None
    """Whether the first line holds names; unset: found out from the text."""
    nullValue: Union[Optional[str], Unset] = UNSET
    """What stands for null, if anything does."""
    start: Optional[int] = None
    """Where to start."""

    def to_wire(self) -> Dict[str, Any]:
        """Its form on the wire, without what is not set."""
        wire: Dict[str, Any] = {}
        wire["separator"] = self.separator
        if self.header is not None:
            wire["header"] = self.header
        if self.nullValue is not UNSET:
            wire["nullValue"] = self.nullValue
        if self.start is not None:
            wire["from"] = self.start
        return wire

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> ListOptions:
        """The value that `to_wire` gives this form."""
        names = {"separator": "separator", "header": "header", "nullValue": "nullValue", "from": "start"}
        return cls(**{names[name]: value for name, value in wire.items() if name in names})


@dataclass(frozen=True)
class Place:
    """A place on the shelf, in metres from its left end."""

    x: float
    """Metres from the left."""
    y: float
    """Metres from the floor."""
    label: Optional[str] = None
    """What is written there."""

    def to_wire(self) -> Dict[str, Any]:
        """Its form on the wire, without what is not set."""
        wire: Dict[str, Any] = {}
        wire["x"] = self.x
        wire["y"] = self.y
        if self.label is not None:
            wire["label"] = self.label
        return wire

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Place:
        """The value that `to_wire` gives this form."""
        names = {"x": "x", "y": "y", "label": "label"}
        return cls(**{names[name]: value for name, value in wire.items() if name in names})


class Shelf(ShelfOverlay, remote="Shelf"):
    """A shelf of boxes.

    Examples
    --------
    shelf = Shelf("oak")
    """

    def __init__(self, wood: str, size: Size = "medium", shelves: Optional[int] = None) -> None:
        """A shelf of some wood, and of some size."""
        construct(
            self,
            "Shelf",
            (
                ("wood: string", wood),
                ("size: enum<Size>", size),
                ("shelves: optional<int>", shelves),
            ),
        )

    @staticmethod
    def standard() -> Shelf:
        """A shelf of the default wood."""
        return call_new(None, "Shelf.standard", "Shelf")

    @staticmethod
    def open(id: Union[str, int]) -> Shelf:
        """The shelf with an id that another program gave it."""
        return call_value(None, "Shelf.open", "object<Shelf>", (("id: union<string,int>", id),))

    def light(self, on: bool, level: float = 0.5) -> None:
        """Switches its light."""
        call_effect(self, "Shelf.light", (("on: boolean", on), ("level: double", level)))

    def settle(self) -> None:
        """Waits until everything is in its place."""
        call_effect(self, "Shelf.settle", awaited=True)

    def select(self, *columns: Union[Formula, str, Sequence[Union[Formula, str]]]) -> Shelf:
        """A view of some columns."""
        return call_new(
            self,
            "Shelf.select",
            "Shelf",
            (
                ("columns: list<union<value<Formula>,string>>", one_list(columns)),
            ),
        )

    def import_list(
        self,
        path: str,
        *,
        separator: str = ",",
        header: Optional[bool] = None,
        nullValue: Union[Optional[str], Unset] = UNSET,
        start: Optional[int] = None,
    ) -> Shelf:
        """Reads a list.

        Parameters
        ----------
        path : str
        separator : str, optional
            Between two fields.
        header : bool, optional
            Whether the first line holds names; unset: found out from the text.
        nullValue : Optional[str], optional
            What stands for null, if anything does.
        start : int, optional
            Where to start.

        Raises
        ------
        NotFoundError
            PATH_NOT_FOUND
        """
        return call_new(
            self,
            "Shelf.import",
            "Shelf",
            (
                ("path: string", path),
                ("options: value<ListOptions>", ListOptions(separator=separator, header=header, nullValue=nullValue, start=start)),
            ),
        )

    def find(
        self,
        label: Union[str, int],
        *,
        exact: bool = True,
        within: Union[Optional[float], Unset] = UNSET,
    ) -> Optional[Place]:
        """Where a box stands, by name or number."""
        return call_value(
            self,
            "Shelf.find",
            "optional<value<Place>>",
            (
                ("label: union<string,long>", label),
                ("exact: boolean", exact),
                ("within: optional<double>", within),
            ),
        )

    @overload
    def at(self, position: int) -> Box[Any]: ...
    @overload
    def at(self, position: Place, strict: bool = False) -> Box[Any]: ...
    def at(self, position: Union[int, Place], strict: bool = False) -> Box[Any]:
        """A box by its position."""
        return call_new(
            self,
            "Shelf.at",
            "Box",
            (
                ("position: union<int,value<Place>>", position),
                ("strict: boolean", strict),
            ),
        )

    def evaluate(self, f: Callable[[Formula], Formula]) -> float:
        """Evaluates an expression with a variable."""
        return call_value(self, "Shelf.evaluate", "double", (("f: expression", f),))

    def inventory(
        self,
        kinds: AbstractSet[Size],
        mode: Literal["fast", "exact"] = "fast",
    ) -> Dict[str, Tuple[int, List[float]]]:
        """Everything that a plain value can be."""
        return call_value(
            self,
            "Shelf.inventory",
            "map<string,tuple<int,list<double>>>",
            (
                ("kinds: set<enum<Size>>", kinds),
                ("mode: unknown", mode),
            ),
        )

    def picture(self, seed: int = 7) -> bytes:
        """The picture of the shelf: a PNG file."""
        return call_value(self, "Shelf.picture", "bytes", (("seed: long", seed),))

    def price(self, added: Mapping[str, Money]) -> Money:
        """The price of all that is on it."""
        return call_value(self, "Shelf.price", "value<Money>", (("added: map<string,value<Money>>", added),))

    @property
    def lit(self) -> bool:
        """Whether the light is on.

        .. deprecated:: use `settle`
        """
        return call_value(self, "Shelf.lit", "boolean")


class Safe(Generic[P], Shelf, remote="Safe"):
    """A shelf with a lock."""

    def __init__(self, wood: str, size: Size = "medium", shelves: Optional[int] = None) -> None:
        """A shelf of some wood, and of some size."""
        construct(
            self,
            "Safe",
            (
                ("wood: string", wood),
                ("size: enum<Size>", size),
                ("shelves: optional<int>", shelves),
            ),
        )

    def unlock(self, key: P) -> None:
        """Opens the lock."""
        call_effect(self, "Safe.unlock", (("key: unknown", key),))
