// The Verilog and C++ around a batch of designs: stimulus from memory files, one line of hexadecimal per design and cycle.
// Invariant: the same bench for both simulators, driven by `sample`, `clk` and `advance`, one after the other; no design
// name means anything to it. What a cycle drives, the clocks that rise included, changes by `advance` only.

import { type Circuit, controlPorts } from '@gatewright/hdl-core';
import type { Trial } from './stimulus.ts';

export interface Benched {
  /** Name of the top module. */
  readonly name: string;
  readonly circuit: Circuit;
  readonly trial: Trial;
}

const range = (width: number): string => `[${width - 1}:0]`;
const total = (ports: Trial['inputs']): number => ports.reduce((sum, p) => sum + p.decl.width, 0);

/** Bits of a stimulus word before the inputs: which clocks rise, then a bit per reset, which may differ in style. */
const controlBits = ({ clocks, resets }: Trial): number => clocks.length + resets.length;

/** The module that instantiates every design. */
export function benchVerilog(designs: readonly Benched[]): string {
  const lines = [
    'module bench (input wire clk, input wire sample, input wire advance);',
    "  reg [31:0] cycle = 32'd0;",
  ];
  designs.forEach(({ name, circuit, trial }, k) => {
    const words = trial.cycles.length;
    lines.push(
      `  reg ${range(total(trial.inputs) + controlBits(trial))} stimulus${k} [0:${words - 1}];`,
      `  initial $readmemh("stimulus${k}.hex", stimulus${k});`,
      `  wire ${range(total(trial.inputs) + controlBits(trial))} in${k} = stimulus${k}[cycle];`,
      `  wire ${range(total(trial.outputs))} out${k};`,
    );
    const pins: string[] = [];
    for (const { kind, name, domain } of controlPorts(circuit.top)) {
      const active = domain.reset?.active === 'low' ? '~' : '';
      if (kind === 'clock') {
        const bit = trial.clocks.indexOf(name);
        lines.push(`  wire clk${k}_${bit} = clk & in${k}[${bit}];`);
        pins.push(`.${name}(clk${k}_${bit})`);
      } else pins.push(`.${name}(${active}in${k}[${trial.clocks.length + trial.resets.indexOf(name)}])`);
    }
    let at = controlBits(trial);
    for (const { decl } of trial.inputs) {
      pins.push(`.${decl.name}(in${k}[${at + decl.width - 1}:${at}])`);
      at += decl.width;
    }
    at = 0;
    for (const { decl } of trial.outputs) {
      pins.push(`.${decl.name}(out${k}[${at + decl.width - 1}:${at}])`);
      at += decl.width;
    }
    lines.push(`  ${name} design${k} (${pins.join(', ')});`);
  });
  lines.push('  always @(posedge sample) begin');
  designs.forEach((_, k) => lines.push(`    $display("%h", out${k});`));
  lines.push('  end', "  always @(posedge advance) cycle <= cycle + 32'd1;", 'endmodule', '');
  return lines.join('\n');
}

/** The words of a design's stimulus memory. */
export function stimulusHex(trial: Trial): string {
  const words = trial.cycles.map(({ reset, rising, inputs }) => {
    const resets = reset ? 2n ** BigInt(trial.resets.length) - 1n : 0n;
    let word = BigInt(rising) | (resets << BigInt(trial.clocks.length));
    let at = BigInt(controlBits(trial));
    inputs.forEach((bits, i) => {
      word |= bits << at;
      at += BigInt(trial.inputs[i]!.decl.width);
    });
    return word.toString(16);
  });
  return `${words.join('\n')}\n`;
}

/** The bits of each output on a line that the bench printed; undefined where there is an `x`. */
export function readOutputs(trial: Trial, line: string): bigint[] | undefined {
  if (!/^[0-9a-f]+$/.test(line)) return undefined;
  const word = BigInt(`0x${line}`);
  let at = 0n;
  return trial.outputs.map(({ decl }) => {
    const bits = BigInt.asUintN(decl.width, word >> at);
    at += BigInt(decl.width);
    return bits;
  });
}

export const icarusDriver = (cycles: number): string => `module icarus;
  reg clk = 1'b0;
  reg sample = 1'b0;
  reg advance = 1'b0;
  bench b (.clk(clk), .sample(sample), .advance(advance));
  initial repeat (${cycles}) begin
    #1 sample = 1'b1;
    #1 sample = 1'b0;
    #1 clk = 1'b1;
    #1 clk = 1'b0;
    #1 advance = 1'b1;
    #1 advance = 1'b0;
  end
endmodule
`;

export const verilatorDriver = (cycles: number): string => `#include "Vbench.h"
#include "verilated.h"
double sc_time_stamp() { return 0; }
int main(int argc, char** argv) {
    VerilatedContext context;
    context.commandArgs(argc, argv);
    Vbench bench{&context};
    bench.clk = 0;
    bench.sample = 0;
    bench.advance = 0;
    bench.eval();
    for (int i = 0; i < ${cycles}; ++i) {
        bench.sample = 1;
        bench.eval();
        bench.sample = 0;
        bench.eval();
        bench.clk = 1;
        bench.eval();
        bench.clk = 0;
        bench.eval();
        bench.advance = 1;
        bench.eval();
        bench.advance = 0;
        bench.eval();
    }
    bench.final();
    return 0;
}
`;
