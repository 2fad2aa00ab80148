/** Every place of the source that makes an `EngineError`, read with the type checker. */
import { join, relative } from "node:path";
import { type NewExpression, Project, SyntaxKind, type Type } from "ts-morph";

export interface Raised {
  /** `engine/rdd/take.ts:40`. */
  readonly place: string;
  /** One, unless an expression chooses; none where the code is a variable of any code. */
  readonly codes: readonly string[];
  /** Names of the parameters that are there for certain; null where a record holds whatever it holds. */
  readonly params: readonly string[] | null;
}

const isOpen = (type: Type): boolean => type.getStringIndexType() !== undefined;

/** Properties that a value of this type has in any case. */
function certainProperties(type: Type): string[] {
  const [first = [], ...others] = (type.isUnion() ? type.getUnionTypes() : [type]).map((member) =>
    member
      .getProperties()
      .filter((property) => !property.isOptional())
      .map((property) => property.getName()),
  );
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function codesOf(type: Type, all: number): string[] {
  const literals = (type.isUnion() ? type.getUnionTypes() : [type]).filter((member) => member.isStringLiteral());
  return literals.length === all ? [] : literals.map((member) => String(member.getLiteralValue()));
}

function raisedBy(made: NewExpression, root: string, all: number): Raised {
  const [code, params] = made.getArguments();
  const type = params?.getType();
  return {
    place: `${relative(root, made.getSourceFile().getFilePath())}:${made.getStartLineNumber()}`,
    codes: code ? codesOf(code.getType(), all) : [],
    params: type === undefined ? [] : isOpen(type) ? null : certainProperties(type),
  };
}

/** `all`: how many codes there are. */
export function raisedErrors(root: string, folders: readonly string[], all: number): Raised[] {
  const project = new Project({
    tsConfigFilePath: join(root, "engine/tsconfig.json"),
    skipAddingFilesFromTsConfig: true,
  });
  const files = project.addSourceFilesAtPaths(folders.map((folder) => join(root, folder, "**/*.ts")));
  return files
    .filter((file) => !file.getFilePath().endsWith("/engine/errors.ts"))
    .flatMap((file) => file.getDescendantsOfKind(SyntaxKind.NewExpression))
    .filter((made) => made.getExpression().getText() === "EngineError")
    .map((made) => raisedBy(made, root, all));
}
