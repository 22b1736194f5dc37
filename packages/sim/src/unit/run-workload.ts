// runWorkload: a GEMM through a unit, every output compared with the golden model bit by bit.
// Invariant: `results` comes from what the simulated hardware answered, never from the golden model.

import { parseParams, type VerilogFile } from '@gatewright/hdl-core';
import type { Backend } from '../backend/backend.ts';
import { type BackendName, judgeOf } from '../backend/backends.ts';
import { openDut } from '../testbench/open-dut.ts';
import { SimTimeout } from '../testbench/sim-timeout.ts';
import { Expected, type Mismatch, outputCodecs } from './compare.ts';
import { exchange } from './exchange.ts';
import type { AnyStreams, AnyUnit, GemmWorkload, OutputsOf, ParamsOf } from './unit.ts';

/** How to run a workload. */
export interface WorkloadOptions {
  /** As in `verifyUnit`: both simulators where Verilator can be used, by default. */
  readonly backend?: BackendName | Backend | undefined;
  /** O3 by default: a workload is a long run. */
  readonly optimise?: 'O1' | 'O3' | undefined;
  /** Cycles without a transfer that count as a hang; 10,000 by default. */
  readonly timeout?: number | undefined;
  /** Told what is being built. */
  readonly onProgress?: ((message: string) => void) | undefined;
  /** Told how many of the transfers (in and out) are done, about every 20 ms and at the end. */
  readonly onTransfers?: ((done: number, total: number) => void) | undefined;
  readonly rewrite?: ((files: VerilogFile[]) => VerilogFile[]) | undefined;
}

/** What a workload gave and what it cost. */
export interface WorkloadReport<U extends AnyUnit> {
  readonly unit: string;
  /** After defaults. */
  readonly params: Record<string, unknown>;
  /** The simulators that really ran. */
  readonly backends: readonly string[];
  /** What the hardware answered. */
  readonly outputs: OutputsOf<U>;
  /** tokens x outputs, row by row, made from `outputs`. */
  readonly results: Float32Array;
  /** Output values (leaf by leaf) compared with the golden model. */
  readonly checks: number;
  /** The first few. */
  readonly mismatches: readonly Mismatch[];
  readonly mismatchCount: number;
  /** From the edge of the first input transfer to that of the last output transfer, both included. */
  readonly cycles: number;
  /** What `performance` says. */
  readonly predictedCycles: number;
  readonly macs: number;
  readonly macPerCycle: number;
  readonly seconds: number;
  /** The folder that holds the Verilog which was simulated. */
  readonly verilogDirectory: string | undefined;
}

/** Runs a GEMM on a unit. Throws when the unit has no workload mapping, cannot be built, or hangs. */
export async function runWorkload<U extends AnyUnit>(
  unit: U,
  params: ParamsOf<U>,
  gemm: GemmWorkload,
  options: WorkloadOptions = {},
): Promise<WorkloadReport<U>> {
  if (!unit.workload) throw new TypeError(`${unit.name} does not say how a GEMM maps on it`);
  checkShape(gemm);
  const started = performance.now();
  const parsed = parseParams(unit.module, params);
  const circuit = unit.module.elaborate(params);
  const mapped = unit.workload(parsed, gemm);
  const backend = await judgeOf(options.backend, circuit.top, options.rewrite);
  const dut = await openDut(circuit, { ...options, backend, optimise: options.optimise ?? 'O3' });
  try {
    const codecs = outputCodecs(circuit.ports);
    const expected = new Expected(codecs, unit.golden(parsed, mapped.inputs));
    const counts = [...Object.values(mapped.inputs).map((list) => list.length), ...expected.counts.values()];
    const total = counts.reduce((a, b) => a + b, 0);
    const onSlice = (): void => {
      let done = 0;
      for (const end of dut.ends.values()) done += end.traffic.transfers;
      options.onTransfers?.(done, total);
    };
    const got = await exchange(dut, mapped.inputs, expected.counts, { timeout: options.timeout, onSlice });
    onSlice();
    if (got.problem) throw new SimTimeout(got.problem);
    const outputs: AnyStreams = Object.fromEntries(
      [...codecs].map(([name, codec]) => {
        const { rows, taken } = got.received.get(name)!;
        return [name, codec.unpackAll(rows, taken)];
      }),
    );
    const { macs, cycles: predictedCycles } = unit.performance(parsed, mapped.inputs);
    return {
      unit: unit.name,
      params: parsed,
      backends: dut.simulators,
      outputs: outputs as OutputsOf<U>,
      results: mapped.results(outputs),
      ...expected.compare('workload', got.received),
      cycles: got.cycles,
      predictedCycles,
      macs,
      macPerCycle: got.cycles === 0 ? 0 : macs / got.cycles,
      seconds: (performance.now() - started) / 1000,
      verilogDirectory: dut.verilogDirectory,
    };
  } finally {
    dut.close();
  }
}

function checkShape({ activations, weights, tokens, depth, outputs }: GemmWorkload): void {
  if (activations.length !== tokens * depth)
    throw new RangeError(`activations: ${activations.length} numbers for ${tokens} tokens x ${depth}`);
  if (weights.length !== outputs * depth)
    throw new RangeError(`weights: ${weights.length} numbers for ${outputs} outputs x ${depth}`);
}
