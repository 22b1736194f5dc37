// Verilator's counters of printed Verilog as counts of the design: TypeScript lines, bits of signals, cover points.
// Invariant: lines of checks are not statements of the design; clocks, resets and what counts cover points are no signals of it.

import { controlPorts, type Module, modulesOf, placeOfLine, type VerilogFile } from '@gatewright/hdl-core';
import type { Design } from '../backend.ts';
import type { BitCount, Counts, CoverCount, StatementCount } from '../counts.ts';
import { type CoveragePoint, readPoints } from './coverage-file.ts';

/** What the text of a coverage file says of a design. */
export function countsIn(text: string, { top, files }: Pick<Design, 'top' | 'files'>): Counts {
  const modules = new Map(modulesOf(top).map((module) => [module.name, module]));
  const printed = new Map(files.map((file) => [file.name, new PrintedFile(file, modules.get(file.module))]));
  const covers: CoverCount[] = [];
  const statements: StatementCount[] = [];
  const bits: BitCount[] = [];
  for (const point of readPoints(text)) {
    const file = printed.get(point.file);
    if (!file) continue;
    if (point.kind === 'toggle') bits.push(...file.bitOf(point));
    else if (point.line >= file.firstCheck) covers.push(...file.coversOf(point));
    else statements.push(...file.statementsOf(point));
  }
  return { covers, statements, bits };
}

/** What a line of Verilog was made from. */
interface Origin {
  /** `file:line` of the TypeScript. */
  readonly place: string;
  /** Which of the lines made from that place in this file: the same in a file made with other parameters. */
  readonly number: number;
}

/** One printed file. */
class PrintedFile {
  /** The line at which its checks begin. */
  readonly firstCheck: number;
  readonly #module: string;
  /** By line. */
  readonly #origins: readonly (Origin | undefined)[];
  /** Line of each counting statement -> name of the cover point. */
  readonly #covers = new Map<number, string>();
  /** Names of its clocks and resets. */
  readonly #controls: readonly string[];
  /** Where its signals and memories are declared, by name. */
  readonly #declared = new Map<string, string>();

  /** A module written in Verilog is not among those of the design. */
  constructor(file: VerilogFile, module: Module | undefined) {
    this.#module = file.module;
    this.#controls = module ? controlPorts(module).map(({ name }) => name) : [];
    const memories = module?.items.filter((item) => item.kind === 'memory') ?? [];
    for (const { name, place } of [...(module?.decls ?? []), ...memories]) {
      const at = place.placeIn(module!.definedAt);
      if (at) this.#declared.set(name, `${at.file}:${at.line}`);
    }
    const lines = file.text.split('\n');
    const first = lines.findIndex((line) => line.startsWith('  // Checks: simulators look at them'));
    this.firstCheck = first < 0 ? Number.POSITIVE_INFINITY : first + 1;
    const numbers = new Map<string, number>();
    this.#origins = ['', ...lines].map((line, i): Origin | undefined => {
      const counted = /^\s*cover_(\w+) +<= cover_\1 \+ 32'd1;/.exec(line);
      if (counted) this.#covers.set(i, counted[1]!);
      const at = i === 0 ? undefined : placeOfLine(file, i);
      if (!at) return undefined;
      const place = `${at.file}:${at.line}`;
      const number = numbers.get(place) ?? 0;
      numbers.set(place, number + 1);
      return { place, number };
    });
  }

  statementsOf({ lines, what, count }: CoveragePoint): StatementCount[] {
    return lines.flatMap((line) => {
      const origin = this.#origins[line];
      if (!origin) return [];
      return [{ module: this.#module, place: origin.place, id: `${what} ${origin.number}`, count }];
    });
  }

  coversOf({ lines, what, count }: CoveragePoint): CoverCount[] {
    if (what !== 'if' && what !== 'elsif') return [];
    return lines.flatMap((line) => {
      const name = this.#covers.get(line);
      return name === undefined ? [] : [{ module: this.#module, name, count }];
    });
  }

  bitOf({ line, what, count }: CoveragePoint): BitCount[] {
    if (line >= this.firstCheck || this.#controls.includes(what)) return [];
    const [, signal = what, bit = '0'] = /^(.*)\[(\d+)\]$/.exec(what) ?? [];
    const place = this.#declared.get(signal.replace(/\[.*/, ''));
    return [{ module: this.#module, signal, place, bit: Number(bit), count }];
  }
}
