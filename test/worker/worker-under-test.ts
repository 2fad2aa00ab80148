/** What the conformance suite asks of a language to run all its cases against that language's worker. */
import type { NamedStep } from "./case.js";

/** The functions that the cases call. Each language has them, packed as a client would pack them. */
export const functions = {
  // Of an element
  double: "x * 2",
  negate: "-x",
  isEven: "whether x is even",
  modulo3: "x modulo 3",
  split: "the words of a line, cut at each blank",
  toPair: "the pair (x, 1)",
  toTuple: "the list x as a tuple",
  fields: "the pair x as a list",
  twice: "the list [x, x]",
  upTo: "the numbers from 0 to x - 1, made one by one",
  kilobytes: "a text of 1024 * x characters",
  show: "the text of x as a programmer of the language would see it",
  announce: "x, after printing the line `saw x` to standard output",
  sizeOf: "the number of elements of x, a group or list",
  partsOf: "the pair (k, values) with the values as plain lists, where they are a group or a tuple of groups",
  // Of two
  plus: "a + b",
  times: "a * b",
  join: "the text `(ab)`",
  append: "the list a itself, after b was added to it",
  concat: "a new list: the elements of a, then those of b",
  // Of a partition
  runningSum: "the sums of the first 1, 2, 3, … elements, as they are asked for",
  firstTwo: "the first two elements; the others are not asked for",
  label: "of a partition's number and elements: the texts `number:element`",
  printAll: "prints `saw x` for each element and returns nothing",
  notIterable: "the number 5",
  interleave: "of the iterators a and b: the first of a, the first of b, the second of a, … to the end of both",
  secondFirst: "of the iterators a and b: all of b, then all of a",
  // Of a key
  toPartition: "the key itself",
  noPartition: "the text `nowhere`",
  // Failures
  failAtZero: "x, but for 0 it throws an error of the text `no zero`",
  failDeeply: "failAtZero(x), called from there",
  unhashableKey: "the pair (k, 1), where k cannot be a key in the language",
  // Of the process
  die: "ends the worker's process with status 7",
  interruptSelf: "x, after sending SIGINT to its own process",
  siblingName: "the constant NAME, a text, of the module `worker_sibling`, which the test writes",
  workingDirectory: "the working directory",
  // Classes of the user
  toPoint: "an instance of the class Point with x, which no other language knows",
  pointX: "its x",
  // Shared variables: accumulators 1 (numbers, added, zero 0) and 2 (lists, concatenated, zero []), broadcast 5
  addToSum: "x, after adding it to accumulator 1",
  addToBoth: "x, after adding it to accumulator 1 and [x] to accumulator 2",
  addAndFail: "adds x to accumulator 1, then does as failAtZero",
  readSum: "the value of accumulator 1, which a task must not read",
  lookUp: "element x of the list that is the value of broadcast 5",
  // The task
  describeTask: "the list of stage, partition, attempt, task attempt id, cpus and the local property `colour`",
  gather: "of a partition: all elements, then the messages that allGather(`from` partition) gives",
  gatherFirst: "of a partition: the messages that allGather(`from` partition) gives, then all elements",
  meetTwice: "of a partition: waits at two barriers, then all elements",
  addresses: "of a partition: the addresses of the stage's tasks",
} as const;

export type FunctionKey = keyof typeof functions;

/** A text file that `siblingName` can import. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export interface SampledPartitions {
  /** Of the elements 0 to 39 in two partitions. */
  readonly partitions: readonly (readonly unknown[])[];
}

/** An ERROR that only this language can raise. */
export interface LanguageFailure {
  readonly name: string;
  readonly steps: readonly NamedStep[];
  readonly input: readonly unknown[];
  readonly error: object;
  /** The user's functions in its frames, by the names that frames show. */
  readonly functions?: readonly string[];
}

/** What is each language's own affair; taken from an outside source, which the worker's file names. */
export interface Expectations {
  /** The version in READY. */
  readonly version: RegExp;
  /** What `show` makes of `shownValues`. */
  readonly shown: readonly string[];
  /** What `text` makes of `textValues`, each with its line end. */
  readonly lines: readonly Uint8Array[];
  /** The bucket among four of each of `hashedKeys`, by the language's own hash. */
  readonly ownBuckets: readonly number[];
  readonly samples: readonly (SampledPartitions & { readonly sampling: object; readonly seed: number })[];
  /** Of pairs, whose keys are `a` and `b` in turn. */
  readonly samplesByKey: readonly (SampledPartitions & {
    readonly fractions: Readonly<Record<string, number>>;
    readonly poisson: boolean;
    readonly seed: number;
  })[];
  /** The type of the error that `failAtZero` throws. */
  readonly failure: string;
  /** What a sample by key without its key is. */
  readonly missingFraction: object;
  /** The types that messages name. */
  readonly types: { readonly text: string; readonly integer: string; readonly unhashable: string };
  readonly failures: readonly LanguageFailure[];
  /** Steps and elements, outermost function first, for functions of the user's main program in frames. */
  readonly sibling: SourceFile;
  /** How much a process may grow beyond `memoryBytes`: the language's own waste. */
  readonly slackBytes: number;
}

export interface WorkerUnderTest {
  readonly language: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Packs the functions. */
  readonly pack: () => Promise<ReadonlyMap<string, Uint8Array>>;
  /** The file that frames of those functions name. */
  readonly functionsFile: string;
  /** What frames call a function. */
  readonly nameOf: (key: FunctionKey) => string;
  readonly ownFormat: number;
  readonly expected: Expectations;
}
