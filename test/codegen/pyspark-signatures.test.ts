/** Names, kinds and defaults of the generated Python API against `inspect.signature` of the real PySpark. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Api, ApiDefault, ApiMethod, ApiNames, ApiParameter } from "../../codegen/description.js";
import { pythonName } from "../../codegen/emit/python/names.js";
import { root } from "./toy.js";

/** A parameter as `inspect` shows it: name, kind, default. */
type Shown = readonly [name: string, kind: string, standard: "required" | { readonly default: unknown }];

/** Parameters that PySpark has and this API does not have yet; a difference that is gone must leave this list. */
const missingHere: Readonly<Record<string, readonly string[]>> = {
  "DataFrame.orderBy": ["kwargs"],
  "DataFrame.printSchema": ["level"],
  "DataFrame.show": ["vertical"],
  "DataFrameReader.parquet": ["options"],
  "RDD.toDF": ["sampleRatio"],
  "SparkSession.createDataFrame": ["samplingRatio", "verifySchema"],
  "SparkSession.sql": ["args", "kwargs"],
};

/** Members that PySpark does not have, or has in another form, and why. */
const different: Readonly<Record<string, string>> = {
  "SparkContext.master": "there an attribute that the constructor sets",
  "SparkContext.appName": "there an attribute that the constructor sets",
  "functions.substring": "as in SQL, the length may be left out",
  "functions.count": "as in SQL, several columns may be counted together",
};

const kinds: Readonly<Record<ApiParameter["passing"], string>> = {
  positional: "POSITIONAL_OR_KEYWORD",
  keyword: "KEYWORD_ONLY",
  options: "KEYWORD_ONLY",
  rest: "VAR_POSITIONAL",
  list: "VAR_POSITIONAL",
};

const shown = (parameter: ApiParameter): Shown => {
  const { passing, name, names } = parameter;
  const isRest = passing === "rest" || passing === "list";
  return [pythonName(name, names), kinds[passing], isRest ? "required" : standard(parameter.default)];
};

const standard = (given: ApiDefault | undefined): Shown[2] =>
  given === undefined ? "required" : { default: given.kind === "value" ? given.value : null };

interface Member {
  readonly name: string;
  readonly names: ApiNames;
  readonly property: boolean;
  readonly parameters: readonly ApiParameter[];
}

interface Compared {
  readonly id: string;
  readonly here: readonly Shown[] | "property";
  readonly there: readonly Shown[] | "property" | null;
}

const isCompared = (overlaid: ReadonlySet<string>, owner: string, { form, mode, name }: ApiMethod): boolean =>
  form !== "constructor" && mode !== "local" && !overlaid.has(`${owner}.${name}`);

/** Classes that are written by hand as a whole are compared by `pyspark-names.test.ts`. */
function members(api: Api): [owner: string, member: Member][] {
  const overlaid = new Set(api.overlays.python?.members ?? []);
  const handwritten = new Set(Object.keys(api.overlays.python?.classes ?? {}));
  return [
    ...api.classes
      .filter(({ name, passing, names }) => passing === "remote" && names.python !== "" && !handwritten.has(name))
      .flatMap(({ name: owner, methods }) =>
        methods
          .filter((method) => isCompared(overlaid, owner, method))
          .map((method): [string, Member] => [owner, method]),
      ),
    ...api.functions
      .filter(({ kind }) => kind !== "operator")
      .map((fn): [string, Member] => ["functions", { ...fn, property: false }]),
  ].filter(([, { name, names }]) => pythonName(name, names) !== "");
}

let compared: readonly Compared[] = [];

beforeAll(() => {
  const api = JSON.parse(readFileSync(join(root, "codegen/api.json"), "utf8")) as Api;
  const python = process.env.KINDLING_SPARK_PYTHON ?? join(homedir(), ".cache/kindling/pyspark-4.3.0/bin/python");
  const all = members(api);
  const input = JSON.stringify(all.map(([owner, { name, names }]) => [owner, pythonName(name, names)]));
  const script = join(root, "test/codegen/pyspark_signatures.py");
  const { stdout, stderr } = spawnSync(python, [script], { input, encoding: "utf8", timeout: 100_000 });
  if (stdout === "") throw new TypeError(`PySpark gave no signatures: ${stderr}`);
  const there = JSON.parse(stdout) as Compared["there"][];
  compared = all.map(([owner, member], index) => ({
    id: `${owner}.${member.name}`,
    here: member.property ? "property" : member.parameters.map(shown),
    there: there[index] ?? null,
  }));
});

function differs({ id, here, there }: Compared): boolean {
  const missing = missingHere[id] ?? [];
  const expected = Array.isArray(there) ? there.filter(([name]) => !missing.includes(name)) : there;
  return JSON.stringify(here) !== JSON.stringify(expected);
}

test("signatures are PySpark's, but for the differences listed here", () => {
  expect(compared.length).toBeGreaterThan(30);
  const found = compared.filter((member) => !(member.id in different) && differs(member));
  expect(found).toEqual([]);
});

test("the lists of differences hold nothing that is gone", () => {
  const byId = new Map(compared.map((member) => [member.id, member]));
  for (const id of Object.keys(different)) {
    const member = byId.get(id);
    expect(member !== undefined && differs(member), id).toBe(true);
  }
  for (const [id, names] of Object.entries(missingHere)) {
    const { here, there } = byId.get(id) ?? {};
    const listed = (signature: Compared["there"] | undefined): string[] =>
      Array.isArray(signature) ? signature.map(([name]) => String(name)) : [];
    expect(
      names.filter((name) => !listed(there).includes(name) || listed(here).includes(name)),
      id,
    ).toEqual([]);
  }
});
