// What a choice, a number of a recipe, stands for: further choices, an integer, a value of a type.
// Invariant: functions of the choice.

import { labelsOf } from './loose.ts';
import type { TypeRecipe } from './recipe.ts';

/** A second choice made of a first one. */
export const mix = (seed: number, salt: number): number => {
  let x = (seed + 0x9e37 * salt) | 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) >>> 0;
};

/** An integer that (width, signed) holds; choice 0 is 0. */
export function integerOf(choice: number, width: number, signed: boolean): bigint {
  if (choice === 0 || width === 0) return 0n;
  let bits = 0n;
  for (let i = 0; i * 32 < width; i++) bits = (bits << 32n) | BigInt(mix(choice, i));
  const forms = [bits, BigInt(choice), -1n, 1n << BigInt(width - 1), (1n << BigInt(width - 1)) - 1n, 1n, -2n];
  const form = forms[choice % forms.length]!;
  return signed ? BigInt.asIntN(width, form) : BigInt.asUintN(width, form);
}

/** A constant of a type, as the language takes it. */
export function constantOf(t: TypeRecipe, choice: number): unknown {
  switch (t.type) {
    case 'uint':
    case 'sint':
      return integerOf(choice, t.width, t.type === 'sint');
    case 'bool':
      return choice % 2 === 1;
    case 'enum':
      return labelsOf(t.labels)[choice % t.labels];
    case 'vec':
      return Array.from({ length: t.length }, (_, i) => constantOf(t.element, mix(choice, i)));
    case 'bundle':
      return Object.fromEntries(t.fields.map((f, i) => [`f${i}`, constantOf(f, mix(choice, i))]));
  }
}
