/** Parameters of a method: how Python declares them, and how it hands them to the runtime. */
import type { ApiClass, ApiDefault, ApiNames, ApiParameter, ApiType } from "../../description.js";
import { acceptsNull, annotation, type Imports, wireType } from "./annotations.js";
import type { DocumentedParameter } from "./docstring.js";
import { literal, pythonName } from "./names.js";

export interface PythonSignature {
  /** As declared, without `self`: `f: Callable[[T], U]`, `*`, `exact: bool = True`. */
  readonly declared: readonly string[];
  /** One `("name: type", value)` for each parameter of the description. */
  readonly passed: readonly string[];
  readonly documented: readonly DocumentedParameter[];
}

export interface SignatureContext {
  readonly imports: Imports;
  readonly runtime: Set<string>;
  /** Classes that are made while the program runs, not only named in annotations. */
  readonly built: Set<string>;
  readonly classes: ReadonlyMap<string, ApiClass>;
}

interface Declared {
  readonly text: string;
  readonly value: string;
  readonly documented: DocumentedParameter;
}

interface Named {
  readonly name: string;
  readonly names: ApiNames;
  readonly type: ApiType;
  readonly default?: ApiDefault;
  readonly doc: string;
}

export function pythonSignature(parameters: readonly ApiParameter[], context: SignatureContext): PythonSignature {
  const positional: Declared[] = [];
  const keywords: Declared[] = [];
  const passed: string[] = [];
  let rest: Declared | undefined;
  for (const parameter of parameters) {
    const { name, type, passing } = parameter;
    if (passing === "options") {
      const { fields, value } = spread(parameter, context);
      keywords.push(...fields);
      passed.push(argument(name, wireType(type), value));
      continue;
    }
    if (passing === "rest" || passing === "list") {
      rest = declareRest(parameter, context);
      passed.push(argument(name, `list<${wireType(type)}>`, rest.value));
      continue;
    }
    const declared = declare(parameter, context);
    (passing === "keyword" ? keywords : positional).push(declared);
    passed.push(argument(name, wireType(type), declared.value));
  }
  const all = [...positional, ...(rest ? [rest] : []), ...keywords];
  const star = keywords.length > 0 && !rest ? ["*"] : [];
  return {
    declared: [
      ...positional.map(({ text }) => text),
      ...(rest ? [rest.text] : star),
      ...keywords.map(({ text }) => text),
    ],
    passed,
    documented: all.map(({ documented }) => documented),
  };
}

const argument = (name: string, type: string, value: string): string =>
  `(${JSON.stringify(`${name}: ${type}`)}, ${value})`;

/** A parameter that may be left out is `None` by default as in PySpark, or `UNSET` where `None` is a value of its own. */
export function declare(parameter: Named, { imports, runtime }: SignatureContext): Declared {
  const name = pythonName(parameter.name, parameter.names);
  const plain = annotation(parameter.type, "given", imports);
  const documented = { name, annotation: plain, optional: parameter.default !== undefined, doc: parameter.doc };
  if (parameter.default === undefined) return { text: `${name}: ${plain}`, value: name, documented };
  if (parameter.default.kind === "value") {
    const { value } = parameter.default;
    const type = value === null && !acceptsNull(parameter.type) ? optional(plain, imports) : plain;
    return { text: `${name}: ${type} = ${literalOf(value, parameter.type)}`, value: name, documented };
  }
  runtime.add("UNSET");
  if (!acceptsNull(parameter.type)) {
    return {
      text: `${name}: ${optional(plain, imports)} = None`,
      value: `UNSET if ${name} is None else ${name}`,
      documented,
    };
  }
  runtime.add("Unset");
  imports.typing.add("Union");
  return { text: `${name}: Union[${plain}, Unset] = UNSET`, value: name, documented };
}

const optional = (plain: string, imports: Imports): string => {
  imports.typing.add("Optional");
  return `Optional[${plain}]`;
};

/** A double's default is written as one: 1 → `1.0`. */
const literalOf = (value: string | number | boolean | null, type: ApiType): string => {
  const text = literal(value);
  return type.kind === "double" && /^-?\d+$/.test(text) ? `${text}.0` : text;
};

function declareRest(parameter: ApiParameter, { imports, runtime }: SignatureContext): Declared {
  const name = pythonName(parameter.name, parameter.names);
  const item = annotation(parameter.type, "given", imports);
  const documented = { name, annotation: item, optional: false, doc: parameter.doc };
  if (parameter.passing === "rest") return { text: `*${name}: ${item}`, value: name, documented };
  runtime.add("one_list");
  for (const needed of ["Sequence", "Union"]) imports.typing.add(needed);
  const either = item.startsWith("Union[") ? item.slice("Union[".length, -1) : item;
  return { text: `*${name}: Union[${either}, Sequence[${item}]]`, value: `one_list(${name})`, documented };
}

/** The fields of an options value as keyword parameters, and the value made of them. */
function spread(parameter: ApiParameter, context: SignatureContext): { fields: Declared[]; value: string } {
  const name = parameter.type.kind === "value" ? parameter.type.name : "";
  const fields = context.classes.get(name)?.fields ?? [];
  context.built.add(name);
  const declared = fields.map((field) => declare(asParameter(field), context));
  const given = declared.map(({ documented }) => `${documented.name}=${documented.name}`);
  return { fields: declared, value: `${name}(${given.join(", ")})` };
}

/** A field that may be missing is a parameter that may be left out. */
export const asParameter = (field: Named & { readonly optional: boolean }): Named =>
  field.default === undefined && field.optional ? { ...field, default: { kind: "unset" } } : field;
