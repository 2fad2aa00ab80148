"""Hadoop's SequenceFiles, as `engine/source/sequence-*.ts` reads and writes them.

Spark itself writes the files, with its writer of lines: what a task makes are the header and then runs of records, and the
mark between such runs, which a SequenceFile has anyway, is what the writer is told to put behind each line.
"""

import bz2
import io
import pickle
import struct
import zlib

import pyarrow as pa

from kindling_spark.worker import failure

JAVA = "org.apache.hadoop.io."
SYNC_BYTES = 16
ESCAPE = -1
# Records that are written together, and compressed together.
RUN_BYTES = 1_000_000
CODECS = {
    "gzip": "GzipCodec",
    "deflate": "DefaultCodec",
    "bzip2": "BZip2Codec",
    "zstd": "ZStandardCodec",
    "lz4": "Lz4Codec",
    "snappy": "SnappyCodec",
}
NAMES = {JAVA + "compress." + name: codec for codec, name in CODECS.items()}
NAMES[JAVA + "compress.DeflateCodec"] = "deflate"
SUFFIXES = {".gz": "gzip", ".deflate": "deflate", ".bz2": "bzip2", ".zst": "zstd", ".lz4": "lz4", ".snappy": "snappy"}
# Hadoop cuts what it compresses with these into blocks of their own.
BLOCK_CODECS = {"lz4": "lz4_raw", "snappy": "snappy"}
BLOCK_BYTES = 256 * 1024


def corrupt(path, form, reason):
    params = {"path": path, "format": form, "reason": reason}
    return failure("CORRUPT_INPUT", f"{path}: {reason}", params)


# ------------------------------------------------------------------------------------------------ compression


def decompressed(codec, data, path):
    try:
        if codec in BLOCK_CODECS:
            return b"".join(blocks(BLOCK_CODECS[codec], data))
        if codec == "bzip2":
            return bz2.decompress(data)
        if codec == "zstd":
            return pa.CompressedInputStream(pa.py_buffer(data), "zstd").read()
        return members(data, 31 if codec == "gzip" else 15)
    except (OSError, ValueError, EOFError, zlib.error, struct.error, pa.ArrowException) as error:
        raise corrupt(path, codec, str(error)) from None


def members(data, window):
    """Compressed streams may follow each other."""
    parts = []
    while data:
        stream = zlib.decompressobj(window)
        parts.append(stream.decompress(data))
        if not stream.eof:
            raise EOFError("it ends too early")
        data = stream.unused_data
    return b"".join(parts)


def blocks(codec, data):
    """`i32 size` of a block, then pieces `i32 size, bytes` until they make it up."""
    at = 0
    while at < len(data):
        (left,) = struct.unpack_from(">i", data, at)
        at += 4
        while left > 0:
            (size,) = struct.unpack_from(">i", data, at)
            piece = data[at + 4 : at + 4 + size]
            plain = block(codec, piece, left)
            yield plain
            left -= len(plain)
            at += 4 + size


def block(codec, piece, most):
    """One piece of at most so many bytes; only Snappy says how many they are."""
    if codec != "snappy":
        return pa.decompress(piece, most, codec=codec, asbytes=True)
    size = shift = 0
    for byte in piece:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return pa.decompress(piece, size, codec=codec, asbytes=True)


def compressed(codec, data):
    if codec == "bzip2":
        return bz2.compress(data)
    if codec == "zstd":
        return pa.compress(data, codec="zstd", asbytes=True)
    if codec in BLOCK_CODECS:
        return b"".join(in_blocks(BLOCK_CODECS[codec], data))
    stream = zlib.compressobj(6, zlib.DEFLATED, 31 if codec == "gzip" else 15)
    return stream.compress(data) + stream.flush()


def in_blocks(codec, data):
    for start in range(0, len(data), BLOCK_BYTES):
        block = data[start : start + BLOCK_BYTES]
        piece = pa.compress(block, codec=codec, asbytes=True)
        yield struct.pack(">ii", len(block), len(piece)) + piece


# ---------------------------------------------------------------------------------------------------- reading


class Input:
    """Java's data in bytes."""

    def __init__(self, data, path):
        self.data, self.path = data, path
        self.at = 0

    def bytes(self, size):
        end = self.at + size
        if size < 0 or end > len(self.data):
            raise corrupt(self.path, "sequence", "it ends too early")
        found = self.data[self.at : end]
        self.at = end
        return found

    def of(self, form):
        return struct.unpack(form, self.bytes(struct.calcsize(form)))[0]

    def vint(self):
        first = self.of(">b")
        if first >= -112:
            return first
        size = -112 - first if first >= -120 else -120 - first
        value = int.from_bytes(self.bytes(size), "big")
        return value if first >= -120 else ~value

    def text(self):
        return self.bytes(self.vint())

    @property
    def ended(self):
        return self.at >= len(self.data)


class Header:
    """What a SequenceFile says of itself."""

    def __init__(self, source):
        if source.bytes(min(3, len(source.data))) != b"SEQ":
            raise corrupt(source.path, "sequence", "it does not begin with SEQ")
        if source.of(">b") != 6:
            raise corrupt(source.path, "sequence", "it is of an old version")
        self.key, self.value = source.text().decode(), source.text().decode()
        is_compressed, self.in_blocks = source.of(">?"), source.of(">?")
        name = source.text().decode() if is_compressed else None
        if name is not None and name not in NAMES:
            raise failure("CODEC_UNSUPPORTED", name, {"path": source.path, "codec": name})
        self.codec = name and NAMES[name]
        self.metadata = {source.text().decode(): source.text().decode() for _ in range(source.of(">i"))}
        self.sync = source.bytes(SYNC_BYTES)


def records(source, header):
    """(place of the last mark, key, value), key and value as bytes: the mark says to which split a record belongs."""
    return block_records(source, header) if header.in_blocks else single_records(source, header)


def single_records(source, header):
    mark = 0
    while not source.ended:
        at = source.at
        length = source.of(">i")
        if length == ESCAPE:
            pass_mark(source, header)
            mark = at
            continue
        size = source.of(">i")
        key, value = source.bytes(size), source.bytes(length - size)
        yield mark, key, value if header.codec is None else decompressed(header.codec, value, source.path)


def block_records(source, header):
    while not source.ended:
        mark = source.at
        source.of(">i")
        pass_mark(source, header)
        if source.ended:
            return
        count = source.vint()
        columns = [Input(decompressed(header.codec, source.text(), source.path), source.path) for _ in range(4)]
        key_sizes, keys, value_sizes, values = columns
        for _ in range(count):
            yield mark, keys.bytes(key_sizes.vint()), values.bytes(value_sizes.vint())


def pass_mark(source, header):
    if source.bytes(SYNC_BYTES) != header.sync:
        raise corrupt(source.path, "sequence", "a wrong marker between its records")


KNOWN_CLASSES = (
    "ArrayWritable BooleanWritable BytesWritable FloatWritable IntWritable LongWritable MapWritable MD5Hash NullWritable "
    "ObjectWritable SortedMapWritable Text TwoDArrayWritable VIntWritable VLongWritable"
).split()
FIRST_KNOWN = -127


def read_map(source):
    further = {}
    for _ in range(source.of(">b")):
        number = source.of(">b")
        further[number] = source.bytes(source.of(">H")).decode("latin-1")

    def one():
        number = source.of(">b")
        name = further.get(number) or JAVA + KNOWN_CLASSES[number - FIRST_KNOWN]
        return reader(name, source.path)(source)

    return {one(): one() for _ in range(source.of(">i"))}


READERS = {
    "NullWritable": lambda source: None,
    "BooleanWritable": lambda source: source.of(">?"),
    "ByteWritable": lambda source: source.of(">b"),
    "ShortWritable": lambda source: source.of(">h"),
    "IntWritable": lambda source: source.of(">i"),
    "VIntWritable": Input.vint,
    "LongWritable": lambda source: source.of(">q"),
    "VLongWritable": Input.vint,
    "FloatWritable": lambda source: source.of(">f"),
    "DoubleWritable": lambda source: source.of(">d"),
    "Text": lambda source: source.text().decode("utf-8", "replace"),
    "BytesWritable": lambda source: source.bytes(source.of(">i")),
    "MapWritable": read_map,
    "SortedMapWritable": read_map,
}


def reader(name, path):
    read = READERS.get(name.removeprefix(JAVA)) if name.startswith(JAVA) else None
    if read is None:
        raise failure("CLASS_UNSUPPORTED", name, {"path": path, "class": name})
    return read


def pairs(data, path):
    source = Input(data, path)
    header = Header(source)
    read_key, read_value = reader(header.key, path), reader(header.value, path)
    for mark, key, value in records(source, header):
        yield mark, read_key(Input(key, path)), read_value(Input(value, path))


# ---------------------------------------------------------------------------------------------------- writing


class Output:
    """A header, and runs of records, each to be followed by a mark."""

    def __init__(self, key, value, codec, sync, metadata=()):
        self._codec = codec
        self._columns = [io.BytesIO() for _ in range(4)]
        self._count = 0
        self._run = io.BytesIO()
        self._header = b"SEQ\x06" + text(key.encode()) + text(value.encode()) + bytes([codec is not None] * 2)
        if codec is not None:
            self._header += text((JAVA + "compress." + CODECS[codec]).encode())
        self._header += struct.pack(">i", len(metadata))
        for name, value in metadata:
            self._header += text(name.encode()) + text(value.encode())
        self._header += sync

    @property
    def header(self):
        return self._header

    def append(self, key, value):
        """The run that is full now, or None."""
        if self._codec is None:
            self._run.write(struct.pack(">ii", len(key) + len(value), len(key)) + key + value)
            return self.rest() if self._run.tell() >= RUN_BYTES else None
        for column, data in zip(self._columns, (vint(len(key)), key, vint(len(value)), value)):
            column.write(data)
        self._count += 1
        return self.rest() if sum(column.tell() for column in self._columns) >= RUN_BYTES else None

    def rest(self):
        """What has gathered."""
        if self._codec is None:
            run, self._run = self._run.getvalue(), io.BytesIO()
            return run
        if self._count == 0:
            return b""
        run = vint(self._count) + b"".join(text(compressed(self._codec, one.getvalue())) for one in self._columns)
        self._columns, self._count = [io.BytesIO() for _ in range(4)], 0
        return run


def vint(value):
    if -112 <= value <= 127:
        return struct.pack(">b", value)
    size = (value.bit_length() + 7) // 8
    return struct.pack(">b", -112 - size) + value.to_bytes(size, "big")


def text(data):
    return vint(len(data)) + data


def writable(value):
    """The class, without its package, and the bytes of a value."""
    if value is None:
        return "NullWritable", b""
    if isinstance(value, bool):
        return "BooleanWritable", bytes([value])
    if isinstance(value, int):
        if -(2**31) <= value < 2**31:
            return "IntWritable", struct.pack(">i", value)
        if -(2**63) <= value < 2**63:
            return "LongWritable", struct.pack(">q", value)
        raise not_writable("an integer beyond 64 bits")
    if isinstance(value, float):
        return "DoubleWritable", struct.pack(">d", value)
    if isinstance(value, str):
        return "Text", text(value.encode("utf-8", "replace"))
    if isinstance(value, (bytes, bytearray)):
        return "BytesWritable", struct.pack(">i", len(value)) + value
    if isinstance(value, dict):
        return "MapWritable", map_bytes(value)
    if isinstance(value, (list, tuple)):
        raise not_writable("a list or tuple")
    raise not_writable("a set" if isinstance(value, set) else type(value).__name__)


def map_bytes(entries):
    forms = [writable(one) for entry in entries.items() for one in entry]
    further = [name for name in dict.fromkeys(name for name, _ in forms) if name not in KNOWN_CLASSES]
    parts = [bytes([len(further)])]
    for at, name in enumerate(further):
        parts.append(struct.pack(">bH", at + 1, len(JAVA + name)) + (JAVA + name).encode())
    parts.append(struct.pack(">i", len(entries)))
    for name, data in forms:
        number = further.index(name) + 1 if name in further else FIRST_KNOWN + KNOWN_CLASSES.index(name)
        parts.append(struct.pack(">b", number) + data)
    return b"".join(parts)


def not_writable(kind):
    return failure("VALUE_NOT_WRITABLE", kind, {"type": kind})


# ------------------------------------------------------------------- elements in their language's own form

OBJECT_CLASSES = (JAVA + "NullWritable", JAVA + "BytesWritable")
FORMAT_ENTRY = "kindling.format"
STREAM = b"\xac\xed\x00\x05"
BYTES_VERSION, ARRAYS_VERSION = bytes.fromhex("acf317f8060854e0"), bytes.fromhex("4bfd19156767db37")
ARRAY, REFERENCE, DESCRIPTION = 0x75, 0x71, 0x72
FIRST_HANDLE = 0x7E0000


def described(name, version):
    return struct.pack(">bH", DESCRIPTION, len(name)) + name + version + b"\x02\x00\x00\x78\x70"


def java_arrays(data):
    """An array of one byte array, as Java serializes it."""
    outer = STREAM + bytes([ARRAY]) + described(b"[[B", ARRAYS_VERSION) + struct.pack(">i", 1)
    return outer + bytes([ARRAY]) + described(b"[B", BYTES_VERSION) + struct.pack(">i", len(data)) + data


def byte_arrays(data, path):
    """The byte arrays in a serialized array of them."""
    source = Input(data, path)
    numbered = []

    def name():
        if source.of(">b") == REFERENCE:
            return numbered[source.of(">i") - FIRST_HANDLE]
        found = source.bytes(source.of(">H"))
        numbered.append(found)
        source.bytes(8 + 5)
        return found

    if source.bytes(4) != STREAM or source.of(">b") != ARRAY:
        raise corrupt(path, "object", "a record that is no Java array")
    name()
    numbered.append(None)
    for _ in range(source.of(">i")):
        if source.of(">b") == REFERENCE:
            yield numbered[source.of(">i") - FIRST_HANDLE]
            continue
        if name() != b"[B":
            raise corrupt(path, "object", "Java objects that are no byte arrays")
        array = source.bytes(source.of(">i"))
        numbered.append(array)
        yield array


class Anything:
    """Stands for whatever class a pickle names: only the list around the objects is looked at."""

    def __new__(cls, *_, **__):
        return object.__new__(cls)

    def __init__(self, *_, **__):
        pass

    def __call__(self, *_, **__):
        return Anything()

    def __setstate__(self, _):
        pass

    def append(self, _):
        pass

    def extend(self, _):
        pass

    def __setitem__(self, _, __):
        pass

    def __hash__(self):
        return id(self)


class Counting(pickle.Unpickler):
    def find_class(self, _module, _name):
        return Anything

    def persistent_load(self, _):
        return None


def pickled_batch(data, path):
    """A pickled list or tuple of elements as a pickled list, and how many they are."""
    try:
        found = Counting(io.BytesIO(data)).load()
    except Exception as error:
        raise corrupt(path, "object", f"a batch that is no pickle: {error}") from None
    if isinstance(found, list):
        return len(found), bytes(data)
    if not isinstance(found, tuple):
        raise corrupt(path, "object", "a batch that is no pickled list")
    return len(found), b"\x80\x04c__builtin__\nlist\n" + bytes(data)[:-1] + b"\x85R."


def objects(data, path, own):
    """Batches as they were written: (place of the last mark, format's name, count, bytes). `own` is the format of the language that reads."""
    source = Input(data, path)
    header = Header(source)
    if (header.key, header.value) != OBJECT_CLASSES:
        raise corrupt(path, "object", f"it holds pairs of {header.key} and {header.value}")
    form = header.metadata.get(FORMAT_ENTRY, "pickle")
    if form not in (own, "portable"):
        reason = f"its elements are in the format {form}, those of the program in {own}"
        raise corrupt(path, "object", reason)
    for mark, _, value in records(source, header):
        for array in byte_arrays(value[4:], path):
            if form == "pickle":
                count, batch = pickled_batch(array, path)
                yield mark, form, count, batch
            else:
                yield mark, form, int.from_bytes(array[:4], "big"), array[4:]
