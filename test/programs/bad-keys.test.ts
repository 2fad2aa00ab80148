/** Keys and partition functions that cannot do their work. */
import { type BadProgram, eachLanguage, tests } from "./bad-program.js";

const unhashable = (type: string): string[] => [`[KEY_NOT_HASHABLE] a key of type ${type} cannot be hashed`];
const hashHint = "hint: use a value that does not change as key";

const hashed: readonly BadProgram[] = [
  {
    what: "reduceByKey with a key that cannot be hashed",
    typescript: `const pairs = sc.parallelize([1]).map((n): [unknown, number] => [() => n, n]);
console.log(await pairs.reduceByKey((a, b) => a + b).collect()); // at fault`,
    python: `pairs = sc.parallelize([({"a": 1}, 2)])
print(pairs.reduceByKey(lambda a, b: a + b).collect())  # at fault`,
    says: [hashHint, "partition 1 of 2"],
    typescriptSays: unhashable("Function"),
    pythonSays: unhashable("dict"),
  },
  {
    what: "groupByKey with a key that cannot be hashed",
    typescript: `const pairs = sc.parallelize([1]).map((n): [unknown, number] => [Symbol("n"), n]);
console.log(await pairs.groupByKey().collect()); // at fault`,
    python: `print(sc.parallelize([([1], 2)]).groupByKey().collect())  # at fault`,
    says: [hashHint],
    typescriptSays: unhashable("Symbol"),
    pythonSays: unhashable("list"),
  },
  {
    what: "join with a key that cannot be hashed",
    typescript: `const pairs = sc.parallelize([1]).map((n): [unknown, number] => [[1, new WeakMap()], n]);
console.log(await pairs.join(pairs).collect()); // at fault`,
    python: `pairs = sc.parallelize([((1, [2]), 2)])
print(pairs.join(pairs).collect())  # at fault`,
    says: [hashHint],
    typescriptSays: unhashable("WeakMap"),
    pythonSays: unhashable("list"),
  },
  {
    what: "distinct over what cannot be hashed",
    typescript: `console.log(await sc.parallelize([1]).map((n): unknown => ({ n })).distinct().collect()); // at fault`,
    python: `print(sc.parallelize([[1], [2]]).distinct().collect())  # at fault`,
    says: [hashHint],
    typescriptSays: unhashable("Object"),
    pythonSays: unhashable("list"),
  },
  {
    what: "countByValue over what cannot be hashed",
    python: `print(sc.parallelize([[1], [2]]).countByValue())  # at fault`,
    says: [...unhashable("list"), hashHint],
  },
  {
    what: "collectAsMap of keys that cannot be hashed",
    python: `print(sc.parallelize([([1], 2)]).collectAsMap())  # at fault`,
    says: [...unhashable("list"), hashHint],
  },
];

const orderHint = "hint: convert the keys to one type that has an order";
const order = "[KEYS_NOT_COMPARABLE] keys cannot be put in order: found ";

/** An action over `[1, "a", 2]` in two partitions. */
const unordered = (what: string, typescript: string, python: string): BadProgram => ({
  what: `${what} of mixed types`,
  typescript: `const mixed = sc.parallelize<string | number>([1, "a", 2], 2);
console.log(await mixed.${typescript}); // at fault`,
  python: `mixed = sc.parallelize([1, "a", 2], 2)
print(mixed.${python})  # at fault`,
  says: [order, orderHint],
});

const sorted: readonly BadProgram[] = [
  unordered("sortBy", "sortBy((x) => x).collect()", "sortBy(lambda x: x).collect()"),
  unordered(
    "sortByKey",
    "map((x): [string | number, number] => [x, 1]).sortByKey().collect()",
    "map(lambda x: (x, 1)).sortByKey().collect()",
  ),
  unordered("takeOrdered", "takeOrdered(2)", "takeOrdered(2)"),
  unordered("top", "top(2)", "top(2)"),
  unordered("max", "max()", "max()"),
  unordered("min with one type in each partition", "filter((x) => x !== 2).min()", "filter(lambda x: x != 2).min()"),
  {
    what: "a sum of mixed types",
    typescript: `console.log(await sc.parallelize<any>([1, "a"], 1).sum()); // at fault`,
    python: `print(sc.parallelize([1, "a"], 1).sum())  # at fault`,
    says: ["[USER_FUNCTION_FAILED] TypeError: "],
    typescriptSays: ['1 and "a" cannot be added'],
    pythonSays: ["unsupported operand type(s) for +: 'int' and 'str'"],
  },
  {
    what: "a histogram of mixed types",
    typescript: `console.log(await sc.parallelize<any>([1, "a"], 1).histogram(2)); // at fault`,
    python: `print(sc.parallelize([1, "a"], 2).histogram(2))  # at fault`,
    says: [order, orderHint],
  },
  {
    what: "a sort of what has no order",
    typescript: `console.log(await sc.parallelize([{ a: 1 }, { a: 2 }], 1).sortBy((x) => x).collect()); // at fault`,
    python: `print(sc.parallelize([1j, 2j], 1).sortBy(lambda x: x).collect())  # at fault`,
    says: [orderHint],
    typescriptSays: [`${order}Object and Object`],
    pythonSays: [`${order}complex and complex`],
  },
];

/** As in PySpark an integer of any size counts, modulo the number of partitions; nothing else does. */
const misplaced = (what: string, typescript: string | null, python: string, actual: readonly string[]): BadProgram => ({
  what: `a partition function that returns ${what}`,
  ...(typescript === null
    ? {}
    : {
        typescript: `const place = ((key: number) => ${typescript}) as (key: number) => number;
const placed = sc.parallelize<[number, number]>([[1, 1]]).partitionBy(3, place);
console.log(await placed.collect()); // at fault`,
      }),
  python: `def place(key):
    return ${python}
print(sc.parallelize([(1, 1)]).partitionBy(3, place).collect())  # at fault`,
  says: [
    "[PARTITION_OUT_OF_RANGE] the partition function ",
    ", which is not the number of a partition",
    "hint: return an integer; it is taken modulo the number of partitions, 3",
  ],
  typescriptSays: [`returned ${actual[0]}`],
  pythonSays: [`returned ${actual[1]}`, "bad.py:3, in place"],
});

const placed: readonly BadProgram[] = [
  misplaced("a fraction", "key + 0.5", "key + 0.5", ["1.5", "float 1.5"]),
  misplaced("a whole float", null, "1.0", ["", "float 1.0"]),
  misplaced("a text", '"a"', '"a"', ['"a"', "str 'a'"]),
  misplaced("nothing", "undefined", "None", ["undefined", "NoneType None"]),
  misplaced("NaN", "Number.NaN", 'float("nan")', ["NaN", "float nan"]),
  misplaced("a number that is not exact", "2 ** 70", "2.0 ** 70", ["1.1805916207174113e+21", "float 1.18"]),
];

tests([...hashed, ...sorted, ...placed], eachLanguage);
