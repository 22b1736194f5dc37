// A design as a word graph and the effects of its phases: what outputs show, what clock edges store, what checks say.
// Invariant: an edge of all clocks and an edge of some of them differ only in a condition per clock.

import type { Check, Decl, Memory, Module } from '@gatewright/hdl-core';
import type { PortPlace } from '../backend.ts';
import { type Control, RISING } from './controls.ts';
import { type CoverCounter, counting } from './counters.ts';
import { withoutIdleBits } from './demand.ts';
import { DesignValues, type Place, type SignalAt } from './design-values.ts';
import type { Effect, StoreEffect, WriteEffect } from './effect.ts';
import { type Layout, portStores, registerStores, type Store, wordsOf } from './layout.ts';
import type { Form, Value } from './lower.ts';
import { readAtEdge, type WriteWords, writeEffects } from './memory-words.ts';
import { Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** A check of one instance, and where `explain` puts what it has to say. */
export interface PlacedCheck {
  readonly check: Check;
  readonly module: Module;
  readonly path: string;
  /** A byte: 1 when it has something to say of the edge that is due. */
  readonly event: number;
  /** Of the values in its message, in order. */
  readonly shown: readonly { readonly address: number; readonly form: Form }[];
}

/** Something that holds its value between edges: a register, or what a synchronous read port gives. */
export interface PlacedRegister {
  /** Instance names from the top, then its own. */
  readonly path: string;
  readonly decl: Decl;
  readonly address: number;
}

export interface PlacedMemory {
  readonly path: string;
  readonly memory: Memory;
  readonly address: number;
  readonly stride: number;
}

/** Registers that one reset port of the top module gives their reset values. */
export interface ResetGroup {
  readonly kind: 'sync' | 'async';
  readonly flag: number;
  /** Clock of a synchronous one. */
  readonly clock: number;
  readonly registers: readonly PlacedRegister[];
}

export interface DesignGraph {
  readonly graph: WordGraph;
  readonly layout: Layout;
  readonly ports: readonly PortPlace[];
  /** The addresses where they begin and end. */
  readonly portBytes: readonly [from: number, end: number];
  readonly registers: readonly PlacedRegister[];
  readonly memories: readonly PlacedMemory[];
  readonly checks: readonly PlacedCheck[];
  /** None unless the design counts. */
  readonly covers: readonly CoverCounter[];
  readonly resets: readonly ResetGroup[];
  /** Outputs, from inputs and state. */
  readonly settle: readonly Effect[];
  /** What an asynchronous reset that the design makes stores without an edge. */
  readonly latch: readonly Effect[];
  /** An edge of all clocks. */
  readonly edge: readonly Effect[];
  /** An edge of the clocks in `RISING`; none for a design of one clock. */
  readonly edgeOfSome: readonly Effect[] | undefined;
  /** The events and values of the checks, before an edge of all clocks. */
  readonly explain: readonly Effect[];
}

/** `counts`: with counters of what is covered. */
export function compileGraph(top: Module, counts = false): DesignGraph {
  const values = new DesignValues(top);
  const state = placeState(values);
  const checks = placeChecks(values, counts);
  const clocks = new Set([...values.places[0]!.controls.values()].map((c) => c.clock));
  const all = edgeEffects(values, checks, () => undefined);
  const some = (clock: number): Word => {
    const g = values.graph;
    const bit = g.binary(Op.shrU32, g.load(Op.load32, RISING), g.const32(clock));
    return g.binary(Op.and32, bit, g.const32(1));
  };
  const [settle, latch, edge, edgeOfSome, explain] = withoutIdleBits(values.graph, [
    settleEffects(values),
    latchEffects(values),
    all,
    clocks.size > 1 ? edgeEffects(values, checks, some) : undefined,
    checks.flatMap((c) => c.explain),
  ] as const);
  return {
    graph: values.graph,
    layout: values.layout,
    ports: values.ports,
    portBytes: values.portBytes,
    ...state,
    checks: checks.map((c) => c.placed),
    covers: checks.flatMap(({ placed: { check, module }, counter }) =>
      counter === undefined ? [] : [{ module: module.name, name: check.name, address: counter }],
    ),
    settle,
    latch,
    edge,
    edgeOfSome,
    explain,
  };
}

const effects = (stores: readonly Store[], value: Value): StoreEffect[] => {
  const words = wordsOf(value);
  return stores.map((s, i) => ({ kind: 'store', ...s, value: words[i]! }));
};

function placeState({ places }: DesignValues): Pick<DesignGraph, 'registers' | 'memories' | 'resets'> {
  const registers: PlacedRegister[] = [];
  const memories: PlacedMemory[] = [];
  const groups = new Map<string, ResetGroup & { readonly registers: PlacedRegister[] }>();
  for (const place of places) {
    const path = (name: string): string => (place.path === '' ? name : `${place.path}.${name}`);
    place.plan.registers.forEach(({ decl }, i) => {
      const register = { path: path(decl.name), decl, address: place.registers[i]! };
      registers.push(register);
      const { reset, clock } = place.controls.get(decl.domain!)!;
      if (decl.reset === undefined || !reset || !('flag' in reset)) return;
      const key = `${reset.kind} ${reset.flag} ${clock}`;
      const group = groups.get(key) ?? { kind: reset.kind, flag: reset.flag, clock, registers: [] };
      groups.set(key, group);
      group.registers.push(register);
    });
    for (const { memory, address, stride, held } of place.memories) {
      memories.push({ path: path(memory.name), memory, address, stride });
      memory.reads.forEach(({ data }, i) => {
        if (held[i] !== undefined) registers.push({ path: path(data.name), decl: data, address: held[i] });
      });
    }
  }
  return { registers, memories, resets: [...groups.values()] };
}

interface CheckWords {
  readonly placed: PlacedCheck;
  readonly control: Control<SignalAt>;
  /** 1 when it has something to say before an edge of its clock. */
  readonly met: Word;
  /** Of a cover point that is counted: the address of its 64-bit counter. */
  readonly counter?: number | undefined;
  readonly explain: readonly Effect[];
}

function placeChecks(values: DesignValues, counts: boolean): CheckWords[] {
  const { graph: g, layout } = values;
  return values.places.flatMap((place) =>
    place.plan.checks.map(({ check, event, shown }): CheckWords => {
      const control = place.controls.get(check.domain)!;
      const resetting = values.reset(control);
      const said = values.bit(place, event);
      const met = resetting === undefined ? said : g.binary(Op.and32, said, g.unary(Op.eqz32, resetting));
      const at = layout.take(1);
      const explain: Effect[] = [{ kind: 'store', op: Op.store32x8, address: at, value: met }];
      const told = shown.map((vertex) => {
        const form = values.formOf(place, vertex);
        const address = layout.register(form);
        explain.push(...effects(registerStores(address, form), values.value(place, vertex)));
        return { address, form };
      });
      const placed = { check, module: place.plan.module, path: place.path, event: at, shown: told };
      const counter = counts && check.check === 'cover' ? layout.take(8) : undefined;
      return { placed, control, met, explain, counter };
    }),
  );
}

function settleEffects(values: DesignValues): Effect[] {
  const top = values.places[0]!;
  return top.plan.signals.flatMap(({ decl }, i): Effect[] => {
    if (decl.role !== 'output') return [];
    const bits = values.bits(values.value(top, i), decl);
    return effects(portStores(values.portOf.get(decl)!, decl), bits);
  });
}

/** A register whose reset the design makes reads as its reset value while that is active; it is to keep it afterwards. */
function latchEffects(values: DesignValues): Effect[] {
  return values.places.flatMap((place) =>
    place.plan.registers.flatMap(({ decl, signal }, i) => {
      const { reset } = place.controls.get(decl.domain!)!;
      if (decl.reset === undefined || reset?.kind !== 'async' || 'flag' in reset) return [];
      return effects(registerStores(place.registers[i]!, decl), values.value(place, signal));
    }),
  );
}

/** Undefined: that clock rises for certain. */
type Rises = (clock: number) => Word | undefined;

function edgeEffects(values: DesignValues, checks: readonly CheckWords[], rises: Rises): Effect[] {
  const { graph: g } = values;
  const and = (a: Word | undefined, b: Word): Word => (a === undefined ? b : g.binary(Op.and32, a, b));
  const stores: StoreEffect[] = [];
  const writes: WriteEffect[] = [];
  let failure = g.const32(0);
  for (const { placed, control, met, counter } of checks) {
    const event = and(rises(control.clock), met);
    if (counter !== undefined) stores.push(counting(g, counter, event));
    if (placed.check.check !== 'cover') failure = g.binary(Op.or32, failure, event);
  }
  for (const place of values.places) {
    stores.push(...registerEffects(values, place, rises));
    place.plan.memories.forEach((_, m) => {
      const memory = memoryEffects(values, place, m, (clock, enable) => and(rises(clock), enable));
      stores.push(...memory.stores);
      writes.push(...memory.writes);
    });
  }
  const stop: Effect[] = g.isConst(failure) ? [] : [{ kind: 'stop', value: failure }];
  return [...stop, ...stores, ...writes];
}

function registerEffects(values: DesignValues, place: Place, rises: Rises): StoreEffect[] {
  const { graph: g, lowering } = values;
  return place.plan.registers.flatMap(({ decl, next, signal }, i): StoreEffect[] => {
    const control = place.controls.get(decl.domain!)!;
    const { reset } = control;
    const isDriven = decl.reset !== undefined && reset !== undefined && !('flag' in reset);
    if (next === undefined && !isDriven) return [];
    const held = wordsOf(values.value(place, signal));
    let words =
      next === undefined
        ? held
        : wordsOf(lowering.convert(values.value(place, next), values.formOf(place, next), decl));
    // A reset that is a port is applied after the edge (see compile.ts); one that the design makes belongs to the value.
    if (isDriven) {
      const resetting = values.reset(control)!;
      const value = wordsOf(lowering.constant(decl.reset, decl));
      words = words.map((w, k) => g.select(resetting, value[k]!, w));
    }
    const ticks = rises(control.clock);
    if (ticks !== undefined) words = words.map((w, k) => g.select(ticks, w, held[k]!));
    return effects(registerStores(place.registers[i]!, decl), words.length === 1 ? words[0]! : words);
  });
}

function memoryEffects(
  values: DesignValues,
  place: Place,
  index: number,
  enabled: (clock: number, enable: Word) => Word,
): { readonly stores: StoreEffect[]; readonly writes: readonly WriteEffect[] } {
  const { graph: g, lowering } = values;
  const memory = place.memories[index]!;
  const plan = place.plan.memories[index]!;
  const at = (vertex: number): { readonly value: Value; readonly form: Form } => ({
    value: values.value(place, vertex),
    form: values.formOf(place, vertex),
  });
  const writes = plan.writes.map((w, k): WriteWords => {
    const declared = memory.memory.writes[k]!;
    const { clock } = place.controls.get(declared.domain)!;
    const address = at(w.address);
    const data = lowering.convert(values.value(place, w.data), values.formOf(place, w.data), {
      width: memory.memory.width,
      signed: false,
    });
    return {
      enable: enabled(clock, values.bit(place, w.enable)),
      address: address.value,
      addressForm: address.form,
      data,
      mask: w.mask === undefined ? undefined : at(w.mask),
      clock,
    };
  });
  const stores: StoreEffect[] = [];
  plan.reads.forEach((r, k) => {
    const held = memory.held[k];
    if (held === undefined) return;
    const declared = memory.memory.reads[k]!;
    const { clock } = place.controls.get(declared.domain!)!;
    const enable = enabled(clock, values.bit(place, r.enable!));
    const address = at(r.address);
    const read = readAtEdge(lowering, memory, { address: address.value, form: address.form, clock }, writes);
    const before = wordsOf(values.value(place, place.plan.indexOf.get(declared.data)!));
    const taken = values.inForm(read, declared.data);
    const words = wordsOf(taken).map((w, i) => g.select(enable, w, before[i]!));
    stores.push(...effects(registerStores(held, declared.data), words.length === 1 ? words[0]! : words));
  });
  return { stores, writes: writeEffects(lowering, memory, writes) };
}
