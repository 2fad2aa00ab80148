"""Entry point of the worker: says READY with as few imports as possible, and loads the rest afterwards."""

import os
import sys

_pipes: "list[object]" = []


def start(arguments: "list[str]") -> int:
    """Serves tasks until the executor closes the pipe; returns the exit status."""
    try:
        options = dict(zip(arguments[::2], map(int, arguments[1::2])))
        incoming, outgoing = options.pop("--in"), options.pop("--out")
        if options or len(arguments) % 2:
            raise ValueError(arguments)
    except (KeyError, ValueError):
        print("usage: python -m kindling.worker --in FD --out FD", file=sys.stderr)
        return 2
    if not __package__:
        _stand_alone(os.path.dirname(os.path.abspath(__file__)))

    from kindling.worker.frames import READY, FrameReader, FrameWriter

    reader, writer = FrameReader(incoming), FrameWriter(outgoing)
    # They live as long as the process: a pipe that nobody reads complains when it is closed.
    _pipes.extend((reader, writer))
    writer.send(READY, _ready_map())
    writer.flush()

    from kindling.worker.serve import serve

    return serve(reader, writer)


def _stand_alone(folder: str) -> None:
    """Makes ``kindling`` importable when this file runs as a script, without running the client's package.

    A script's own folder leaves ``sys.path``: its modules would hide the user's modules of the same name.
    """
    if sys.path and os.path.abspath(sys.path[0]) == folder:
        del sys.path[0]
    sys.path_importer_cache.pop(folder, None)
    package = os.path.dirname(folder)
    _postpone("kindling", package)
    _postpone("kindling.sql", os.path.join(package, "sql"))


def _postpone(name: str, folder: str) -> None:
    """Registers a package whose ``__init__`` runs at the first use of a name in it, so that submodules import alone."""
    module = type(sys)(name)
    module.__path__ = [folder]
    module.__package__ = name

    def load(attribute: str) -> object:
        # Whoever looks through all modules for a `__file__` or `__spec__` does not use the package.
        if attribute.startswith("__") and attribute not in ("__all__", "__version__"):
            raise AttributeError(attribute)
        import importlib.util

        del module.__dict__["__getattr__"]
        file = os.path.join(folder, "__init__.py")
        spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[folder])
        if spec is not None and spec.loader is not None and os.path.exists(file):
            module.__spec__, module.__file__, module.__loader__ = spec, file, spec.loader
            spec.loader.exec_module(module)
        return getattr(module, attribute)

    module.__dict__["__getattr__"] = load
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def _ready_map() -> bytes:
    """The payload of READY; written by hand because importing a MessagePack library costs more than all the rest."""

    def text(value: str) -> bytes:
        return bytes([0xA0 | len(value)]) + value.encode()

    version = ".".join(map(str, sys.version_info[:3]))
    fields = (
        text("language") + text("python"),
        text("version") + text(version),
        text("protocol") + b"\x02",
        text("pid") + b"\xce" + os.getpid().to_bytes(4, "big"),
    )
    return bytes([0x80 | len(fields)]) + b"".join(fields)


if __name__ == "__main__":
    status = start(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
    # Threads that the user's functions left behind must not keep a worker alive whose executor is gone.
    os._exit(status)
