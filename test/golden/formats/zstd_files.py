"""Zstandard, which Hadoop writes with its native library only: by the command of zstd itself."""

import os
import re
import subprocess
import zlib

from formats.recorder import packed


def record_zstd(recorder):
    def zstd(data, *options, piped=False):
        folder = recorder.folder()
        path = os.path.join(folder, "f")
        with open(path, "wb") as file:
            file.write(data)
        if piped:
            return subprocess.run(["zstd", "-qc", *options], input=data, check=True, capture_output=True).stdout
        return subprocess.run(["zstd", "-qc", *options, path], check=True, capture_output=True).stdout

    text = b"".join(b"%d: the line of %d\n" % (i % 60, i * i % 13) for i in range(20_000))
    numbers = bytes((i * i * 7919 >> 5) % 256 for i in range(3000))
    made = {
        f"{n} bytes": (numbers[:n], zstd(numbers[:n]))
        for n in (*range(0, 10), 12, 15, 31, 32, 33, 39, 63, 64, 100, 255, 256, 1000)
    }
    made |= {
        "fast": (text, zstd(text, "-1")),
        "slow": (text, zstd(text, "-19")),
        "no checksum": (text[:9000], zstd(text[:9000], "--no-check")),
        "from a pipe": (text, zstd(text, piped=True)),
        "frames": (text[:500] + numbers, zstd(text[:500]) + zstd(b"") + zstd(numbers)),
        "skipped": (
            text[:99],
            bytes.fromhex("502a4d1803000000616263") + zstd(text[:99]) + bytes.fromhex("5f2a4d1800000000"),
        ),
        "a repeated byte": (b"x" * 400_000, zstd(b"x" * 400_000)),
        "long": (text, zstd(text, "--long=27", piped=True)),
    }
    dictionary = os.path.join(recorder.folder(), "dictionary")
    with open(dictionary, "wb") as file:
        file.write(text[:5000])
    samples = [os.path.join(recorder.folder(), f"s{i}") for i in range(60)]
    for i, sample in enumerate(samples):
        with open(sample, "wb") as file:
            file.write(text[i * 300 : i * 300 + 280])
    subprocess.run(
        ["zstd", "-q", "--train", *samples, "--maxdict=2000", "-o", dictionary, "-f"], check=True, capture_output=True
    )
    refused = {
        "a dictionary": zstd(text[:5000], "-D", dictionary),
        "a window of 2 GiB": zstd(text, "--ultra", "-22", "--long=31", piped=True)[:100],
    }
    version = subprocess.run(["zstd", "--version"], check=True, capture_output=True, text=True).stdout
    return {
        "source": re.search(r"v[\d.]+", version)[0],
        "cases": [
            {"name": name, "file": packed(file), "size": len(data), "crc": zlib.crc32(data)}
            for name, (data, file) in made.items()
        ],
        "refused": [{"name": name, "file": packed(file)} for name, file in refused.items()],
    }
