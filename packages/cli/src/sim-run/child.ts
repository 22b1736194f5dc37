// The process that runs a testbench file: its benches one after the other, or what it simulates while it is loaded.
// Invariant: started by run-file.ts with the request in GATEWRIGHT_RUN; tells everything over the channel to its parent.

import { subscribe } from 'node:diagnostics_channel';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type BackendName,
  type Bench,
  benchesIn,
  type Counts,
  Coverage,
  type RunRecord,
  runChannelName,
} from '@gatewright/sim';
import type { BenchResult, RunMessage, RunRequest } from './messages.ts';

const request: RunRequest = JSON.parse(process.env.GATEWRIGHT_RUN ?? '{}');
const tell = (message: RunMessage): void => void process.send?.(message);

/** Coverage that another process gathers. */
class Told extends Coverage {
  override add(counts: Counts): void {
    tell({ kind: 'counted', counts });
  }
}

let runs: RunRecord[] = [];
subscribe(runChannelName, (record) => void runs.push(record as RunRecord));

/** Runs something and gathers what was simulated by it. */
async function watched(name: string, act: () => Promise<unknown>): Promise<BenchResult> {
  runs = [];
  const started = performance.now();
  let failure: { readonly error: unknown } | undefined;
  try {
    await act();
  } catch (error) {
    failure = { error };
  }
  return {
    name,
    designs: [...new Set(runs.map(({ design }) => design))],
    simulators: [...new Set(runs.flatMap(({ simulators }) => simulators))],
    cycles: runs.reduce((sum, { cycles }) => sum + cycles, 0),
    seconds: (performance.now() - started) / 1000,
    ...(failure && { error: textOf(failure.error), at: placeOf(failure.error) }),
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The first line of the stack that is in the user's file. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  for (const line of (error.stack ?? '').split('\n')) {
    const place = /\(?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/.exec(line);
    if (!place) continue;
    const file = place[1]!.startsWith('file:') ? fileURLToPath(place[1]!) : place[1]!;
    if (file === request.file) return `${basename(file)}:${place[2]}:${place[3]}`;
  }
  return undefined;
}

/**
 * A bench that takes too long, or awaits what cannot come, ends with an error that says who waits. One that never gives the
 * thread back is ended from outside.
 */
async function limited(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const end = new AbortController();
  const { timeout } = request;
  const tooLong = setTimeout(
    () => end.abort(`not over after ${timeout} s (--timeout)`),
    timeout * 1000,
  ).unref();
  // Nothing is left that could go on.
  const stuck = (): void => end.abort('it awaits something that never comes');
  process.once('beforeExit', stuck);
  try {
    await act(end.signal);
  } finally {
    clearTimeout(tooLong);
    process.off('beforeExit', stuck);
  }
}

/** One file per bench when there are several. */
function vcdOf(bench: Bench, several: boolean): string | undefined {
  const { vcd } = request;
  if (vcd === undefined || !several) return vcd;
  return vcd.replace(/(\.vcd)?$/, `-${bench.name.replace(/[^\w-]+/g, '-')}$1`);
}

async function main(): Promise<void> {
  let exported: Record<string, unknown> = {};
  const loaded = await watched(basename(request.file), async () => {
    exported = await import(pathToFileURL(request.file).href);
  });
  const benches = benchesIn(exported);
  if (request.coverage && loaded.error === undefined && benches.length === 0 && loaded.designs.length > 0) {
    tell({
      kind: 'unusable',
      reason: `${basename(request.file)} simulates by itself, so nobody gathers what it reaches`,
      help: 'export benches, or pass a coverage of its own to simulate',
    });
    return;
  }
  if (loaded.error !== undefined || loaded.designs.length > 0) tell({ kind: 'ended', result: loaded });
  else if (benches.length === 0) {
    tell({
      kind: 'unusable',
      reason: `${basename(request.file)} exports no bench and simulates nothing`,
      help: "export const name = bench('name', Module, params, async (dut, t) => { … }), or await simulate(…)",
    });
    return;
  }
  const chosen = benches.filter(({ name }) => name.includes(request.only ?? ''));
  if (chosen.length === 0 && benches.length > 0) {
    const names = benches.map(({ name }) => name).join(', ');
    tell({ kind: 'unusable', reason: `no bench is called ${request.only}`, help: `there are: ${names}` });
    return;
  }
  for (const bench of chosen) {
    tell({ kind: 'started', name: bench.name });
    const vcd = vcdOf(bench, chosen.length > 1);
    const settings = {
      seed: request.seed,
      onProgress: (what: string) => tell({ kind: 'building', what }),
      ...(request.backend !== undefined && { backend: request.backend as BackendName }),
      ...(vcd !== undefined && { vcd }),
      ...(request.coverage && { coverage: new Told() }),
    };
    const result = await watched(bench.name, () => limited((signal) => bench.run({ ...settings, signal })));
    tell({ kind: 'ended', result });
  }
}

await main();
tell({ kind: 'done' });
process.disconnect?.();
