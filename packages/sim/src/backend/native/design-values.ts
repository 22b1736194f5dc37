// The instances of a design, flattened, and the value of every signal in each as words.
// Invariant: each signal of each instance is lowered once, after everything it reads; nothing recurses with the size of the
// design. What clock edges do with the values is compile-graph.ts's.

import type { Decl, Domain, Module } from '@gatewright/hdl-core';
import type { PortPlace } from '../backend.ts';
import { CONTROLS_END, type Control, childControls, topControls } from './controls.ts';
import { Layout, readPort, readRegister, wordsOf } from './layout.ts';
import { type Form, Lowering, type Value, wordOf } from './lower.ts';
import { asyncRead, type MemoryPlace, placeMemory } from './memory-words.ts';
import { type ModulePlan, planModule } from './module-plan.ts';
import { Op } from './opcode.ts';
import { type Word, WordGraph } from './word-graph.ts';

/** A signal of an instance. */
export interface SignalAt {
  readonly place: Place;
  readonly vertex: number;
}

/** One instance. */
export interface Place {
  readonly plan: ModulePlan;
  /** Names of the instances from the top, with dots; empty for the top. */
  readonly path: string;
  readonly parent: Place | undefined;
  readonly inputs: ReadonlyMap<number, number>;
  controls: ReadonlyMap<Domain, Control<SignalAt>>;
  children: readonly Place[];
  /** Addresses of its registers. */
  readonly registers: number[];
  memories: readonly MemoryPlace[];
  /** By vertex of the plan. */
  readonly values: (Value | undefined)[];
}

export class DesignValues {
  readonly graph = new WordGraph();
  readonly lowering = new Lowering(this.graph);
  readonly layout = new Layout(CONTROLS_END);
  readonly ports: readonly PortPlace[];
  /** The addresses where the ports begin and end, multiples of 8. */
  readonly portBytes: readonly [from: number, end: number];
  readonly portOf = new Map<Decl, PortPlace>();
  /** All instances, the top first. */
  readonly places: readonly Place[];
  /** The walk under way: instances, and a vertex in each. */
  readonly #openPlaces: Place[] = [];
  readonly #openVertices: number[] = [];

  constructor(top: Module) {
    this.ports = top.ports.map((p) => {
      const place = this.layout.port(p.decl);
      this.portOf.set(p.decl, place);
      return place;
    });
    this.portBytes = [CONTROLS_END, this.layout.take(0, 8)];
    this.places = this.#flatten(top);
  }

  #flatten(top: Module): Place[] {
    const root = newPlace(planModule(top), '', undefined, new Map());
    root.controls = topControls(top, resetOf(root));
    const places: Place[] = [];
    const open = [root];
    for (let place = open.pop(); place; place = open.pop()) {
      const { plan, path, controls } = place;
      places.push(place);
      place.memories = plan.memories.map(({ memory }) => placeMemory(memory, this.layout));
      const prefix = path === '' ? '' : `${path}.`;
      const above = place;
      place.children = plan.instances.map(({ item, plan: below, inputs }) => {
        const child = newPlace(below, `${prefix}${item.name}`, above, inputs);
        child.controls = childControls(item.domains, controls, resetOf(child));
        return child;
      });
      open.push(...place.children.toReversed());
    }
    placeRegisters(places, this.layout);
    return places;
  }

  /** How a vertex's value is to be read. */
  formOf({ plan }: Place, vertex: number): Form {
    return plan.expressions[vertex - plan.signals.length] ?? plan.signals[vertex]!.decl;
  }

  /** The value of one bit. */
  bit(place: Place, vertex: number): Word {
    return this.lowering.truth(this.value(place, vertex), this.formOf(place, vertex));
  }

  /** 1 while the reset of a domain is active; undefined when it has none. */
  reset({ reset }: Control<SignalAt>): Word | undefined {
    if (!reset) return undefined;
    if ('flag' in reset) return this.graph.load(Op.load32x8u, reset.flag);
    const level = this.bit(reset.signal.place, reset.signal.vertex);
    return reset.active === 'high' ? level : this.graph.binary(Op.xor32, level, this.graph.const32(1));
  }

  /** A value with the sign taken off: the bits a port shows. */
  bits(value: Value, form: Form): Value {
    return form.signed ? this.#extended(value, form.width, false) : value;
  }

  /** Bits without a sign as a form of their width reads them. */
  inForm(bits: Value, form: Form): Value {
    return form.signed ? this.#extended(bits, form.width, true) : bits;
  }

  /** The value of a vertex; deep designs are walked with a stack of their own. */
  value(root: Place, rootVertex: number): Value {
    const known = root.values[rootVertex];
    if (known !== undefined) return known;
    const places = this.#openPlaces;
    const vertices = this.#openVertices;
    const base = places.length;
    this.#need(root, rootVertex);
    while (places.length > base) {
      const place = places.at(-1)!;
      const vertex = vertices.at(-1)!;
      if (place.values[vertex] === undefined) {
        const before = places.length;
        const value = this.#compute(place, vertex);
        if (places.length > before) continue;
        place.values[vertex] = value;
      }
      places.pop();
      vertices.pop();
    }
    return root.values[rootVertex]!;
  }

  /** The value of a vertex if it is there; otherwise it is noted to be computed first. */
  #need(at: Place, vertex: number): Value | undefined {
    const known = at.values[vertex];
    if (known === undefined) {
      this.#openPlaces.push(at);
      this.#openVertices.push(vertex);
    }
    return known;
  }

  /** The value, when everything it reads is there. */
  #compute(place: Place, vertex: number): Value | undefined {
    const { plan } = place;
    if (vertex >= plan.signals.length) {
      const index = vertex - plan.signals.length;
      const operands = plan.operands[index]!;
      let missing = false;
      for (const o of operands) if (this.#need(place, o) === undefined) missing = true;
      if (missing) return undefined;
      const args = operands.map((o) => place.values[o]!);
      return this.lowering.lower(plan.expressions[index]!, args);
    }
    const { decl, source } = plan.signals[vertex]!;
    switch (source.from) {
      case 'register':
        return this.#register(place, decl, place.registers[source.register]!);
      case 'child':
        return this.#need(place.children[source.instance]!, source.signal);
      case 'parent':
        if (place.parent) return this.#need(place.parent, place.inputs.get(vertex)!);
        return this.#input(decl);
      case 'memory': {
        const memory = place.memories[source.memory]!;
        const read = plan.memories[source.memory]!.reads[source.read]!;
        const held = memory.held[source.read];
        if (held !== undefined) return readRegister(this.graph, held, decl);
        const address = this.#need(place, read.address);
        if (address === undefined) return undefined;
        const word = asyncRead(this.lowering, memory, address, this.formOf(place, read.address));
        return this.inForm(word, decl);
      }
      case 'expression': {
        const value = this.#need(place, source.vertex);
        if (value === undefined) return undefined;
        return this.lowering.convert(value, this.formOf(place, source.vertex), decl);
      }
    }
  }

  #input(decl: Decl): Value {
    return this.inForm(readPort(this.graph, this.portOf.get(decl)!, decl), decl);
  }

  /** What a register holds; one under an asynchronous reset that the design makes holds its reset value. */
  #register(place: Place, decl: Decl, address: number): Value | undefined {
    const held = readRegister(this.graph, address, decl);
    const control = place.controls.get(decl.domain!)!;
    const { reset } = control;
    if (decl.reset === undefined || reset?.kind !== 'async' || !('signal' in reset)) return held;
    if (this.#need(reset.signal.place, reset.signal.vertex) === undefined) return undefined;
    const resetting = this.reset(control)!;
    const value = wordsOf(this.lowering.constant(decl.reset, decl));
    const words = wordsOf(held).map((w, i) => this.graph.select(resetting, value[i]!, w));
    return typeof held === 'number' ? words[0]! : words;
  }

  #extended(value: Value, width: number, signed: boolean): Value {
    const words = wordsOf(value);
    const top = this.lowering.normal(words.at(-1)!, { width: width - 64 * (words.length - 1), signed });
    return wordOf(width) === 'wide' ? [...words.slice(0, -1), top] : top;
  }
}

function newPlace(
  plan: ModulePlan,
  path: string,
  parent: Place | undefined,
  inputs: ReadonlyMap<number, number>,
): Place {
  const values = new Array<Value | undefined>(plan.signals.length + plan.expressions.length);
  const controls = new Map<Domain, Control<SignalAt>>();
  return { plan, path, parent, inputs, controls, children: [], registers: [], memories: [], values };
}

/** The signal that carries the reset of a domain of the instance. */
const resetOf =
  (place: Place) =>
  (domain: Domain): SignalAt => ({ place, vertex: place.plan.indexOf.get(domain.driven!.reset!)! });

/** Registers of one declaration lie side by side in all instances, and those of one vector in each: see vectors.ts. */
function placeRegisters(places: readonly Place[], layout: Layout): void {
  const instances = new Map<ModulePlan, Place[]>();
  for (const place of places) append(instances, place.plan, place);
  for (const [plan, all] of instances) {
    const alike = new Map<string, number[]>();
    plan.registers.forEach(({ decl }, i) => {
      const stem = `${decl.width} ${decl.name.replaceAll(/\d+/g, '#')}`;
      append(alike, stem, i);
    });
    for (const group of alike.values())
      for (const i of group)
        for (const place of all) place.registers[i] = layout.register(plan.registers[i]!.decl);
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
