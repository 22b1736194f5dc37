// What a long command tells on stderr while it works: a line per step, a bar on a terminal, percentages elsewhere.
// Invariant: stdout is never touched, and a finished bar leaves no trace.

import { SingleBar } from 'cli-progress';
import type { Output } from '../io.ts';

/** Something that advances towards a known total. */
export interface Bar {
  update(done: number, total?: number): void;
  /** Takes the bar away. */
  stop(): void;
}

/** Tells the user what is going on. */
export interface Progress {
  /** A line that stays. */
  line(text: string): void;
  /** `unit` is what is counted; leave it out for a percentage. */
  bar(label: string, total: number, unit?: string): Bar;
}

/** Progress on the given stream. */
export function progressOn(output: Output): Progress {
  return {
    line: (text) => void output.write(`${text}\n`),
    bar: (label, total, unit) =>
      output.isTTY ? terminalBar(output, label, total, unit) : percentages(output, label, total, unit),
  };
}

function terminalBar(output: Output, label: string, total: number, unit: string | undefined): Bar {
  const bar = new SingleBar({
    stream: output,
    format: `${label} {bar} ${unit ? `{value}/{total} ${unit}` : '{percentage} %'}`,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    // A hidden cursor would stay hidden after Ctrl-C.
    hideCursor: null,
  });
  bar.start(total, 0);
  return {
    update(done, newTotal) {
      if (newTotal !== undefined) bar.setTotal(newTotal);
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}

/** A line per quarter, so that a log stays short. Counted things have lines of their own and need none. */
function percentages(output: Output, label: string, total: number, unit: string | undefined): Bar {
  let quarter = 0;
  let of = total;
  return {
    update(done, newTotal) {
      of = newTotal ?? of;
      const reached = of > 0 ? Math.floor((4 * done) / of) : 0;
      if (unit || reached <= quarter) return;
      quarter = reached;
      output.write(`${label} ${25 * quarter} %\n`);
    },
    stop: () => {},
  };
}
