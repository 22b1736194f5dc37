// The printed Verilog of a sparse chain in Icarus, an event-driven simulator that shares nothing with the others.
// Invariant: inputs and outputs pass through memory files as bits; no golden value is among them.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findIcarus } from '@gatewright/verilator';
import { SparseChain } from '../src/index.ts';
import { type ChainParams, chainParams, groupsOf } from '../src/sparse-dsp/params.ts';
import type { DotInput } from '../src/sparse-dsp/stimulus.ts';
import { type CycleOutputs, chainWires, type Player } from './sparse-modes.ts';

interface Wire {
  readonly name: string;
  readonly width: number;
}

/** The chain with these parameters, compiled by Icarus (`-g2005 -Wall`, warnings are faults). */
export async function icarusChain(params: Partial<ChainParams>): Promise<Player> {
  const p = chainParams.parse(params);
  const circuit = SparseChain.elaborate(params);
  const width = new Map([...circuit.top.ports].map((port) => [port.decl.name, port.decl.width] as const));
  const wires = (names: readonly string[]): Wire[] =>
    names.map((name) => ({ name, width: width.get(name)! }));
  const names = chainWires(params);
  const [inputs, outputs] = [wires(names.inputs), wires(names.outputs)];
  const icarus = await findIcarus();
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-icarus-'));
  const files = circuit.verilog();
  for (const { name, text } of files) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'bench.v'), bench(circuit.top.name, inputs, outputs));
  const built = await icarus.run(
    ['-g2005', '-Wall', '-s', 'bench', '-o', 'bench.vvp', ...files.map((f) => f.name), 'bench.v'],
    { cwd: folder },
  );
  // The bench has no timescale to give; what is said of the design counts.
  const complaints = built.log.split('\n').filter((line) => files.some((f) => line.startsWith(`${f.name}:`)));
  if (built.code !== 0 || complaints.length > 0) throw new Error(`iverilog: ${built.log.slice(0, 2000)}`);
  return {
    close: () => rm(folder, { recursive: true, force: true }),
    async play(list) {
      await writeFile(join(folder, 'stimulus.hex'), list.map((x) => `${wordOf(x, inputs)}\n`).join(''));
      const played = await icarus.simulate(['-n', 'bench.vvp', `+cycles=${list.length}`], {
        cwd: folder,
        timeout: 600_000,
      });
      if (played.code !== 0) throw new Error(`vvp: ${played.log.slice(0, 2000)}`);
      const lines = played.stdout.split('\n').filter((line) => /^[0-9a-fxz]+$/i.test(line));
      if (lines.length !== list.length)
        throw new Error(`vvp printed ${lines.length} of ${list.length} cycles: ${played.log.slice(0, 2000)}`);
      return lines.map((line) => outputsOf(p, line, outputs));
    },
  };
}

const total = (wires: readonly Wire[]): number => wires.reduce((sum, w) => sum + w.width, 0);

/** At most this many cycles at a time. */
const MOST = 4096;

function bench(top: string, inputs: readonly Wire[], outputs: readonly Wire[]): string {
  const pins: string[] = [];
  const connect = (wires: readonly Wire[], word: string): void => {
    let at = 0;
    for (const { name, width } of wires) {
      pins.push(`.${name}(${word}[${at + width - 1}:${at}])`);
      at += width;
    }
  };
  connect(inputs, 'in');
  connect(outputs, 'out');
  return `module bench;
  reg clk, rst;
  reg [${total(inputs) - 1}:0] stimulus [0:${MOST - 1}];
  reg [${total(inputs) - 1}:0] in;
  wire [${total(outputs) - 1}:0] out;
  integer cycle, cycles;
  ${top} dut (.clk(clk), .rst(rst), ${pins.join(', ')});
  initial begin
    if (!$value$plusargs("cycles=%d", cycles)) cycles = 0;
    $readmemh("stimulus.hex", stimulus, 0, cycles - 1);
    clk = 1'b0;
    rst = 1'b1;
    in = 0;
    repeat (2) begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
    end
    rst = 1'b0;
    for (cycle = 0; cycle < cycles; cycle = cycle + 1) begin
      in = stimulus[cycle];
      #1 clk = 1'b1;
      #1 $display("%h", out);
      clk = 1'b0;
    end
  end
endmodule
`;
}

/** The values in the order of the wires, as hexadecimal. */
function wordOf(input: DotInput, wires: readonly Wire[]): string {
  const values = [
    ...input.rows.flat(),
    ...input.weights.flat(),
    ...input.indices,
    Number(input.dense),
    input.n,
  ].map(BigInt);
  let [word, at] = [0n, 0n];
  wires.forEach(({ width }, i) => {
    word |= BigInt.asUintN(width, values[i]!) << at;
    at += BigInt(width);
  });
  return word.toString(16);
}

/** The wires' values; undefined where a bit is not known. */
function outputsOf(p: ChainParams, line: string, wires: readonly Wire[]): CycleOutputs {
  const bits = [...line]
    .map((digit) =>
      /[0-9a-f]/.test(digit) ? Number.parseInt(digit, 16).toString(2).padStart(4, '0') : 'xxxx',
    )
    .join('');
  let end = bits.length;
  const values = wires.map(({ width }) => {
    const text = bits.slice(end - width, end);
    end -= width;
    return text.includes('x') ? undefined : BigInt.asIntN(width, BigInt(`0b${text}`));
  });
  const groups = groupsOf(p);
  const fields = values.length / groups - 1;
  return {
    sums: Array.from({ length: groups }, (_, g) => values.slice(g * fields, (g + 1) * fields)),
    done: values.slice(groups * fields).map((v) => (v === undefined ? undefined : v !== 0n)),
  };
}
