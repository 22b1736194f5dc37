// The part of the wrapper that puts a state into the design before its first evaluation, and tells it on request: by
// hierarchical names, so that the printed design stays as it is.
// What the design begins with by itself it puts in by itself.
// Invariant: an array of 32-bit words at the address on pin `state`, laid out as design-state.ts says, is read by an initial
// block, and written at a rising edge of pin `tell`.

import { bypassOf, type VerilogFile } from '@gatewright/hdl-core';
import { begun, type DesignState, type HeldState } from '../design-state.ts';
import type { WrapperPart } from './wrapper.ts';

/** The pins, and the lines of the module's body; the design is the instance `dut`. */
export function stateAccess({ held }: DesignState, files: readonly VerilogFile[]): WrapperPart {
  const fileOf = new Map(files.map((file) => [file.module, file]));
  const puts = held.flatMap((each) => {
    if (begun(each) === each.count) return [];
    if (each.kind === 'memory') return putWords(each);
    const bypass = bypassOf(fileOf.get(each.module.name)!, each.decl);
    if (!bypass) return put(each, each.path);
    const beside = (name: string): string => each.path.slice(0, -each.decl.name.length) + name;
    return [...put(each, beside(bypass.old)), `dut.${beside(bypass.hit)} = 0;`];
  });
  const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
  return {
    pins: ['input wire [63:0] state', 'input wire tell'],
    body: [
      '  reg [31:0] word;',
      '  integer i;',
      '  initial begin',
      ...indented(puts),
      '  end',
      '  integer k;',
      '  always @(posedge tell) begin',
      ...indented(held.flatMap(tell)),
      '  end',
    ],
  };
}

/** Parts of a value of at most 32 bits: the word of the array, and the bits. */
function partsOf({ width, words }: HeldState): { readonly word: number; readonly high: number }[] {
  return Array.from({ length: words }, (_, word) => ({ word, high: Math.min(width, 32 * word + 32) - 1 }));
}

const select = (width: number, high: number, word: number): string =>
  width === 1 ? '' : `[${high}:${32 * word}]`;

/** `at` is what an argument of $c is: a number, or an expression. */
const cell = (type: string, at: string): string => `"reinterpret_cast<${type}*>(", state, ")[", ${at}, "]`;

function put(
  held: HeldState,
  target: string,
  index = '',
  at = (word: number) => `${held.at + word}`,
): string[] {
  return partsOf(held).flatMap(({ word, high }) => [
    `word = $c(${cell('const IData', at(word))}");`,
    `dut.${target}${index}${select(held.width, high, word)} = word[${high - 32 * word}:0];`,
  ]);
}

function putWords(held: HeldState & { readonly kind: 'memory' }): string[] {
  const at = (word: number): string => `${held.at + word} + i * ${held.words}`;
  return [
    `for (i = ${begun(held)}; i < ${held.count}; i = i + 1) begin`,
    ...put(held, held.path, '[i]', at),
    'end',
  ];
}

function tell(held: HeldState): string[] {
  const read = (index: string, at: (word: number) => string): string[] =>
    partsOf(held).map(
      ({ word, high }) =>
        `$c(${cell('IData', at(word))} = ", dut.${held.path}${index}${select(held.width, high, word)}, ";");`,
    );
  if (held.kind === 'register') return read('', (word) => `${held.at + word}`);
  return [
    `for (k = 0; k < ${held.count}; k = k + 1) begin`,
    ...read('[k]', (word) => `${held.at + word} + k * ${held.words}`),
    'end',
  ];
}
