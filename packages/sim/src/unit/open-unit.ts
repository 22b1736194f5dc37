// A unit's design, built once and kept: list after list of transactions, each compared with the golden model bit by bit.
// Invariant: each list begins from reset, so its cycles count from its first transfer and do not depend on those before.

import { type Ports, parseParams, type VerilogFile } from '@gatewright/hdl-core';
import type { Backend } from '../backend/backend.ts';
import { type BackendName, judgeOf } from '../backend/backends.ts';
import { type OpenDut, openDut } from '../testbench/open-dut.ts';
import { SimTimeout } from '../testbench/sim-timeout.ts';
import type { PayloadCodec } from '../value/payload-codec.ts';
import { type Comparison, Expected, outputCodecs } from './compare.ts';
import { exchange } from './exchange.ts';
import type { AnyStreams, AnyUnit, ParamsOf } from './unit.ts';

/** How to open a unit, and to run transactions on it. */
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

/** What a list of transactions gave and what it cost. */
export interface TransactionsReport extends Comparison {
  /** What the hardware answered. */
  readonly outputs: AnyStreams;
  /** From the edge of the first input transfer to that of the last output transfer, both included. */
  readonly cycles: number;
  /** What `performance` says. */
  readonly predictedCycles: number;
  readonly macs: number;
}

/** A unit that is built and running. Close it in the end. */
export class OpenUnit {
  /** After defaults. */
  readonly params: Record<string, unknown>;
  readonly #unit: AnyUnit;
  readonly #dut: OpenDut<Ports>;
  readonly #codecs: ReadonlyMap<string, PayloadCodec>;
  readonly #options: WorkloadOptions;

  constructor(
    unit: AnyUnit,
    params: Record<string, unknown>,
    dut: OpenDut<Ports>,
    codecs: ReadonlyMap<string, PayloadCodec>,
    options: WorkloadOptions,
  ) {
    this.params = params;
    this.#unit = unit;
    this.#dut = dut;
    this.#codecs = codecs;
    this.#options = options;
  }

  /** The simulators that really run. */
  get backends(): readonly string[] {
    return this.#dut.simulators;
  }

  /** The folder that holds the Verilog which is simulated. */
  get verilogDirectory(): string | undefined {
    return this.#dut.verilogDirectory;
  }

  /** Sends all transactions and takes every answer; `name` stands in mismatches. Throws SimTimeout when the design hangs. */
  async run(inputs: AnyStreams, name = 'workload'): Promise<TransactionsReport> {
    const expected = new Expected(this.#codecs, this.#unit.golden(this.params, inputs));
    const counts = [...Object.values(inputs).map((list) => list.length), ...expected.counts.values()];
    const total = counts.reduce((a, b) => a + b, 0);
    const onSlice = (): void => {
      let done = 0;
      for (const end of this.#dut.ends.values()) done += end.traffic.transfers;
      this.#options.onTransfers?.(done, total);
    };
    const { timeout } = this.#options;
    const got = await exchange(this.#dut, inputs, expected.counts, { timeout, onSlice });
    onSlice();
    if (got.problem) throw new SimTimeout(got.problem);
    const outputs: AnyStreams = Object.fromEntries(
      [...this.#codecs].map(([port, codec]) => {
        const { rows, taken } = got.received.get(port)!;
        return [port, codec.unpackAll(rows, taken)];
      }),
    );
    const { macs, cycles: predictedCycles } = this.#unit.performance(this.params, inputs);
    return {
      outputs,
      ...expected.compare(name, got.received),
      cycles: got.cycles,
      predictedCycles,
      macs,
    };
  }

  /** Frees the model. */
  close(): void {
    this.#dut.close();
  }
}

/** Builds a unit's design and starts it. Throws when it cannot be built. */
export async function openUnit<U extends AnyUnit>(
  unit: U,
  params: ParamsOf<U>,
  options: WorkloadOptions = {},
): Promise<OpenUnit> {
  const parsed = parseParams(unit.module, params);
  const circuit = unit.module.elaborate(params);
  const backend = await judgeOf(options.backend, circuit.top, options.rewrite);
  const dut = await openDut(circuit, { ...options, backend, optimise: options.optimise ?? 'O3' });
  return new OpenUnit(unit, parsed, dut, outputCodecs(circuit.ports), options);
}
