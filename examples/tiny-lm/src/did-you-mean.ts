// The names closest to a mistyped one, for error messages.
// Invariant: pure and deterministic; ties keep the order of the candidates. It never decides anything, it only suggests.

/** Up to `count` candidates that continue the name or lie within a third of its length in edits, the closest first. */
export function nearestNames(name: string, candidates: Iterable<string>, count = 3): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return [...candidates]
    .map((candidate) => ({
      candidate,
      distance: continues(name, candidate) ? 1 : editDistance(name, candidate),
    }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** `; did you mean a, b?` or, with nothing close, the whole list. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const all = [...candidates];
  const near = nearestNames(name, all);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there is ${all.join(', ') || 'none'}`;
}

const continues = (name: string, candidate: string) => name !== '' && candidate.startsWith(name);

/** Levenshtein distance: insertions, deletions and substitutions, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
