/** Functions that cannot travel, by what they capture, and variables of the program that tasks cannot use. */
import { type BadProgram, eachLanguage, notSent, tests } from "./bad-program.js";

const collectHint = "hint: collect";

const captured: readonly BadProgram[] = [
  {
    what: "an RDD in an object in a list",
    typescript: `const held = [1, { other: sc.parallelize([1]) }];
console.log(await sc.parallelize([1]).map((n) => held.length + n).collect()); // at fault`,
    python: `held = [1, {"other": sc.parallelize([1])}]
print(sc.parallelize([1]).map(lambda n: len(held) + n).collect())  # at fault`,
    says: [notSent, "but an RDD exists only in the driver", collectHint],
    typescriptSays: ["it captures held[1].other, "],
    pythonSays: ["it captures held[1]['other'], "],
  },
  {
    what: "the SparkContext in an object",
    typescript: `const job = { context: sc, factor: 2 };
console.log(await sc.parallelize([1]).map((n) => job.factor * n).collect()); // at fault`,
    python: `class Job:
    def __init__(self):
        self.context = sc
    def scaled(self, n):
        return 2 * n
print(sc.parallelize([1]).map(Job().scaled).collect())  # at fault`,
    says: [notSent, "but a SparkContext exists only in the driver", collectHint],
    typescriptSays: ["it captures job.context, "],
    pythonSays: ["it captures self.context, "],
  },
  {
    what: "a running generator",
    typescript: `const numbers = (function* () { yield 1; })();
console.log(await sc.parallelize([1]).map((n) => [numbers.next(), n]).collect()); // at fault`,
    python: `numbers = (n for n in range(3))
print(sc.parallelize([1]).map(lambda n: next(numbers) + n).collect())  # at fault`,
    says: [notSent, "it captures numbers, but a ", "generator exists only in this process", "hint: "],
  },
  {
    what: "a lock in a dictionary, and a lock that a partial has taken",
    python: `guards = {"a": [threading.Lock()]}
print(sc.parallelize([1]).map(lambda n: len(guards) + n).collect())  # at fault`,
    says: [
      notSent,
      "it captures guards['a'][0], but a lock exists only in this process",
      "hint: make the object inside",
    ],
  },
  {
    what: "a lock as the default of a parameter",
    python: `def guarded(n, lock=threading.Lock()):
    return n
print(sc.parallelize([1]).map(guarded).collect())  # at fault`,
    says: [`${notSent}guarded `, "it captures lock, but a lock exists only in this process"],
  },
  {
    what: "a file that is open for writing, in an object",
    python: `class Log:
    def __init__(self):
        self.file = open("log.txt", "w")
log = Log()
print(sc.parallelize([1]).map(lambda n: log.file.write(str(n))).collect())  # at fault`,
    says: [notSent, "it captures log.file, but an open file exists only in this process"],
  },
  {
    what: "more than 2 GiB",
    typescript: `const models = Array.from({ length: 5 }, () => new Uint8Array(450 * 2 ** 20));
console.log(await sc.parallelize([1]).map((n) => models.length + n).collect()); // at fault`,
    python: `model = {"weights": bytes(2200 << 20)}
print(sc.parallelize([1]).map(lambda n: len(model) + n).collect())  # at fault`,
    says: [notSent, "hint: "],
    typescriptSays: ["it captures models, but that is 2250 MiB", "the limit is 64 MiB", "broadcast it"],
    pythonSays: ["it captures model, of 2200 MiB or more, and at most 512 MiB travel", "SparkContext.broadcast"],
  },
];

const destroyed = ["[BROADCAST_DESTROYED] the value of broadcast 0 was destroyed", "hint: broadcast it again"];

const shared: readonly BadProgram[] = [
  {
    what: "a broadcast that was destroyed, in the program",
    typescript: `const shared = await sc.broadcast([1]);
await shared.destroy();
console.log(shared.value); // at fault`,
    python: `shared = sc.broadcast([1])
shared.destroy()
print(shared.value)  # at fault`,
    says: destroyed,
  },
  {
    what: "a broadcast that was destroyed, in a task",
    typescript: `const shared = await sc.broadcast([1]);
const mapped = sc.parallelize([1]).map((n) => shared.value[0] + n);
await mapped.count();
await shared.destroy();
console.log(await mapped.collect()); // at fault`,
    python: `shared = sc.broadcast([1])
mapped = sc.parallelize([1]).map(lambda n: shared.value[0] + n)
mapped.count()
shared.destroy()
print(mapped.collect())  # at fault`,
    says: [...destroyed, "(stage 1, partition 1 of 2, attempt 0)"],
    typescriptSays: ["bad.ts:4, in "],
    pythonSays: ["bad.py:4, in <lambda>"],
  },
  {
    what: "a broadcast whose value is given up before the first task, without waiting",
    python: `shared = sc.broadcast([1])
mapped = sc.parallelize([1]).map(lambda n: shared.value[0] + n)
shared.destroy(blocking=False)
print(mapped.collect())  # at fault`,
    says: [...destroyed, "bad.py:4, in <lambda>"],
  },
  {
    what: "the value of an accumulator in a task",
    typescript: `const total = sc.longAccumulator("total");
const read = (n: number) => n + total.value;
console.log(await sc.parallelize([1]).map((n) => read(n)).collect()); // at fault`,
    python: `total = sc.accumulator(0)
def read(n):
    return n + total.value
print(sc.parallelize([1]).map(read).collect())  # at fault`,
    says: [
      "[ACCUMULATOR_NOT_READABLE] the value of accumulator ",
      " can only be read in the program, not in a task",
      "hint: let tasks add to it",
    ],
    typescriptSays: ["bad.ts:4, in read"],
    pythonSays: ["bad.py:5, in read\n      return n + total.value"],
  },
];

tests([...captured, ...shared], eachLanguage);
