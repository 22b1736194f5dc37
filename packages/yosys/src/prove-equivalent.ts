// Formal equivalence of two combinational circuits with the same ports, by SAT.
// Invariant: "equivalent" means that Yosys proved it: a search that ends without a proof is an error, never a yes, and so are
// registers, about which this proof says nothing (their first contents are unknown and differ).

import { readVerilog, runScript, type SourceFile } from './run-yosys.ts';

export interface Circuit {
  readonly files: readonly SourceFile[];
  readonly top: string;
}

export type Equivalence =
  | { readonly equivalent: true }
  /** Values of the ports, as the solver printed them, in which they differ. */
  | { readonly equivalent: false; readonly counterexample: Readonly<Record<string, bigint>> };

/** An input whose values are taken one by one. */
export interface CaseSplit {
  readonly input: string;
  readonly bits: number;
}

/**
 * Proves that `gate` does what `gold` does, or finds a difference. Throws when neither comes out.
 *
 * `cases` divides the proof into one for each value of that input: multipliers of 7 bits and more, which one search hardly
 * gets through, are quick with one operand a constant. They are all its values (another width is refused), so the proof is as complete.
 */
export async function proveEquivalent(gold: Circuit, gate: Circuit, cases?: CaseSplit): Promise<Equivalence> {
  const inFolder = (folder: string, c: Circuit): SourceFile[] =>
    c.files.map((f) => ({ name: `${folder}_${f.name}`, text: f.text }));
  const goldFiles = inFolder('gold', gold);
  const gateFiles = inFolder('gate', gate);
  const prepare = (files: SourceFile[], top: string): string =>
    `${readVerilog(files)}; prep -flatten -top ${top}; select -assert-none t:$*ff* t:$*latch* t:$mem*; opt -full; design -stash`;
  const given = cases
    ? Array.from({ length: 2 ** cases.bits }, (_, value) => `-set in_${cases.input} ${value} `)
    : [''];
  const script = [
    `${prepare(goldFiles, gold.top)} gold`,
    `${prepare(gateFiles, gate.top)} gate`,
    `design -copy-from gold -as gold ${gold.top}`,
    `design -copy-from gate -as gate ${gate.top}`,
    'miter -equiv -flatten -make_outputs gold gate miter',
    'hierarchy -top miter',
    'opt -full',
    ...(cases ? [`select -assert-count 1 miter/i:in_${cases.input} miter/s:${cases.bits} %i`] : []),
    ...given.map((assumption) => `sat -prove trigger 0 ${assumption}-show-ports miter`),
  ].join('; ');
  const { log } = await runScript(script, [...goldFiles, ...gateFiles]);
  const refuted = log.indexOf('model found: FAIL!');
  if (refuted >= 0) return { equivalent: false, counterexample: portValues(log.slice(refuted)) };
  if (log.split('no model found: SUCCESS!').length - 1 === given.length) return { equivalent: true };
  throw new Error(
    `proveEquivalent(${gold.top}, ${gate.top}): no proof\n${log.split('\n').slice(-15).join('\n')}`,
  );
}

/** The table of the first model: rows of name, decimal, hexadecimal, binary. */
function portValues(log: string): Record<string, bigint> {
  const values: Record<string, bigint> = {};
  for (const match of log.matchAll(/^ +\\(\S+) +\S+ +\S+ +([01x]+)\s*$/gm))
    values[match[1]!] ??= BigInt(`0b${match[2]!.replaceAll('x', '0')}`);
  return values;
}
