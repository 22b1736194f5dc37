// The statements of a random module: what gives every slot its value, and those of the recipe.
// Invariant: what stands under a condition ranks above it, so that no combinational loop arises.

import type { BoolSig, EnumSig } from '@gatewright/hdl-core';
import { constantOf, mix } from './choice.ts';
import { hwType, labelsOf, looseMatch, looseWire, when } from './loose.ts';
import type { Names } from './names.ts';
import type { Pool } from './pool.ts';
import type { StatementRecipe, TypeRecipe } from './recipe.ts';
import type { Targets } from './targets.ts';

/** Gives every slot without a default its value for the case that no later statement applies. */
export function coverSlots(targets: Targets, pool: Pool): void {
  const { slots } = targets;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    if (slot.hasDefault) continue;
    const { how, condition, value } = slot.cover;
    const next = slots[i + 1];
    const together = how === 'with next' && next && !next.hasDefault ? [slot, next] : [slot];
    const limit = slot.rank - 1;
    const set = (salt: number, literals = true): void => {
      for (const s of together) targets.assign(s, salt === 0 ? value : mix(value, salt), literals);
    };
    const arm = (salt: number) => (): void => targets.branch(limit, () => set(salt));
    const enumSubject = how === 'match' ? pool.find('enum', condition, limit) : undefined;
    const c = (salt: number): BoolSig => pool.bool(salt ? mix(condition, salt) : condition, limit).sig;
    if (enumSubject) {
      const arms = labelsOf(enumSubject.labels).map((l, k) => [l, arm(k)]);
      looseMatch(enumSubject.sig, Object.fromEntries(arms) as Record<string, () => void>);
    } else if (how === 'chain') {
      const inner = (): void => targets.branch(limit, () => when(c(2), arm(1)).otherwise(arm(2)));
      when(c(0), arm(0)).elseWhen(c(1), inner).otherwise(arm(3));
    } else if (how === 'when' || how === 'with next' || how === 'match') {
      when(c(0), arm(0)).otherwise(arm(1));
    } else set(0, false);
    if (together.length === 2) i++;
  }
}

/** Makes statements of a recipe in the list under way. */
export class Statements {
  readonly #targets: Targets;
  readonly #pool: Pool;
  readonly #names: Names;

  constructor(targets: Targets, pool: Pool, names: Names) {
    this.#targets = targets;
    this.#pool = pool;
    this.#names = names;
  }

  make(s: StatementRecipe): void {
    switch (s.do) {
      case 'assign': {
        const { registers, slots, guard } = this.#targets;
        const candidates = [...registers, ...slots.filter((t) => t.rank > guard)];
        const target = candidates[s.target % candidates.length];
        if (target) this.#targets.assign(target, s.value);
        return;
      }
      case 'named': {
        const { sig, rank } = this.#pool.int(s.value);
        this.#pool.add({ kind: 'int', sig: this.#names.named(sig, s.value), rank });
        return;
      }
      case 'wire':
        this.#localWire(s.value);
        return;
      case 'when':
        this.#when(s.arms, s.otherwise);
        return;
      case 'match': {
        const e = this.#pool.find('enum', s.subject);
        if (!e) return;
        const names = labelsOf(e.labels).slice(0, s.rest ? s.arms.length : e.labels);
        // An arm for the rest where nothing is left is an error.
        if (names.length < e.labels) names.push('_');
        this.#matchArms(e, names, s.arms);
      }
    }
  }

  #list(guard: number, body: readonly StatementRecipe[]): void {
    this.#targets.branch(guard, () => body.forEach((s) => this.make(s)));
  }

  #localWire(choice: number): void {
    const type: TypeRecipe = { type: 'sint', width: 1 + (choice % 9) };
    const w = looseWire(this.#names.fresh('local'), hwType(type), constantOf(type, choice));
    const rank = this.#targets.raise();
    w.set(this.#pool.value(type, choice, rank - 1));
    this.#pool.addSignal(w, type, rank);
  }

  #when(
    arms: (StatementRecipe & { do: 'when' })['arms'],
    otherwise: readonly StatementRecipe[] | null,
  ): void {
    // A later arm reads the conditions of the earlier ones as well.
    let guard = 0;
    let chain: ReturnType<typeof when> | undefined;
    for (const { condition, body } of arms) {
      const { sig, rank } = this.#pool.bool(condition);
      guard = Math.max(guard, rank);
      const run = (): void => this.#list(guard, body);
      chain = chain ? chain.elseWhen(sig, run) : when(sig, run);
    }
    if (otherwise) chain!.otherwise(() => this.#list(guard, otherwise));
  }

  #matchArms(
    { sig, rank }: { readonly sig: EnumSig; readonly rank: number },
    names: readonly string[],
    arms: readonly (readonly StatementRecipe[])[],
  ): void {
    const made = names.map((l, i) => [l, () => this.#list(rank, arms[i % Math.max(1, arms.length)] ?? [])]);
    looseMatch(sig, Object.fromEntries(made) as Record<string, () => void>);
  }
}
