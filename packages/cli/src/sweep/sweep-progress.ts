// The progress of a sweep on stderr: a bar with rate, time left and failures on a terminal, a line now and then elsewhere.
// Invariant: at most five updates a second; stdout is never touched.

import type { SweepProgress } from '@gatewright/explore';
import type { Output } from '../io.ts';
import { type Bar, progressOn } from '../terminal/progress.ts';

const REDRAW_MS = 200;
const LINE_MS = 10_000;

export function sweepProgress(output: Output) {
  const progress = progressOn(output);
  let bar: Bar | undefined;
  let told = Number.NEGATIVE_INFINITY;
  return {
    update(state: SweepProgress): void {
      const now = performance.now();
      const last = state.done === state.total;
      if (!output.isTTY) {
        if (state.done === state.cached ? state.cached === 0 : !last && now - told < LINE_MS) return;
        told = now;
        progress.line(`${state.done}/${state.total} points${stateText(state)}`);
        return;
      }
      bar ??= progress.bar('', state.total, 'points');
      if (!last && now - told < REDRAW_MS) return;
      told = now;
      bar.label(stateText(state));
      bar.update(state.done);
    },
    note: (text: string): void => progress.line(text),
    stop: (): void => bar?.stop(),
  };
}

function stateText({ done, total, cached, failed, rate, eta }: SweepProgress): string {
  const parts = [
    done > cached ? `${rate < 10 ? rate.toFixed(2) : rate.toFixed(0)}/s` : '',
    eta !== undefined && done < total ? `${durationText(eta)} left` : '',
    cached > 0 ? `${cached} from the cache` : '',
    failed > 0 ? `${failed} failed` : '',
  ].filter(Boolean);
  return parts.length > 0 ? `  ${parts.join(', ')}` : '';
}

/** `42 s`, `3 min 20 s`, `2 h 5 min` */
export function durationText(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 90) return `${s} s`;
  if (s < 5400) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
