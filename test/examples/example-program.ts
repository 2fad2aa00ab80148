/**
 * One program of all TypeScript examples of the description. Each example is a function of its own; a comment behind a
 * statement, or below it, is what the statement's value must be, or what it must print where it has none:
 *
 *     await spark.range(2).count(); // 2      becomes      await check(async () => await spark.range(2).count(), "2");
 */
import { ts } from "ts-morph";
import type { Api } from "../../codegen/description.js";

export interface Example {
  /** Such as `RDD.map`. */
  readonly name: string;
  readonly code: string;
}

/** The examples of all members in one language; members without one are left out. */
export const examplesOf = (api: Api, language: string): Example[] =>
  api.classes.flatMap((owner) =>
    owner.methods.flatMap(({ name, doc }) => {
      const code = doc.examples[language];
      return code === undefined ? [] : [{ name: `${owner.name}.${name}`, code }];
    }),
  );

/** The lines of comments between two places of a text, without their marks. */
const commentsIn = (text: string): string =>
  [...text.matchAll(/\/\/ ?(.*)/g)].map(([, line = ""]) => line.trimEnd()).join("\n");

function checkedStatements(code: string): string[] {
  const source = ts.createSourceFile("example.mts", code, ts.ScriptTarget.Latest);
  return source.statements.map((statement, index) => {
    const next = source.statements[index + 1]?.getStart(source) ?? code.length;
    const comment = commentsIn(code.slice(statement.end, next));
    const text = statement.getText(source);
    if (comment === "" || !ts.isExpressionStatement(statement)) return text;
    return `await check(async () => ${statement.expression.getText(source)}, ${JSON.stringify(comment)});`;
  });
}

/** What examples name without importing it. */
const names: readonly string[] = [
  "BarrierTaskContext",
  "functions as F",
  "SparkContext",
  "SparkSession",
  "StatCounter",
  "StorageLevel",
  "TaskContext",
];

/** The program's text; `modules` is the folder of compiled modules. */
export function exampleProgram(examples: readonly Example[], modules: string): string {
  const functions = examples.map(
    // The inner block may declare `sc` or `spark` anew.
    ({ name, code }) =>
      `example(${JSON.stringify(name)}, async ({ sc, spark, directory, check }) => {{\n${checkedStatements(code).join("\n")}\n}});`,
  );
  return [
    `import { ${names.join(", ")} } from ${JSON.stringify(`${modules}/engine/index.js`)};`,
    `import { example, finish } from ${JSON.stringify(`${modules}/test/examples/example-runtime.js`)};`,
    ...functions,
    "await finish();\n",
  ].join("\n\n");
}
