/** Every place of the source that makes an `EngineError`, read with the type checker. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { ts } from "ts-morph";

export interface Raised {
  /** `engine/rdd/take.ts:40`. */
  readonly place: string;
  /** One, unless an expression chooses; none where the code is a variable of any code. */
  readonly codes: readonly string[];
  /** Names of the parameters that are there for certain; null where a record holds whatever it holds. */
  readonly params: readonly string[] | null;
}

const membersOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

/** Properties that a value of this type has in any case. */
function certainProperties(type: ts.Type): string[] {
  const [first = [], ...others] = membersOf(type).map((member) =>
    member
      .getProperties()
      .filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0)
      .map(({ name }) => name),
  );
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function raisedBy(made: ts.NewExpression, place: string, checker: ts.TypeChecker): Raised {
  const [code, params] = made.arguments ?? [];
  const chosen = code === undefined ? [] : membersOf(checker.getTypeAtLocation(code));
  const type = params === undefined ? undefined : checker.getTypeAtLocation(params);
  const open = type !== undefined && (type.flags & ts.TypeFlags.Any || type.getStringIndexType() !== undefined);
  return {
    place,
    codes: chosen.flatMap((member) => (member.isStringLiteral() ? [member.value] : [])),
    params: type === undefined ? [] : open ? null : certainProperties(type),
  };
}

function raisedIn(source: ts.SourceFile, root: string, checker: ts.TypeChecker): Raised[] {
  const found: Raised[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText(source) === "EngineError") {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push(raisedBy(node, `${relative(root, source.fileName)}:${line + 1}`, checker));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Parameters are written where the error is made: neither libraries nor other modules are needed to know them. */
const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, noLib: true, noResolve: true, types: [] };

export function raisedErrors(root: string, folders: readonly string[]): Raised[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(root, folder, path)),
  );
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  return files.flatMap((path) => {
    const source = program.getSourceFile(path);
    return source && /\bEngineError\(/.test(source.text) ? raisedIn(source, root, checker) : [];
  });
}
