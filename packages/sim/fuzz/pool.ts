// The expressions a random design can choose from, and values of a wanted type made of them.
// Invariant: an entry's rank is the highest rank of the wires it reads; a wire of rank r is only driven by entries below
// r, so no combinational loop can arise. Choices are numbers, taken modulo the number of candidates.

import type { BoolSig, EnumSig, Sig } from '@gatewright/hdl-core';
import { integerOf, mix } from './choice.ts';
import { type LooseInt, type LooseVec, labelsOf, looseLiteral } from './loose.ts';
import type { TypeRecipe } from './recipe.ts';

export type Entry =
  | { readonly kind: 'int'; readonly sig: LooseInt; readonly rank: number }
  | { readonly kind: 'bool'; readonly sig: BoolSig; readonly rank: number }
  | { readonly kind: 'enum'; readonly sig: EnumSig; readonly rank: number; readonly labels: number }
  | { readonly kind: 'vec'; readonly sig: LooseVec; readonly rank: number; readonly element: TypeRecipe };
export type EntryOf<K extends Entry['kind']> = Entry & { readonly kind: K };

export class Pool {
  readonly #entries: Entry[] = [];

  /** Adds an entry; one that is always the same value is left out, as linters object to what is computed from it. */
  add(entry: Entry): void {
    if (entry.kind === 'int' && entry.sig.range.min === entry.sig.range.max) return;
    this.#entries.push(entry);
  }

  /** Adds a signal of a declared type, and its parts. */
  addSignal(sig: Sig, t: TypeRecipe, rank: number): void {
    switch (t.type) {
      case 'uint':
      case 'sint':
        this.add({ kind: 'int', sig: sig as LooseInt, rank });
        break;
      case 'bool':
        this.add({ kind: 'bool', sig: sig as BoolSig, rank });
        break;
      case 'enum':
        this.add({ kind: 'enum', sig: sig as EnumSig, rank, labels: t.labels });
        break;
      case 'vec': {
        const v = sig as LooseVec;
        this.add({ kind: 'vec', sig: v, rank, element: t.element });
        for (let i = 0; i < t.length; i++) this.addSignal(v.at(i), t.element, rank);
        break;
      }
      case 'bundle':
        t.fields.forEach((f, i) => {
          this.addSignal((sig as unknown as Record<string, Sig>)[`f${i}`]!, f, rank);
        });
    }
  }

  find<K extends Entry['kind']>(
    kind: K,
    choice: number,
    limit = Number.POSITIVE_INFINITY,
  ): EntryOf<K> | undefined {
    const candidates = this.#entries.filter((e): e is EntryOf<K> => e.kind === kind && e.rank <= limit);
    // Every other choice is one of the latest: what was made of many operators is worth reading.
    const recent = choice % 2 === 1 ? (choice >>> 1) % 10 : -1;
    return (recent >= 0 ? candidates.at(-1 - recent) : undefined) ?? candidates[choice % candidates.length];
  }
  bool(choice: number, limit?: number): EntryOf<'bool'> {
    return this.find('bool', choice, limit)!;
  }
  int(choice: number, limit?: number): EntryOf<'int'> {
    return this.find('int', choice, limit)!;
  }

  /**
   * What can be assigned to a signal of type `t`, reading only entries up to `limit`; literals only where the signal is
   * assigned something else as well (`literals`), as a linter takes a signal with one value for that value.
   */
  value(t: TypeRecipe, choice: number, limit: number, literals = true): unknown {
    switch (t.type) {
      case 'uint':
      case 'sint':
        if (literals && choice % 13 === 12) return integerOf(choice, t.width, t.type === 'sint');
        return fitted(this.int(choice, limit).sig, t.width, t.type === 'sint', mix(choice, 1), literals);
      case 'bool':
        return literals && choice % 13 === 12 ? choice % 2 === 0 : this.bool(choice, limit).sig;
      case 'enum': {
        const same = this.#entries.filter(
          (e): e is EntryOf<'enum'> => e.kind === 'enum' && e.rank <= limit && e.labels === t.labels,
        );
        if (same.length === 0 || choice % 5 === 4) return labelsOf(t.labels)[choice % t.labels];
        return same[choice % same.length]!.sig;
      }
      case 'vec':
        return Array.from({ length: t.length }, (_, i) =>
          this.value(t.element, part(choice, i), limit, literals),
        );
      case 'bundle':
        return Object.fromEntries(
          t.fields.map((f, i) => [`f${i}`, this.value(f, part(choice, i), limit, literals)]),
        );
    }
  }
}
const part = (choice: number, i: number): number => (choice === 0 ? i : mix(choice, i + 2));

/** `sig` as an integer of the wanted kind. */
export function ofKind(sig: LooseInt, signed: boolean, choice: number): LooseInt {
  if ((sig.kind === 'sint') === signed) return sig;
  const { width } = sig.type;
  if (signed) return width === 0 || choice % 2 === 0 ? sig.toSInt() : sig.asSInt();
  if (sig.range.min >= 0n && choice % 3 === 0) return sig.toUInt();
  return choice % 3 === 1 ? sig.abs() : sig.asUInt();
}

/** `sig` as a value that fits (width, signed), by one of the language's ways to make it so. */
export function fitted(
  sig: LooseInt,
  width: number,
  signed: boolean,
  choice: number,
  literals = true,
): LooseInt {
  const s = ofKind(sig, signed, choice);
  if (s.fitsIn(width)) return choice % 2 === 0 || width === 0 ? s : s.extend(width);
  const ways = [
    () => s.trunc(width),
    () => s.saturate(width),
    () => looseBits(s, width, signed, choice),
    () => looseLiteral(integerOf(choice, width, signed), width, signed),
  ];
  return ways[literals && (choice >>> 3) % 11 === 10 ? 3 : (choice >>> 3) % 3]!();
}
function looseBits(s: LooseInt, width: number, signed: boolean, choice: number): LooseInt {
  const whole = s.type.width;
  if (width === 0 || whole < width) return s.trunc(width);
  const low = choice % (whole - width + 1);
  const bits = s.bits(low + width - 1, low);
  return signed ? bits.asSInt() : bits;
}
