// A design as a word graph: what its outputs show and what a clock edge stores.
// Invariant: instances are flattened; each signal of each instance is lowered once, after everything it reads. Nothing
// recurses with the size of the design.

import type { Check, Decl, Module } from '@gatewright/hdl-core';
import type { PortPlace } from '../backend.ts';
import { Layout, portStores, readPort, readRegister, registerStores, type Store, wordsOf } from './layout.ts';
import { type Form, Lowering, type Value, wordOf } from './lower.ts';
import { type ModulePlan, planModule } from './module-plan.ts';
import { Op } from './opcode.ts';
import { type Word, WordGraph } from './word-graph.ts';

/** A store of a word. */
export interface StoreEffect extends Store {
  readonly kind: 'store';
  readonly value: Word;
}
/** Ends the phase before anything is stored when the word is not 0. Always the first effect of its phase. */
export interface StopEffect {
  readonly kind: 'stop';
  readonly value: Word;
}
export type Effect = StoreEffect | StopEffect;

/** A check of one instance, and where `explain` puts what it has to say. */
export interface PlacedCheck {
  readonly check: Check;
  readonly module: Module;
  readonly path: string;
  /** A byte: 1 when it has something to say of the edge that is due. */
  readonly event: number;
  /** Of the values in its message, in order. */
  readonly shown: readonly { readonly address: number; readonly form: Form }[];
  /** Of a cover point: a word that counts the edges at which it was met. */
  readonly counter?: number | undefined;
}

/** A register of one instance. */
export interface PlacedRegister {
  /** Instance names from the top, then its own. */
  readonly path: string;
  readonly decl: Decl;
  readonly address: number;
}

export interface DesignGraph {
  readonly graph: WordGraph;
  readonly ports: readonly PortPlace[];
  readonly registers: readonly PlacedRegister[];
  /** Outputs, from inputs and registers. */
  readonly settle: readonly Effect[];
  /** Next values of registers, unless an assertion fails. */
  readonly edge: readonly Effect[];
  readonly checks: readonly PlacedCheck[];
  /** The events and values of the checks. */
  readonly explain: readonly Effect[];
  readonly layout: Layout;
}

/** Address of a byte that is 1 while the reset is active. */
export const RESET_FLAG = 0;

/** An instance under way. */
interface Place {
  readonly plan: ModulePlan;
  readonly path: string;
  readonly parent: Place | undefined;
  readonly inputs: ReadonlyMap<number, number>;
  children: readonly Place[];
  registers: readonly number[];
  /** By vertex of the plan. */
  readonly values: (Value | undefined)[];
}

export function compileGraph(top: Module): DesignGraph {
  return new GraphCompiler(top).compile();
}

class GraphCompiler {
  readonly #graph = new WordGraph();
  readonly #lowering = new Lowering(this.#graph);
  readonly #layout = new Layout(8);
  readonly #ports: readonly PortPlace[];
  readonly #top: Module;
  readonly #portOf = new Map<Decl, PortPlace>();
  readonly #registers: PlacedRegister[] = [];
  readonly #checks: PlacedCheck[] = [];
  readonly #explain: Effect[] = [];
  readonly #edge: Effect[] = [];

  constructor(top: Module) {
    this.#top = top;
    this.#ports = top.ports.map((p) => {
      const place = this.#layout.port(p.decl);
      this.#portOf.set(p.decl, place);
      return place;
    });
    this.#layout.take(0, 8);
  }

  compile(): DesignGraph {
    const places: Place[] = [];
    const top = this.#place(planModule(this.#top), '', undefined, new Map());
    const open = [top];
    while (open.length > 0) {
      const place = open.pop()!;
      places.push(place);
      const prefix = place.path === '' ? '' : `${place.path}.`;
      place.registers = place.plan.registers.map(({ decl }) => {
        const address = this.#layout.register(decl);
        this.#registers.push({ path: `${prefix}${decl.name}`, decl, address });
        return address;
      });
      place.children = place.plan.instances.map((i) =>
        this.#place(i.plan, `${prefix}${i.item.name}`, place, i.inputs),
      );
      open.push(...place.children);
    }
    for (const place of places) {
      place.plan.registers.forEach(({ decl, next }, i) => {
        if (next === undefined) return;
        const value = this.#lowering.convert(this.#value(place, next), formOf(place.plan, next), decl);
        this.#edge.push(...effects(registerStores(place.registers[i]!, decl), value));
      });
    }
    const stop = this.#placeChecks(places);
    const settle: Effect[] = [];
    top.plan.signals.forEach(({ decl }, i) => {
      if (decl.role !== 'output') return;
      const bits = this.#bits(this.#value(top, i), decl);
      settle.push(...effects(portStores(this.#portOf.get(decl)!, decl), bits));
    });
    return {
      graph: this.#graph,
      ports: this.#ports,
      registers: this.#registers,
      settle,
      edge: [...stop, ...this.#edge],
      checks: this.#checks,
      explain: this.#explain,
      layout: this.#layout,
    };
  }

  #place(
    plan: ModulePlan,
    path: string,
    parent: Place | undefined,
    inputs: ReadonlyMap<number, number>,
  ): Place {
    const values = new Array<Value | undefined>(plan.signals.length + plan.expressions.length);
    return { plan, path, parent, inputs, children: [], registers: [], values };
  }

  /** Places the checks of all instances; returns what stops at the first failure, if anything can fail. */
  #placeChecks(places: readonly Place[]): StopEffect[] {
    const g = this.#graph;
    let failure = g.const32(0);
    const running = g.unary(Op.eqz32, g.load(Op.load32x8u, RESET_FLAG));
    for (const place of places) {
      for (const { check, event, shown } of place.plan.checks) {
        const met = g.binary(Op.and32, this.#value(place, event) as Word, running);
        const at = this.#layout.take(1);
        this.#explain.push({ kind: 'store', op: Op.store32x8, address: at, value: met });
        const values = shown.map((vertex) => {
          const form = formOf(place.plan, vertex);
          const address = this.#layout.register(form);
          this.#explain.push(...effects(registerStores(address, form), this.#value(place, vertex)));
          return { address, form };
        });
        const counter = check.check === 'cover' ? this.#layout.take(4) : undefined;
        if (counter === undefined) failure = g.binary(Op.or32, failure, met);
        else {
          const value = g.binary(Op.add32, g.load(Op.load32, counter), met);
          this.#edge.push({ kind: 'store', op: Op.store32, address: counter, value });
        }
        const { module } = place.plan;
        this.#checks.push({ check, module, path: place.path, event: at, shown: values, counter });
      }
    }
    return g.isConst(failure) ? [] : [{ kind: 'stop', value: failure }];
  }

  /** A value with the sign taken off: the bits a port shows. */
  #bits(value: Value, form: Form): Value {
    if (!form.signed) return value;
    const [words, width] = [wordsOf(value), form.width];
    const top = width - 64 * (words.length - 1);
    const cut = this.#lowering.normal(words.at(-1)!, { width: top, signed: false });
    return words.length === 1 ? cut : [...words.slice(0, -1), cut];
  }

  /** The value of a vertex; deep designs are walked with a stack of their own. */
  #value(root: Place, rootVertex: number): Value {
    const places = [root];
    const vertices = [rootVertex];
    while (places.length > 0) {
      const place = places.at(-1)!;
      const vertex = vertices.at(-1)!;
      if (place.values[vertex] === undefined) {
        const before = places.length;
        const value = this.#compute(place, vertex, places, vertices);
        if (places.length > before) continue;
        place.values[vertex] = value;
      }
      places.pop();
      vertices.pop();
    }
    return root.values[rootVertex]!;
  }

  /** Pushes what is missing, or returns the value. */
  #compute(place: Place, vertex: number, places: Place[], vertices: number[]): Value | undefined {
    const { plan } = place;
    const need = (at: Place, v: number): Value | undefined => {
      const known = at.values[v];
      if (known === undefined) {
        places.push(at);
        vertices.push(v);
      }
      return known;
    };
    if (vertex >= plan.signals.length) {
      const index = vertex - plan.signals.length;
      const operands = plan.operands[index]!;
      let missing = false;
      for (const o of operands) if (need(place, o) === undefined) missing = true;
      if (missing) return undefined;
      return this.#lowering.lower(
        plan.expressions[index]!,
        operands.map((o) => place.values[o]!),
      );
    }
    const { decl, source } = plan.signals[vertex]!;
    switch (source.from) {
      case 'register':
        return readRegister(this.#graph, place.registers[source.register]!, decl);
      case 'child':
        return need(place.children[source.instance]!, source.signal);
      case 'parent': {
        if (place.parent) return need(place.parent, place.inputs.get(vertex)!);
        const port = this.#portOf.get(decl)!;
        const bits = readPort(this.#graph, port, decl);
        if (!decl.signed) return bits;
        const words = wordsOf(bits);
        const top = this.#lowering.normal(words.at(-1)!, {
          width: decl.width - 64 * (words.length - 1),
          signed: true,
        });
        return wordOf(decl.width) === 'wide' ? [...words.slice(0, -1), top] : top;
      }
      case 'expression': {
        const value = need(place, source.vertex);
        return value === undefined
          ? undefined
          : this.#lowering.convert(value, formOf(plan, source.vertex), decl);
      }
    }
  }
}

const formOf = (plan: ModulePlan, vertex: number): Form =>
  plan.expressions[vertex - plan.signals.length] ?? plan.signals[vertex]!.decl;

const effects = (stores: readonly Store[], value: Value): StoreEffect[] => {
  const words = wordsOf(value);
  return stores.map((s, i) => ({ kind: 'store', ...s, value: words[i]! }));
};
