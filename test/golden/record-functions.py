"""Records what the real Spark (PySpark 4.3, ANSI on) answers to functions.sql, into functions.json.

    python test/golden/record-functions.py
"""

import json
import math
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

here = Path(__file__).parent

VIEWS = {
    "t": {
        "schema": "k string, i int, l bigint, d double, b boolean",
        "rows": [
            ["a", 1, 10, 1.5, True],
            ["a", 2, None, float("nan"), None],
            ["b", None, -3, -0.0, False],
            [None, 4, 9007199254740993, 0.0, True],
            ["big", 3, 9223372036854775807, float("nan"), False],
            ["big", None, 5, None, None],
            ["é😀", 7, 0, float("-inf"), True],
        ],
    },
    "none": {"schema": "x bigint", "rows": []},
}


def cell(value):
    """A value as JSON that keeps integers and doubles apart."""
    if isinstance(value, float):
        text = "NaN" if math.isnan(value) else str(value).replace("inf", "Infinity")
        return {"double": text}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return {"long": str(value)}
    return value


def answer(spark, sql):
    try:
        frame = spark.sql(sql)
        rows = [[cell(value) for value in row] for row in frame.collect()]
        columns = [[field.name, field.dataType.simpleString(), field.nullable] for field in frame.schema.fields]
        return {"sql": sql, "columns": columns, "rows": rows}
    except PySparkException as error:
        return {"sql": sql, "error": error.getCondition()}


def main():
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    for name, view in VIEWS.items():
        spark.createDataFrame(view["rows"], view["schema"]).createOrReplaceTempView(name)
    lines = (here / "functions.sql").read_text().splitlines()
    cases = [answer(spark, line) for line in lines if line and not line.startswith("--")]
    views = {
        name: {"schema": view["schema"], "rows": [[cell(value) for value in row] for row in view["rows"]]}
        for name, view in VIEWS.items()
    }
    written = ",\n    ".join(json.dumps(case, ensure_ascii=False) for case in cases)
    text = f'{{\n  "spark": "{spark.version}",\n  "views": {json.dumps(views, ensure_ascii=False)},\n  "cases": [\n    {written}\n  ]\n}}\n'
    (here / "functions.json").write_text(text)


main()
