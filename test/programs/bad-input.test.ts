/** What users get wrong: one clear error each, their own line first, and nothing left behind. */
import { test } from "vitest";
import { type BadProgram, check, everyWay, notSent, tests } from "./bad-program.js";
import { commandOf } from "./program-run.js";

const programs: readonly BadProgram[] = [
  {
    what: "a master that is none",
    typescript: `const other = new SparkContext("locale[2]"); // at fault`,
    python: `sc.stop()
print(SparkContext("locale[2]").parallelize([1]).count())  # at fault`,
    says: ['[INVALID_MASTER] master "locale[2]" is not one of local'],
    typescriptSays: ["EngineError: "],
    pythonSays: ["InvalidArgumentError: "],
  },
  {
    what: "a missing path",
    typescript: `console.log(await sc.textFile("nothing/here.txt").count()); // at fault`,
    python: `print(sc.textFile("nothing/here.txt").count())  # at fault`,
    says: ["[PATH_NOT_FOUND] input path does not exist: ", 'nothing/here.txt"'],
    typescriptSays: ["EngineError: "],
    pythonSays: ["NotFoundError: "],
  },
  {
    what: "a directory without files",
    typescript: `console.log(await sc.textFile("empty").count()); // at fault`,
    python: `print(sc.textFile("empty").count())  # at fault`,
    says: ["[NO_INPUT_FILES] no readable file in ", "(the directory holds no visible file)"],
    typescriptSays: ["EngineError: "],
    pythonSays: ["NotFoundError: "],
  },
  {
    what: "a file that cannot be read",
    typescript: `console.log(await sc.textFile("loop").count()); // at fault`,
    python: `print(sc.textFile("loop").count())  # at fault`,
    says: ["[PATH_NOT_READABLE] cannot read ", 'loop": ELOOP: too many symbolic links encountered'],
    typescriptSays: ["EngineError: "],
    pythonSays: ["AccessError: "],
  },
  {
    what: "a function that throws in one partition of eight",
    typescript: `const checked = sc.parallelize([0, 1, 2, 3, 4, 5, 6, 7], 8).map((n) => {
  if (n === 5) throw new RangeError("no " + n);
  return n;
});
console.log(await checked.collect()); // at fault`,
    python: `def check(n):
    if n == 5:
        raise ValueError(f"no {n}")
    return n
print(sc.parallelize(range(8), 8).map(check).collect())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] ", "(stage 0, partition 5 of 8, attempt 0)"],
    typescriptSays: [
      "RangeError: no 5",
      'bad.ts:4, in <anonymous>\n      if (n === 5) throw new RangeError("no " + n);',
    ],
    pythonSays: ["ValueError: no 5", 'bad.py:5, in check\n      raise ValueError(f"no {n}")'],
  },
  {
    what: "a sort of mixed types, after one that works",
    typescript: `const sorted = await sc.parallelize([3, 1, 2]).sortBy((n) => n).collect();
console.log(await sc.parallelize([sorted[0], "a", 2, "b"]).sortBy((x) => x).collect()); // at fault`,
    python: `sorted_numbers = sc.parallelize([3, 1, 2]).sortBy(lambda n: n).collect()
print(sc.parallelize([sorted_numbers[0], "a", 2, "b"]).sortBy(lambda x: x).collect())  # at fault`,
    says: ["[KEYS_NOT_COMPARABLE] keys cannot be put in order: found ", "hint: convert the keys to one type"],
    typescriptSays: ["string and number"],
    pythonSays: ["str and int"],
  },
  {
    what: "a function that captures the SparkContext",
    typescript: `console.log(await sc.parallelize([1]).map((n) => sc.master + n).collect()); // at fault`,
    python: `print(sc.parallelize([1]).map(lambda n: sc.master).collect())  # at fault`,
    says: [notSent, "it captures sc, but a SparkContext exists only in the driver"],
    typescriptSays: ["hint: collect the data"],
    pythonSays: ["hint: collect() what the function needs"],
  },
  {
    what: "a function that captures an RDD",
    typescript: `const other = sc.parallelize([1]);
console.log(await sc.parallelize([1]).map((n) => [other, n]).collect()); // at fault`,
    python: `other = sc.parallelize([1])
print(sc.parallelize([1]).map(lambda n: other.count() + n).collect())  # at fault`,
    says: [notSent, "it captures other, but an RDD exists only in the driver"],
    typescriptSays: ["hint: collect the data"],
    pythonSays: ["hint: collect() what the function needs"],
  },
  {
    what: "a function that captures an open file",
    typescript: `const log = await open("log.txt", "w");
console.log(await sc.parallelize([1]).map((n) => log.fd + n).collect()); // at fault`,
    python: `log = open("log.txt", "w")
print(sc.parallelize([1]).map(lambda n: log.write(str(n))).collect())  # at fault`,
    says: [notSent, "it captures log, but an open file exists only in this process"],
    typescriptSays: ["hint: open it inside the function"],
    pythonSays: ["hint: make the object inside the function"],
  },
  {
    what: "a function that captures a socket",
    typescript: `const peer = new Socket();
console.log(await sc.parallelize([1]).map((n) => peer.write(String(n))).collect()); // at fault`,
    python: `peer = socket.socket()
print(sc.parallelize([1]).map(lambda n: peer.send(n)).collect())  # at fault`,
    says: [notSent, "socket exists only in this process"],
    typescriptSays: ["it captures peer, but a network socket"],
    pythonSays: ["it captures peer, but a socket"],
  },
  {
    what: "a function that calls one that captures a promise, or a lock",
    typescript: `const lock = Promise.resolve(1);
const guarded = (n: number) => [lock, n];
console.log(await sc.parallelize([1]).map((n) => guarded(n)).collect()); // at fault`,
    python: `lock = threading.Lock()
def guarded(n):
    with lock:
        return n
print(sc.parallelize([1]).map(lambda n: guarded(n)).collect())  # at fault`,
    says: [notSent, "lock"],
    typescriptSays: ["a Promise exists only in this process"],
    pythonSays: ["it captures lock, but a lock exists only in this process"],
  },
];

tests(programs, everyWay);

/** The rights of root would open any file. */
const withoutRights =
  process.getuid?.() === 0
    ? ["setpriv", ...["--inh-caps", "--bounding-set"].map((set) => `${set}=-dac_override,-dac_read_search`)]
    : [];

test("a file that its user may not read", () =>
  check(
    {
      what: "",
      typescript: `console.log(await sc.textFile("secret.txt").count()); // at fault`,
      python: `print(sc.textFile("secret.txt").count())  # at fault`,
      says: [
        "[PATH_NOT_READABLE] cannot read ",
        'secret.txt": EACCES: permission denied',
        "hint: check the permissions",
      ],
      typescriptSays: ["EngineError: "],
      pythonSays: ["AccessError: "],
    },
    everyWay,
    (place, program, way) => place.startCommand([...withoutRights, ...commandOf(program, way)]),
  ));
