// A design as a word graph: what its outputs show and what a clock edge stores.
// Invariant: instances are flattened; each signal of each instance is lowered once, after everything it reads. Nothing
// recurses with the size of the design.

import type { Decl, Module } from '@gatewright/hdl-core';
import type { PortPlace } from '../backend.ts';
import { Layout, portStores, readPort, readRegister, registerStores, type Store, wordsOf } from './layout.ts';
import { type Form, Lowering, type Value, wordOf } from './lower.ts';
import { type ModulePlan, planModule } from './module-plan.ts';
import { type Word, WordGraph } from './word-graph.ts';

/** A store of a word. */
export interface Effect extends Store {
  readonly value: Word;
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
  /** Next values of registers. */
  readonly edge: readonly Effect[];
  readonly layout: Layout;
}

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
    const edge: Effect[] = [];
    for (const place of places) {
      place.plan.registers.forEach(({ decl, next }, i) => {
        if (next === undefined) return;
        const value = this.#lowering.convert(this.#value(place, next), formOf(place.plan, next), decl);
        edge.push(...effects(registerStores(place.registers[i]!, decl), value));
      });
    }
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
      edge,
      layout: this.#layout,
    };
  }

  #place(plan: ModulePlan, path: string, parent: Place | undefined, inputs: ReadonlyMap<number, number>): Place {
    const values = new Array<Value | undefined>(plan.signals.length + plan.expressions.length);
    return { plan, path, parent, inputs, children: [], registers: [], values };
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
        const top = this.#lowering.normal(words.at(-1)!, { width: decl.width - 64 * (words.length - 1), signed: true });
        return wordOf(decl.width) === 'wide' ? [...words.slice(0, -1), top] : top;
      }
      case 'expression': {
        const value = need(place, source.vertex);
        return value === undefined ? undefined : this.#lowering.convert(value, formOf(plan, source.vertex), decl);
      }
    }
  }
}

const formOf = (plan: ModulePlan, vertex: number): Form =>
  plan.expressions[vertex - plan.signals.length] ?? plan.signals[vertex]!.decl;

const effects = (stores: readonly Store[], value: Value): Effect[] => {
  const words = wordsOf(value);
  return stores.map((s, i) => ({ ...s, value: words[i]! }));
};
