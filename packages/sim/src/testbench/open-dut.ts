// A built and running design that many bodies can use, one after the other.
// Invariant: each run begins with all inputs 0 and (unless it says otherwise) two cycles of reset; registers without a
// reset value keep what the run before left in them.

import { type Circuit, CombGraphs, type Module, type Ports } from '@gatewright/hdl-core';
import { ToolError } from '@gatewright/verilator';
import {
  type Backend,
  type Instance,
  type Model,
  ModelStopped,
  type Ring,
  type StartOptions,
} from '../backend/backend.ts';
import { backendOf, comparing, simulatorsOf } from '../backend/backends.ts';
import { topResets } from '../backend/controls.ts';
import type { Counts } from '../backend/counts.ts';
import { type InsideSignal, insideOf } from '../backend/inside.ts';
import { whyNotNative } from '../backend/native/controls.ts';
import { failureWave } from '../wave/failure-wave.ts';
import { type PlacedSignal, type Recording, RingRecording, samplesOf } from '../wave/history.ts';
import { PortRecorder } from '../wave/port-recorder.ts';
import { formatOf, recordFile, type WaveFile } from '../wave/record-file.ts';
import { RingRows } from '../wave/ring-rows.ts';
import { Clock } from './clock.ts';
import type { Body } from './dut.ts';
import { defaultSeed, defaultVcd } from './environment.ts';
import { explainFailure } from './explain-failure.ts';
import type { OpenOptions, RunOptions } from './open-options.ts';
import { insideHandles, makeDut } from './port-handles.ts';
import { announceRun } from './run-record.ts';
import { checkersOf, clocksFor, historyDepth, stallOf } from './run-setup.ts';
import { Scheduler } from './scheduler.ts';
import { timeoutFailure } from './sim-timeout.ts';
import { StreamDriver } from './stream-driver.ts';
import type { StreamEnd } from './stream-end.ts';
import { StreamReceiver } from './stream-receiver.ts';
import { TaskBench } from './task-bench.ts';
import { PrintedVerilog, withPlaces } from './verilog-places.ts';
import { type WiredPort, Wiring } from './wiring.ts';

/** Adds places in the TypeScript to a message about the Verilog. */
type Places = (message: string) => string;

/** What goes along with a model. */
interface Surroundings {
  readonly places: Places;
  readonly beforeClose: (instance: Instance) => void;
  /** What was built to be seen inside. */
  readonly watch: readonly InsideSignal[];
}

const nothingAround: Surroundings = { places: (message) => message, beforeClose: () => {}, watch: [] };

/** A design, built and started. */
export class OpenDut<P extends Ports> {
  /** The back end's name. */
  readonly backend: string;
  /** Names of the simulators that run: two when the back end is `both`. */
  readonly simulators: readonly string[];
  /** The folder that holds the Verilog which was built, for a back end that needs one. */
  readonly verilogDirectory: string | undefined;
  readonly #top: Module;
  readonly #instance: Instance;
  readonly #wiring: Wiring;
  readonly #clock: Clock;
  readonly #waves: WaveFile | undefined;
  readonly #design: string;
  readonly #places: Places;
  readonly #beforeClose: (instance: Instance) => void;
  #busy = false;
  #closed = false;
  #ends = new Map<string, StreamDriver | StreamReceiver>();

  constructor(
    backend: Backend,
    model: Model,
    circuit: Circuit<P>,
    options: OpenOptions = {},
    { places, beforeClose, watch }: Surroundings = nothingAround,
  ) {
    this.#places = places;
    this.#beforeClose = beforeClose;
    this.#design = circuit.top.name;
    this.backend = backend.name;
    this.simulators = simulatorsOf(backend);
    this.verilogDirectory = model.verilogDirectory;
    this.#top = circuit.top;
    this.#instance = model.start(startOptions(options));
    this.#wiring = new Wiring(circuit.top, this.#instance, watch);
    this.#clock = new Clock(this.#instance, isCombinational(circuit.top));
    this.#waves = recordFile(options, this.backend, this.#instance, circuit.top.name, this.#wiring.signals);
  }

  /** Runs a body from reset and returns what it returns. One at a time. */
  async run<R>(body: Body<P, R>, options: RunOptions = {}): Promise<R> {
    if (this.#closed) throw new Error('run: the simulation is closed');
    if (this.#busy) throw new Error('run: another body is using this design; open a second one');
    this.#busy = true;
    try {
      return await this.#run(body, options);
    } finally {
      this.#busy = false;
    }
  }

  /** The testbench's ends of the streams in the run that goes on, or went before: below values and types. */
  get ends(): ReadonlyMap<string, StreamDriver | StreamReceiver> {
    return this.#ends;
  }

  #setReset(active: boolean, name: string | undefined): void {
    if (name === undefined) {
      this.#instance.setReset(active);
      return;
    }
    const resets = topResets(this.#top);
    const reset = resets.find((port) => port.name === name);
    if (!reset)
      throw new RangeError(
        `reset: there is no reset ${name}; there is ${resets.map((port) => port.name).join(', ') || 'none'}`,
      );
    this.#instance.setReset(active, reset.index);
  }

  /** Frees the model. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#waves?.close();
      this.#beforeClose(this.#instance);
    } finally {
      this.#wiring.memory.close();
      this.#instance.close();
    }
  }

  /** What is recorded of a run: by the instance itself, or in front of each edge. */
  #record(
    { history }: RunOptions,
    clocks: number,
  ): {
    readonly signals: readonly PlacedSignal[];
    readonly recording: Recording;
    readonly recorder?: PortRecorder;
    readonly ring?: Ring;
  } {
    const [instance, { signals, inside, memory }] = [this.#instance, this.#wiring];
    const depth = historyDepth(history);
    if (clocks === 1 && inside.size === 0) {
      // Two rows at least: the streams' rules compare a row with the one before.
      const ring = instance.record?.(Math.max(depth, 2));
      if (ring) return { signals, recording: new RingRecording(ring, memory.buffer), ring };
    }
    const recorder = new PortRecorder(
      signals.map(({ place }) => place),
      memory.buffer,
      depth,
    );
    return { signals, recording: recorder, recorder };
  }

  async #run<R>(body: Body<P, R>, options: RunOptions): Promise<R> {
    const [clock, wiring] = [this.#clock, this.#wiring];
    const clocks = clocksFor(this.#top, options.clocks);
    clock.counted = clocks[0]!.mask;
    const { signals, recording, recorder, ring } = this.#record(options, clocks.length);
    const samples = () => {
      clock.follow();
      return samplesOf(signals, recording, clock.cycle, clock.stopped);
    };
    const scheduler = new Scheduler(clock, {
      clocks,
      bulk: this.#instance.bulk,
      timeout: options.timeout ?? 10_000,
      maxCycles: options.maxCycles ?? Number.POSITIVE_INFINITY,
      setReset: (active, name) => this.#setReset(active, name),
      timedOut: (stuck) => timeoutFailure(stuck, failureWave(samples())),
      samples,
      onSlice: options.onSlice,
    });
    this.#ends = new Map();
    const end = <E extends StreamEnd & (StreamDriver | StreamReceiver)>(port: WiredPort, made: E): E => {
      this.#ends.set(port.name, made);
      scheduler.add(made);
      return made;
    };
    const context = (port: WiredPort) => ({
      clock,
      clocks: scheduler.clockOf(options.streamClocks?.[port.name]).mask,
      stall: stallOf(port, options),
      added: () => scheduler.added(),
      failed: (error: unknown) => scheduler.fail(error),
    });
    wiring.rest();
    clock.unobserve();
    if (this.#waves) clock.observe(this.#waves);
    const checkers = checkersOf(wiring.ports, options.protocol, ring && new RingRows(ring));
    if (options.reset ?? true) {
      clock.reset(() => checkers.forEach((checker) => checker.checkReset()));
    } else clock.touch();
    clock.recorded = ring !== undefined;
    // The cycles of the reset do not count.
    ring?.words.fill(0, 0, 2);
    if (recorder) clock.observe(recorder);
    for (const checker of checkers) clock.observe(checker);
    const dut = makeDut<P>(
      wiring.ports,
      {
        driver: (port) => end(port, new StreamDriver(port.handshake!.pins, context(port))),
        receiver: (port) => end(port, new StreamReceiver(port.handshake!.pins, context(port))),
      },
      { clock, scheduler },
    );
    const aborted = (): void => scheduler.interrupt(`the run was aborted (${abortText(options.signal)})`);
    options.signal?.addEventListener('abort', aborted);
    if (options.signal?.aborted) aborted();
    try {
      return await scheduler.run(() =>
        body(dut, new TaskBench(scheduler, insideHandles(wiring.inside, { clock, scheduler }))),
      );
    } catch (error) {
      if (error instanceof ModelStopped) error.message = this.#places(error.message);
      throw explainFailure(error, { cycle: clock.cycle, seed: options.seed ?? defaultSeed(), samples });
    } finally {
      options.signal?.removeEventListener('abort', aborted);
      const { simulators } = this;
      announceRun(() => ({
        design: this.#design,
        simulators,
        cycles: clock.cycle,
        seed: options.seed ?? defaultSeed(),
      }));
    }
  }
}

function startOptions({ powerUp = 'zero', evaluationLimit }: OpenOptions): StartOptions {
  const seed = powerUp === 'random' || powerUp === 'compare' ? defaultSeed() : powerUp;
  return { evaluationLimit, ...(seed !== 'zero' && { powerUp: seed }) };
}

/** Ports from which on nobody looks: finding it out would cost more than it saves. */
const manyPorts = 256;

/** True unless it is known that every output comes from registers alone. */
function isCombinational(top: Module): boolean {
  if (top.ports.length > manyPorts) return true;
  const graph = new CombGraphs().of(top);
  return top.ports.some(({ direction, decl }) => direction === 'out' && graph.inputsOf(decl).size > 0);
}

function abortText(signal: AbortSignal | undefined): string {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason.message : String(reason);
}

/** Builds; an error of a tool names the TypeScript as well. */
async function built(build: () => Promise<Model>, places: Places): Promise<Model> {
  try {
    return await build();
  } catch (error) {
    if (error instanceof ToolError) error.message = places(error.message);
    throw error;
  }
}

/** Throws when the back end does not count. */
function countsOf(instance: Instance, backend: string): Counts {
  if (!instance.counts) throw new Error(`the back end ${backend} counts no coverage`);
  return instance.counts();
}

/** Builds a design and starts it. Close it in the end. */
export async function openDut<P extends Ports>(
  circuit: Circuit<P>,
  options: OpenOptions = {},
): Promise<OpenDut<P>> {
  const waves = options.vcd === undefined && options.fst === undefined ? { vcd: defaultVcd() } : options;
  const needsVerilator =
    options.rewrite !== undefined ||
    options.fst !== undefined ||
    options.coverage !== undefined ||
    whyNotNative(circuit.top) !== undefined;
  const chosen = backendOf(options.backend, needsVerilator);
  const backend = options.powerUp === 'compare' ? comparing(chosen, circuit.top) : chosen;
  const verilog = new PrintedVerilog(circuit, options.rewrite);
  const design = {
    top: circuit.top,
    get files() {
      return verilog.files;
    },
    rewritten: options.rewrite !== undefined,
  };
  const watch = insideOf(circuit.top, options.watch ?? []);
  const places: Places = (message) => withPlaces(message, verilog);
  const model = await built(
    () =>
      backend.build(design, {
        optimise: options.optimise ?? 'O1',
        onProgress: options.onProgress,
        trace: formatOf(waves),
        signal: options.signal,
        coverage: options.coverage !== undefined,
        watch,
        powerUp: options.powerUp !== undefined && options.powerUp !== 'zero',
      }),
    places,
  );
  const beforeClose = (instance: Instance): void => {
    if (options.coverage) options.coverage.add(countsOf(instance, backend.name));
  };
  return new OpenDut(backend, model, circuit, { ...options, ...waves }, { places, beforeClose, watch });
}
