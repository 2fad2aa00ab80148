/** Names that somebody may have meant. */

/** Levenshtein's distance: how many letters must be changed, added or left out. */
export function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The closest names, best first; those that share hardly a letter are left out. */
export function closest(name: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase();
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.max(2, Math.floor(Math.max(wanted.length, candidate.length) / 3)),
    )
    .sort((left, right) => left.distance - right.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** `; did you mean "age"?`, or nothing. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const found = closest(name, candidates).map((candidate) => JSON.stringify(candidate));
  return found.length === 0 ? "" : `; did you mean ${found.join(" or ")}?`;
}
