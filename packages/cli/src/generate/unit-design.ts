// What the writers of the single files know: the unit, its elaborated design and the user's choices.
// Invariant: plain data, made once per generation. No text is made here.

import type { Circuit, Language } from '@gatewright/hdl-core';
import type { ShellMap } from '@gatewright/parts';
import type { AnyUnit } from '@gatewright/sim';

export interface UnitDesign {
  readonly unit: AnyUnit;
  readonly circuit: Circuit;
  /** Name of the top module. */
  readonly top: string;
  /** After defaults. */
  readonly parameters: Record<string, unknown>;
  /** Names of the Verilog files, children before parents. */
  readonly verilog: readonly string[];
  readonly language: Language;
  readonly clockMhz: number;
  /** Where everything is, of a unit behind AXI ports, and its input streams that became registers. */
  readonly shell: ShellMap | undefined;
  readonly commands: readonly string[] | undefined;
  /** Of the generator. */
  readonly version: string;
}
