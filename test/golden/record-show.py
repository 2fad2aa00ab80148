"""Records what the real Spark (PySpark 4.3) prints for frames, into show.json.

    python test/golden/record-show.py
"""

import contextlib
import io
import json
import math
from pathlib import Path

from pyspark.sql import SparkSession

here = Path(__file__).parent

DOUBLES = [1.5, 1.0, 0.0, -0.0, 1e7, 9999999.0, 1e-3, 1e-4, 123456789.125, 0.1 + 0.2, 1e300, 5e-324, math.nan, math.inf, -math.inf, None]
TEXTS = [
    "plain",
    "",
    " two  spaces ",
    "tab\tline\nend\r",
    'quote " back \\ slash',
    "bell \a, escape \x1b",
    "日本語",
    "한국어",
    "ｆｕｌｌｗｉｄｔｈ",
    "、。「」",
    "é",
    "e\u0301",
    "😀",
    "exactly twenty chars",
    "twenty-one characters",
    "日本語日本語日本語日本語日本語日本語日本語",
    "😀😀😀😀😀😀😀😀😀😀😀",
    None,
]

# Frames from rows take their types from the first rows; doubles begin with a fraction, since JavaScript has one number.
FRAMES = [
    {
        "name": "strings, numbers and nulls",
        "names": ["word", "n"],
        "rows": [["a", 1], ["a string longer than twenty characters", -5], [None, None], ["b", 9007199254740993]],
        "shows": [
            [], [2], [4], [0], [-1], [100], [20, False], [20, 5], [20, 4], [20, 3], [20, 1], [20, 0], [1, False], [2, 8],
            [20, True],
        ],
    },
    {"name": "doubles", "names": ["d"], "rows": [[d] for d in DOUBLES], "shows": [[], [20, False], [20, 6]]},
    {"name": "texts", "names": ["t"], "rows": [[t] for t in TEXTS], "shows": [[], [20, False], [20, 7]]},
    {
        "name": "headers",
        "names": ["a header that is longer than twenty", "日本", "new\nline", "b"],
        "rows": [[True, 1, "x", False], [None, 22222, "y", True]],
        "shows": [[], [20, False], [20, 6]],
    },
    {"name": "no row", "sql": "SELECT id, id > 1 AS more FROM range(0)", "shows": [[], [20, False], [0]]},
    {"name": "25 rows", "sql": "SELECT id FROM range(25) ORDER BY id", "shows": [[], [25], [24], [1]]},
    {
        "name": "names of expressions",
        "sql": "SELECT id + 1, count(*), sum(id), CAST(id AS int), CAST(id AS string), abs(id - 5), id = 1, 'text', id % 2"
        " FROM range(3) GROUP BY id ORDER BY 1",
        "shows": [[], [20, False]],
    },
    {"name": "one name twice", "sql": "SELECT id, id FROM range(1)", "shows": [[]]},
]


def cell(value):
    """A value as JSON that keeps integers and doubles apart."""
    if isinstance(value, float):
        text = "NaN" if math.isnan(value) else str(value).replace("inf", "Infinity")
        return {"double": text}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return {"long": str(value)}
    return value


def printed(call):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        call()
    return out.getvalue()


def record(spark, frame):
    made = spark.sql(frame["sql"]) if "sql" in frame else spark.createDataFrame(frame["rows"], frame["names"]).coalesce(1)
    given = {"sql": frame["sql"]} if "sql" in frame else {"names": frame["names"], "rows": [[cell(v) for v in row] for row in frame["rows"]]}
    return {
        "name": frame["name"],
        **given,
        "columns": made.columns,
        "dtypes": made.dtypes,
        "schema": printed(made.printSchema),
        "shows": [{"args": args, "text": printed(lambda args=args: made.show(*args))} for args in frame["shows"]],
    }


def main():
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    frames = [record(spark, frame) for frame in FRAMES]
    text = json.dumps({"spark": spark.version, "frames": frames}, ensure_ascii=False, indent=1)
    (here / "show.json").write_text(text + "\n")


main()
