// The table of points: sorted by any column, filtered by any text.
// Invariant: rows without a value come last, whichever way it is sorted.

import type { ReportData, ReportRow } from '../report-data';
import { element, figure } from './element';

export interface TableOptions {
  readonly chosen: number | undefined;
  choose(number: number): void;
}

interface Field {
  readonly name: string;
  readonly title: string;
  readonly text: boolean;
  of(row: ReportRow): string | number | null;
}

/** Rows drawn at once; a filter or another order shows others. */
const MOST = 2000;

export class PointTable {
  readonly root: HTMLElement;
  readonly #data: ReportData;
  readonly #fields: readonly Field[];
  readonly #options: () => TableOptions;
  #order: { field: number; up: boolean } | undefined;
  #filter = '';
  readonly #frame = element('div', { class: 'scroll' });
  readonly #count = element('span', { class: 'soft' });

  constructor(data: ReportData, options: () => TableOptions) {
    this.#data = data;
    this.#options = options;
    const several = new Set(data.rows.map((r) => r.unit)).size > 1;
    this.#fields = [
      { name: '#', title: 'number', text: false, of: (r) => r.number },
      ...(several ? [{ name: 'unit', title: 'unit', text: true, of: (r: ReportRow) => r.unit }] : []),
      ...data.parameters.map((name) => ({
        name,
        title: 'parameter',
        text: true,
        of: (r: ReportRow) => r.params[name] ?? null,
      })),
      ...data.columns.map((c, i) => ({
        ...{ name: c.name, title: [c.description, c.unit].filter(Boolean).join(', '), text: false },
        of: (r: ReportRow) => r.values[i] ?? null,
      })),
      ...(data.rows.some((r) => r.error)
        ? [{ name: 'error', title: 'error', text: true, of: (r: ReportRow) => r.error }]
        : []),
    ];
    const search = element('input', {
      ...{ type: 'search', placeholder: 'filter, such as booth4', 'aria-label': 'filter' },
      input: (event) => {
        this.#filter = (event.target as HTMLInputElement).value.toLowerCase();
        this.draw();
      },
    });
    this.root = element('div', {}, element('div', { class: 'controls' }, search, this.#count), this.#frame);
    this.draw();
  }

  draw(): void {
    const rows = this.#sorted().filter((row) => this.#matches(row));
    const { chosen, choose } = this.#options();
    this.#count.textContent =
      rows.length > MOST ? `the first ${MOST} of ${rows.length} points` : `${rows.length} points`;
    const head = this.#fields.map(({ name, title, text }, i) => {
      const arrow = this.#order?.field === i ? (this.#order.up ? ' ▲' : ' ▼') : '';
      const button = element('button', { click: () => this.#sort(i) }, name + arrow);
      return element('th', { class: text ? 'text' : '', title }, button);
    });
    const body = rows.slice(0, MOST).map((row) => {
      const kind = [
        row.front ? 'front' : '',
        row.wrong ? 'wrong' : '',
        row.number === chosen ? 'chosen' : '',
      ].join(' ');
      const cells = this.#fields.map(({ text, of }) => {
        const value = of(row);
        return element(
          'td',
          { class: text ? 'text' : '' },
          typeof value === 'string' ? value : figure(value),
        );
      });
      return element(
        'tr',
        { class: kind, 'data-number': row.number, click: () => choose(row.number) },
        ...cells,
      );
    });
    this.#frame.replaceChildren(
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)),
    );
  }

  #sort(field: number): void {
    this.#order = { field, up: this.#order?.field === field ? !this.#order.up : true };
    this.draw();
  }

  #sorted(): readonly ReportRow[] {
    if (!this.#order) return this.#data.rows;
    const { field, up } = this.#order;
    const { of } = this.#fields[field]!;
    return [...this.#data.rows].sort((a, b) => {
      const [x, y] = [of(a), of(b)];
      if (x === null || y === null) return Number(x === null) - Number(y === null);
      const order =
        typeof x === 'number' && typeof y === 'number'
          ? x - y
          : String(x).localeCompare(String(y), 'en', { numeric: true });
      return up ? order : -order;
    });
  }

  #matches(row: ReportRow): boolean {
    if (this.#filter === '') return true;
    const text = [
      row.unit,
      ...Object.entries(row.params).flat(),
      row.error ?? '',
      row.wrong ? 'wrong' : '',
      row.front ? 'front' : '',
    ];
    return this.#filter.split(/\s+/).every((word) => text.some((t) => t.toLowerCase().includes(word)));
  }
}
