"""Objects under names: a program publishes one, another program of any language finds it and calls its methods."""

from __future__ import annotations

from typing import Any

from kindling._runtime import session as sessions
from kindling._runtime.remote import Remote
from kindling.errors import engine_error

__all__ = ["find", "publish", "withdraw"]


def publish(name: str, object: Remote, *, rights: str = "full", lease: float = 60.0) -> None:
    """Offers a remote object to all programs of this gateway under a name.

    Waits until it can be found. The object, and the `SparkContext` that it needs, live on when this program has ended,
    until `withdraw`, or until nobody has used the object for the lease.

    :param name: must be free
    :param object: an RDD, a DataFrame, an object of your own API
    :param rights: `"full"`, or `"read"`: what changes something is refused, also of objects reached through this one
    :param lease: seconds
    """
    if not isinstance(object, Remote):
        message = f"publish: object must be a remote object, not a value of type {type(object).__name__}"
        raise engine_error("INVALID_ARGUMENT", message, {"call": "publish", "parameter": "object"})
    arguments = (
        ("object: unknown", object),
        ("name: string", name),
        ("rights: string", rights),
        ("leaseMs: long", round(lease * 1000)),
    )
    object._session.request("Shared.publish", None, arguments, "void")


def find(name: str) -> Any:
    """Returns the object that is published under a name.

    Waits for the gateway. What it returns is of the class that was published; when it is withdrawn, its methods fail.
    """
    session = sessions.current()
    return session.request("Shared.find", None, (("name: string", name),), "found", session.take_id())


def withdraw(name: str) -> None:
    """Ends what is published under a name: whoever has found it there can use it no more."""
    sessions.current().request("Shared.withdraw", None, (("name: string", name),), "void")
