/** Functions that fail in every way a language offers, and results that are too large. */
import { type BadProgram, eachLanguage, tests } from "./bad-program.js";

const thrown: readonly BadProgram[] = [
  {
    what: "division by zero in a closure",
    typescript: `const parts = [1n, 0n];
const share = (n: bigint) => 1n / n;
console.log(await sc.parallelize(parts, 2).map((n) => share(n)).collect()); // at fault`,
    python: `divisor = 0
def share(n):
    return n / divisor
print(sc.parallelize([1, 2], 1).map(lambda n: share(n)).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] "],
    typescriptSays: [
      "RangeError: Division by zero\n  at ",
      "bad.ts:4, in share\n      const share = (n: bigint) => 1n / n;",
      "(stage 0, partition 1 of 2, attempt 0)",
    ],
    pythonSays: [
      "ZeroDivisionError: division by zero\n  at bad.py:6, in <lambda>",
      "bad.py:5, in share\n      return n / divisor",
      "(stage 0, partition 0 of 1, attempt 0)",
    ],
  },
  {
    what: "a StopIteration is no end of the elements",
    python: `def first(n):
    return next(iter([]))
print(sc.parallelize([1, 2]).map(first).collect())  # at fault`,
    says: [
      "[USER_FUNCTION_FAILED] RuntimeError: Caught StopIteration thrown from user's code; failing the task",
      "bad.py:4, in first\n      return next(iter([]))",
    ],
  },
  {
    what: "a KeyboardInterrupt in a task",
    python: `def stop(n):
    raise KeyboardInterrupt
print(sc.parallelize([1]).map(stop).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] KeyboardInterrupt\n  at bad.py:4, in stop"],
  },
  {
    what: "a SystemExit in a task",
    python: `def leave(n):
    sys.exit("no more")
print(sc.parallelize([1]).map(leave).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] SystemExit: no more\n  at bad.py:4, in leave"],
  },
  {
    what: "an exception that cannot be pickled",
    typescript: `class Held extends Error { override name = "Held"; readonly lock = () => new WeakMap(); }
console.log(await sc.parallelize([1]).map((n) => { if (n) throw new Held("kept"); return n; }).collect()); // at fault`,
    python: `class Held(Exception):
    def __init__(self):
        super().__init__("kept")
        self.lock = threading.Lock()
def fail(n):
    raise Held()
print(sc.parallelize([1]).map(fail).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] Held: kept"],
    pythonSays: ["bad.py:8, in fail"],
  },
  {
    what: "an exception whose text cannot be had",
    typescript: `class Mute extends Error { override get message(): string { throw this; } }
console.log(await sc.parallelize([1]).map((n) => { if (n) throw new Mute(); return n; }).collect()); // at fault`,
    python: `class Mute(Exception):
    def __str__(self):
        raise KeyboardInterrupt
def fail(n):
    raise Mute()
print(sc.parallelize([1]).map(fail).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] ", "(its own text failed"],
  },
  {
    what: "an exception with a text of 1 MiB",
    typescript: `const long = (n: number) => { throw new Error("long ".repeat(2 ** 18) + n); };
console.log(await sc.parallelize([1]).map((n) => long(n)).collect()); // at fault`,
    python: `def long(n):
    raise ValueError("long " * 2**18)
print(sc.parallelize([1]).map(long).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] ", "Error: long long long ", "… (", "in long"],
  },
  {
    what: "a recursion without end",
    typescript: `const deeper = (n: number): number => 1 + deeper(n);
console.log(await sc.parallelize([1]).map((n) => deeper(n)).collect()); // at fault`,
    python: `def deeper(n):
    return 1 + deeper(n)
print(sc.parallelize([1]).map(deeper).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] R", "in deeper"],
    typescriptSays: ["RangeError: Maximum call stack size exceeded"],
    pythonSays: ["RecursionError: maximum recursion depth exceeded"],
  },
];

const bounded = {
  typescript: `await sc.stop();
const small = new SparkContext("local[2]", "bounded", { "spark.driver.maxResultSize": "1m" });
const large = small.parallelize([0, 1, 2, 3, 4, 5, 6, 7], 8).map(() => new Uint8Array(200_000));`,
  python: `sc.stop()
from kindling import SparkConf
sc = SparkContext(conf=SparkConf().setMaster("local[2]").set("spark.driver.maxResultSize", "1m"))
large = sc.parallelize(range(8), 8).map(lambda n: bytes(200_000))`,
};

/** Eight elements of 200,000 bytes, where a job may have results of 1 MiB. */
const tooLarge = (what: string, typescript: string, python: string): BadProgram => ({
  what: `${what} of more than spark.driver.maxResultSize`,
  typescript: `${bounded.typescript}
console.log(await ${typescript}); // at fault`,
  python: `${bounded.python}
print(${python})  # at fault`,
  says: [
    "[RESULT_TOO_LARGE] the results of the job have 1",
    "more than spark.driver.maxResultSize allows (1048576)",
    "hint: collect less, write the elements to files, or set spark.driver.maxResultSize higher",
  ],
});

const results: readonly BadProgram[] = [
  tooLarge("collect", "large.collect()", "large.collect()"),
  tooLarge("take", "large.coalesce(1).take(7)", "large.coalesce(1).take(7)"),
  {
    what: "toLocalIterator goes on where each partition is small enough, and ends at the first that is not",
    typescript: `${bounded.typescript}
let count = 0;
for await (const _ of large.toLocalIterator()) count += 1;
console.log(count);
for await (const _ of large.coalesce(1).toLocalIterator()) count += 1; // at fault`,
    python: `${bounded.python}
print(sum(1 for _ in large.toLocalIterator()))
print(sum(1 for _ in large.coalesce(1).toLocalIterator()))  # at fault`,
    says: ["[RESULT_TOO_LARGE] the results of the job have 1600", "spark.driver.maxResultSize"],
    prints: "8\n",
  },
];

tests([...thrown, ...results], eachLanguage);
