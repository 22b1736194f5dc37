// Colours, for terminals only.
// Invariant: NO_COLOR and FORCE_COLOR are obeyed, per stream; text without colours says the same.

import pc from 'picocolors';
import type { Io, Output } from '../io.ts';

export type Style = ReturnType<typeof pc.createColors>;

/** Colour functions for one of the streams; they do nothing when it shows no colours. */
export function styleOf({ env }: Io, output: Output): Style {
  const wanted = env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : output.isTTY === true && env.TERM !== 'dumb';
  return pc.createColors(wanted && !env.NO_COLOR);
}
