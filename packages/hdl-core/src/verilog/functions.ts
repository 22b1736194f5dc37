// The Verilog functions that a module defines for what no operator says: counting ones, and zeros on either side.
// Invariant: one function per kind and operand width; a loop of constant bounds, which every tool unrolls.

import { bitLength } from '../ir/expr.ts';
import type { CountKind } from '../ir/select.ts';
import { BLANK, commentLines, type Line, line } from './layout.ts';
import { constantText } from './text.ts';

const NAME: Record<CountKind, string> = {
  popCount: 'count_ones',
  leadingZeros: 'leading_zeros',
  trailingZeros: 'trailing_zeros',
};
const ABOUT: Record<CountKind, (width: number) => string> = {
  popCount: () => 'How many bits of x are 1.',
  leadingZeros: (width) => `How many zeros stand above the highest 1 of x; ${width} when there is none.`,
  trailingZeros: (width) => `How many zeros stand below the lowest 1 of x; ${width} when there is none.`,
};

/** `count_ones_8`: what the function is called where the name is free. */
export const functionBase = (kind: CountKind, width: number): string => `${NAME[kind]}_${width}`;

/** The definition of a function over `width` bits. */
export function functionLines(name: string, kind: CountKind, width: number): Line[] {
  const bits = bitLength(BigInt(width));
  const number = (value: number): string => constantText(BigInt(value), bits, false);
  const place = bits === 1 ? 'i[0]' : `i[${bits - 1}:0]`;
  const up = `for (i = 0; i < ${width}; i = i + 1) begin`;
  const [start, loop, step] = {
    popCount: [0, up, `${name} = ${name} + {${constantText(0n, bits - 1, false)}, x[i]};`] as const,
    leadingZeros: [width, up, `if (x[i]) ${name} = ${number(width - 1)} - ${place};`] as const,
    trailingZeros: [
      width,
      `for (i = ${width - 1}; i >= 0; i = i - 1) begin`,
      `if (x[i]) ${name} = ${place};`,
    ] as const,
  }[kind];
  return [
    ...commentLines(1, ABOUT[kind](width)),
    line(1, `function [${bits - 1}:0] ${name}(input [${width - 1}:0] x);`),
    line(2, 'integer i;'),
    line(2, 'begin'),
    line(3, `${name} = ${number(start)};`),
    line(3, loop),
    line(4, step),
    line(3, 'end'),
    line(2, 'end'),
    line(1, 'endfunction'),
    BLANK,
  ];
}
