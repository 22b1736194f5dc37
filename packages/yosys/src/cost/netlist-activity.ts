// How often the cells of a netlist switch when it is fed with data: an event-driven simulation with the delay of every cell,
// so that glitches count as they would in the circuit.
// Invariant: delays are inertial (a pulse shorter than the delay of a cell does not pass it); every cycle settles before the
// next edge, as the longest path of a design that keeps its clock does.

import TinyQueue from 'tinyqueue';
import type { CellModel } from './cell-models.ts';

/** The part of `write_json` that is read. */
export interface JsonModule {
  readonly ports: Readonly<Record<string, { readonly direction: string; readonly bits: readonly Bit[] }>>;
  readonly cells: Readonly<
    Record<string, { readonly type: string; readonly connections: Readonly<Record<string, readonly Bit[]>> }>
  >;
}
type Bit = number | '0' | '1' | 'x' | 'z';

/** Values of input ports in one clock cycle, by the name that they have in the Verilog; others keep theirs, at first 0. */
export type PortValues = Readonly<Record<string, number | bigint>>;

/** Delay from an input pin of a cell to an output pin, in picoseconds. */
export type Delays = (
  cell: string,
  from: string,
  to: string,
) => { readonly rise: number; readonly fall: number };

export interface NetlistActivity {
  /** Transitions per cycle by cell, the mean over its outputs; of a flip-flop the mean of its input and its output. */
  readonly transitions: ReadonlyMap<string, number>;
  /** Output ports, as unsigned numbers, at the end of each cycle. */
  readonly outputs: readonly Readonly<Record<string, bigint>>[];
}

interface Driver {
  readonly net: number;
  readonly inputs: readonly number[];
  readonly table: readonly boolean[];
  readonly rise: readonly number[];
  readonly fall: readonly number[];
  /** The value that it is on its way to, and the event that brings it. */
  target: number;
  event: number;
}

/** Simulates a cycle for each entry of `stimulus`. Transitions are counted from the second on. Throws for a cell without a model. */
export function netlistActivity(
  { ports, cells }: JsonModule,
  clock: string | undefined,
  models: ReadonlyMap<string, CellModel>,
  delays: Delays,
  stimulus: readonly PortValues[],
): NetlistActivity {
  const nets =
    2 +
    allBits(ports, cells).reduce<number>(
      (most, bit) => (typeof bit === 'number' ? Math.max(most, bit) : most),
      0,
    );
  // The last two are the constants.
  const [zero, one] = [nets - 1, nets];
  const netOf = (bit: Bit | undefined): number => (typeof bit === 'number' ? bit : bit === '1' ? one : zero);
  const values = new Uint8Array(nets + 1);
  values[one] = 1;
  const counts = new Float64Array(nets + 1);
  const drivers: Driver[] = [];
  const readers: { readonly driver: number; readonly input: number }[][] = Array.from(values, () => []);
  const flipFlops: { readonly data: number; readonly output: number; rise: number; fall: number }[] = [];
  const observed: [cell: string, nets: number[]][] = [];

  for (const [name, { type, connections }] of Object.entries(cells)) {
    const model = models.get(type);
    if (!model) throw new Error(`cells of the kind ${type} are not simulated`);
    const net = (pin: string): number => netOf(connections[pin]?.[0]);
    if (model.kind === 'flip-flop') {
      const { clock: edge, data, output } = model;
      flipFlops.push({ data: net(data), output: net(output), ...delays(name, edge, output) });
      observed.push([name, [net(data), net(output)]]);
      continue;
    }
    for (const { pin, inputs, table } of model.outputs) {
      if (connections[pin]?.[0] === undefined) continue;
      const arcs = inputs.map((input) => delays(name, input, pin));
      inputs.forEach((input, index) => {
        readers[net(input)]!.push({ driver: drivers.length, input: index });
      });
      drivers.push({
        net: net(pin),
        inputs: inputs.map(net),
        table,
        rise: arcs.map((a) => a.rise),
        fall: arcs.map((a) => a.fall),
        target: 0,
        event: -1,
      });
    }
    observed.push([name, model.outputs.flatMap(({ pin }) => (connections[pin] ? [net(pin)] : []))]);
  }

  const queue = new TinyQueue<Event>([], byTime);
  let events = 0;
  /** Puts an event into the queue and gives its number. */
  const schedule = (time: number, driver: number, value: number): number => {
    queue.push({ time, id: events, driver, value });
    return events++;
  };
  const change = (net: number, value: number, time: number): void => {
    if (values[net] === value) return;
    values[net] = value;
    counts[net]!++;
    for (const { driver, input } of readers[net]!) consider(drivers[driver]!, driver, input, time);
  };
  const consider = (driver: Driver, index: number, input: number, time: number): void => {
    const value = evaluate(driver, values);
    if (value === driver.target) return;
    driver.target = value;
    // Back to where the output is: the pulse is swallowed.
    driver.event =
      value === values[driver.net]
        ? -1
        : schedule(time + (value ? driver.rise : driver.fall)[input]!, index, value);
  };
  const settle = (): void => {
    for (let event = queue.pop(); event; event = queue.pop()) {
      if (event.driver < 0) change(-1 - event.driver, event.value, event.time);
      else if (drivers[event.driver]!.event === event.id)
        change(drivers[event.driver]!.net, event.value, event.time);
    }
  };

  drivers.forEach((driver, index) => {
    consider(driver, index, 0, 0);
  });
  settle();
  const inputs = Object.entries(ports).filter(([n, p]) => p.direction === 'input' && n !== clock);
  const outputPorts = Object.entries(ports).filter(([, p]) => p.direction === 'output');
  const outputs = stimulus.map((given, cycle) => {
    if (cycle === 1) counts.fill(0);
    const next = flipFlops.map(({ data }) => values[data]!);
    flipFlops.forEach(({ output, rise, fall }, i) => {
      if (values[output] !== next[i]) schedule(next[i] ? rise : fall, -1 - output, next[i]!);
    });
    for (const [name, { bits }] of inputs) {
      const value = given[name];
      if (value === undefined) continue;
      bits.forEach((bit, i) => {
        if (typeof bit === 'number') change(bit, Number((BigInt(value) >> BigInt(i)) & 1n), 0);
      });
    }
    settle();
    return Object.fromEntries(
      outputPorts.map(([name, { bits }]) => [
        name,
        bits.reduce((sum, bit, i) => sum | (BigInt(values[netOf(bit)]!) << BigInt(i)), 0n),
      ]),
    );
  });
  const cycles = Math.max(1, stimulus.length - 1);
  const transitions = new Map(
    observed.map(([name, list]) => [
      name,
      list.reduce((sum, net) => sum + counts[net]!, 0) / list.length / cycles,
    ]),
  );
  return { transitions, outputs };
}

const allBits = (ports: JsonModule['ports'], cells: JsonModule['cells']): Bit[] => [
  ...Object.values(ports).flatMap((p) => p.bits),
  ...Object.values(cells).flatMap((c) => Object.values(c.connections).flat()),
];

function evaluate({ inputs, table }: Driver, values: Uint8Array): number {
  let index = 0;
  for (let i = 0; i < inputs.length; i++) index |= values[inputs[i]!]! << i;
  return table[index] ? 1 : 0;
}

interface Event {
  readonly time: number;
  readonly id: number;
  /** A driver, or -1 - net for a flip-flop's output. */
  readonly driver: number;
  readonly value: number;
}

/** The earliest first, of one time the oldest. */
const byTime = (a: Event, b: Event): number => a.time - b.time || a.id - b.id;
