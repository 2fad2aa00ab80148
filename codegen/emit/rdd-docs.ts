/** `docs/rdd.md`: every name of the RDD API, where it follows Spark, and the recorded cases that check it. */
import type { Api, ApiClass, ApiMethod } from "../description.js";

/** Names of PySpark's classes, and the names of the cases recorded from it: `RDD.fold: zero applied per partition`. */
export interface RecordedCases {
  readonly source: string;
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly cases: readonly string[];
}

const introduction = (
  source: string,
): string => `<!-- Generated from codegen/api.json and test/golden/rdd.json by \`npm run generate\`. Do not edit. -->

# RDDs: names, sources, tests

Each name with the method that it follows, the languages that have it, and the cases that check it against values recorded from
${source} (\`npm test -- rdd-cases\`). Every example of a method is run as a test as well (\`npm test -- examples\`), in both languages.
What of PySpark means nothing without a JVM is in [rdd-without-jvm.md](rdd-without-jvm.md).`;

/** Classes of the page, in its order. */
const shown = [
  "RDD",
  "RDDBarrier",
  "SparkContext",
  "SparkConf",
  "Broadcast",
  "Accumulator",
  "AccumulatorParam",
  "StorageLevel",
  "StatCounter",
  "StatusTracker",
  "TaskContext",
  "BarrierTaskContext",
  "SparkFiles",
];

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

interface Line {
  readonly name: string;
  readonly source: string;
  readonly languages: string;
}

const ofMethod = ({ name, names, doc }: ApiMethod): Line => ({
  name: names["python"] || name,
  source: doc.source,
  languages: names["python"] === "" ? "TypeScript" : "TypeScript, Python",
});

/** Names of a class: the described ones, and those that a client writes by hand. */
function linesOf(owner: ApiClass | undefined, name: string, pyspark: readonly string[], api: Api): Line[] {
  const described = (owner?.methods ?? []).filter(({ form }) => form !== "constructor").map(ofMethod);
  const known = new Set(described.map((line) => line.name));
  const members = (api.overlays["python"]?.members ?? []).filter((member) => member.startsWith(`${name}.`));
  const listed = [...members.map((member) => member.slice(name.length + 1)), ...pyspark];
  const byHand = [...new Set(listed)].filter((member) => !known.has(member) && !member.startsWith("_"));
  const written = byHand.map((member): Line => ({ name: member, source: `${name}.${member}`, languages: "Python" }));
  return [...described, ...written].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function section(name: string, lines: readonly Line[], cases: readonly string[]): string[] {
  const ofName = (member: string): readonly string[] =>
    cases
      .filter((title) => title.startsWith(`${name}.${member}: `))
      .map((title) => title.slice(title.indexOf(": ") + 2));
  return [
    "",
    `## ${name}`,
    "",
    row(["name", "follows", "in", "cases"]),
    row(["---", "---", "---", "---"]),
    ...lines.map(({ name: member, source, languages }) =>
      row([`\`${member}\``, cell(source), languages, cell(ofName(member).join("; "))]),
    ),
  ];
}

/** The whole page. */
export function emitRddDocs(api: Api, { source, names, cases }: RecordedCases): string {
  const sections = shown.flatMap((name) => {
    const owner = api.classes.find((found) => found.name === name);
    return section(name, linesOf(owner, name, names[name] ?? [], api), cases);
  });
  return `${[introduction(source), ...sections].join("\n")}\n`;
}
