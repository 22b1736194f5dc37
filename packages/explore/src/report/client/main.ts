// The report's page, drawn from the data in it.
// Invariant: nothing is loaded; what is chosen and sorted lives in the page and is gone with it.

import type { ReportData, ReportRow } from '../report-data';
import { element, figure } from './element';
import { type Mark, scatter } from './scatter';
import { PointTable } from './table';
import { unitSection } from './unit';

const data = JSON.parse(document.getElementById('data')!.textContent!) as ReportData;
const page = document.getElementById('page')!;

/** Something that can be an axis. */
interface Figure {
  readonly name: string;
  readonly values: readonly (number | null)[];
}
const figures: readonly Figure[] = [
  ...data.objectives.map((o) => ({ name: o.text.replace(/^(min|max)\s+/, ''), values: o.values })),
  ...data.columns.map((c, i) => ({
    name: c.unit ? `${c.name} (${c.unit})` : c.name,
    values: data.rows.map((r) => r.values[i] ?? null),
  })),
].filter(
  (f, i, all) =>
    all.findIndex((g) => g.name === f.name || g.name.startsWith(`${f.name} (`)) === i ||
    i < data.objectives.length,
);

let chosen: number | undefined;
const axes = { x: 0, y: Math.min(1, figures.length - 1), logX: false, logY: false };

const plot = element('div', { class: 'panel' });
const detail = element('div', {});
const table = new PointTable(data, () => ({ chosen, choose }));

function choose(number: number): void {
  chosen = number;
  drawPlot();
  table.draw();
  drawDetail();
}

const labelOf = (row: ReportRow): string =>
  [
    `point ${row.number}, ${row.unit}`,
    Object.entries(row.params)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
    ...(data.objectives.length > 0
      ? data.objectives.map(
          (o) => `${o.text.replace(/^(min|max)\s+/, '')}: ${figure(o.values[row.number - 1])}`,
        )
      : data.columns.slice(0, 4).map((c, i) => `${c.name}: ${figure(row.values[i])}`)),
    ...(row.wrong ? ['WRONG: differs from the golden model'] : []),
  ].join('\n');

function drawPlot(): void {
  const [x, y] = [figures[axes.x], figures[axes.y]];
  if (!x || !y) return;
  const marks = data.rows.flatMap((row, i): Mark[] => {
    const [a, b] = [x.values[i], y.values[i]];
    if (a === null || a === undefined || b === null || b === undefined) return [];
    return [{ number: row.number, x: a, y: b, front: row.front, wrong: row.wrong, label: labelOf(row) }];
  });
  const select = (axis: 'x' | 'y'): HTMLElement =>
    element(
      'select',
      {
        'aria-label': `${axis} axis`,
        change: (event) => {
          axes[axis] = Number((event.target as HTMLSelectElement).value);
          drawPlot();
        },
      },
      ...figures.map((f, i) => element('option', { value: i, selected: i === axes[axis] }, f.name)),
    );
  const log = (axis: 'logX' | 'logY'): HTMLElement => {
    const box = element('input', {
      type: 'checkbox',
      checked: axes[axis],
      change: () => {
        axes[axis] = !axes[axis];
        drawPlot();
      },
    });
    return element('label', {}, box, ' log');
  };
  plot.replaceChildren(
    element(
      'div',
      { class: 'controls' },
      element('span', {}, 'y'),
      select('y'),
      log('logY'),
      element('span', {}, 'x'),
      select('x'),
      log('logX'),
    ),
    marks.length > 0
      ? scatter(marks, {
          ...{ xTitle: x.name, yTitle: y.name, logX: axes.logX, logY: axes.logY, chosen, choose },
          joined: data.objectives.length === 2 && axes.x < 2 && axes.y < 2 && axes.x !== axes.y,
        })
      : element('p', {}, 'No point has both figures.'),
  );
}

function drawDetail(): void {
  const row = data.rows.find((r) => r.number === chosen);
  if (!row) return;
  detail.replaceChildren(
    element(
      'p',
      {},
      element('b', {}, `Point ${row.number}`),
      ` of ${row.unit}`,
      row.front ? ', on the front' : '',
      '. Make it again: ',
    ),
    element('p', {}, element('code', {}, row.generate)),
    ...(row.error ? [element('p', { class: 'soft' }, row.error)] : []),
  );
}

function sensitivity(): HTMLElement {
  const panels = data.sensitivities.map(({ objective, parameters }) =>
    element(
      'div',
      { class: 'panel' },
      element('b', {}, objective),
      ...parameters.map(({ name, share, means }) =>
        element(
          'div',
          { class: 'bar', title: means.map((m) => `${m.value}: mean ${figure(m.mean)}`).join('\n') },
          element('span', {}, name),
          element('i', { style: `width: ${(100 * share).toFixed(1)}%` }),
          element('span', {}, `${(100 * share).toFixed(0)} %`),
        ),
      ),
    ),
  );
  return element('div', { class: 'bars' }, ...panels);
}

const wrong = data.rows.filter((r) => r.wrong).length;
const failed = data.rows.filter((r) => r.error).length;
const front = data.rows.filter((r) => r.front).length;
const fixed = Object.entries(data.fixed)
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ');
page.replaceChildren(
  element('h1', {}, data.name),
  element('p', {}, data.description),
  element(
    'p',
    { class: 'soft' },
    `${data.rows.length} points, ${front} on the front, ${failed} failed, ${wrong} wrong. ${data.made}.`,
  ),
  ...(data.command ? [element('p', {}, element('code', {}, data.command))] : []),
  ...(fixed ? [element('p', { class: 'soft' }, `The same in all points: ${fixed}`)] : []),
  element('h2', {}, 'Trade-offs'),
  ...(data.objectives.length > 0
    ? [element('p', { class: 'soft' }, `The front: ${data.objectives.map((o) => o.text).join(', ')}`)]
    : []),
  plot,
  detail,
  element('h2', {}, 'Points'),
  table.root,
  ...(data.sensitivities.length > 0 && data.parameters.length > 1
    ? [
        element('h2', {}, 'What the parameters matter'),
        element(
          'p',
          { class: 'soft' },
          'Share of the variance of an objective that a parameter explains by itself.',
        ),
        sensitivity(),
      ]
    : []),
  ...data.units.map(unitSection),
);
drawPlot();
