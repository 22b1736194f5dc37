// The ports of a design as rows of tables: as written in TypeScript, and as they are in Verilog.
// Invariant: every port appears, clock and reset first; elements of a vector share a row.

import {
  type Circuit,
  controlPorts,
  type LeafPort,
  type Module,
  type Reset,
  typeText,
} from '@gatewright/hdl-core';

export interface PortRow {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly description: string;
}

/** One row per port of the definition. */
export function portRows({ top }: Circuit): PortRow[] {
  return [
    ...controlRows(top),
    ...top.groups.map(({ name, direction, type, doc }) => ({
      name,
      direction,
      type: typeText(type),
      description: doc ?? '',
    })),
  ];
}

/** One row per Verilog port, `in_x_0 … in_x_7` for the elements of a vector. */
export function verilogPortRows({ top }: Circuit): PortRow[] {
  const rows: PortRow[] = [];
  const runs = new Map<string, LeafPort[]>();
  for (const port of top.ports) {
    const key = [port.group.name, port.part, ...withoutIndex(port.path)].join(' ');
    runs.set(key, [...(runs.get(key) ?? []), port]);
  }
  for (const leaves of runs.values()) {
    const first = leaves[0]!;
    const last = leaves.at(-1)!;
    rows.push({
      name: leaves.length === 1 ? first.decl.name : `${first.decl.name} … ${last.decl.name}`,
      direction: first.direction,
      type: typeText(first.decl.type),
      description: leafDescription(first),
    });
  }
  return [...controlRows(top), ...rows];
}

const withoutIndex = (path: readonly string[]): string[] =>
  path.map((part) => (/^\d+$/.test(part) ? '#' : part));

function leafDescription({ part, path, group }: LeafPort): string {
  const field = withoutIndex(path)
    .filter((p) => p !== '#')
    .join('.');
  switch (part) {
    case 'valid':
      return group.doc ? `handshake of \`${group.name}\`: ${group.doc}` : `handshake of \`${group.name}\``;
    case 'ready':
      return `handshake of \`${group.name}\``;
    case 'data':
      if (group.type.kind !== 'stream') return group.doc ?? '';
      return field ? `\`${field}\` of \`${group.name}\`` : `payload of \`${group.name}\``;
  }
}

const controlRows = (top: Module): PortRow[] =>
  controlPorts(top).map(({ kind, name, domain }) => ({
    name,
    direction: 'in',
    type: 'bool',
    description: kind === 'clock' ? 'clock, rising edge' : `reset, ${resetStyle(domain.reset!)}`,
  }));

/** `synchronous, active high` */
export const resetStyle = ({ kind, active }: Reset): string =>
  `${kind === 'sync' ? 'synchronous' : 'asynchronous'}, active ${active}`;

/** The reset of a design with one clock. */
export const resetOf = (top: Module): Reset | undefined =>
  controlPorts(top).find((p) => p.kind === 'reset')?.domain.reset;
