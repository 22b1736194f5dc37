// From a recipe to a module definition of the language.
// Invariant: every recipe elaborates: what is always driven is driven once without a condition (or by a default), later
// assignments in one list are conditional, and ranks (pool.ts) keep combinational loops out.

import {
  type BoolSig,
  bool,
  currentDomain,
  type Domain,
  defineModule,
  domain,
  type EnumSig,
  type HwType,
  inDomain,
  input,
  type ModuleDefinition,
  output,
  type Ports,
  type Sig,
  stream,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { addCrossing, type CrossingEnd } from './crossings.ts';
import {
  hwType,
  type LooseTarget,
  labelsOf,
  looseMatch,
  looseNamed,
  looseReg,
  looseWire,
  when,
} from './loose.ts';
import { operate } from './operate.ts';
import { integerOf, mix, Pool } from './pool.ts';
import type { CoverRecipe, DesignRecipe, ModuleRecipe, StatementRecipe, TypeRecipe } from './recipe.ts';
import { addRoute } from './routes.ts';
import { addMachine, addMemory, buffered, knownPayload, STREAM } from './stateful.ts';

type Definition = ModuleDefinition<z.ZodObject, Ports>;

/** The top module of a recipe; the modules below it are called `<name>_c0`, `<name>_c1`, … */
export function designOf(recipe: DesignRecipe, name: string): Definition {
  const made: Definition[] = [];
  recipe.forEach((m, i) => {
    const below = [...made];
    made.push(
      defineModule({
        name: i === recipe.length - 1 ? name : `${name}_c${i}`,
        params: z.object({}),
        ...(i === recipe.length - 1 ? { domain: domainOf('main', m) } : {}),
        ports: () => ({ ...portsOf(m, ''), ...(m.side ? portsOf(m.side.module, SIDE) : {}) }),
        build: (io) => buildModule(m, recipe, below, io as unknown as Io),
      }) as Definition,
    );
  });
  return made.at(-1)!;
}

/** What the names of the second domain begin with. */
const SIDE = 'side_';

const domainOf = (name: string, { reset: { kind, active } }: ModuleRecipe): Domain => {
  const prefix = name === 'main' ? '' : SIDE;
  const reset = { name: `${prefix}${active === 'low' ? 'rst_n' : 'rst'}`, kind, active };
  return domain(name, { clock: `${prefix}clk`, reset });
};

function buildModule(m: ModuleRecipe, design: DesignRecipe, below: readonly Definition[], io: Io): void {
  const main = new Builder(m, design, below, io, '');
  main.declare();
  if (!m.side) {
    main.describe();
    return;
  }
  const side = new Builder(m.side.module, design, below, io, SIDE);
  const ends: { readonly main: CrossingEnd; readonly side: CrossingEnd } = {
    main: { domain: currentDomain(), pool: main.pool, load: main.load },
    side: { domain: domainOf('side', m.side.module), pool: side.pool, load: side.load },
  };
  inDomain(ends.side.domain, () => side.declare());
  m.side.crossings.forEach((c, i) => {
    const [from, to] = c.out ? [ends.main, ends.side] : [ends.side, ends.main];
    addCrossing(`cross${i}`, c, from, to);
  });
  main.describe();
  inDomain(ends.side.domain, () => side.describe());
}

function portsOf(m: ModuleRecipe, prefix: string): Ports {
  const ports: Ports = {
    load: input(bool),
    ...Object.fromEntries(m.inputs.map((t, i) => [`in${i}`, input(hwType(t))])),
    ...Object.fromEntries(m.outputs.map((o, i) => [`out${i}`, output(hwType(o.type))])),
    ...(m.streams ? { source: input(stream(hwType(STREAM))), sink: output(stream(hwType(STREAM))) } : {}),
  };
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [prefix + name, port]));
}

interface StreamEnds {
  readonly valid: Sig & LooseTarget;
  readonly ready: Sig & LooseTarget;
  readonly fire: BoolSig;
  readonly data: Sig & LooseTarget;
}
type Io = Readonly<Record<string, LooseTarget>>;
const ends = (io: Io, name: string): StreamEnds => io[name] as unknown as StreamEnds;

/** Something that takes assignments: always driven when it has a rank, a register otherwise. */
interface Slot {
  readonly type: TypeRecipe;
  readonly rank: number;
  readonly cover: CoverRecipe;
  readonly assign: (value: unknown) => void;
  readonly hasDefault: boolean;
}
interface Register {
  readonly type: TypeRecipe;
  readonly reset: boolean;
  readonly assign: (value: unknown) => void;
}
const PLAIN: CoverRecipe = { how: 'set', condition: 0, value: 0 };
/** Names that a printer might make up for itself. */
const BAIT = [
  'out0_sum',
  'out0_product',
  'out1_selected',
  'in0_low',
  'out0_selected',
  'w0_joined',
  'r0_bits',
];
const zero = (t: TypeRecipe, choice: number): unknown => {
  switch (t.type) {
    case 'uint':
    case 'sint':
      return integerOf(choice, t.width, t.type === 'sint');
    case 'bool':
      return choice % 2 === 1;
    case 'enum':
      return labelsOf(t.labels)[choice % t.labels];
    case 'vec':
      return Array.from({ length: t.length }, (_, i) => zero(t.element, mix(choice, i)));
    case 'bundle':
      return Object.fromEntries(t.fields.map((f, i) => [`f${i}`, zero(f, mix(choice, i))]));
  }
};

/** Builds what a recipe says in the domain around, its names behind a prefix. */
class Builder {
  readonly pool = new Pool();
  readonly #recipe: ModuleRecipe;
  readonly #design: DesignRecipe;
  readonly #below: readonly Definition[];
  readonly #io: Io;
  readonly #prefix: string;
  readonly #writes: (() => void)[] = [];
  readonly #slots: Slot[] = [];
  readonly #registers: Register[] = [];
  /** Per open statement list: what has been assigned in it. */
  readonly #lists: Set<Slot | Register>[] = [new Set()];
  readonly #names = new Set<string>();
  #rank = 0;
  /** Highest rank of the conditions around the statement under way. */
  #guard = 0;
  #count = 0;

  constructor(
    recipe: ModuleRecipe,
    design: DesignRecipe,
    below: readonly Definition[],
    io: Io,
    prefix: string,
  ) {
    this.#recipe = recipe;
    this.#prefix = prefix;
    this.#design = design;
    this.#below = below;
    this.#io = io;
  }

  #port(name: string): LooseTarget {
    return this.#io[this.#prefix + name]!;
  }
  get load(): BoolSig {
    return this.#port('load') as unknown as BoolSig;
  }

  /** Everything that holds a value, in the pool. */
  declare(): void {
    const { inputs, registers, streams, memories, machine, routes } = this.#recipe;
    const load = this.load;
    const prefix = this.#prefix;
    this.pool.add({ kind: 'bool', sig: load, rank: 0 });
    this.pool.add({ kind: 'int', sig: load.asUInt() as never, rank: 0 });
    inputs.forEach((t, i) => this.pool.addSignal(this.#port(`in${i}`), t, 0));
    registers.forEach(({ type, reset }, i) => {
      const r = looseReg(`${prefix}r${i}`, hwType(type), reset === null ? undefined : zero(type, reset));
      this.pool.addSignal(r, type, 0);
      this.#registers.push({ type, reset: reset !== null, assign: (v) => r.next(v) });
    });
    if (streams) this.#streams();
    memories.forEach((m, i) => {
      const write = addMemory(`${prefix}mem${i}`, m, this.pool, load, zero);
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
      this.pool.addSignal(o, type, this.#rank);
    });
    for (const op of ops) {
      const entry = operate(op, this.pool, (sig, choice) => this.#named(sig, choice));
      if (entry) this.pool.add(entry);
    }
    this.#coverAll();
    for (const s of statements) this.#statement(s);
    for (const write of this.#writes) write();
    this.#loadRegisters();
  }

  #slot(type: TypeRecipe, cover: CoverRecipe, assign: (value: unknown) => void, hasDefault = false): void {
    this.#slots.push({ type, cover, assign, rank: ++this.#rank, hasDefault });
  }

  #wire(name: string, type: TypeRecipe, cover: CoverRecipe): void {
    const hasDefault = cover.how === 'default';
    const w = looseWire(name, hwType(type), hasDefault ? zero(type, cover.value) : undefined);
    this.#slot(type, cover, (v) => w.set(v), hasDefault);
    this.pool.addSignal(w, type, this.#rank);
  }

  #streams(): void {
    const source = buffered(ends(this.#io, `${this.#prefix}source`), this.#recipe.buffer) as StreamEnds;
    const sink = ends(this.#io, `${this.#prefix}sink`);
    const t: TypeRecipe = { type: 'bool' };
    this.pool.addSignal(knownPayload(source.valid as unknown as BoolSig, source.data), STREAM, 0);
    this.pool.addSignal(source.valid, t, 0);
    this.#slot(t, PLAIN, (v) => source.ready.set(v));
    this.pool.addSignal(source.ready, t, this.#rank);
    this.pool.add({ kind: 'bool', sig: source.fire, rank: this.#rank });
    this.#slot(t, { how: 'set', condition: 0, value: 1 }, (v) => sink.valid.set(v));
    this.#slot(STREAM, { how: 'when', condition: 1, value: 1 }, (v) => sink.data.set(v));
    // What depends on `ready` may drive neither valid nor data: it ranks above both.
    this.#rank++;
    this.pool.addSignal(sink.ready, t, this.#rank);
    this.pool.add({ kind: 'bool', sig: sink.fire, rank: this.#rank });
  }

  #instance(name: string, choice: number): void {
    if (this.#below.length === 0) return;
    const index = choice % this.#below.length;
    const m = this.#design[index]!;
    const child = this.#below[index]!.inst(name) as unknown as Io;
    const t: TypeRecipe = { type: 'bool' };
    // All its outputs may depend on all its inputs.
    const drive = (type: TypeRecipe, target: LooseTarget, salt: number): void => {
      const how = (['set', 'set', 'when', 'match'] as const)[mix(choice, salt) % 4]!;
      const cover = { how, condition: mix(choice, salt + 1), value: mix(choice, salt + 2) };
      this.#slots.push({
        type,
        cover,
        assign: (v) => target.set(v),
        rank: this.#rank + 1,
        hasDefault: false,
      });
    };
    child.load!.set(this.load);
    m.inputs.forEach((type, i) => drive(type, child[`in${i}`]!, 3 * i));
    if (m.streams) {
      const source = ends(child, 'source');
      const sink = ends(child, 'sink');
      drive(t, source.valid, 101);
      drive(STREAM, source.data, 104);
      drive(t, sink.ready, 107);
      this.#rank++;
      for (const s of [source.ready, sink.valid]) this.pool.addSignal(s, t, this.#rank);
      for (const s of [source.fire, sink.fire]) this.pool.add({ kind: 'bool', sig: s, rank: this.#rank });
      this.pool.addSignal(sink.data, STREAM, this.#rank);
    } else this.#rank++;
    m.outputs.forEach((o, i) => this.pool.addSignal(child[`out${i}`]!, o.type, this.#rank));
  }

  /** Gives every wire, output and instance input its value for the case that no statement applies. */
  #coverAll(): void {
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i]!;
      if (slot.hasDefault) continue;
      const { how, condition, value } = slot.cover;
      const next = this.#slots[i + 1];
      const together = how === 'with next' && next && !next.hasDefault ? [slot, next] : [slot];
      const limit = slot.rank - 1;
      const set = (salt: number, literals = true): void => {
        for (const s of together) this.#assign(s, salt === 0 ? value : mix(value, salt), literals);
      };
      const enumSubject = how === 'match' ? this.pool.find('enum', condition, limit) : undefined;
      const c = (salt: number): BoolSig => this.pool.bool(salt ? mix(condition, salt) : condition, limit).sig;
      this.#withGuard(limit, () => {
        if (enumSubject) {
          const arms = labelsOf(enumSubject.labels).map((l, k) => [l, () => this.#list(() => set(k))]);
          looseMatch(enumSubject.sig, Object.fromEntries(arms) as Record<string, () => void>);
        } else if (how === 'chain') {
          when(c(0), () => this.#list(() => set(0)))
            .elseWhen(c(1), () =>
              this.#list(() => {
                when(c(2), () => this.#list(() => set(1))).otherwise(() => this.#list(() => set(2)));
              }),
            )
            .otherwise(() => this.#list(() => set(3)));
        } else if (how === 'when' || how === 'with next' || how === 'match') {
          when(c(0), () => this.#list(() => set(0))).otherwise(() => this.#list(() => set(1)));
        } else set(0, false);
      });
      if (together.length === 2) i++;
    }
  }

  /** Statements inside see conditions of rank `limit` at most. */
  #withGuard(limit: number, body: () => void): void {
    const outer = this.#guard;
    this.#guard = Math.max(outer, limit);
    body();
    this.#guard = outer;
  }

  /** A nested statement list. */
  #list(body: () => void): void {
    const touched = new Set<Slot | Register>();
    this.#lists.push(touched);
    body();
    this.#lists.pop();
    for (const t of touched) this.#lists.at(-1)!.add(t);
  }

  /** One assignment; under a condition when its list has assigned the target already. */
  #assign(target: Slot | Register, choice: number, literals = true): void {
    const limit = 'rank' in target ? target.rank - 1 : Number.POSITIVE_INFINITY;
    const touched = this.#lists.at(-1)!;
    const value = this.pool.value(target.type, choice, limit, literals);
    if (touched.has(target)) when(this.pool.bool(mix(choice, 5), limit).sig, () => target.assign(value));
    else target.assign(value);
    touched.add(target);
  }

  #statement(s: StatementRecipe): void {
    switch (s.do) {
      case 'assign': {
        const targets = [...this.#registers, ...this.#slots.filter((t) => t.rank > this.#guard)];
        const target = targets[s.target % targets.length];
        if (target) this.#assign(target, s.value);
        return;
      }
      case 'named': {
        const { sig, rank } = this.pool.int(s.value);
        this.pool.add({ kind: 'int', sig: this.#named(sig, s.value), rank });
        return;
      }
      case 'wire': {
        const type: TypeRecipe = { type: 'sint', width: 1 + (s.value % 9) };
        const w = looseWire(this.#freshName(`${this.#prefix}local`), hwType(type), zero(type, s.value));
        const rank = Math.max(this.#rank, this.#guard) + 1;
        this.#rank = rank;
        const value = this.pool.value(type, s.value, rank - 1);
        w.set(value);
        this.pool.addSignal(w, type, rank);
        return;
      }
      case 'when': {
        const outer = this.#guard;
        let chain: ReturnType<typeof when> | undefined;
        for (const { condition, body } of s.arms) {
          const { sig, rank } = this.pool.bool(condition);
          this.#guard = Math.max(this.#guard, rank);
          const run = (): void => this.#list(() => body.forEach((b) => this.#statement(b)));
          chain = chain ? chain.elseWhen(sig, run) : when(sig, run);
        }
        const rest = s.otherwise;
        if (rest) chain!.otherwise(() => this.#list(() => rest.forEach((b) => this.#statement(b))));
        this.#guard = outer;
        return;
      }
      case 'match': {
        const e = this.pool.find('enum', s.subject);
        if (!e) return;
        const { sig, rank, labels } = e;
        const names = labelsOf(labels).slice(0, s.rest ? s.arms.length : labels);
        // An arm for the rest where nothing is left is an error.
        if (names.length < labels) names.push('_');
        this.#matchArms(sig, rank, names, s.arms);
      }
    }
  }

  #matchArms(
    sig: EnumSig,
    rank: number,
    names: readonly string[],
    arms: readonly (readonly StatementRecipe[])[],
  ): void {
    this.#withGuard(rank, () => {
      const made = names.map((l, i) => [
        l,
        () => this.#list(() => arms[i % Math.max(1, arms.length)]?.forEach((b) => this.#statement(b))),
      ]);
      looseMatch(sig, Object.fromEntries(made) as Record<string, () => void>);
    });
  }

  /** Registers that nothing else drives, or that no reset reaches, take a value when `load` is set. */
  #loadRegisters(): void {
    const load = this.load;
    const touched = this.#lists[0]!;
    const wanting = this.#registers.filter((r) => !r.reset || !touched.has(r));
    if (wanting.length === 0) return;
    const fromInputs = new Pool();
    fromInputs.add({ kind: 'bool', sig: load, rank: 0 });
    fromInputs.add({ kind: 'int', sig: load.asUInt() as never, rank: 0 });
    this.#recipe.inputs.forEach((t, i) => fromInputs.addSignal(this.#port(`in${i}`), t, 0));
    when(load, () => wanting.forEach((r, i) => r.assign(fromInputs.value(r.type, 1 + i, 0))));
  }

  #named<S extends Sig<HwType>>(sig: S, choice: number): S {
    return looseNamed(this.#freshName(this.#prefix + (BAIT[choice % (2 * BAIT.length)] ?? 'n')), sig);
  }
  #freshName(base: string): string {
    const name = this.#names.has(base) || /(^|_)(n|local)$/.test(base) ? `${base}${this.#count++}` : base;
    this.#names.add(name);
    return name;
  }
}
