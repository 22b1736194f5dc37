// What the printer knows of a file besides its text, as long as somebody holds the file.
// Invariant: kept beside the file, not in it: a file that somebody rewrites or makes has none.

import type { Decl } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import type { BypassNames } from './memory.ts';
import type { VerilogFile } from './print.ts';

export interface Origin {
  /** The place of each line. */
  readonly places: readonly (SourcePlace | undefined)[];
  /** Where the module is defined: of a line that a library built, the place in this file that called it is shown. */
  readonly definedAt: SourcePlace;
  /** By the name of the read port's data. */
  readonly bypasses: ReadonlyMap<string, BypassNames>;
  /** All files printed with it. */
  readonly design: readonly Origin[];
}

const origins = new WeakMap<VerilogFile, Origin>();
export const keepOrigin = (file: VerilogFile, origin: Origin): void => void origins.set(file, origin);
export const originOf = (file: VerilogFile): Origin | undefined => origins.get(file);

/** The registers that stand in a printed file for the data of a synchronous memory read; undefined where it is one itself. */
export const bypassOf = (file: VerilogFile, data: Decl): BypassNames | undefined =>
  originOf(file)?.bypasses.get(data.name);
