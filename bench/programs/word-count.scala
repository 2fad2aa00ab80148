// Word count over one file with Scala closures, for Spark's own shell: `word.count.path` and `word.count.rounds`.
{
  val path = System.getProperty("word.count.path")
  val rounds = System.getProperty("word.count.rounds").toInt
  sc.parallelize(Seq(1), 1).map(x => x).collect()
  for (_ <- 0 until rounds) {
    val started = System.nanoTime()
    val counts = sc.textFile(path).flatMap(_.split(" ")).map(word => (word, 1)).reduceByKey(_ + _)
    val result = counts.count()
    println(f"""{"seconds": ${(System.nanoTime() - started) / 1e9}%.3f, "result": $result}""")
  }
}
System.exit(0)
