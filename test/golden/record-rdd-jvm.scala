// What record-rdd-jvm.py lets Spark's own shell run: prints "@@", the family, the arguments and the value of each case.
import org.apache.spark._
import org.apache.spark.rdd._
import org.apache.spark.scheduler._
import scala.collection.mutable
import scala.util.Try

object Json {
  private def quoted(s: String): String = "\"" + s.flatMap {
    case '"' => "\\\""
    case '\\' => "\\\\"
    case c if c < ' ' => f"\\u${c.toInt}%04x"
    case c => c.toString
  } + "\""

  /** Doubles are told apart from whole numbers, tuples are arrays, maps are sorted arrays of pairs, None is null. */
  def of(value: Any): String = value match {
    case null | None | () => "null"
    case Some(x) => of(x)
    case s: String => quoted(s)
    case b: Boolean => b.toString
    case d: Double => s"""{"double":${quoted(d.toString)}}"""
    case i: Int => i.toString
    case l: Long => if (l.abs < (1L << 53)) l.toString else s"""{"long":"$l"}"""
    case a: Array[_] => a.map(of).mkString("[", ",", "]")
    case m: scala.collection.Map[_, _] => m.toSeq.map { case (k, v) => of(Seq(k, v)) }.sorted.mkString("[", ",", "]")
    case s: Iterable[_] => s.map(of).mkString("[", ",", "]")
    case p: Product => p.productIterator.map(of).mkString("[", ",", "]")
  }
}

/** Tasks that succeeded, by job and stage, as the scheduler's events tell. */
class Watch extends SparkListener {
  val jobs = mutable.LinkedHashMap.empty[Int, Seq[Int]]
  val tasks = mutable.Map.empty[Int, Int].withDefaultValue(0)
  override def onJobStart(event: SparkListenerJobStart): Unit = synchronized { jobs(event.jobId) = event.stageIds.sorted }
  override def onTaskEnd(event: SparkListenerTaskEnd): Unit = synchronized {
    if (event.taskInfo.successful) tasks(event.stageId) += 1
  }
}

object Record {
  def put(family: String, args: Any*)(value: => Any): Unit = {
    val text = Try(Json.of(value)).recover { case error => s"""{"error":${Json.of(Seq(error.getClass.getName, message(error)))}}""" }.get
    println(s"@@[${Json.of(family)},${Json.of(args)},$text]")
  }

  /** The last cause's first line: what was thrown in a task, where it was one. */
  private def message(error: Throwable): String = {
    val last = Iterator.iterate(error)(_.getCause).takeWhile(_ != null).toSeq.last
    val line = String.valueOf(last.getMessage).linesIterator.nextOption().getOrElse("")
    if (last eq error) line else last.getClass.getName + ": " + line
  }

  def parts[T](rdd: RDD[T]): Seq[Seq[T]] = rdd.mapPartitions(xs => Iterator(xs.toVector)).collect().toSeq

  /** The numbers below n in an order of their own. */
  def mixed(n: Int): Seq[Int] = (0 until n).map(i => ((i.toLong * 7919 + 13) % n).toInt)

  def launched(sc: SparkContext)(call: => Any): Seq[Seq[Int]] = {
    val watch = new Watch
    sc.addSparkListener(watch)
    call
    settle(sc)
    sc.removeSparkListener(watch)
    watch.jobs.values.toSeq.map(stages => stages.map(watch.tasks).filter(_ > 0))
  }

  /** `LiveListenerBus.waitUntilEmpty`, which only Spark's own packages may name. */
  private def settle(sc: SparkContext): Unit = {
    val bus = classOf[SparkContext].getMethod("listenerBus").invoke(sc)
    bus.getClass.getMethod("waitUntilEmpty").invoke(bus)
  }

  private def xorShift(seed: Long): java.util.Random =
    Class.forName("org.apache.spark.util.random.XORShiftRandom").getConstructor(classOf[Long]).newInstance(Long.box(seed)).asInstanceOf[java.util.Random]

  def generators(): Unit = {
    for (seed <- Seq(0L, 1L, 42L, -1L, 1L << 40, Long.MinValue, Int.MaxValue.toLong)) {
      put("java.util.Random", seed) {
        val r = new java.util.Random(seed)
        (Seq.fill(3)(r.nextInt()), Seq.fill(3)(r.nextLong().toString), Seq.fill(3)(r.nextDouble()), Seq(7, 8, 1000, 1 << 30, Int.MaxValue).map(r.nextInt), Seq.fill(4)(r.nextGaussian()))
      }
      put("XORShiftRandom", seed) {
        val r = xorShift(seed)
        (Seq.fill(3)(r.nextInt()), Seq.fill(3)(r.nextLong().toString), Seq.fill(3)(r.nextDouble()), Seq(7, 8, 1000, 1 << 30, Int.MaxValue).map(r.nextInt), Seq.fill(4)(r.nextGaussian()))
      }
      put("Well19937c", seed) {
        val r = new org.apache.commons.math3.random.Well19937c(seed)
        (Seq.fill(3)(r.nextInt()), Seq.fill(3)(r.nextDouble()), Seq.fill(4)(r.nextGaussian()))
      }
    }
    put("Well19937c, after", 7, 2000) {
      val r = new org.apache.commons.math3.random.Well19937c(7L)
      (1 to 2000).foreach(_ => r.nextInt())
      Seq.fill(3)(r.nextInt())
    }
    for (mean <- Seq(0.05, 0.5, 1.0, 7.25, 39.9, 40.0, 75.5, 1000.0); seed <- Seq(3L, 11L)) put("PoissonDistribution", mean, seed) {
      val p = new org.apache.commons.math3.distribution.PoissonDistribution(mean)
      p.reseedRandomGenerator(seed)
      Seq.fill(20)(p.sample())
    }
    put("byteswap32", Seq(0, 1, 2, 3, 100, -1, 1 << 16)) { Seq(0, 1, 2, 3, 100, -1, 1 << 16).map(scala.util.hashing.byteswap32) }
  }

  def samples(sc: SparkContext): Unit = {
    for (replace <- Seq(false, true); fraction <- Seq(0.01, 0.1, 0.3, 0.4, 0.41, 0.7, 0.99, 1.0, 1.5, 3.0, 45.0) if replace || fraction <= 1; seed <- Seq(17L, -5L))
      put("sample", 60, 3, replace, fraction, seed) { parts(sc.parallelize(0 until 60, 3).sample(replace, fraction, seed)) }
    for ((fraction, replace) <- Seq((0.0, false), (0.0, true), (0.25, false), (0.25, true)); seed <- Seq(0L, 1L << 40))
      put("sample", 400, 5, replace, fraction, seed) { parts(sc.parallelize(0 until 400, 5).sample(replace, fraction, seed)) }
    put("sample", 1, 1, false, -0.5, 1L) { sc.parallelize(0 until 1, 1).sample(false, -0.5, 1L) }
    put("sample", 1, 1, false, 1.5, 1L) { sc.parallelize(0 until 1, 1).sample(false, 1.5, 1L) }
    for ((n, slices, replace, count, seed) <- Seq(
        (20, 4, false, 5, 7L), (20, 4, false, 19, 7L), (20, 4, false, 20, 7L), (20, 4, false, 100, 7L), (20, 2, true, 5, 7L), (20, 2, true, 11, 8L),
        (20, 2, true, 12, 8L), (20, 2, true, 30, 8L), (1000, 3, false, 10, 1L), (1000, 3, false, 200, 2L), (1000, 3, true, 10, 1L), (5, 1, true, 50, -3L), (20, 4, false, 0, 7L), (0, 2, false, 3, 7L), (0, 2, true, 3, 7L), (1, 1, true, 1, 5L)))
      put("takeSample", n, slices, replace, count, seed) { sc.parallelize(0 until n, slices).takeSample(replace, count, seed).toSeq }
    put("takeSample", 5, 1, false, -1, 1L) { sc.parallelize(0 until 5, 1).takeSample(false, -1, 1L) }
    for ((n, slices, weights, seed) <- Seq((20, 2, Seq(1.0, 3.0), 11L), (60, 3, Seq(0.2, 0.3, 0.5), 24L), (30, 1, Seq(0.0, 1.0, 0.0), 3L), (60, 4, Seq(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), -9L), (10, 2, Seq(5.0), 1L)))
      put("randomSplit", n, slices, weights, seed) { sc.parallelize(0 until n, slices).randomSplit(weights.toArray, seed).toSeq.map(parts) }
    put("randomSplit", 1, 1, Seq(1.0, -1.0), 1L) { sc.parallelize(0 until 1, 1).randomSplit(Array(1.0, -1.0), 1L).length }
    put("randomSplit", 1, 1, Seq(0.0), 1L) { sc.parallelize(0 until 1, 1).randomSplit(Array(0.0), 1L).length }
    val fractions = Seq(0.1, 0.5, 0.9)
    for (replace <- Seq(false, true); (n, slices, seed) <- Seq((60, 2, 5L), (300, 4, 42L))) {
      def pairs = sc.parallelize((0 until n).map(i => (i % 3, i)), slices)
      val byKey = fractions.zipWithIndex.map(_.swap).toMap
      put("sampleByKey", n, slices, replace, fractions, seed) { parts(pairs.sampleByKey(replace, byKey, seed).values) }
      put("sampleByKeyExact", n, slices, replace, fractions, seed) { parts(pairs.sampleByKeyExact(replace, byKey, seed).values) }
      put("sampleByKeyExact, sizes", n, slices, replace, fractions, seed) { pairs.sampleByKeyExact(replace, byKey, seed).countByKey() }
    }
    put("sampleByKey, without a fraction", 1, 1, false, Seq(), 1L) { sc.parallelize(Seq((1, 1)), 1).sampleByKey(false, Map.empty[Int, Double], 1L).collect() }
  }

  def layouts(sc: SparkContext): Unit = {
    for ((n, slices, into) <- Seq((20, 2, 3), (20, 2, 1), (20, 2, 2), (20, 2, 5), (20, 1, 4), (45, 5, 4), (9, 3, 7), (40, 12, 3), (64, 8, 8), (30, 3, 10), (3, 5, 2), (0, 2, 3)))
      put("repartition", n, slices, into) { parts(sc.parallelize(0 until n, slices).repartition(into)) }
    put("repartition, start", 40, Seq(2, 3, 7, 8, 10, 100, 200)) {
      Seq(2, 3, 7, 8, 10, 100, 200).map { into =>
        val found = parts(sc.parallelize(0 until 40, 40).repartition(into))
        (0 until 40).map(p => found.indexWhere(_.contains(p)))
      }
    }
    for ((n, slices, into) <- Seq((10, 5, 1), (10, 5, 2), (10, 5, 3), (10, 5, 4), (10, 5, 5), (10, 5, 9), (14, 7, 2), (14, 7, 3), (14, 7, 5), (26, 13, 4), (200, 100, 7), (4, 2, 5)))
      put("coalesce", n, slices, into) { parts(sc.parallelize(0 until n, slices).coalesce(into)) }
    put("coalesce", 10, 2, 0) { sc.parallelize(0 until 10, 2).coalesce(0) }
    for ((n, slices) <- Seq((10, 3), (7, 4), (3, 5), (0, 2), (100, 7))) {
      put("parallelize, a range", n, slices) { parts(sc.parallelize(0 until n, slices)) }
      put("parallelize, a list", n, slices) { parts(sc.parallelize((0 until n).toList, slices)) }
    }
    put("range", 1, 10, 3, 2) { parts(sc.range(1, 10, 3, 2)) }
    put("range", 10, 1, -4, 2) { parts(sc.range(10, 1, -4, 2)) }
    put("range", 0, 7, 1, 3) { parts(sc.range(0, 7, 1, 3)) }
    put("range", 5, 5, 1, 2) { parts(sc.range(5, 5, 1, 2)) }
    for ((n, slices) <- Seq((5, 3), (8, 4), (0, 2), (1, 1))) {
      put("zipWithUniqueId", n, slices) { parts(sc.parallelize(0 until n, slices).zipWithUniqueId()) }
      put("zipWithIndex", n, slices) { parts(sc.parallelize(0 until n, slices).zipWithIndex()) }
    }
    put("union", 2, 3) { parts(sc.parallelize(Seq(1, 2, 3), 2).union(sc.parallelize(Seq(4, 5, 6), 3))) }
    put("cartesian", 2, 2) { parts(sc.parallelize(Seq(1, 2, 3), 2).cartesian(sc.parallelize(Seq("a", "b"), 2))) }
    put("glom", 5, 3) { sc.parallelize(0 until 5, 3).glom().collect().toSeq.map(_.toSeq) }
  }

  def sorts(sc: SparkContext): Unit = {
    for ((n, slices, into, ascending) <- Seq((23, 3, 3, true), (23, 3, 3, false), (23, 3, 1, true), (23, 3, 5, true), (23, 1, 4, false), (2, 2, 5, true), (0, 3, 3, true), (100, 4, 7, true), (100, 2, 3, false)))
      put("sortByKey", n, slices, into, ascending) { parts(sc.parallelize(mixed(n).map(k => (k, -k)), slices).sortByKey(ascending, into).keys) }
    put("sortByKey, equal keys", 12, 3, 2, true) { parts(sc.parallelize((0 until 12).map(i => (i % 3, i)), 3).sortByKey(true, 2)) }
    put("sortByKey, equal keys", 12, 3, 2, false) { parts(sc.parallelize((0 until 12).map(i => (i % 3, i)), 3).sortByKey(false, 2)) }
    put("sortByKey, one key", 6, 3, 3, true) { parts(sc.parallelize((0 until 6).map(i => (5, i)), 3).sortByKey(true, 3)) }
    put("sortByKey, NaN", 4, 1) { sc.parallelize(Seq(2.0, Double.NaN, -1.0, -0.0, 0.0, Double.PositiveInfinity).map((_, 0)), 2).sortByKey(true, 1).keys.collect().toSeq }
    put("sortBy", 11, 3, 2, false) { parts(sc.parallelize(mixed(11), 3).sortBy(x => x, false, 2)) }
    put("sortBy, texts", 2) { sc.parallelize(Seq("b", "a", "B", "é", "z", "\uffee", "😀", ""), 2).sortBy(x => x).collect().toSeq }
    for ((n, slices, into) <- Seq((100, 4, 4), (1000, 2, 10), (60, 1, 3), (20000, 3, 16))) {
      val pairs = sc.parallelize(mixed(n).map(k => (k, 0)), slices)
      put("RangePartitioner, bounds", n, slices, into, pairs.id + 1) {
        val partitioner = new RangePartitioner(into, pairs)
        (0 until n).groupBy(partitioner.getPartition(_)).toSeq.sortBy(_._1).map(_._2.min)
      }
    }
    put("RangePartitioner, equal keys", 100, 4, 10) { new RangePartitioner(10, sc.parallelize((0 until 100).map(i => (i % 3, 0)), 4)).numPartitions }
    for ((from, to) <- Seq((5, 9), (20, 30), (9, 5), (-5, 2))) {
      put("filterByRange", 23, 3, 3, from, to) { parts(sc.parallelize(mixed(23).map((_, 0)), 3).sortByKey(true, 3).filterByRange(from, to).keys) }
      put("filterByRange, not sorted", 23, 3, 3, from, to) { parts(sc.parallelize(mixed(23).map((_, 0)), 3).filterByRange(from, to).keys) }
    }
    put("repartitionAndSortWithinPartitions", 6, 2) { parts(sc.parallelize(Seq((0, 5), (3, 8), (2, 6), (0, 8), (3, 8), (1, 3)), 3).repartitionAndSortWithinPartitions(new HashPartitioner(2))) }
    put("top", 3) { sc.parallelize(Seq(10, 4, 2, 12, 3), 3).top(3).toSeq }
    put("takeOrdered", 3) { sc.parallelize(Seq(10, 4, 2, 12, 3), 3).takeOrdered(3).toSeq }
    put("takeOrdered", 0) { sc.parallelize(Seq(10, 4), 2).takeOrdered(0).toSeq }
    put("takeOrdered", -1) { sc.parallelize(Seq(10, 4), 2).takeOrdered(-1).toSeq }
    put("takeOrdered, equal", 3) { sc.parallelize(Seq((1, "a"), (2, "b"), (1, "c"), (2, "d"), (1, "e")), 3).takeOrdered(4)(Ordering.by(_._1)).toSeq }
    put("top, without partitions", 3) { sc.emptyRDD[Int].top(3).toSeq }
    put("max and min", 8) { val r = sc.parallelize(Seq(3, 1, 4, 1, 5, 9, 2, 6), 3); (r.max(), r.min()) }
  }

  def numbers(sc: SparkContext): Unit = {
    def doubles(xs: Double*) = sc.parallelize(xs, 2)
    val none = sc.parallelize(Seq.empty[Double], 2)
    def all(s: org.apache.spark.util.StatCounter) = Seq(s.count.toDouble, s.sum, s.mean, s.min, s.max, s.variance, s.stdev, s.sampleVariance, s.sampleStdev, s.popVariance, s.popStdev)
    put("stats", Seq(1.5, 2.5, 4.0, 8.0)) { all(doubles(1.5, 2.5, 4.0, 8.0).stats()) }
    put("stats", Seq()) { all(none.stats()) }
    put("stats", Seq(5.0)) { all(doubles(5.0).stats()) }
    put("stats", Seq(1.0, Double.NaN)) { all(doubles(1.0, Double.NaN).stats()) }
    put("stats, partitions of 100 and 1 and 1", 0) { all(sc.parallelize((0 until 100).map(_.toDouble), 1).union(sc.parallelize(Seq(1000.0), 1)).union(sc.parallelize(Seq(1.0), 1)).stats()) }
    put("stats, as text", Seq(1.0, 2.0, 4.0)) { doubles(1.0, 2.0, 4.0).stats().toString }
    put("sum, mean, variance", Seq()) { (none.sum(), none.mean(), none.variance(), none.stdev()) }
    put("sum, order", Seq(0.1, 0.2, 0.3, 0.4, 1e16, -1e16)) { sc.parallelize(Seq(0.1, 0.2, 0.3, 0.4, 1e16, -1e16), 3).sum() }
    put("histogram, bounds", Seq(0, 5, 25, 50)) { sc.parallelize((0 to 50).map(_.toDouble), 2).histogram(Array(0.0, 5.0, 25.0, 50.0)).toSeq }
    put("histogram, bounds", Seq(1, 2, 3)) { doubles(1, 2, Double.NaN, 0, 10.5, 3, Double.PositiveInfinity, Double.NegativeInfinity).histogram(Array(1.0, 2.0, 3.0)).toSeq }
    put("histogram, even bounds", Seq(0, 1, 2, 3)) { doubles(0.5, 1.0, 1.5, 2.0, 2.9999, 3.0, -1).histogram(Array(0.0, 1.0, 2.0, 3.0), true).toSeq }
    for (n <- Seq(1, 2, 4, 7)) put("histogram, buckets", n) { sc.parallelize((0 to 50).map(_.toDouble), 2).histogram(n) }
    put("histogram, buckets", 4) { doubles(1, 2).histogram(4) }
    put("histogram, buckets, equal values", 3) { doubles(1, 1, 1).histogram(3) }
    put("histogram, buckets, NaN", 2) { doubles(1, 2, Double.NaN).histogram(2) }
    put("histogram, buckets, infinite", 2) { doubles(1, Double.PositiveInfinity).histogram(2) }
    put("histogram, buckets, empty", 2) { none.histogram(2) }
    put("histogram, one bound", Seq(1)) { doubles(1).histogram(Array(1.0)) }
    for (n <- Seq(0, 1, 10, 100, 1000, 20000); sd <- Seq(0.05, 0.1, 0.01)) put("countApproxDistinct", n, sd) { sc.parallelize(0 until n, 3).countApproxDistinct(sd) }
    for (n <- Seq(10, 1000)) put("countApproxDistinct, texts", n, 0.05) { sc.parallelize((0 until n).map(i => s"text $i"), 3).countApproxDistinct(0.05) }
    put("countApproxDistinct, p and sp", 1000, 8, 0) { sc.parallelize(0 until 1000, 3).countApproxDistinct(8, 0) }
    put("countApproxDistinct", 1, 0.00001) { sc.parallelize(0 until 1, 1).countApproxDistinct(0.00001) }
    put("countApproxDistinctByKey", 1000, 0.05) { sc.parallelize((0 until 1000).map(i => (i % 2, i)), 3).countApproxDistinctByKey(0.05).collect().toSeq.sorted }
    put("countByValue", 0) { sc.parallelize(Seq("b", "a", "b"), 2).countByValue() }
    put("countByValueApprox", 0) { sc.parallelize(Seq("b", "a", "b"), 2).countByValueApprox(60000).getFinalValue().map { case (k, v) => (k, v.mean) } }
    put("countApprox", 1000) { val found = sc.parallelize(0 until 1000, 4).countApprox(60000).getFinalValue(); (found.mean, found.low, found.high, found.confidence) }
    put("sumApprox", 3) { val found = doubles(1, 2, 3).sumApprox(60000).getFinalValue(); (found.mean, found.low, found.high, found.confidence) }
    put("meanApprox", 3) { val found = doubles(1, 2, 3).meanApprox(60000).getFinalValue(); (found.mean, found.low, found.high, found.confidence) }
  }

  def merges(sc: SparkContext): Unit = {
    def text(n: Int, slices: Int) = sc.parallelize((0 until n).map(_.toString), slices)
    for (slices <- Seq(1, 2, 4, 5, 9, 10); depth <- Seq(1, 2, 3))
      put("treeAggregate", 9, slices, depth) { text(9, slices).treeAggregate("")((a, x) => a + x, (a, b) => s"($a$b)", depth) }
    put("treeAggregate, zero", 2, 4, 2) { sc.parallelize(Seq(1, 2), 4).treeAggregate(10)(_ + _, _ + _) }
    put("treeAggregate, without partitions", 0) { sc.emptyRDD[Int].treeAggregate(5)(_ + _, _ + _) }
    put("treeAggregate, depth 0", 1) { sc.parallelize(Seq(1), 1).treeAggregate(0)(_ + _, _ + _, 0) }
    for (depth <- Seq(1, 2, 3, 10)) put("treeReduce", 9, 10, depth) { sc.parallelize(Seq(-5, -4, -3, -2, -1, 1, 2, 3, 4), 10).treeReduce(_ + _, depth) }
    put("treeReduce, empty", 0) { sc.parallelize(Seq.empty[Int], 2).treeReduce(_ + _) }
    put("reduce, empty", 0) { sc.parallelize(Seq.empty[Int], 2).reduce(_ + _) }
    put("first, empty", 0) { sc.parallelize(Seq.empty[Int], 2).first() }
    put("max, empty", 0) { sc.parallelize(Seq.empty[Int], 2).max() }
    put("fold", 2, 2) { sc.parallelize(Seq(1, 2), 2).fold(10)(_ + _) }
    put("fold, empty", 0, 3) { sc.parallelize(Seq.empty[Int], 3).fold(1)(_ + _) }
    put("fold, without partitions", 0) { sc.emptyRDD[Int].fold(1)(_ + _) }
    put("aggregate", 2, 3) { sc.parallelize(Seq(1, 2), 3).aggregate(10)(_ + _, _ + _) }
    put("aggregateByKey", 4, 2) { sc.parallelize(Seq((1, 1), (1, 1), (1, 1), (2, 1)), 2).aggregateByKey(10, 1)(_ + _, _ + _).collect().toSeq.sorted }
    put("foldByKey", 4, 2) { sc.parallelize(Seq((1, 1), (1, 1), (2, 1), (1, 1)), 2).foldByKey(100, 1)(_ + _).collect().toSeq.sorted }
    put("reduceByKey, order", 6, 3) { sc.parallelize("abcdef".map(c => (1, c.toString)), 3).reduceByKey((a, b) => s"($a$b)").collect().toSeq }
    put("combineByKey, map side", 6, 2) { sc.parallelize(Seq.fill(6)((1, 1)), 2).combineByKey[String]((v: Int) => s"<$v>", (c: String, v: Int) => s"$c+$v", (c: String, d: String) => s"$c|$d", new HashPartitioner(1)).values.collect().toSeq }
    put("combineByKey, not on the map side", 6, 2) { sc.parallelize(Seq.fill(6)((1, 1)), 2).combineByKey[String]((v: Int) => s"<$v>", (c: String, v: Int) => s"$c+$v", (c: String, d: String) => s"$c|$d", new HashPartitioner(1), false).values.collect().toSeq }
    put("reduceByKeyLocally", 6, 3) { sc.parallelize("abcdef".map(c => (1, c.toString)), 3).reduceByKeyLocally((a, b) => s"($a$b)") }
    put("collectAsMap", 3) { sc.parallelize(Seq((1, 1), (2, 2), (1, 3)), 2).collectAsMap() }
    put("countByKey", 3) { sc.parallelize(Seq((1, 1), (2, 2), (1, 3)), 2).countByKey() }
    put("lookup", 1) { sc.parallelize(Seq((1, 1), (2, 2), (1, 3)), 2).lookup(1) }
    put("zip, partitions", 2, 3) { sc.parallelize(0 until 4, 2).zip(sc.parallelize(0 until 4, 3)).collect() }
    put("zip, elements", 4, 5) { sc.parallelize(0 until 4, 1).zip(sc.parallelize(0 until 5, 1)).collect() }
    put("zipPartitions", 4, 5) { sc.parallelize(0 until 4, 2).zipPartitions(sc.parallelize(0 until 5, 2))((a, b) => Iterator(s"${a.mkString}-${b.mkString}")).collect().toSeq }
    put("intersection", 0) { sc.parallelize(Seq(1, 10, 2, 3, 3), 2).intersection(sc.parallelize(Seq(1, 2, 3, 3), 2)).collect().toSeq.sorted }
    put("subtract", 0) { sc.parallelize(Seq(1, 1, 2, 3), 2).subtract(sc.parallelize(Seq(3, 4), 1)).collect().toSeq.sorted }
    val left = sc.parallelize(Seq((1, "a"), (2, "b"), (1, "c"), (4, "d")), 2)
    val right = sc.parallelize(Seq((1, "x"), (3, "y"), (1, "z"), (2, "w")), 3)
    put("join, partitions", 2, 3) { Seq(left.join(right), left.leftOuterJoin(right), left.cogroup(right), left.subtractByKey(right)).map(_.getNumPartitions) }
    put("join", 0) { left.join(right, 1).collect().toSeq.sorted }
    put("fullOuterJoin", 0) { left.fullOuterJoin(right, 1).collect().toSeq.sortBy(_.toString) }
    put("cogroup", 0) { left.cogroup(right, 1).collect().toSeq.sortBy(_._1).map { case (k, (a, b)) => (k, a.toSeq, b.toSeq) } }
    put("partitioner", 0) {
      val placed = left.partitionBy(new HashPartitioner(3))
      Seq(placed.mapValues(_ + ""), placed.flatMapValues(x => Seq(x)), placed.filter(_ => true), placed.map(x => x), placed.union(placed), placed.union(left), placed.sample(false, 0.5), placed.reduceByKey(_ + _), placed.sortByKey(), placed.coalesce(2)).map(_.partitioner.isDefined)
    }
    put("partitionBy, no-op", 0) { val placed = left.partitionBy(new HashPartitioner(3)); (placed.partitionBy(new HashPartitioner(3)) eq placed, placed.partitionBy(new HashPartitioner(4)) eq placed) }
    put("toDebugString", 0) { sc.parallelize(Seq((1, 1)), 2).reduceByKey(_ + _, 3).toDebugString.linesIterator.toSeq.map(line => "^(\\(\\d+\\)|[ +|-]*(\\(\\d+\\))?)".r.findFirstIn(line).get.replaceAll("\\s+$", "")) }
    put("pipe", 0) { sc.parallelize(Seq(1, 2, 3), 2).pipe("cat -n").collect().toSeq }
    put("pipe, environment", 0) { sc.parallelize(Seq(1), 1).pipe(Seq("/usr/bin/env"), Map("ONE" -> "1")).collect().toSeq.count(line => line == "ONE=1" || line.startsWith("PATH=")) }
    put("pipe, exit status", 3) { sc.parallelize(Seq(1), 1).pipe(Seq("sh", "-c", "exit 3")).collect() }
  }

  def jobs(sc: SparkContext): Unit = {
    def numbers = sc.parallelize(0 until 100, 4)
    def pairs = numbers.map(x => (x % 7, x))
    def tasks(name: String)(call: => Any): Unit = put("launched", name) { launched(sc)(call) }
    tasks("zipWithIndex")(numbers.zipWithIndex())
    tasks("zipWithIndex, one partition")(sc.parallelize(0 until 4, 1).zipWithIndex())
    tasks("zipWithUniqueId")(numbers.zipWithUniqueId())
    tasks("sortByKey")(pairs.sortByKey())
    tasks("sortByKey, into one partition")(pairs.sortByKey(true, 1))
    tasks("sortByKey, one partition much larger")(sc.parallelize((0 until 2000).map((_, 0)), 4).filter { case (k, _) => k < 500 || k % 100 == 0 }.sortByKey())
    tasks("sortBy, collect")(numbers.sortBy(-_).collect())
    tasks("takeSample")(numbers.takeSample(false, 3, 1L))
    tasks("takeSample, all")(numbers.takeSample(false, 100, 1L))
    tasks("histogram, buckets")(numbers.map(_.toDouble).histogram(3))
    tasks("histogram, bounds")(numbers.map(_.toDouble).histogram(Array(0.0, 50.0, 100.0)))
    tasks("take(1)")(numbers.take(1))
    tasks("take(60)")(numbers.take(60))
    tasks("take(0)")(numbers.take(0))
    tasks("take(1000)")(numbers.take(1000))
    tasks("take(1) of the last of 40")(sc.parallelize(0 until 40, 40).filter(_ > 38).take(1))
    tasks("take(13) of 30 times 2")(sc.parallelize(0 until 60, 30).take(13))
    tasks("first")(numbers.first())
    tasks("isEmpty")(numbers.isEmpty())
    tasks("isEmpty, without partitions")(sc.emptyRDD[Int].isEmpty())
    tasks("isEmpty, of 8 empty partitions")(sc.parallelize(Seq.empty[Int], 8).isEmpty())
    tasks("toLocalIterator")(numbers.toLocalIterator.size)
    for (depth <- 1 to 4) tasks(s"treeReduce of 16 partitions, depth $depth")(sc.parallelize(0 until 64, 16).treeReduce(_ + _, depth))
    for (n <- Seq(1, 2, 4, 5, 9, 10)) tasks(s"treeAggregate of $n partitions")(sc.parallelize(Seq(1), n).treeAggregate(0)(_ + _, _ + _))
    tasks("lookup")(pairs.lookup(3))
    tasks("lookup, placed")(pairs.partitionBy(new HashPartitioner(3)).lookup(3))
    tasks("partitionBy")(pairs.partitionBy(new HashPartitioner(3)))
    tasks("count")(numbers.count())
    tasks("sum")(numbers.sum())
    tasks("countByKey")(pairs.countByKey())
    tasks("countByValue")(numbers.countByValue())
    tasks("reduceByKeyLocally")(pairs.reduceByKeyLocally(_ + _))
    tasks("collectAsMap")(pairs.collectAsMap())
    tasks("top")(numbers.top(3))
    tasks("takeOrdered(0)")(numbers.takeOrdered(0))
    tasks("max")(numbers.max())
    tasks("foreachPartition")(numbers.foreachPartition(_ => ()))
    tasks("countApproxDistinct")(numbers.countApproxDistinct())
    tasks("sampleByKeyExact")(pairs.sampleByKeyExact(false, (0 until 7).map(_ -> 0.5).toMap, 1L))
    tasks("sampleByKeyExact, with replacement")(pairs.sampleByKeyExact(true, (0 until 7).map(_ -> 0.5).toMap, 1L))
    tasks("filterByRange")(pairs.sortByKey(true, 3).filterByRange(2, 3).collect())
    tasks("repartition, collect")(numbers.repartition(3).collect())
    // Either of the two stages before the join may be numbered first.
    put("launched", "join, collect") { launched(sc)(pairs.join(sc.parallelize(Seq((1, 1)), 2), 3).collect()).map(_.sorted) }
  }
}

Record.generators()
Record.samples(sc)
Record.layouts(sc)
Record.sorts(sc)
Record.numbers(sc)
Record.merges(sc)
Record.jobs(sc)
println("@@end")
System.exit(0)
