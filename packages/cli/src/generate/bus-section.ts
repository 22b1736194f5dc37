// The part of the README about AXI ports: where payload fields are in TDATA, and where registers are.
// Invariant: made from the map of the shell, as the circuit is.

import { typeText } from '@gatewright/hdl-core';
import type { ShellMap, ShellRegister } from '@gatewright/parts';
import { markdownTable } from './markdown-table.ts';

export const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** What a register is for. */
export function registerText({ kind, port, field }: ShellRegister): string {
  switch (kind) {
    case 'id':
      return 'tells this module and these parameters from others; constant';
    case 'input':
      return `drives \`${port}\``;
    case 'output':
      return `shows \`${port}\``;
    case 'field':
      return field ? `\`${field}\` of the next \`${port}\`` : `the next \`${port}\``;
    case 'send':
      return `write 1: send the \`${port}\`; reads 1 while there is room for one at once`;
  }
}

export const isWritable = ({ kind }: ShellRegister): boolean => kind !== 'id' && kind !== 'output';

/** The text of the section. */
export function busSection({ streams, registers }: ShellMap): string {
  const beats = streams.flatMap(({ port, of, fields, last }) => [
    ...fields.map(({ name, type, low }) => [
      `\`${port}\``,
      `tdata[${low + type.width - 1}:${low}]`,
      `\`${name ? `${of}.${name}` : of}\``,
      `\`${typeText(type)}\``,
    ]),
    ...(last ? [[`\`${port}\``, 'tlast', `\`${of}.last\``, '`bool`']] : []),
  ]);
  const parts = [
    '## AXI ports',
    `Each stream is an AXI4-Stream, cut from the unit by a register stage that loses no cycle. Fields are in TDATA from bit 0 up, without
a gap, the first element of a vector and the first field of a record lowest; zeros fill it up to whole bytes.`,
    markdownTable(['stream', 'bits', 'of the unit', 'type'], beats),
  ];
  if (registers.length === 0) return parts.join('\n\n');
  const rows = registers.map((r) => [
    r.words === 1 ? hex(r.offset) : `${hex(r.offset)} … ${hex(r.offset + 4 * (r.words - 1))}`,
    `\`${r.name}\``,
    isWritable(r) ? 'read, write' : 'read',
    `\`${typeText(r.type)}\``,
    registerText(r),
  ]);
  parts.push(
    `\`s_axi\` is an AXI4-Lite subordinate with registers of 32 bits. Values of more bits take several words, the lowest bits first; byte
strobes are obeyed. An address without a register, and a write to one that can only be read, is answered by SLVERR. A write that sends
waits on the bus while two earlier commands have not been taken: read the register first where the bus must not wait. Fields may be
written again as soon as a command is sent.`,
    markdownTable(['address', 'register', 'access', 'type', 'meaning'], rows),
  );
  return parts.join('\n\n');
}
