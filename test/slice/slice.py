"""The relational slice and one RDD job of two stages; the master is the first argument, a Parquet file the second."""

import sys

from kindling.sql import SparkSession
from kindling.sql import functions as F

master, numbers = sys.argv[1], sys.argv[2]
spark = SparkSession.builder.master(master).appName("slice").getOrCreate()

spark.range(5).filter("id > 1").show()
frame = spark.read.parquet(numbers)
frame.orderBy("n").show()
frame.groupBy((F.col("n") % 2).alias("odd")).agg(F.sum("n"), F.count("name")).orderBy("odd").show()
frame.createOrReplaceTempView("numbers")
spark.sql("SELECT name, half FROM numbers WHERE n > 6 ORDER BY n").show()
print(sorted(frame.select("n").rdd.map(lambda row: row.n * 2).collect()))

ten_times = F.udf(lambda x: x * 10, "bigint")
spark.range(3).select("id", ten_times("id").alias("ten")).orderBy("id").show()

rows = spark.sparkContext.parallelize([("a", 1, 0.5), ("b", 2, 1.5)]).toDF(["k", "v", "w"])
print(sorted(rows.collect()))
counts = (
    spark.sparkContext.parallelize(["a b a", "c b", "a"], 3)
    .flatMap(lambda line: line.split())
    .map(lambda word: (word, 1))
    .reduceByKey(lambda left, right: left + right, 2)
)
print(sorted(counts.collect()))
spark.stop()
