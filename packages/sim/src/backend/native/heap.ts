// Items by a number, the greatest first.
// Invariant: a binary heap; an item may be in it several times, under several numbers.

export class Heap {
  readonly #items: number[] = [];
  readonly #keys: number[] = [];

  push(item: number, key: number): void {
    let at = this.#items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#keys[above]! >= key) break;
      this.#put(at, this.#items[above]!, this.#keys[above]!);
      at = above;
    }
    this.#put(at, item, key);
  }

  /** The item with the greatest number. */
  pop(): { readonly item: number; readonly key: number } | undefined {
    const items = this.#items;
    const keys = this.#keys;
    if (items.length === 0) return undefined;
    const top = { item: items[0]!, key: keys[0]! };
    const item = items.pop()!;
    const key = keys.pop()!;
    const count = items.length;
    if (count === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below + 1 < count && keys[below + 1]! > keys[below]!) below++;
      if (below >= count || keys[below]! <= key) break;
      this.#put(at, items[below]!, keys[below]!);
      at = below;
    }
    this.#put(at, item, key);
    return top;
  }

  #put(at: number, item: number, key: number): void {
    this.#items[at] = item;
    this.#keys[at] = key;
  }
}
