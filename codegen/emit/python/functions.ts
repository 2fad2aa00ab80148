/** The functions table as Python functions that build expressions. */
import type { ApiFunction, ApiParameter } from "../../description.js";
import type { ClassContext } from "./classes.js";
import { docstring } from "./docstring.js";
import { pythonName } from "./names.js";
import { pythonSignature, type SignatureContext } from "./signature.js";

/** Whether an argument is a column, or the name of one; anything else is a constant of the call. */
export const isColumn = ({ type }: ApiParameter): boolean =>
  type.kind === "union" && type.of.some((member) => member.kind === "value" && member.name === "Column");

/** The lines of one function. */
export function emitFunction(fn: ApiFunction, context: ClassContext): string[] {
  const { declared, documented } = pythonSignature(fn.parameters, context);
  const readable = declared.map(readableColumns);
  const args = fn.parameters.map((parameter) => passed(parameter, context));
  const lines = docstring({
    doc: fn.doc,
    parameters: documented.map((parameter) => ({ ...parameter, annotation: readableColumns(parameter.annotation) })),
    returns: "Column",
    kinds: context.kinds,
  });
  return [
    `def ${pythonName(fn.name, fn.names)}(${readable.join(", ")}) -> Column:`,
    ...[...lines, `return call_function(${[JSON.stringify(fn.name), ...args].join(", ")})`].map((line) =>
      line === "" ? "" : `    ${line}`,
    ),
  ];
}

const readableColumns = (text: string): string => text.replaceAll("Union[Column, str]", "ColumnOrName");

/** `call_function` takes names of columns; a constant must be made a literal first. */
function passed(parameter: ApiParameter, { runtime }: SignatureContext): string {
  const name = pythonName(parameter.name, parameter.names);
  if (parameter.passing === "list") runtime.add("one_list");
  if (parameter.passing === "list") return `*one_list(${name})`;
  if (parameter.passing === "rest") return `*${name}`;
  return isColumn(parameter) ? name : `lit(${name})`;
}
