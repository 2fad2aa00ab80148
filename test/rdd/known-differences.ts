/**
 * Cases in which Kindling means to differ from PySpark, and why. A case that is listed and agrees all the same fails:
 * its line is to go.
 */
const notPairs = "NOT_KEY_VALUE, which names the method and the element";

export const knownDifferences: Readonly<Record<string, string>> = {
  "RDD.keys: of elements that are no pairs": notPairs,
  "RDD.map: a context made inside a function": "FUNCTION_NOT_SHIPPABLE, when the function is packed",
  "RDD.map: a function that captures what cannot be pickled": "FUNCTION_NOT_SHIPPABLE, which names the variable",
  "RDD.map: a result that cannot be pickled": "the error is Python's own TypeError, not a PicklingError around it",
  "RDD.map: captured values are those of the moment of the call to an action":
    "functions are packed when they are handed over",
  "RDD.map: something that is no function": "INVALID_ARGUMENT at the call, before any task",
  "RDD.mapValues: of elements that are no pairs": notPairs,
  "RDD.reduceByKey: elements of three parts": notPairs,
  "RDD.reduceByKey: elements that are not pairs": notPairs,
  "RDD.reduceByKey: lists as keys": "KEY_NOT_HASHABLE, with what to do about it",
  "SparkConf.set: a boolean as Python shows it": "true and false as settings write them",
  "SparkContext.__init__: a master that cannot be read": "INVALID_MASTER, which names the forms there are",
  "SparkContext.__init__: two at once": "a program may have several contexts",
  "SparkContext.parallelize: a text is its characters":
    "INVALID_ARGUMENT: a text is hardly ever meant as its characters",
  "SparkContext.parallelize: no slices": "INVALID_ARGUMENT; PySpark divides by zero",
  "SparkContext.parallelize: something that cannot be gone through": "INVALID_ARGUMENT",
  "SparkContext.stop: a stopped context makes no RDD": "SESSION_STOPPED, with the first awaited call",
  "SparkContext.stop: an RDD of a stopped context": "SESSION_STOPPED; PySpark trips over its own None",
  "SparkContext.stop: during a job ends the job with a failure": "JOB_CANCELLED",
};
