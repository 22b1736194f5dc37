// What an AXI shell makes of the ports of a module: which become AXI4-Streams, which registers, and where their bits are.
// Invariant: a function of the port types alone; the circuit (axi-shell.ts), documentation and testbenches are made from it.

import {
  type AnyType,
  bundle,
  type Fields,
  type HwType,
  type Ports,
  type Stream,
} from '@gatewright/hdl-core';
import { WORD_BITS, WORD_BYTES } from './axi-channels.ts';

/** A field of a payload in TDATA or in a register. */
export interface ShellField {
  readonly name: string;
  readonly type: HwType;
  /** Its lowest bit. */
  readonly low: number;
}

/** A stream of the module as an AXI4-Stream. */
export interface ShellStream {
  /** `s_axis_in`, `m_axis_out`. */
  readonly port: string;
  /** The module's name of it. */
  readonly of: string;
  readonly direction: 'in' | 'out';
  readonly payload: HwType;
  /** The payload without its `last`, which is TLAST; undefined when nothing is left. */
  readonly data: HwType | undefined;
  readonly last: boolean;
  /** Of TDATA, from bit 0 up without a gap. */
  readonly fields: readonly ShellField[];
}

export type RegisterKind =
  /** Says what is behind the bus. */
  | 'id'
  /** Drives an input of the module. */
  | 'input'
  /** Shows an output. */
  | 'output'
  /** A field of the next command. */
  | 'field'
  /** Sends the command. */
  | 'send';

/** A value that software sees at an address; wide ones take several words, the lowest bits first. */
export interface ShellRegister {
  readonly name: string;
  readonly kind: RegisterKind;
  /** The module's port; empty for the identity. */
  readonly port: string;
  /** The field of the port's payload; empty when it is no bundle. */
  readonly field: string;
  readonly type: HwType;
  /** In bytes. */
  readonly offset: number;
  readonly words: number;
}

export interface ShellMap {
  readonly streams: readonly ShellStream[];
  /** None when the module has nothing to configure: it gets no AXI4-Lite port then. */
  readonly registers: readonly ShellRegister[];
  readonly addressBits: number;
}

const payloadOf = (type: HwType): HwType => (type as Stream).payload;

/** `commands`: the input streams that become registers. Throws a RangeError for a name that is none. */
export function shellMap(ports: Ports, commands: readonly string[]): ShellMap {
  for (const name of commands)
    if (ports[name]?.direction !== 'in' || ports[name].type.kind !== 'stream') {
      const there = Object.keys(ports).filter(
        (p) => ports[p]!.direction === 'in' && ports[p]!.type.kind === 'stream',
      );
      throw new RangeError(`there is no input stream \`${name}\`; there are: ${there.join(', ')}`);
    }
  const streams = Object.entries(ports).flatMap(([name, { direction, type }]): ShellStream[] =>
    type.kind === 'stream' && !commands.includes(name) ? [shellStream(name, direction, payloadOf(type))] : [],
  );
  const registers = registersOf(ports, commands);
  const words = registers.reduce((n, r) => n + r.words, 0);
  return { streams, registers, addressBits: Math.ceil(Math.log2(Math.max(2, words) * WORD_BYTES)) };
}

function shellStream(name: string, direction: 'in' | 'out', payload: HwType): ShellStream {
  const t = payload as AnyType;
  const fieldsOf: Fields = t.kind === 'bundle' ? t.fields : {};
  const last = fieldsOf.last?.kind === 'bool';
  const rest = Object.entries(fieldsOf).filter(([field]) => !(last && field === 'last'));
  const data = !last ? payload : rest.length === 0 ? undefined : bundle(Object.fromEntries(rest));
  let low = 0;
  const fields = (t.kind === 'bundle' ? rest : [['', payload] as const]).flatMap(
    ([field, type]): ShellField[] => {
      low += type.width;
      return type.width === 0 ? [] : [{ name: field, type, low: low - type.width }];
    },
  );
  return {
    port: `${direction === 'in' ? 's' : 'm'}_axis_${name}`,
    of: name,
    direction,
    payload,
    data,
    last,
    fields,
  };
}

function registersOf(ports: Ports, commands: readonly string[]): ShellRegister[] {
  const made: ShellRegister[] = [];
  let offset = 0;
  const add = (kind: RegisterKind, port: string, field: string, type: HwType): void => {
    if (type.width === 0) return;
    const name = kind === 'id' ? 'id' : kind === 'send' ? `${port}_send` : field ? `${port}_${field}` : port;
    const words = Math.ceil(type.width / WORD_BITS);
    made.push({ name, kind, port, field, type, offset, words });
    offset += WORD_BYTES * words;
  };
  const plain = Object.entries(ports).filter(([, { type }]) => type.kind !== 'stream');
  if (plain.length === 0 && commands.length === 0) return [];
  add('id', '', '', { kind: 'uint', width: WORD_BITS });
  for (const [name, { direction, type }] of plain)
    add(direction === 'in' ? 'input' : 'output', name, '', type);
  for (const name of commands) {
    const payload = payloadOf(ports[name]!.type) as AnyType;
    const fields = payload.kind === 'bundle' ? Object.entries(payload.fields) : [['', payload] as const];
    for (const [field, type] of fields) add('field', name, field, type);
    add('send', name, '', { kind: 'bool', width: 1 });
  }
  return made;
}
