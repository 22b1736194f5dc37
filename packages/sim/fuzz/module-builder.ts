// From the recipe of a module to its signals, expressions, instances and statements, in the clock domain around.
// Invariant: every recipe elaborates: what is always driven is driven once without a condition (or by a default), later
// assignments in one list are conditional, and ranks (pool.ts) keep combinational loops out.

import type { BoolSig, ModuleDefinition, Ports, Sig } from '@gatewright/hdl-core';
import type { z } from 'zod';
import { constantOf, mix } from './choice.ts';
import { hwType, type LooseTarget, looseReg, looseWire, when } from './loose.ts';
import { Names } from './names.ts';
import { operate } from './operate.ts';
import { Pool } from './pool.ts';
import type { CoverRecipe, DesignRecipe, ModuleRecipe, TypeRecipe } from './recipe.ts';
import { addRoute } from './routes.ts';
import { addMachine, addMemory, buffered, knownPayload, STREAM } from './stateful.ts';
import { coverSlots, Statements } from './statements.ts';
import { Targets } from './targets.ts';

export type Definition = ModuleDefinition<z.ZodObject, Ports>;
export type Io = Readonly<Record<string, LooseTarget>>;

interface StreamEnds {
  readonly valid: Sig & LooseTarget;
  readonly ready: Sig & LooseTarget;
  readonly fire: BoolSig;
  readonly data: Sig & LooseTarget;
}
const ends = (io: Io, name: string): StreamEnds => io[name] as unknown as StreamEnds;

const BOOL: TypeRecipe = { type: 'bool' };
const PLAIN: CoverRecipe = { how: 'set', condition: 0, value: 0 };

/** Modules that an instance can be of: their recipes and their definitions, in one order. */
export interface Below {
  readonly recipes: DesignRecipe;
  readonly definitions: readonly Definition[];
}

/** Builds what a recipe says in the domain around, its names behind a prefix. */
export class ModuleBuilder {
  readonly pool = new Pool();
  readonly #recipe: ModuleRecipe;
  readonly #below: Below;
  readonly #io: Io;
  readonly #prefix: string;
  readonly #writes: (() => void)[] = [];
  readonly #targets = new Targets(this.pool);
  readonly #names: Names;

  constructor(recipe: ModuleRecipe, below: Below, io: Io, prefix: string) {
    this.#recipe = recipe;
    this.#below = below;
    this.#io = io;
    this.#prefix = prefix;
    this.#names = new Names(prefix);
  }

  #port(name: string): LooseTarget {
    return this.#io[this.#prefix + name]!;
  }
  /** While it is set, registers are being given their first values. */
  get load(): BoolSig {
    return this.#port('load') as unknown as BoolSig;
  }

  /** Everything that holds a value, in the pool. */
  declare(): void {
    const { registers, streams, memories, machine, routes } = this.#recipe;
    const prefix = this.#prefix;
    this.#addInputs(this.pool);
    registers.forEach(({ type, reset }, i) => {
      const r = looseReg(
        `${prefix}r${i}`,
        hwType(type),
        reset === null ? undefined : constantOf(type, reset),
      );
      this.pool.addSignal(r, type, 0);
      this.#targets.registers.push({ type, reset: reset !== null, assign: (v) => r.next(v) });
    });
    if (streams) this.#streams();
    memories.forEach((m, i) => {
      const write = addMemory(`${prefix}mem${i}`, m, this.pool, this.load);
      if (m.written) this.#writes.push(write);
    });
    if (machine) addMachine(`${prefix}machine`, machine, this.pool);
    routes.forEach((r, i) => addRoute(`${prefix}route${i}`, r, this.pool));
  }

  /** What is computed from it, and where that goes. */
  describe(): void {
    const { wires, instances, outputs, ops, statements } = this.#recipe;
    const prefix = this.#prefix;
    for (let i = 0; i < Math.max(wires.length, instances.length); i++) {
      const w = wires[i];
      if (w) this.#wire(`${prefix}w${i}`, w.type, w.cover);
      if (instances[i] !== undefined) this.#instance(`${prefix}${i % 2 ? '' : 'u_'}part${i}`, instances[i]!);
    }
    outputs.forEach(({ type, cover }, i) => {
      const o = this.#port(`out${i}`);
      this.#slot(type, cover, (v) => o.set(v));
      this.pool.addSignal(o, type, this.#targets.rank);
    });
    for (const op of ops) {
      const entry = operate(op, this.pool, (sig, choice) => this.#names.named(sig, choice));
      if (entry) this.pool.add(entry);
    }
    coverSlots(this.#targets, this.pool);
    const made = new Statements(this.#targets, this.pool, this.#names);
    for (const s of statements) made.make(s);
    for (const write of this.#writes) write();
    this.#loadRegisters();
  }

  #addInputs(pool: Pool): void {
    const { load } = this;
    pool.add({ kind: 'bool', sig: load, rank: 0 });
    pool.add({ kind: 'int', sig: load.asUInt() as never, rank: 0 });
    this.#recipe.inputs.forEach((t, i) => pool.addSignal(this.#port(`in${i}`), t, 0));
  }

  /** A slot that ranks above all so far. */
  #slot(type: TypeRecipe, cover: CoverRecipe, assign: (value: unknown) => void, hasDefault = false): void {
    this.#targets.slots.push({ type, cover, assign, rank: this.#targets.raise(), hasDefault });
  }

  #wire(name: string, type: TypeRecipe, cover: CoverRecipe): void {
    const hasDefault = cover.how === 'default';
    const w = looseWire(name, hwType(type), hasDefault ? constantOf(type, cover.value) : undefined);
    this.#slot(type, cover, (v) => w.set(v), hasDefault);
    this.pool.addSignal(w, type, this.#targets.rank);
  }

  #streams(): void {
    const source = buffered(ends(this.#io, `${this.#prefix}source`), this.#recipe.buffer) as StreamEnds;
    const sink = ends(this.#io, `${this.#prefix}sink`);
    this.pool.addSignal(knownPayload(source.valid as unknown as BoolSig, source.data), STREAM, 0);
    this.pool.addSignal(source.valid, BOOL, 0);
    this.#slot(BOOL, PLAIN, (v) => source.ready.set(v));
    this.pool.addSignal(source.ready, BOOL, this.#targets.rank);
    this.pool.add({ kind: 'bool', sig: source.fire, rank: this.#targets.rank });
    this.#slot(BOOL, { how: 'set', condition: 0, value: 1 }, (v) => sink.valid.set(v));
    this.#slot(STREAM, { how: 'when', condition: 1, value: 1 }, (v) => sink.data.set(v));
    // What depends on `ready` may drive neither valid nor data: it ranks above both.
    const rank = this.#targets.raise();
    this.pool.addSignal(sink.ready, BOOL, rank);
    this.pool.add({ kind: 'bool', sig: sink.fire, rank });
  }

  #instance(name: string, choice: number): void {
    const { recipes, definitions } = this.#below;
    if (definitions.length === 0) return;
    const index = choice % definitions.length;
    const m = recipes[index]!;
    const child = definitions[index]!.inst(name) as unknown as Io;
    // All its outputs may depend on all its inputs.
    const rank = this.#targets.rank + 1;
    const drive = (type: TypeRecipe, target: LooseTarget, salt: number): void => {
      const how = (['set', 'set', 'when', 'match'] as const)[mix(choice, salt) % 4]!;
      const cover = { how, condition: mix(choice, salt + 1), value: mix(choice, salt + 2) };
      this.#targets.slots.push({ type, cover, assign: (v) => target.set(v), rank, hasDefault: false });
    };
    child.load!.set(this.load);
    m.inputs.forEach((type, i) => drive(type, child[`in${i}`]!, 3 * i));
    this.#targets.raise();
    if (m.streams) {
      const source = ends(child, 'source');
      const sink = ends(child, 'sink');
      drive(BOOL, source.valid, 101);
      drive(STREAM, source.data, 104);
      drive(BOOL, sink.ready, 107);
      for (const s of [source.ready, sink.valid]) this.pool.addSignal(s, BOOL, rank);
      for (const s of [source.fire, sink.fire]) this.pool.add({ kind: 'bool', sig: s, rank });
      this.pool.addSignal(sink.data, STREAM, rank);
    }
    m.outputs.forEach((o, i) => this.pool.addSignal(child[`out${i}`]!, o.type, rank));
  }

  /** Registers that nothing else drives, or that no reset reaches, take a value when `load` is set. */
  #loadRegisters(): void {
    const wanting = this.#targets.registers.filter((r) => !r.reset || !this.#targets.isAssigned(r));
    if (wanting.length === 0) return;
    const fromInputs = new Pool();
    this.#addInputs(fromInputs);
    when(this.load, () => wanting.forEach((r, i) => r.assign(fromInputs.value(r.type, 1 + i, 0))));
  }
}
