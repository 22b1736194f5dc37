// The parts of a random module that hold state besides registers: memories, state machines, and buffers of streams.
// Invariant: every word is known. A memory starts with all its words given, takes writes only when `load` is not set (as
// registers have no value before), and reads while it is; `'undefined'` collisions are left to tests of one memory.

import { type BoolSig, cover, fsm, mem, type Sig, type StreamSink } from '@gatewright/hdl-core';
import { constantOf, mix } from './choice.ts';
import { hwType, type LooseInt, labelsOf, looseLiteral, looseMux, when } from './loose.ts';
import { ofKind, type Pool } from './pool.ts';
import type { MachineRecipe, MemoryRecipe, TypeRecipe } from './recipe.ts';

interface LooseMem {
  write(address: LooseInt, data: unknown, options: object): void;
  readSync(address: LooseInt, options: object): never;
  readAsync(address: LooseInt, options: object): never;
}

/** Makes a memory, adds what its read ports give to the pool, and returns what writes it. */
export function addMemory(name: string, recipe: MemoryRecipe, pool: Pool, load: BoolSig): () => void {
  const { type, depth, collision, reads, choice, lanes } = recipe;
  const memory = mem(name, {
    depth,
    type: hwType(type),
    collision,
    outOfRange: 'zero',
    init: (address: number) => constantOf(type, mix(choice, address)) as never,
    ...(lanes && bitsOf(type) % 2 === 0 ? { lanes: 2 } : {}),
  }) as unknown as LooseMem;
  const width = Math.ceil(Math.log2(depth));
  const address = (salt: number): { at: LooseInt; rank: number } => {
    const { sig, rank } = pool.int(mix(choice, salt));
    const at = ofKind(sig, false, salt);
    return { at: at.type.width > width ? at.trunc(width) : at, rank };
  };
  reads.forEach((kind, i) => {
    const { at, rank } = address(100 + i);
    const options = { name: `${name}_read${i}` };
    if (kind === 'async') pool.addSignal(memory.readAsync(at, options), type, rank);
    else {
      const en = kind === 'enabled' ? { en: load.or(pool.bool(mix(choice, 200 + i)).sig) } : {};
      pool.addSignal(memory.readSync(at, { ...options, ...en }), type, 0);
    }
  });
  return () => {
    const { at } = address(300);
    const anywhere = Number.POSITIVE_INFINITY;
    const data = pool.value(type, mix(choice, 301), anywhere);
    const en = load.not().and(pool.bool(mix(choice, 302)).sig);
    const mask = lanes && bitsOf(type) % 2 === 0 ? { mask: [true, pool.bool(mix(choice, 303)).sig] } : {};
    memory.write(at, data, { en, ...mask });
  };
}

function bitsOf(t: TypeRecipe): number {
  switch (t.type) {
    case 'uint':
    case 'sint':
      return t.width;
    case 'bool':
      return 1;
    case 'enum':
      return Math.max(1, Math.ceil(Math.log2(t.labels)));
    case 'vec':
      return t.length * bitsOf(t.element);
    case 'bundle':
      return t.fields.reduce((sum, f) => sum + bitsOf(f), 0);
  }
}

/** Makes a state machine whose states go to others by conditions of the pool, and adds what state it is in. */
export function addMachine(name: string, { states, choice }: MachineRecipe, pool: Pool): void {
  const labels = labelsOf(states);
  const step = (go: (to: string) => void, at: number): void => {
    const salt = 10 * at;
    const to = (k: number): string => labels[mix(choice, salt + k) % states]!;
    const condition = (k: number): BoolSig => pool.bool(mix(choice, salt + k)).sig;
    if (mix(choice, salt + 5) % 3 === 0) go(to(6));
    const chain = when(condition(0), () => go(to(1)));
    if (mix(choice, salt + 2) % 2) chain.elseWhen(condition(3), () => go(to(4)));
  };
  const bodies = labels.map((l, i) => [l, (go: (to: string) => void) => step(go, i)]);
  const machine = fsm(name, Object.fromEntries(bodies) as Record<string, never>, {
    init: labels[choice % states]! as never,
  });
  for (const label of labels) pool.add({ kind: 'bool', sig: machine.is(label as never), rank: 0 });
  cover(`${name}_moves`, machine.is(labels[0]! as never).not());
}

/** The payload of every stream. */
export const STREAM = {
  type: 'bundle',
  fields: [
    { type: 'sint', width: 9 },
    { type: 'uint', width: 5 },
  ],
} as const satisfies TypeRecipe;

/** What leaves a stream, where nothing valid does a known value: the payload of a buffer has none before the first. */
export function knownPayload(valid: BoolSig, data: unknown): Sig {
  const { f0, f1 } = data as { readonly f0: LooseInt; readonly f1: LooseInt };
  const known = (x: LooseInt): LooseInt =>
    looseMux(valid, x, looseLiteral(0n, x.type.width, x.kind === 'sint'));
  return { f0: known(f0), f1: known(f1) } as unknown as Sig;
}

/** A stream of the module behind a buffer that the recipe chooses. */
export function buffered(source: unknown, choice: number): unknown {
  const from = source as StreamSink<ReturnType<typeof hwType>>;
  switch (choice % 6) {
    case 0:
      return from.stage();
    case 1:
      return from.stage('forward');
    case 2:
      return from.stage('backward');
    case 3:
      return from.queue(1 + (choice % 5));
    default:
      return from;
  }
}
