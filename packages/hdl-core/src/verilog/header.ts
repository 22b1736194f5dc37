// The head of a module: its ports in columns, grouped by the aggregate they are leaves of.
// Invariant: every port of the user keeps its name and order; the clocks and resets of its domains come first.

import { controlPorts } from '../ir/domain.ts';
import type { Decl, LeafPort, Module, PortGroup } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import { type AnyType, typeText } from '../types.ts';
import type { Dialect } from './dialect.ts';
import { commentLines, type Line, line } from './layout.ts';

/** `[7:0]`; nothing for one bit. */
export const range = (width: number): string => (width === 1 ? '' : `[${width - 1}:0]`);
/** `signed [7:0]`: signedness and range share a column. */
export const vectorText = (signed: boolean, width: number): string =>
  signed ? (width === 1 ? 'signed' : `signed ${range(width)}`) : range(width);

interface Row {
  readonly cells: readonly [direction: string, kind: string, vector: string, name: string];
  readonly heading?: string | undefined;
  readonly comment?: string | undefined;
  readonly place?: SourcePlace | undefined;
}

/** `module <name> (…);`. `isVariable`: an always block assigns the port. */
export function headerLines(module: Module, dialect: Dialect, isVariable: (d: Decl) => boolean): Line[] {
  const rows = [...implicitRows(module, dialect), ...portRows(module, dialect, isVariable)];
  if (rows.length === 0) return [line(0, `module ${module.name} ();`)];
  const widths = [0, 1, 2].map((k) => rows.reduce((most, r) => Math.max(most, r.cells[k]!.length), 0));
  const lines: Line[] = [line(0, `module ${module.name} (`)];
  rows.forEach(({ cells, heading, comment, place }, i) => {
    if (heading) lines.push(...commentLines(1, heading));
    const [direction, kind, vector, name] = cells;
    const columns = [direction.padEnd(widths[0]!), kind.padEnd(widths[1]!)];
    if (widths[2]) columns.push(vector.padEnd(widths[2]));
    lines.push(line(1, `${[...columns, name].join(' ')}${i < rows.length - 1 ? ',' : ''}`, comment, place));
  });
  lines.push(line(0, ');'));
  return lines;
}

const implicitRows = (module: Module, { net }: Dialect): Row[] =>
  controlPorts(module).map(({ name }) => ({ cells: ['input', net, '', name] }));

/** An aggregate is announced by a line with its type; a plain port carries its description behind it. */
function portRows(module: Module, { variable, net }: Dialect, isVariable: (d: Decl) => boolean): Row[] {
  let group: LeafPort['group'] | undefined;
  return module.ports.map((p): Row => {
    const isFirst = p.group !== group;
    group = p.group;
    const isAggregate = p.decl.type !== p.group.type;
    const type = `${p.group.name}: ${typeText(p.group.type)}`;
    return {
      cells: [
        p.direction === 'in' ? 'input' : 'output',
        isVariable(p.decl) ? variable : net,
        vectorText(p.decl.signed, p.decl.width),
        p.decl.name,
      ],
      heading: isAggregate && isFirst ? (p.group.doc ? `${type} - ${p.group.doc}` : type) : undefined,
      comment: isAggregate ? undefined : portComment(p.group),
      place: p.decl.place,
    };
  });
}

/** What a plain port is: its format where the Verilog does not show it, and its description. */
function portComment({ type, doc }: PortGroup): string | undefined {
  const format = (type as AnyType).kind === 'fixed' ? typeText(type) : undefined;
  return [format, doc].filter(Boolean).join(' - ') || undefined;
}
