// What a long command tells on stderr while it works: a line per step, a bar on a terminal, percentages elsewhere.
// Invariant: stdout is never touched, and a finished bar leaves no trace.

import { SingleBar } from 'cli-progress';
import type { Output } from '../io.ts';

/** Something that advances towards a known total. */
export interface Bar {
  update(done: number): void;
  /** Tells what is going on now. */
  label(text: string): void;
  /** Takes the bar away. */
  stop(): void;
}

/** Tells the user what is going on. */
export interface Progress {
  /** A line that stays. */
  line(text: string): void;
  /** `unit` is what is counted; without one the bar shows a percentage. */
  bar(label: string, total: number, unit?: string): Bar;
}

/** Progress on the given stream. */
export function progressOn(output: Output): Progress {
  return {
    line: (text) => void output.write(`${text}\n`),
    bar: (label, total, unit) =>
      output.isTTY ? terminalBar(output, label, total, unit) : plainLines(output, label, total, unit),
  };
}

function terminalBar(output: Output, label: string, total: number, unit: string | undefined): Bar {
  const bar = new SingleBar({
    stream: output,
    format: `{bar} ${unit ? `{value}/{total} ${unit}` : '{percentage} %'}  {label}`,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    // Long lines are cut, not left to the terminal: nothing needs to be put right after Ctrl-C.
    linewrap: null,
    hideCursor: null,
  });
  bar.start(total, 0, { label });
  return {
    update: (done) => bar.update(done),
    label(text) {
      bar.update({ label: text });
      // What it announces may keep the process busy before the next timed redraw.
      bar.render();
    },
    stop: () => bar.stop(),
  };
}

/** A line per label and per quarter, so that a log stays short. What is counted has lines of its own. */
function plainLines(output: Output, label: string, total: number, unit: string | undefined): Bar {
  let quarter = 0;
  return {
    update(done) {
      const reached = Math.floor((4 * done) / total);
      if (unit || reached <= quarter) return;
      quarter = reached;
      output.write(`${label} ${25 * quarter} %\n`);
    },
    label: (text) => void output.write(`${text}\n`),
    stop: () => {},
  };
}
