// What can be reached in a graph, what lies on a cycle (Tarjan's strongly connected components), and the shortest cycle
// through a vertex; without recursion, as paths are as long as designs are deep.
// Invariant: every vertex and edge below the starts is looked at once. It knows nothing of hardware.

export type Edges<V> = (v: V) => readonly V[];

/** The sets of vertices reachable from `starts` that reach each other, or themselves. */
export function cycles<V>(starts: Iterable<V>, edges: Edges<V>): V[][] {
  const all = [...starts];
  return hasCycle(all, edges) ? components(all, edges) : [];
}

/** Whether some path comes back to a vertex of its own; most graphs have none, and to know that is cheap. */
function hasCycle<V>(starts: readonly V[], edges: Edges<V>): boolean {
  /** False while a vertex is on the path. */
  const left = new Map<V, boolean>();
  const path: V[] = [];
  const targets: (readonly V[])[] = [];
  const next: number[] = [];
  const enter = (v: V): void => {
    const to = edges(v);
    left.set(v, to.length === 0);
    if (to.length === 0) return;
    path.push(v);
    targets.push(to);
    next.push(0);
  };
  for (const start of starts) {
    if (!left.has(start)) enter(start);
    while (path.length) {
      const last = path.length - 1;
      const target = targets[last]![next[last]!++];
      if (target === undefined) {
        left.set(path.pop()!, true);
        targets.pop();
        next.pop();
        continue;
      }
      const known = left.get(target);
      if (known === undefined) enter(target);
      else if (!known) return true;
    }
  }
  return false;
}

function components<V>(starts: readonly V[], edges: Edges<V>): V[][] {
  const order = new Map<V, number>();
  const lowest = new Map<V, number>();
  const open: V[] = [];
  const isOpen = new Set<V>();
  const found: V[][] = [];
  for (const start of starts) {
    if (order.has(start)) continue;
    const path: { v: V; targets: readonly V[]; next: number; loop: boolean }[] = [];
    const enter = (v: V): void => {
      order.set(v, order.size);
      lowest.set(v, order.get(v)!);
      open.push(v);
      isOpen.add(v);
      path.push({ v, targets: edges(v), next: 0, loop: false });
    };
    const lower = (v: V, to: number): void => {
      lowest.set(v, Math.min(lowest.get(v)!, to));
    };
    enter(start);
    while (path.length) {
      const top = path.at(-1)!;
      const target = top.targets[top.next++];
      if (target !== undefined) {
        if (!order.has(target)) enter(target);
        else if (isOpen.has(target)) lower(top.v, order.get(target)!);
        if (target === top.v) top.loop = true;
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent) lower(parent.v, lowest.get(top.v)!);
      if (lowest.get(top.v) !== order.get(top.v)) continue;
      const component = open.splice(open.lastIndexOf(top.v));
      for (const v of component) isOpen.delete(v);
      if (component.length > 1 || top.loop) found.push(component);
    }
  }
  return found;
}

/** The starts and everything reachable from them. */
export function reachable<V>(starts: readonly V[], edges: Edges<V>): Set<V> {
  const seen = new Set(starts);
  const queue = [...seen];
  while (queue.length) {
    for (const v of edges(queue.pop()!)) {
      if (seen.has(v)) continue;
      seen.add(v);
      queue.push(v);
    }
  }
  return seen;
}

/** The shortest path from `from` to `to`, both included, of one edge at least; empty when there is none. */
export function shortestPath<V>(from: V, to: V, edges: Edges<V>): V[] {
  const reachedFrom = new Map<V, V>();
  const queue = [from];
  for (let head = 0; head < queue.length; head++) {
    const v = queue[head]!;
    for (const next of edges(v)) {
      if (reachedFrom.has(next)) continue;
      reachedFrom.set(next, v);
      if (next !== to) {
        queue.push(next);
        continue;
      }
      const path = [to];
      for (let at = v; ; at = reachedFrom.get(at)!) {
        path.unshift(at);
        if (at === from) return path;
      }
    }
  }
  return [];
}

/** Every vertex reachable from `starts` after those that its edges lead to; cycles are cut. */
export function postorder<V>(starts: Iterable<V>, edges: Edges<V>): V[] {
  const order: V[] = [];
  const entered = new Set<V>();
  const path: { readonly v: V; readonly targets: readonly V[]; next: number }[] = [];
  const enter = (v: V): void => {
    if (entered.has(v)) return;
    entered.add(v);
    path.push({ v, targets: edges(v), next: 0 });
  };
  for (const start of starts) {
    enter(start);
    while (path.length) {
      const top = path.at(-1)!;
      const target = top.targets[top.next++];
      if (target !== undefined) enter(target);
      else {
        path.pop();
        order.push(top.v);
      }
    }
  }
  return order;
}

/** For each vertex reachable from `starts`, the largest sum of weights of the vertices below it; cycles are cut. */
export function longestPaths<V>(
  starts: readonly V[],
  edges: Edges<V>,
  weight: (v: V) => number,
): Map<V, number> {
  const below = new Map<V, number>();
  for (const v of postorder(starts, edges)) {
    let most = 0;
    for (const t of edges(v)) most = Math.max(most, (below.get(t) ?? 0) + weight(t));
    below.set(v, most);
  }
  return below;
}
