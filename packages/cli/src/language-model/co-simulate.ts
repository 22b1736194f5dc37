// The small language model with its linear layers and attention on simulated units, beside the golden models.
// Invariant: two passes run in step, one answered by the hardware, one by golden models; neither sees the other's tensors.
// Every tensor that a unit answers is compared bit by bit, and so is every value of its streams. The first difference ends it.

import { fp32Codes } from '@gatewright/golden';
import { parseParams } from '@gatewright/hdl-core';
import {
  type AnyMapped,
  type AnyUnit,
  type BackendName,
  type OpenUnit,
  openUnit,
  type WorkloadOptions,
} from '@gatewright/sim';
import {
  type AttentionConfiguration,
  findLinearLayer,
  forwardPass,
  KeyValueCache,
  type LinearConfiguration,
  type Operation,
  type PreparedLinear,
  type SamplingOptions,
  type TinyLm,
  tokenSampler,
} from '@gatewright/tiny-lm';
import type { UnitChoice } from './configurations.ts';

/** A unit for one kind of operation. */
export interface ChosenUnit extends UnitChoice {
  readonly definition: AnyUnit;
}

export interface CoSimulation {
  readonly model: TinyLm;
  readonly prompt: string;
  /** Characters to write; the prompt's pass makes the first. */
  readonly tokens: number;
  readonly linear: LinearConfiguration;
  readonly attention: AttentionConfiguration;
  readonly linearUnit: ChosenUnit | undefined;
  readonly attentionUnit: ChosenUnit | undefined;
  /** `golden` simulates nothing: cycles are what the units predict. */
  readonly backend: BackendName | 'golden';
  readonly sampling?: SamplingOptions;
  readonly onProgress?: (message: string) => void;
  /** Told which operation runs, of how many. */
  readonly onOperation?: (name: string, done: number, total: number) => void;
  /** Told each character that is written. */
  readonly onCharacter?: (character: string) => void;
  readonly rewrite?: WorkloadOptions['rewrite'];
  readonly signal?: AbortSignal | undefined;
}

/** What one operation cost, over all passes. */
export interface OperationTotals {
  /** `layers.0.q`, `layers.0.attention`, ... */
  readonly name: string;
  readonly unit: string | undefined;
  /** Multiply-accumulates that the model needs; places of the array without work do not count. */
  macs: number;
  cycles: number;
  predictedCycles: number;
  /** Payload of all streams. */
  bytes: number;
  /** Elements of tensors, and values of streams, compared. */
  elements: number;
  checks: number;
}

/** The first difference. */
export interface Difference {
  readonly operation: string;
  readonly pass: number;
  /** Row (token) and column of the tensor, or the stream, value and place in it. */
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
  /** How many there are in that operation. */
  readonly count: number;
}

export interface CoSimulationReport {
  readonly text: string;
  readonly passes: number;
  readonly operations: readonly OperationTotals[];
  readonly difference: Difference | undefined;
  readonly backends: readonly string[];
  readonly seconds: number;
}

/** Runs the model. Throws when a unit cannot be built, hangs, or does not map the operation. */
export async function coSimulate(run: CoSimulation): Promise<CoSimulationReport> {
  const started = performance.now();
  const { model, prompt, tokens, onCharacter } = run;
  const hardware = new Hardware(run);
  const caches = [new KeyValueCache(model.config), new KeyValueCache(model.config)] as const;
  const sample = tokenSampler(run.sampling);
  let text = '';
  let passes = 0;
  try {
    await hardware.open();
    let input: ArrayLike<number> = model.tokenizer.encode(prompt);
    for (; passes < tokens; passes++) {
      const logits = await onePass(run, hardware, input, caches, passes);
      if (!logits) break;
      const token = sample(logits.slice(-model.config.vocabulary.length));
      const character = model.config.vocabulary[token]!;
      text += character;
      onCharacter?.(character);
      input = [token];
    }
  } finally {
    hardware.close();
  }
  const { difference, backends } = hardware;
  const operations = [...hardware.totals.values()];
  const seconds = (performance.now() - started) / 1000;
  return { text, passes, operations, difference, backends, seconds };
}

/** The logits, or nothing when hardware and golden model differ. */
async function onePass(
  { model, signal, onOperation }: CoSimulation,
  hardware: Hardware,
  input: ArrayLike<number>,
  [hardwareCache, goldenCache]: readonly [KeyValueCache, KeyValueCache],
  pass: number,
): Promise<Float32Array | undefined> {
  const real = forwardPass(model, input, hardwareCache);
  const golden = forwardPass(model, input, goldenCache);
  const total = model.linearLayers.length + model.config.layers;
  let [asked, expected] = [real.next(), golden.next()];
  for (let done = 0; !asked.done && !expected.done; done++) {
    signal?.throwIfAborted();
    onOperation?.(asked.value.name, done, total);
    const right = hardware.golden(expected.value);
    const got = await hardware.answer(asked.value, right, pass);
    if (hardware.difference) return undefined;
    [asked, expected] = [real.next(got), golden.next(right)];
  }
  return asked.done ? asked.value : undefined;
}

/** The units, open, with what they have done so far. */
class Hardware {
  readonly totals = new Map<string, OperationTotals>();
  difference: Difference | undefined;
  readonly #run: CoSimulation;
  readonly #prepared: PreparedLinear;
  readonly #attend: ReturnType<AttentionConfiguration['run']>;
  readonly #open = new Map<Operation['kind'], OpenUnit>();
  readonly #bits = new Map<Operation['kind'], ReadonlyMap<string, number>>();

  constructor(run: CoSimulation) {
    this.#run = run;
    this.#prepared = run.linear.prepare(run.model);
    this.#attend = run.attention.run(run.model.config);
    for (const kind of ['linear', 'attention'] as const) {
      const chosen = this.#chosen(kind);
      if (chosen) this.#bits.set(kind, payloadBits(chosen));
    }
  }

  get backends(): readonly string[] {
    return [...new Set([...this.#open.values()].flatMap((unit) => unit.backends))];
  }

  async open(): Promise<void> {
    const { backend, onProgress, rewrite } = this.#run;
    if (backend === 'golden') return;
    for (const kind of ['linear', 'attention'] as const) {
      const chosen = this.#chosen(kind);
      if (!chosen) continue;
      onProgress?.(`building ${chosen.unit}`);
      const options = { backend, ...(onProgress && { onProgress }), ...(rewrite && { rewrite }) };
      this.#open.set(kind, await openUnit(chosen.definition, chosen.params, options));
    }
  }

  close(): void {
    for (const unit of this.#open.values()) unit.close();
  }

  golden(asked: Operation): Float32Array {
    return asked.kind === 'linear'
      ? this.#prepared.run(asked.name, asked.input, asked.tokens)
      : this.#attend(asked.name, asked.q, asked.k, asked.v);
  }

  /** What the unit answers, or the golden model where there is none; sets `difference` when it is not `right`. */
  async answer(asked: Operation, right: Float32Array, pass: number): Promise<Float32Array> {
    const chosen = this.#chosen(asked.kind);
    const totals = this.#totalsOf(asked.name, chosen);
    totals.macs += this.#macs(asked);
    if (!chosen) return this.golden(asked);
    const { definition } = chosen;
    const params = parseParams(definition.module, chosen.params);
    const mapped = this.#mapped(asked, chosen, params);
    const open = this.#open.get(asked.kind);
    if (!open) {
      totals.predictedCycles += definition.performance(params, mapped.inputs).cycles;
      return right;
    }
    const report = await open.run(mapped.inputs, asked.name);
    totals.cycles += report.cycles;
    totals.predictedCycles += report.predictedCycles;
    totals.checks += report.checks;
    const bits = this.#bits.get(asked.kind)!;
    for (const [port, list] of Object.entries({ ...mapped.inputs, ...report.outputs }))
      totals.bytes += (list.length * (bits.get(port) ?? 0)) / 8;
    const results = mapped.results(report.outputs);
    const got = asked.kind === 'linear' ? results : results.slice(-asked.q.length);
    totals.elements += right.length;
    const [first] = report.mismatches;
    this.difference =
      tensorDifference(asked.name, pass, right, got, this.#width(asked)) ??
      (first && {
        operation: asked.name,
        pass,
        where: `stream ${first.port}, value ${first.index}${first.path && `, ${first.path}`}`,
        expected: String(first.expected),
        actual: String(first.actual ?? 'nothing'),
        count: report.mismatchCount,
      });
    return got;
  }

  #chosen(kind: Operation['kind']): ChosenUnit | undefined {
    return kind === 'linear' ? this.#run.linearUnit : this.#run.attentionUnit;
  }

  #totalsOf(name: string, chosen: ChosenUnit | undefined): OperationTotals {
    const zeros = { macs: 0, cycles: 0, predictedCycles: 0, bytes: 0, elements: 0, checks: 0 };
    const totals = this.totals.get(name) ?? { name, unit: chosen?.unit, ...zeros };
    this.totals.set(name, totals);
    return totals;
  }

  #width(asked: Operation): number {
    const { model } = this.#run;
    return asked.kind === 'linear' ? findLinearLayer(model, asked.name).outFeatures : model.config.dModel;
  }

  #macs(asked: Operation): number {
    const { model } = this.#run;
    const { dModel, window } = model.config;
    if (asked.kind === 'linear') {
      const { inFeatures, outFeatures } = findLinearLayer(model, asked.name);
      return asked.tokens * inFeatures * outFeatures;
    }
    const [queries, keys] = [asked.q.length / dModel, asked.k.length / dModel];
    let seen = 0;
    for (let i = 0; i < queries; i++) seen += Math.min(window, keys - queries + i + 1);
    return 2 * dModel * seen;
  }

  #mapped(
    asked: Operation,
    { definition, weightFormat }: ChosenUnit,
    params: Record<string, unknown>,
  ): AnyMapped {
    const { dModel, heads } = this.#run.model.config;
    if (asked.kind === 'linear') {
      if (!definition.workload) throw new TypeError(`${definition.name} does not say how a layer maps on it`);
      const { inFeatures: depth, outFeatures: outputs } = findLinearLayer(this.#run.model, asked.name);
      const weights = this.#prepared.weights(asked.name);
      const { input: activations, tokens } = asked;
      return definition.workload(params, { activations, weights, tokens, depth, outputs, weightFormat });
    }
    if (!definition.attention)
      throw new TypeError(`${definition.name} does not say how attention maps on it`);
    const { k, v } = asked;
    // Rows in front of the queries have keys only: what the unit answers there is not looked at.
    const q = new Float32Array(k.length);
    q.set(asked.q, k.length - asked.q.length);
    return definition.attention(params, { q, k, v, rows: k.length / dModel, heads });
  }
}

/** Bits of the payload of each stream. */
function payloadBits({ definition, params }: ChosenUnit): ReadonlyMap<string, number> {
  const bits = new Map<string, number>();
  for (const { part, group, decl } of definition.module.elaborate(params).top.ports)
    if (part === 'data') bits.set(group.name, (bits.get(group.name) ?? 0) + decl.type.width);
  return bits;
}

/** Bytes that all streams of a unit can carry in a cycle. */
export const bytesPerCycle = (chosen: ChosenUnit): number =>
  [...payloadBits(chosen).values()].reduce((sum, bits) => sum + bits, 0) / 8;

function tensorDifference(
  operation: string,
  pass: number,
  right: Float32Array,
  got: Float32Array,
  width: number,
): Difference | undefined {
  const [expected, actual] = [fp32Codes(right), fp32Codes(got)];
  const different = Array.from(expected.keys()).filter((i) => expected[i] !== actual[i]);
  const [at] = different;
  if (at === undefined) return undefined;
  const text = (value: number, code: number): string => `${value} (0x${code.toString(16).padStart(8, '0')})`;
  return {
    operation,
    pass,
    where: `row ${Math.floor(at / width)}, column ${at % width}`,
    expected: text(right[at]!, expected[at]!),
    actual: text(got[at]!, actual[at]!),
    count: different.length,
  };
}
