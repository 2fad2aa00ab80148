"""The part of the client that is written by hand and not public; `remote.py` is what generated code uses."""
