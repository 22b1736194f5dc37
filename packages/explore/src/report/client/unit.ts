// The part of the page about one unit: what it is, its ports, diagrams, and Verilog beside TypeScript.
// Invariant: choosing a line of Verilog shows the line of TypeScript that made it, and the other way round.

import type { ReportUnit } from '../report-data';
import { element, svgOf } from './element';

export function unitSection(unit: ReportUnit): HTMLElement {
  const rows = unit.ports.map((cells) =>
    element('tr', {}, ...cells.map((c) => element('td', { class: 'text' }, c))),
  );
  return element(
    'section',
    { id: `unit-${unit.name}` },
    element('h2', {}, unit.name),
    element('p', {}, unit.summary),
    element('p', { class: 'soft' }, unit.paper),
    element(
      'p',
      {},
      `By the example of point ${unit.point}. Its files: `,
      element('code', {}, unit.generate),
    ),
    element('p', {}, 'Its proof: ', element('code', {}, unit.verify)),
    element('h3', {}, 'Block diagram'),
    svgOf(unit.diagram, 'panel'),
    element('h3', {}, 'Ports'),
    element('div', { class: 'scroll' }, element('table', { class: 'ports' }, element('tbody', {}, ...rows))),
    ...(unit.wave
      ? [element('h3', {}, 'Timing: the first cycles of its first scenario'), svgOf(unit.wave, 'wave')]
      : []),
    element('h3', { class: 'screen' }, 'Verilog, and the TypeScript that makes it'),
    element('p', { class: 'soft screen' }, 'Click a line to see where it comes from, or what it becomes.'),
    sourceView(unit),
  );
}

function sourceView({ files, sources }: ReportUnit): HTMLElement {
  const [left, right] = [element('div', { class: 'source' }), element('div', { class: 'source' })];
  let [file, source] = [Math.max(0, files.length - 1), 0];
  const lineIn = (frame: HTMLElement, n: number): HTMLElement | null =>
    frame.querySelector(`[data-n="${n}"]`);
  const clear = (): void => {
    for (const hit of [...left.querySelectorAll('.hit'), ...right.querySelectorAll('.hit')])
      hit.classList.remove('hit');
  };
  const reveal = (frame: HTMLElement, numbers: readonly number[]): void => {
    numbers.forEach((n, i) => {
      const line = lineIn(frame, n);
      line?.classList.add('hit');
      // Only the frame scrolls, never the page.
      if (i === 0 && line) frame.scrollTop = line.offsetTop - frame.offsetTop - frame.clientHeight / 3;
    });
  };
  const drawSource = (): void => {
    const made = new Set(files.flatMap((f) => f.places.flatMap((p) => (p && p[0] === source ? [p[1]] : []))));
    right.replaceChildren(linesOf(sources[source]?.lines ?? [], (n) => made.has(n), fromSource));
    sourceChoice.value = String(source);
  };
  const drawFile = (): void => {
    const { lines, places } = files[file]!;
    left.replaceChildren(linesOf(lines, (n) => places[n - 1] !== null, fromVerilog));
    fileChoice.value = String(file);
  };
  const fromVerilog = (n: number): void => {
    const place = files[file]!.places[n - 1];
    if (!place) return;
    if (source !== place[0]) [source] = place;
    drawSource();
    clear();
    lineIn(left, n)?.classList.add('hit');
    reveal(right, [place[1]]);
  };
  const fromSource = (n: number): void => {
    const made = (f: number): number[] =>
      files[f]!.places.flatMap((p, i) => (p && p[0] === source && p[1] === n ? [i + 1] : []));
    if (made(file).length === 0) file = files.findIndex((_, f) => made(f).length > 0);
    if (file < 0) file = 0;
    drawFile();
    clear();
    lineIn(right, n)?.classList.add('hit');
    reveal(left, made(file));
  };
  const choice = (names: readonly string[], chosen: (i: number) => void): HTMLSelectElement =>
    element(
      'select',
      { change: (event) => chosen(Number((event.target as HTMLSelectElement).value)) },
      ...names.map((name, i) => element('option', { value: i }, name)),
    ) as HTMLSelectElement;
  const fileChoice = choice(
    files.map((f) => f.name),
    (i) => {
      file = i;
      drawFile();
    },
  );
  const sourceChoice = choice(
    sources.map((s) => s.name),
    (i) => {
      source = i;
      drawSource();
    },
  );
  const first = files[file]?.places.find((p) => p !== null);
  if (first) [source] = first;
  drawFile();
  drawSource();
  return element(
    'div',
    { class: 'sources' },
    element('div', {}, element('div', { class: 'controls' }, fileChoice), left),
    element('div', {}, element('div', { class: 'controls' }, sourceChoice), right),
  );
}

function linesOf(
  lines: readonly string[],
  mapped: (n: number) => boolean,
  click: (n: number) => void,
): HTMLElement {
  return element(
    'pre',
    {},
    ...lines.map((text, i) => {
      const is = mapped(i + 1);
      return element(
        'span',
        { class: is ? 'l mapped' : 'l', 'data-n': i + 1, click: is ? () => click(i + 1) : null },
        `${text || ' '}\n`,
      );
    }),
  );
}
