// A module as a block diagram in SVG: its ports at the sides, its instances inside.
// Invariant: a function of the design; colours come from the page's style.

import { type Module, typeText } from '@gatewright/hdl-core';

const ROW = 26;
const WIDTH = 1080;
const SIDE = 330;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

export function blockDiagram(top: Module): string {
  const inputs = top.groups.filter((g) => g.direction === 'in');
  const outputs = top.groups.filter((g) => g.direction === 'out');
  const instances = top.items.filter((item) => item.kind === 'instance');
  // Instances of one module are drawn once, with their number.
  const blocks = [...grouped(instances)].map(([name, list]) => ({
    name,
    label: list.length === 1 ? list[0]!.name : `${list[0]!.name} … ${list.at(-1)!.name}`,
    count: list.length,
  }));
  const rows = Math.max(inputs.length, outputs.length, 2 * blocks.length, 2);
  const height = ROW * (rows + 2);
  const parts = [
    `<rect class="block" x="${SIDE}" y="8" width="${WIDTH - 2 * SIDE}" height="${height - 16}" rx="6"/>`,
    text(WIDTH / 2, 26, 'middle', top.name, 'title'),
  ];
  const port = (i: number, name: string, type: string, left: boolean): void => {
    const y = ROW * (i + 2);
    const [from, to] = left ? [8, SIDE] : [WIDTH - SIDE, WIDTH - 8];
    parts.push(
      `<path class="wire" d="M${from} ${y}H${to - 6}"/><path class="head" d="M${to} ${y}l-8 -4v8z"/>`,
    );
    parts.push(
      text(left ? from : to - 12, y - 5, left ? 'start' : 'end', `${name}: ${cut(type, 36)}`, 'port'),
    );
  };
  inputs.forEach((g, i) => port(i, g.name, typeText(g.type), true));
  outputs.forEach((g, i) => port(i, g.name, typeText(g.type), false));
  blocks.forEach(({ name, label, count }, i) => {
    const y = ROW * (2 * i + 1) + 14;
    parts.push(
      `<rect class="instance" x="${SIDE + 40}" y="${y}" width="${WIDTH - 2 * SIDE - 80}" height="${2 * ROW - 10}" rx="4"/>`,
      text(WIDTH / 2, y + 18, 'middle', cut(count > 1 ? `${count} x ${name}` : name, 36), 'name'),
      text(WIDTH / 2, y + 34, 'middle', cut(label, 44), 'port'),
    );
  });
  return `<svg class="diagram" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Block diagram of ${escaped(top.name)}">${parts.join('')}</svg>`;
}

const text = (x: number, y: number, anchor: string, content: string, kind: string): string =>
  `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`;

function grouped<T extends { readonly module: { readonly name: string } }>(
  list: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(item.module.name, [...(groups.get(item.module.name) ?? []), item]);
  return groups;
}
