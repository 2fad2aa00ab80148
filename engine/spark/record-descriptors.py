"""Writes connect-descriptors.binpb: the protocol of Spark Connect as the real PySpark ships it.

    PYTHON_WITH_PYSPARK engine/spark/record-descriptors.py [--check]

PySpark carries the serialized descriptors of its .proto files inside the generated `*_pb2` modules; this
script walks from `spark/connect/base.proto` through its imports and writes them, dependencies first, as one
FileDescriptorSet. `google/rpc/status.proto` and `error_details.proto`, in which errors arrive, come along.
Fields get the names of protobuf's JSON form (`sessionId`), as TypeScript writes them; the wire knows numbers only.
`--check` compares instead of writing and exits 1 when the file is stale.
"""

import pathlib
import sys

from google.protobuf import descriptor_pb2
from google.rpc import error_details_pb2, status_pb2
from pyspark.sql.connect.proto import base_pb2

TARGET = pathlib.Path(__file__).with_name("connect-descriptors.binpb")


def collect(descriptor, files):
    """Adds one file after everything that it imports."""
    if any(known.name == descriptor.name for known in files):
        return
    for dependency in descriptor.dependencies:
        collect(dependency, files)
    file = descriptor_pb2.FileDescriptorProto()
    descriptor.CopyToProto(file)
    for message in file.message_type:
        rename(message)
    files.append(file)


def rename(message):
    for field in message.field:
        first, *others = field.name.split("_")
        field.name = first + "".join(word.title() for word in others)
        field.ClearField("json_name")
    for nested in message.nested_type:
        rename(nested)


def main():
    files = []
    for module in (base_pb2, status_pb2, error_details_pb2):
        collect(module.DESCRIPTOR, files)
    recorded = descriptor_pb2.FileDescriptorSet(file=files).SerializeToString(deterministic=True)
    if "--check" in sys.argv:
        stale = not TARGET.exists() or TARGET.read_bytes() != recorded
        print(f"{TARGET.name} is {'stale' if stale else 'current'}")
        return 1 if stale else 0
    TARGET.write_bytes(recorded)
    print(f"{TARGET.name}: {len(files)} files, {len(recorded)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
