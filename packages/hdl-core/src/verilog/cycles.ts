// What can be reached in a graph, and what lies on a cycle (Tarjan's strongly connected components), without recursion.
// Invariant: every vertex and edge below the starts is looked at once. It knows nothing of hardware.

/** The vertices reachable from `starts` that can reach themselves. */
export function onCycles<V>(starts: readonly V[], edges: (v: V) => readonly V[]): Set<V> {
  const order = new Map<V, number>();
  const lowest = new Map<V, number>();
  const open: V[] = [];
  const isOpen = new Set<V>();
  const found = new Set<V>();
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
      for (const v of component) {
        isOpen.delete(v);
        if (component.length > 1 || top.loop) found.add(v);
      }
    }
  }
  return found;
}

/** The starts and everything reachable from them. */
export function reachable<V>(starts: readonly V[], edges: (v: V) => readonly V[]): Set<V> {
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
