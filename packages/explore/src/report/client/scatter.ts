// The scatter plot: two figures of every point against each other, those on the front joined by a line.
// Invariant: it shows what it is given; which point is chosen is the page's business.

import { scaleLinear, scaleLog } from 'd3-scale';
import { element, figure, svgElement } from './element';

export interface Mark {
  readonly number: number;
  readonly x: number;
  readonly y: number;
  readonly front: boolean;
  readonly wrong: boolean;
  readonly label: string;
}

export interface ScatterOptions {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Joins those on the front by a line: right when the axes are the objectives. */
  readonly joined: boolean;
  readonly chosen: number | undefined;
  choose(number: number): void;
}

const [WIDTH, HEIGHT] = [960, 430];
const [LEFT, RIGHT, TOP, BOTTOM] = [78, 20, 14, 52];

export function scatter(marks: readonly Mark[], options: ScatterOptions): SVGElement {
  const scale = (values: readonly number[], log: boolean, range: [number, number]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const pad = (high - low || Math.abs(high) || 1) * 0.04;
    return log && low > 0
      ? scaleLog()
          .domain([low / 1.08, high * 1.08])
          .range(range)
      : scaleLinear()
          .domain([low - pad, high + pad])
          .range(range);
  };
  const x = scale(
    marks.map((m) => m.x),
    options.logX,
    [LEFT, WIDTH - RIGHT],
  );
  const y = scale(
    marks.map((m) => m.y),
    options.logY,
    [HEIGHT - BOTTOM, TOP],
  );
  const svg = svgElement('svg', {
    class: 'scatter',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `${options.yTitle} against ${options.xTitle}`,
  });
  const label = (at: { x: number; y: number }, anchor: string, text: string, turn = ''): void =>
    void svg.append(
      svgElement('text', { ...at, 'text-anchor': anchor, class: 'soft', transform: turn }, text),
    );
  for (const tick of few(x.ticks(8))) {
    svg.append(svgElement('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: TOP, y2: HEIGHT - BOTTOM }));
    label({ x: x(tick), y: HEIGHT - BOTTOM + 17 }, 'middle', figure(tick));
  }
  for (const tick of few(y.ticks(7))) {
    svg.append(svgElement('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }));
    label({ x: LEFT - 8, y: y(tick) + 4 }, 'end', figure(tick));
  }
  label({ x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 10 }, 'middle', options.xTitle);
  label(
    { x: 16, y: (TOP + HEIGHT - BOTTOM) / 2 },
    'middle',
    options.yTitle,
    `rotate(-90 16 ${(TOP + HEIGHT - BOTTOM) / 2})`,
  );
  const front = marks.filter((m) => m.front).sort((a, b) => a.x - b.x || a.y - b.y);
  if (options.joined && front.length > 1)
    svg.append(
      svgElement('polyline', {
        class: 'front-line',
        points: front.map((m) => `${x(m.x)},${y(m.y)}`).join(' '),
      }),
    );
  // Those on the front last, so that none is hidden.
  for (const mark of [...marks].sort((a, b) => Number(a.front) - Number(b.front))) {
    const kind = ['dot', mark.front ? 'front' : '', mark.number === options.chosen ? 'chosen' : ''].join(' ');
    svg.append(
      svgElement('circle', {
        ...{ class: kind, cx: x(mark.x), cy: y(mark.y), r: mark.front ? 6 : 4.5, 'data-number': mark.number },
        mouseenter: (event) => showTip(event as MouseEvent, mark.label),
        mousemove: (event) => showTip(event as MouseEvent, mark.label),
        mouseleave: hideTip,
        click: () => options.choose(mark.number),
      }),
    );
  }
  return svg;
}

/** A logarithmic scale has more ticks than there is room for. */
function few(ticks: readonly number[]): readonly number[] {
  const step = Math.ceil(ticks.length / 9);
  return ticks.filter((_, i) => i % step === 0);
}

function tip(): HTMLElement {
  const there = document.getElementById('tip');
  if (there) return there;
  const made = element('div', { id: 'tip', hidden: true });
  document.body.append(made);
  return made;
}

function showTip(event: MouseEvent, text: string): void {
  const box = tip();
  box.replaceChildren(...text.split('\n').map((line) => element('div', {}, line)));
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.min(event.clientX + 14, innerWidth - width - 8)}px`;
  box.style.top = `${Math.min(event.clientY + 14, innerHeight - height - 8)}px`;
}

function hideTip(): void {
  tip().hidden = true;
}
