// A unit behind its AXI shell, as a unit: the same golden model and stimulus, with transactions packed into TDATA and registers.
// Invariant: values are packed here by integer arithmetic from the map of the shell, independently of its circuit.

import { type AnyType, type HwType, isSigned } from '@gatewright/hdl-core';
import { axiShell, type ShellMap, type ShellRegister, type ShellStream, shellMap } from '@gatewright/parts';
import type { AnyStreams, AnyUnit } from '@gatewright/sim';

type Fields = Readonly<Record<string, unknown>>;

/** The commands that become registers: those given, or those of the unit. */
export const commandsOf = (unit: AnyUnit, given: readonly string[] | undefined): readonly string[] =>
  given ?? unit.commands ?? [];

/** The unit behind AXI ports. Throws a RangeError, when it is elaborated, for a command that is no input stream. */
export function axiUnit(unit: AnyUnit, commands: readonly string[]): AnyUnit {
  const module = axiShell(unit.module, { commands });
  const mapOf = (params: Record<string, unknown>): ShellMap => shellMap(unit.module.ports(params), commands);
  return {
    ...{ name: unit.name, summary: unit.summary, paper: unit.paper, configurations: unit.configurations },
    module: module as unknown as AnyUnit['module'],
    golden(params, inputs) {
      const map = mapOf(params);
      const outputs = unit.golden(params, unitInputs(map, commands, inputs));
      const packed = Object.fromEntries(
        map.streams
          .filter((s) => s.direction === 'out')
          .map((s) => [s.port, (outputs[s.of] ?? []).map((value) => beatOf(s, value))]),
      );
      if (map.registers.length === 0) return packed;
      return { ...packed, s_axi_b: (inputs.s_axi_aw ?? []).map(() => ({ resp: 0n })), s_axi_r: [] };
    },
    stimulus(params) {
      const { directed, random } = unit.stimulus(params);
      const map = mapOf(params);
      return {
        directed: converted(directed, ({ name, inputs }) => ({
          name,
          inputs: shellInputs(map, commands, inputs),
        })),
        random: random.map((inputs) => shellInputs(map, commands, inputs)),
      };
    },
    // Of the unit alone: the shell adds its register stages, and the time in which software writes commands.
    performance: (params, inputs) => unit.performance(params, unitInputs(mapOf(params), commands, inputs)),
  };
}

function* converted<A, B>(list: Iterable<A>, convert: (value: A) => B): Generator<B> {
  for (const value of list) yield convert(value);
}

/** Transactions of the unit as those of its shell. */
function shellInputs(map: ShellMap, commands: readonly string[], inputs: AnyStreams): AnyStreams {
  const streams = map.streams
    .filter((s) => s.direction === 'in')
    .map((s) => [s.port, (inputs[s.of] ?? []).map((value) => beatOf(s, value))] as const);
  if (map.registers.length === 0) return Object.fromEntries(streams);
  const writes = commands.flatMap((name) =>
    (inputs[name] ?? []).flatMap((value) =>
      map.registers.filter((r) => r.port === name).flatMap((r) => wordsOf(r, value)),
    ),
  );
  return {
    ...Object.fromEntries(streams),
    s_axi_aw: writes.map(({ addr }) => ({ addr, prot: 0 })),
    s_axi_w: writes.map(({ data }) => ({ data, strb: 15 })),
    s_axi_ar: [],
  };
}

function wordsOf(register: ShellRegister, command: unknown): { addr: number; data: bigint }[] {
  const value = register.field === '' ? command : (command as Fields)[register.field];
  const bits = register.kind === 'send' ? 1n : packed(register.type, value);
  return Array.from({ length: register.words }, (_, i) => ({
    addr: register.offset + 4 * i,
    data: (bits >> BigInt(32 * i)) & 0xffff_ffffn,
  }));
}

/** Transactions of the shell as those of the unit: what the golden model reads. */
function unitInputs(map: ShellMap, commands: readonly string[], inputs: AnyStreams): AnyStreams {
  const streams = map.streams
    .filter((s) => s.direction === 'in')
    .map((s) => [s.of, (inputs[s.port] ?? []).map((beat) => payloadOf(s, beat as Fields))] as const);
  const words = new Map<number, bigint>();
  const sent = new Map<string, unknown[]>(commands.map((name) => [name, []]));
  (inputs.s_axi_aw ?? []).forEach((request, i) => {
    const addr = Number((request as Fields).addr);
    words.set(addr, BigInt(((inputs.s_axi_w ?? [])[i] as Fields).data as bigint));
    const send = map.registers.find((r) => r.kind === 'send' && r.offset === addr);
    if (send) sent.get(send.port)!.push(commandOf(map, send.port, words));
  });
  return { ...Object.fromEntries(streams), ...Object.fromEntries(sent) };
}

function commandOf(map: ShellMap, port: string, words: ReadonlyMap<number, bigint>): unknown {
  const values = map.registers
    .filter((r) => r.kind === 'field' && r.port === port)
    .map((r) => {
      let bits = 0n;
      for (let i = 0; i < r.words; i++) bits |= (words.get(r.offset + 4 * i) ?? 0n) << BigInt(32 * i);
      return [r.field, unpacked(r.type, bits)] as const;
    });
  return values.length === 1 && values[0]![0] === '' ? values[0]![1] : Object.fromEntries(values);
}

function beatOf(s: ShellStream, value: unknown): Fields {
  let data = 0n;
  for (const { name, type, low } of s.fields)
    data |= packed(type, name === '' ? value : (value as Fields)[name]) << BigInt(low);
  return s.last ? { data, last: (value as Fields).last } : { data };
}

function payloadOf(s: ShellStream, beat: Fields): unknown {
  const data = s.data && unpacked(s.data, BigInt(beat.data as bigint));
  return s.last ? { ...(data as object | undefined), last: beat.last } : data;
}

/** The value as one number, the first leaf in the lowest bits. */
function packed(type: HwType, value: unknown): bigint {
  const t = type as AnyType;
  const joined = (parts: readonly (readonly [HwType, unknown])[]): bigint => {
    let [bits, low] = [0n, 0];
    for (const [part, v] of parts) {
      bits |= packed(part, v) << BigInt(low);
      low += part.width;
    }
    return bits;
  };
  switch (t.kind) {
    case 'vec':
      return joined((value as readonly unknown[]).map((v) => [t.element, v]));
    case 'bundle':
      return joined(Object.entries(t.fields).map(([name, field]) => [field, (value as Fields)[name]]));
    case 'bool':
      return value ? 1n : 0n;
    case 'enum':
      return BigInt(t.labels.indexOf(value as string));
    case 'fixed':
      return BigInt.asUintN(t.width, BigInt((value as number) * 2 ** t.fractionBits));
    default:
      return BigInt.asUintN(t.width, BigInt((value ?? 0) as bigint));
  }
}

function unpacked(type: HwType, bits: bigint): unknown {
  const t = type as AnyType;
  let low = 0;
  const next = (part: HwType): unknown => {
    const value = unpacked(part, BigInt.asUintN(part.width, bits >> BigInt(low)));
    low += part.width;
    return value;
  };
  switch (t.kind) {
    case 'vec':
      return Array.from({ length: t.length }, () => next(t.element));
    case 'bundle':
      return Object.fromEntries(Object.entries(t.fields).map(([name, field]) => [name, next(field)]));
    case 'bool':
      return bits === 1n;
    case 'enum':
      return t.labels[Number(bits)];
    case 'fixed':
      return Number(isSigned(t) ? BigInt.asIntN(t.width, bits) : bits) / 2 ** t.fractionBits;
    case 'sint':
      return BigInt.asIntN(t.width, bits);
    default:
      return bits;
  }
}
