"""Records what Spark's own RDDs, those of Scala and Java, give: writes rdd-jvm.json beside this script.

    python test/golden/record-rdd-jvm.py

Run it with the Python of an installation of PySpark, whose package holds Spark's Scala shell: it runs
record-rdd-jvm.scala on the master local[1], where results come in order of the partitions, twice: both outcomes must
be the same. A case is `{"family", "args", "value"}`. Doubles are `{"double": text}` as Java writes them, whole numbers
beyond 2^53 `{"long": text}`; tuples are arrays, maps sorted arrays of pairs; a failure is
`{"error": [class, message]}`, the message that of its innermost cause. Unless said otherwise the elements are the
numbers 0 to n-1 (`parallelize(0 until n, slices)`) and the value is a list of partitions.

java.util.Random, XORShiftRandom (seed): 3 nextInt(), 3 nextLong() as text, 3 nextDouble(), nextInt of 7, 8, 1000,
    2^30 and 2^31-1, 4 nextGaussian()
Well19937c (seed): of Commons Math 3: 3 nextInt(), 3 nextDouble(), 4 nextGaussian(); `after` (seed, n): 3 nextInt()
    after n of them
PoissonDistribution (mean, seed): of Commons Math 3: reseedRandomGenerator(seed), then 20 times sample()
byteswap32 (numbers): scala.util.hashing.byteswap32 of each
sample (n, slices, withReplacement, fraction, seed): RDD.sample; up to a fraction of 0.4 Spark draws gaps
takeSample (n, slices, withReplacement, num, seed): RDD.takeSample; the elements
randomSplit (n, slices, weights, seed): RDD.randomSplit; for each part its partitions
sampleByKey, sampleByKeyExact (n, slices, withReplacement, fractions, seed): of pairs (i % 3, i) with a fraction for
    each key; the values; `sizes`: how many of each key
repartition, coalesce (n, slices, into): RDD.repartition, and RDD.coalesce without a shuffle
repartition, start (partitions, numbers): for each number of new partitions, where the only element of each old one
    goes
parallelize, range, union, cartesian, glom, zipWithIndex, zipWithUniqueId: as the methods of these names
sortByKey (n, slices, into, ascending): of pairs (k, -k), k = (7919 i + 13) mod n; the keys
RangePartitioner, bounds (n, slices, into, id): of the same keys: the least key of each partition; id is that of the
    RDD of keys, which seeds its sample
filterByRange (n, slices, into, from, to): after sortByKey into that many partitions; `not sorted`: without it
stats, sum, mean, histogram (values, bounds or number of buckets): DoubleRDDFunctions in 2 partitions; stats: count,
    sum, mean, min, max, variance, stdev, sampleVariance, sampleStdev, popVariance, popStdev
countApproxDistinct (n, relativeSD): of whole numbers, or texts "text i", in 3 partitions
treeAggregate, fold, aggregate, reduceByKey, … (n, slices, depth): texts show who was merged with whom: `ab` within a
    partition, `(ab)` between two
launched (call): by SparkListener: for each job how many tasks succeeded of each of its stages that ran
"""

import json
import os
import subprocess
from pathlib import Path

import pyspark

HERE = Path(__file__).parent
HOME = Path(pyspark.__file__).parent
DEADLINE_SECONDS = 900


def recorded():
    """The cases, as the shell prints them."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.log.level": "OFF",
        "spark.ui.showConsoleProgress": "false",
        "spark.resultGetter.threads": "1",
    }
    options = [option for name, value in settings.items() for option in ("--conf", f"{name}={value}")]
    command = [HOME / "bin" / "spark-shell", "--master", "local[1]", *options, "-i", HERE / "record-rdd-jvm.scala"]
    environment = {**os.environ, "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "TERM": "dumb"}
    run = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    lines = [line[2:] for line in run.stdout.splitlines() if line.startswith("@@")]
    if not lines or lines[-1] != "end":
        raise SystemExit(run.stdout[-4000:] + run.stderr[-2000:])
    return lines[:-1]


def main():
    first, second = recorded(), recorded()
    different = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if different:
        raise SystemExit("two runs differ:\n" + "\n".join(f"{a}\n{b}" for a, b in different))
    cases = [dict(zip(("family", "args", "value"), json.loads(line), strict=True)) for line in first]
    with (HERE / "rdd-jvm.json").open("w", encoding="utf-8") as file:
        file.write(f'{{\n"source": "Spark {pyspark.__version__}, Scala shell, local[1]",\n"cases": [\n')
        file.write(",\n".join(json.dumps(case, ensure_ascii=False, separators=(", ", ":")) for case in cases))
        file.write("\n]\n}\n")
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()
