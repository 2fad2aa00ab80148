"""The Python task worker: runs the user's functions over batches of elements, as docs/worker-protocol.md says.

Start it as ``python .../kindling/worker/__main__.py --in 3 --out 4`` (fastest: the client's own package is loaded only
when a function of the user needs it) or as ``python -m kindling.worker --in 3 --out 4``.
"""
