/**
 * The order in which functions are rebuilt: each after the functions it captures, so that these are constants in it.
 * Functions that capture each other in a circle are strongly connected; within such a group only what a class needs
 * while it is defined (its superclass) must come first, the rest is bound afterwards.
 */

export interface Dependencies {
  readonly all: readonly number[];
  /** Those needed at once. */
  readonly early: readonly number[];
}

export function buildOrder(nodes: ReadonlyMap<number, Dependencies>): readonly number[] {
  return connectedGroups(nodes).flatMap((group) => (group.length === 1 ? group : earlyFirst(group, nodes)));
}

interface Visit {
  readonly index: number;
  low: number;
  open: boolean;
}

/** Tarjan's algorithm: groups come out after the groups they depend on. */
function connectedGroups(nodes: ReadonlyMap<number, Dependencies>): readonly (readonly number[])[] {
  const visits = new Map<number, Visit>();
  const stack: number[] = [];
  const groups: number[][] = [];
  const enter = (node: number): Visit => {
    const visit: Visit = { index: visits.size, low: visits.size, open: true };
    visits.set(node, visit);
    stack.push(node);
    for (const target of nodes.get(node)?.all ?? []) {
      const seen = visits.get(target);
      if (!seen) visit.low = Math.min(visit.low, enter(target).low);
      else if (seen.open) visit.low = Math.min(visit.low, seen.index);
    }
    if (visit.low === visit.index) groups.push(closeGroup(node));
    return visit;
  };
  const closeGroup = (root: number): number[] => {
    const group = stack.splice(stack.indexOf(root));
    for (const node of group) {
      const visit = visits.get(node);
      if (visit) visit.open = false;
    }
    return group;
  };
  for (const node of nodes.keys()) if (!visits.has(node)) enter(node);
  return groups;
}

function earlyFirst(group: readonly number[], nodes: ReadonlyMap<number, Dependencies>): readonly number[] {
  const ordered = new Set<number>();
  const entered = new Set<number>();
  const enter = (node: number): void => {
    if (entered.has(node) || !group.includes(node)) return;
    entered.add(node);
    for (const target of nodes.get(node)?.early ?? []) enter(target);
    ordered.add(node);
  };
  for (const node of group) enter(node);
  return [...ordered];
}
