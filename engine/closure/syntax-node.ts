/** The syntax tree of a function, as far as names are concerned. */

/** A node of the syntax tree, as acorn gives it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export const nodeOf = (value: unknown): SyntaxNode => value as SyntaxNode;
export const nodesOf = (value: unknown): readonly (SyntaxNode | null)[] => value as readonly (SyntaxNode | null)[];
export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";

/** What to do with the names a pattern binds, and with the expressions inside it. */
export interface TargetVisitor {
  readonly name: (identifier: SyntaxNode) => void;
  readonly expression: (node: unknown) => void;
}

/** Visits the targets of a parameter, declaration or assignment: `{ a, b: [c = d] }` has the names a and c, the expression d. */
export function eachTarget(pattern: SyntaxNode, visitor: TargetVisitor): void {
  const inner = (nodes: unknown): void => {
    for (const node of nodesOf(nodes)) if (node) eachTarget(node, visitor);
  };
  switch (pattern.type) {
    case "Identifier":
      visitor.name(pattern);
      break;
    case "ObjectPattern":
      inner(pattern["properties"]);
      break;
    case "ArrayPattern":
      inner(pattern["elements"]);
      break;
    case "Property":
      if (pattern["computed"]) visitor.expression(pattern["key"]);
      inner([pattern["value"]]);
      break;
    case "RestElement":
      inner([pattern["argument"]]);
      break;
    case "AssignmentPattern":
      visitor.expression(pattern["right"]);
      inner([pattern["left"]]);
      break;
    default:
      visitor.expression(pattern);
  }
}
