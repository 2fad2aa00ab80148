/**
 * The code of a function part. `x => helper(x) + k` with both captured becomes
 *
 *     "use strict";const helper=$kindling[0],k=$kindling[1];return (
 *     x => helper(x) + k
 *     )
 *
 * Constants, so that V8 folds them as it does in the original; `let` for what the function assigns to, and for
 * functions that are made after it.
 */

import { expressionLine, type FunctionPart, valuesName } from "./body.js";
import type { FunctionDraft } from "./capture-function.js";
import { lineAt, lineStarts } from "./scripts.js";
import { engineFile, engineFolder } from "./user-frames.js";

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for " +
    "function if implements import in instanceof interface let new null package private protected public return static " +
    "super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** `late`: the indices of values that are made after the function. */
export function writePart(draft: FunctionDraft, late: ReadonlySet<number>): FunctionPart {
  const { source, selfNames } = draft;
  const functionName = String((draft.subject as { readonly name?: unknown }).name ?? "");
  const named = source.ownName === functionName && source.form !== "method";
  const inferred = canInfer(draft, functionName) && !named ? functionName : undefined;
  const self = inferred ?? selfNames[0];
  const aliases = selfNames.filter((name) => name !== self);
  const before = (draft.strict ? '"use strict";' : "") + declarations(draft, late);
  const bound = `${self === undefined ? "return" : `const ${self}=`}(\n${source.expression}\n)`;
  const bind =
    late.size === 0
      ? ""
      : `,${valuesName}=>{${[...late].map((index) => `${nameAt(draft, index)}=${valuesName}[${index}];`).join("")}}`;
  const code =
    self === undefined
      ? late.size === 0
        ? `${before}${bound}`
        : `${before}return[(\n${source.expression}\n)${bind}]`
      : `${before}${bound}${aliases.map((name) => `,${name}=${self}`).join("")};return ${late.size === 0 ? self : `[${self}${bind}]`}`;
  return {
    kind: "function",
    code,
    values: draft.values,
    late: late.size > 0,
    rename: named || inferred !== undefined || functionName === (self ?? "") ? null : functionName,
    ...originalLines(draft, code),
  };
}

const nameAt = (draft: FunctionDraft, index: number): string => draft.variables[index]?.name ?? "";

function declarations(draft: FunctionDraft, late: ReadonlySet<number>): string {
  const constants: string[] = [];
  let code = "";
  draft.variables.forEach(({ name, written }, index) => {
    if (late.has(index)) code += `let ${name};`;
    else if (written) code += `let ${name}=${valuesName}[${index}];`;
    else constants.push(`${name}=${valuesName}[${index}]`);
  });
  return constants.length === 0 ? code : `${code}const ${constants.join(",")};`;
}

/** Whether a constant of the function's name gives it that name without hiding a variable it uses. */
function canInfer({ source, selfNames }: FunctionDraft, name: string): boolean {
  if (source.form === "method" || source.ownName !== undefined) return false;
  if (!identifier.test(name) || reserved.has(name)) return false;
  return selfNames.includes(name) || !source.variables.has(name);
}

/** Which line of the author's file each part of the code came from; one entry wherever simple counting fails. */
function originalLines(
  { source, script, offset }: FunctionDraft,
  code: string,
): { readonly file: string; readonly lines: number[] } {
  if (!script || offset === undefined) return { file: "", lines: [] };
  if (script.file.startsWith(engineFolder)) return { file: engineFile, lines: [] };
  const starts = lineStarts(code);
  const shift = starts[expressionLine] ?? 0;
  const lines: number[] = [];
  let file = "";
  let difference = Number.NaN;
  for (const token of source.tokens) {
    const placed = source.place(token);
    if (placed === undefined) continue;
    const line = lineAt(starts, placed + shift);
    const original = script.placeAt(offset + token);
    if (file === "") file = original.file;
    if (original.line - line === difference || original.file !== file) continue;
    difference = original.line - line;
    lines.push(line, placed + shift - (starts[line] ?? 0), original.line);
  }
  return { file, lines };
}
