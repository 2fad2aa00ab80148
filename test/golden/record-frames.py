"""Records what the real Spark (PySpark 4.3) prints and how it partitions, into frames.json and people.parquet.

    python test/golden/record-frames.py
"""

import contextlib
import io
import json
import shutil
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

here = Path(__file__).parent

ROWS = [
    [1, "a", 1.5, True, None],
    [2, None, float("nan"), False, "x" * 30],
    [-300, "a longer string that is cut", 1e20, None, "é😀"],
    [4, "tab\tnew\nline", -0.0, True, "漢字かな"],
]
SCHEMA = "i int, s string, d double, b boolean, `a long name of a column` string"

SHOWS = [[20, True], [2, True], [1, False], [20, False], [2, 3], [20, 5], [0, True], [4, 4]]

# start, end, step, partitions
RANGES = [
    [0, 10, 1, 3],
    [0, 10, 3, 3],
    [10, 0, -3, 2],
    [0, 2, 1, 4],
    [-3, 4, 2, 2],
    [9223372036854775800, 9223372036854775807, 3, 2],
]


def printed(action):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        action()
    return out.getvalue()


def slices(frame):
    return [[str(row.id) for row in part] for part in frame.rdd.glom().collect()]


def main():
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.shuffle.partitions", "3").getOrCreate()
    frame = spark.createDataFrame(ROWS, SCHEMA)
    shows = [{"n": n, "truncate": cut, "text": printed(lambda: frame.show(n, cut))} for n, cut in SHOWS]
    path = here / "people.parquet"
    shutil.rmtree(path, ignore_errors=True)
    people = spark.range(0, 12, 1, 3).selectExpr(
        "id", "cast(id % 5 as int) as age", "id / 4 as score", "id % 2 = 0 as even", "if(id = 7, null, concat('n', id)) as name"
    )
    people.write.parquet(str(path))
    for leftover in path.glob(".*"):
        leftover.unlink()
    read = spark.read.parquet(str(path))
    recorded = {
        "spark": spark.version,
        "shows": shows,
        "tree": printed(frame.printSchema),
        "ranges": [
            {"range": [str(start), str(end), str(step), parts], "slices": slices(spark.range(start, end, step, parts))}
            for start, end, step, parts in RANGES
        ],
        "parquet": {
            "schema": read.schema.simpleString(),
            "partitions": read.rdd.getNumPartitions(),
            "sum": read.selectExpr("sum(id)", "sum(score)", "count(name)", "max(age)").first().asDict(),
            "rows": sorted([row.id, row.age, row.score, row.even, row.name] for row in read.collect()),
        },
        "partitions": {
            "filter of range(10) in 4": spark.range(0, 10, 1, 4).filter("id > 3").rdd.getNumPartitions(),
            "group by": spark.range(0, 10, 1, 4).groupBy(col("id") % 7).count().rdd.getNumPartitions(),
            "order by": spark.range(0, 10, 1, 4).orderBy(-col("id")).rdd.getNumPartitions(),
            "limit": spark.range(0, 10, 1, 4).limit(3).rdd.getNumPartitions(),
        },
    }
    (here / "frames.json").write_text(json.dumps(recorded, ensure_ascii=False) + "\n")


main()
