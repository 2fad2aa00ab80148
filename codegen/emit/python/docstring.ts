/** Doc comments as docstrings, in the form of NumPy and PySpark. */
import type { ApiDoc } from "../../description.js";

export interface DocumentedParameter {
  readonly name: string;
  readonly annotation: string;
  readonly optional: boolean;
  readonly doc: string;
}

/** Exception classes of the client by kind of error; `kindling.errors` defines them. */
export const exceptions: Readonly<Record<string, string>> = {
  invalid_argument: "InvalidArgumentError",
  parse: "ParseException",
  analysis: "AnalysisException",
  not_found: "NotFoundError",
  already_exists: "AlreadyExistsError",
  unsupported: "UnsupportedError",
  permission: "AccessError",
  unavailable: "UnavailableError",
  timeout: "DeadlineError",
  cancelled: "CancelledError",
  exhausted: "ResourceError",
  user_code: "UserCodeError",
  protocol: "ProtocolError",
  internal: "InternalError",
};

export interface Documented {
  readonly doc: ApiDoc;
  readonly parameters?: readonly DocumentedParameter[];
  readonly returns?: string;
  /** Kinds of the errors by code. */
  readonly kinds?: ReadonlyMap<string, string>;
}

/** The lines of a docstring, quotes included, not indented. */
export function docstring(documented: Documented): string[] {
  const { doc } = documented;
  const text = [doc.summary, doc.details, deprecated(doc), ...sections(documented)].filter((part) => part !== "");
  return quoted(text.join("\n\n").split("\n"));
}

/** Lines as a docstring; raw where a backslash must stay one. */
export function quoted(lines: readonly string[]): string[] {
  const safe = lines.map((line) => line.replaceAll('"""', "'''"));
  const open = safe.some((line) => line.includes("\\")) ? 'r"""' : '"""';
  const [only = ""] = safe;
  if (safe.length === 1 && !only.endsWith('"') && !only.endsWith("\\")) return [`${open}${only}"""`];
  return [`${open}${only}`, ...safe.slice(1), '"""'];
}

const deprecated = (doc: ApiDoc): string => (doc.deprecated === "" ? "" : `.. deprecated:: ${doc.deprecated}`);

function sections({ doc, parameters = [], returns, kinds = new Map() }: Documented): string[] {
  const byClass = new Map<string, string[]>();
  for (const { code, when } of doc.throws) {
    const name = exceptions[kinds.get(code) ?? ""] ?? "EngineError";
    byClass.set(name, [...(byClass.get(name) ?? []), `    ${code}${when === "" ? "" : `: ${when}`}`]);
  }
  const throws = [...byClass].map(([name, codes]) => [name, ...codes].join("\n"));
  const listed = parameters.every(({ doc: text }) => text === "")
    ? []
    : parameters.map(({ name, annotation, optional, doc: text }) => {
        const head = `${name} : ${annotation}${optional ? ", optional" : ""}`;
        return text === "" ? head : `${head}\n    ${text}`;
      });
  const result = doc.returns === "" ? [] : [`${returns ?? ""}\n    ${doc.returns}`];
  const source = doc.source === "" ? [] : [`Follows ${doc.source}.`];
  const example = doc.examples.python ?? doc.examples.sql;
  return [
    section("Parameters", listed),
    section("Returns", result),
    section("Raises", throws),
    section("Notes", source),
    section("Examples", example === undefined ? [] : [example]),
  ];
}

const section = (title: string, entries: readonly string[]): string =>
  entries.length === 0 ? "" : `${title}\n${"-".repeat(title.length)}\n${entries.join("\n")}`;
