// Where the bits are that nothing has set: state that two copies of a design, which powered up with complementary bits, hold
// different values in.
// Invariant: looks at the copies and moves nothing. What an output comes from is found by trial: values of the second copy
// are put into the state of the first until the output changes.

import type { LeafPort, Module } from '@gatewright/hdl-core';
import { type Instance, type Model, ModelStopped } from './backend.ts';
import { begun, type HeldState, stateOf } from './design-state.ts';
import { sameValue } from './lockstep.ts';

/** Registers and memories, and runs of words of one, that a message names. */
const NAMED = 4;

/** A value of the state. */
interface Value {
  readonly held: HeldState;
  /** Its number among the values of `held`. */
  readonly index: number;
}

/** Lines that name the state behind an output that differs, or, without one, all that has never been set. */
export function unsetState(
  top: Module,
  copies: readonly [Instance, Instance],
  probes: Model | undefined,
  output?: LeafPort,
): string[] {
  const states = statesOf(copies);
  if (!states) return [];
  const different = differences(top, ...states);
  const source = output && probes?.startIn && sourceOf(top, copies[0], probes, states, different, output);
  const others = different.filter((value) => value !== source && isUnset(value));
  if (!source) return named('it may come from', others);
  return [
    `it comes from ${nameOf(source)}, declared at ${placeOf(source.held)}`,
    ...named('other state that nothing has set:', others),
  ];
}

function statesOf(copies: readonly [Instance, Instance]): [Uint32Array, Uint32Array] | undefined {
  const [lead, follower] = copies;
  if (!lead.state || !follower.state) return undefined;
  try {
    return [lead.state(), follower.state()];
  } catch (error) {
    // A model that has stopped tells no more.
    if (error instanceof ModelStopped) return undefined;
    throw error;
  }
}

function differences(top: Module, a: Uint32Array, b: Uint32Array): Value[] {
  return stateOf(top).held.flatMap((held) => {
    const found: Value[] = [];
    for (let index = 0; index < held.count; index++)
      for (let k = held.at + index * held.words; k < held.at + (index + 1) * held.words; k++)
        if (a[k] !== b[k]) {
          found.push({ held, index });
          break;
        }
    return found;
  });
}

/** True for what has neither a reset nor an initial value. */
const isUnset = ({ held, index }: Value): boolean =>
  index >= begun(held) && (held.kind === 'memory' || held.decl.reset === undefined);

/** The last value that it takes for the output to be that of the second copy, when values are put in one after the other. */
function sourceOf(
  top: Module,
  lead: Instance,
  probes: Model,
  [first, second]: readonly [Uint32Array, Uint32Array],
  values: readonly Value[],
  output: LeafPort,
): Value | undefined {
  const port = top.ports.indexOf(output);
  const bytes = new Uint8Array(lead.memory);
  /** With the first `count` values put in. */
  const changes = (count: number): boolean => {
    const state = first.slice();
    for (const { held, index } of values.slice(0, count)) {
      const [from, end] = [held.at + index * held.words, held.at + (index + 1) * held.words];
      state.set(second.subarray(from, end), from);
    }
    const probe = probes.startIn!(state);
    const probed = new Uint8Array(probe.memory);
    top.ports.forEach(({ direction }, i) => {
      const { offset, bytes: length } = lead.ports[i]!;
      if (direction === 'in') probed.set(bytes.subarray(offset, offset + length), probe.ports[i]!.offset);
    });
    probe.settle();
    const same = sameValue(bytes, lead.ports[port]!, probed, probe.ports[port]!);
    probe.close();
    return !same;
  };
  // Without any it must not change, with all of them it must: somewhere between, one makes the difference.
  let [low, high] = [0, values.length];
  if (changes(low) || !changes(high)) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (changes(middle)) high = middle;
    else low = middle;
  }
  return values[low];
}

const nameOf = ({ held, index }: Value): string =>
  held.kind === 'memory' ? `${held.path}[${index}]` : held.path;

const placeOf = (held: HeldState): string =>
  held.kind === 'memory' ? held.memory.place.long : held.decl.place.long;

/** A line each for the first few registers and memories. */
function named(heading: string, values: readonly Value[]): string[] {
  if (values.length === 0) return [];
  const all = [...new Set(values.map(({ held }) => held))];
  const lines = all.slice(0, NAMED).map((held) => {
    const some = values.filter((value) => value.held === held);
    const name = held.kind === 'memory' ? wordsOf(held.path, some) : held.path;
    return `  ${name}, declared at ${placeOf(held)}`;
  });
  if (all.length > NAMED) lines.push(`  and ${all.length - NAMED} more`);
  return [heading, ...lines];
}

/** `mem[0..4], mem[6]` */
function wordsOf(path: string, values: readonly Value[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const { index } of values) {
    const last = runs.at(-1);
    if (last?.to === index - 1) last.to = index;
    else runs.push({ from: index, to: index });
  }
  const texts = runs.map(({ from, to }) => `${path}[${from === to ? from : `${from}..${to}`}]`);
  if (texts.length <= NAMED) return texts.join(', ');
  const left = runs.slice(NAMED).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return `${texts.slice(0, NAMED).join(', ')} and ${left} more words`;
}
