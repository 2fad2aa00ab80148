/** `docs/errors.md`: every code by kind, from the error table. */
import type { ErrorKind } from "../../engine/errors.js";
import type { Api, ApiError } from "../description.js";
import { exceptions } from "./python/docstring.js";

interface Meaning {
  readonly whose: string;
  /** Whether the same call can succeed when it is made again. */
  readonly retry: boolean;
  /** The exception of Python itself that programs may catch as well. */
  readonly builtin?: string;
}

const meanings: Readonly<Record<ErrorKind, Meaning>> = {
  invalid_argument: {
    whose: "an argument, an option or a value of the data is wrong",
    retry: false,
    builtin: "ValueError",
  },
  parse: { whose: "a query, an expression or the name of a type cannot be read", retry: false },
  analysis: { whose: "a query names what does not exist, or mixes types that do not go together", retry: false },
  not_found: { whose: "a path, an object or a program does not exist", retry: false, builtin: "LookupError" },
  already_exists: { whose: "what should be made exists already", retry: false, builtin: "LookupError" },
  unsupported: { whose: "the call is known and cannot be served here", retry: false, builtin: "NotImplementedError" },
  permission: { whose: "not allowed", retry: false, builtin: "PermissionError" },
  unavailable: { whose: "something outside the program is not there", retry: true, builtin: "ConnectionError" },
  timeout: { whose: "it took too long", retry: true, builtin: "TimeoutError" },
  cancelled: { whose: "the program, or its user, ended the job", retry: false },
  exhausted: { whose: "a limit was reached", retry: false },
  user_code: { whose: "a function of the program failed, or does not do what it is used for", retry: false },
  protocol: { whose: "two parts of Kindling do not understand each other: a defect", retry: false },
  internal: { whose: "a defect of Kindling, or of what it stands on", retry: false },
};

const introduction = `<!-- Generated from engine/errors.ts by \`npm run generate\`. Do not edit. -->

# Errors

Every error has a **code**, which never changes its meaning, and a **kind**, which says whose fault it is and whether the
same call can succeed when it is made again. Its text shows the code and the cause first, then the lines of your own
program (the function that failed, the query, the call), then what to do about it.

In TypeScript every error is an \`EngineError\` with \`code\`, \`kind\`, \`params\` and \`origin\`; in Python each kind is a class
of its own, and all of them are \`kindling.errors.EngineError\`. Parts in braces are parameters. The last column is Spark's
error condition, where Spark has one for the same mistake; in Python \`error.getErrorClass()\` gives it.`;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Text for a cell of a table; braces and underscores would otherwise be taken for markup by some readers. */
const cell = (text: string): string => (text === "" ? "" : `\`${text.replaceAll("|", "\\|").replaceAll("\n", " ")}\``);

function kindsTable(kinds: readonly ErrorKind[]): string[] {
  return [
    row(["kind", "what it says", "try again", "Python"]),
    row(["---", "---", "---", "---"]),
    ...kinds.map((kind) => {
      const { whose, retry, builtin } = meanings[kind];
      const python = `\`${exceptions[kind] ?? "EngineError"}\`${builtin === undefined ? "" : ` (a \`${builtin}\`)`}`;
      return row([`[${kind}](#${kind})`, whose, retry ? "can help" : "no", python]);
    }),
  ];
}

function section(kind: ErrorKind, errors: readonly ApiError[]): string[] {
  return [
    "",
    `## ${kind}`,
    "",
    row(["code", "message", "what to do", "Spark's condition"]),
    row(["---", "---", "---", "---"]),
    ...errors.map(({ code, message, hint, condition }) => row([cell(code), cell(message), hint, cell(condition)])),
  ];
}

/** The whole page; kinds without a code are left out. */
export function emitErrorDocs(api: Api): string {
  const kinds = (Object.keys(meanings) as ErrorKind[]).filter((kind) =>
    api.errors.some((error) => error.kind === kind),
  );
  const sections = kinds.flatMap((kind) =>
    section(
      kind,
      api.errors.filter((error) => error.kind === kind),
    ),
  );
  return `${[introduction, "", ...kindsTable(kinds), ...sections].join("\n")}\n`;
}
