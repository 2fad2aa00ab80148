# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""The core API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Generic, Iterable, Iterator, List, Mapping, Optional, TYPE_CHECKING, Tuple, TypeVar

from kindling._runtime.remote import UNSET, call_effect, call_iterate, call_new, call_value, construct
from kindling.overlay.box import BoxOverlay

if TYPE_CHECKING:
    from kindling.generated.sql import Shelf

__all__ = ["Box", "Money"]

K = TypeVar("K")
R = TypeVar("R")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


class Box(Generic[T], BoxOverlay, remote="Box"):
    """A box of elements.

    Boxes never change.

    They follow the rules of `Shelf`.

    Notes
    -----
    Follows Spark's RDD.
    """

    def __init__(self, elements: Iterable[T]) -> None:
        """A box of given elements.

        Parameters
        ----------
        elements : Iterable[T]
            what it holds
        """
        construct(self, "Box", (("elements: elements", elements),))

    @staticmethod
    def empty() -> Box[T]:
        """An empty box."""
        return call_new(None, "Box.empty", "Box")

    @staticmethod
    def first() -> Optional[Box[Any]]:
        """The box that was made first in this session, if there is one."""
        return call_value(None, "Box.first", "optional<object<Box>>")

    def map(self, f: Callable[[T], U], preservesOrder: bool = False) -> Box[U]:
        """A box with the result of a function for each element.

        It is lazy: nothing runs until an action.

        The function runs in workers.

        Parameters
        ----------
        f : Callable[[T], U]
            called once per element
        preservesOrder : bool, optional
            whether the result keeps the order

        Returns
        -------
        Box[U]
            a new box

        Raises
        ------
        UserCodeError
            USER_FUNCTION_FAILED: when the function fails

        Notes
        -----
        Follows RDD.map.

        Examples
        --------
        Box([1, 2]).map(lambda x: x + 1).elements()  # [2, 3]
        """
        return call_new(self, "Box.map", "Box", (("f: task", f), ("preservesOrder: boolean", preservesOrder)))

    def elements(self) -> List[T]:
        """The elements, in order; runs a job."""
        return call_value(self, "Box.elements", "elements")

    def max(self, key: Optional[Callable[[T], float]] = None) -> T:
        """The greatest element by a key; runs a job."""
        return call_value(self, "Box.max", "element", (("key: task", UNSET if key is None else key),))

    def counts(self, weights: Mapping[T, float]) -> Dict[T, float]:
        """How often each element is there, times its weight; runs a job.

        Parameters
        ----------
        weights : Mapping[T, float]
            1 for elements that have none
        """
        return call_value(self, "Box.counts", "elementMap", (("weights: elementMap", weights),))

    def reduceByKey(
        self: Box[Tuple[K, V]],
        func: Callable[[V, V], V],
        numPartitions: Optional[int] = None,
    ) -> Box[Tuple[K, V]]:
        """The values of each key, merged; only of boxes of pairs.

        Parameters
        ----------
        func : Callable[[V, V], V]
            merges two values
        numPartitions : int, optional
            unset: as many as there are
        """
        return call_new(
            self,
            "Box.reduceByKey",
            "Box",
            (
                ("func: task", func),
                ("numPartitions: int", UNSET if numPartitions is None else numPartitions),
            ),
        )

    def sortBy(self, keyfunc: Callable[[T], K], ascending: bool = True) -> Box[T]:
        """A box in order of a key.

        It launches a job to find the bounds.
        """
        return call_new(self, "Box.sortBy", "Box", (("keyfunc: task", keyfunc), ("ascending: boolean", ascending)))

    def union(self, *others: Box[T]) -> Box[T]:
        """Both boxes, one after the other."""
        return call_new(self, "Box.union", "Box", (("others: list<object<Box>>", others),))

    def cache(self) -> Box[T]:
        """Keeps the elements in memory."""
        call_effect(self, "Box.cache")
        return self

    def visit(self, lambda_: Callable[[T, int], None]) -> None:
        """Calls a function for each element, in the program's own process, one after the other.

        Parameters
        ----------
        lambda_ : Callable[[T, int], None]
            called with the element and its position
        """
        call_effect(self, "Box.visit", (("lambda: callback", lambda_),), awaited=True)

    def iterate(self, prefetch: bool = False) -> Iterator[T]:
        """The elements, page by page."""
        return call_iterate(self, "Box.iterate", "element", (("prefetch: boolean", prefetch),))

    @property
    def size(self) -> int:
        """How many elements there are; runs a job."""
        return call_value(self, "Box.size", "long")

    @property
    def shelf(self) -> Shelf:
        """The shelf it stands on."""
        return call_new(self, "Box.shelf", "Shelf")

    @property
    def name(self) -> str:
        """The name given by `setName`."""
        return call_value(self, "Box.name", "string")

    def setName(self, name: str) -> Box[T]:
        """Gives it a name."""
        call_effect(self, "Box.setName", (("name: string", name),))
        return self


@dataclass(frozen=True)
class Money:
    """An amount of money."""

    amount: int
    """Cents."""
    currency: str = "EUR"
    """Three letters."""

    def to_wire(self) -> Dict[str, Any]:
        """Its form on the wire, without what is not set."""
        wire: Dict[str, Any] = {}
        wire["amount"] = self.amount
        wire["currency"] = self.currency
        return wire

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Money:
        """The value that `to_wire` gives this form."""
        names = {"amount": "amount", "currency": "currency"}
        return cls(**{names[name]: value for name, value in wire.items() if name in names})
