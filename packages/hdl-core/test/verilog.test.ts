// Golden Verilog of the language's constructs: each file is reviewed text, and lint-clean in Verilator, Icarus and
// Yosys.

import { complaintsAbout } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';
import { describe, expect, test } from 'vitest';
import { Checks } from './constructs/checks.ts';
import { AsyncFifo, Board, Handover, Signals } from './constructs/crossings.ts';
import { FixedPoint } from './constructs/fixed-point.ts';
import { ByteLanes, RegisterFile, Rom, SimpleDual, SinglePort, TrueDual } from './constructs/memories.ts';
import { BitOps, Choice, Constants, Rounding, Saturation } from './constructs/operators.ts';
import { Packing } from './constructs/packing.ts';
import { Decode, Handshake } from './constructs/state-machines.ts';
import { Buffers, Routing, Transform } from './constructs/streams.ts';
import { Arithmetic, Bits, Control, Hierarchy } from './constructs.ts';
import { Dot } from './dot.ts';

const designs = [
  Dot,
  Arithmetic,
  Bits,
  Checks,
  Saturation,
  BitOps,
  Choice,
  Constants,
  Rounding,
  FixedPoint,
  Handshake,
  Decode,
  Buffers,
  Transform,
  Routing,
  Packing,
  Control,
  Hierarchy,
  SimpleDual,
  ByteLanes,
  RegisterFile,
  Rom,
  TrueDual,
  SinglePort,
  AsyncFifo,
  Handover,
  Signals,
  Board,
] as const;

describe.each(designs.map((d) => [d.name, d] as const))('%s', (name, design) => {
  test('prints as reviewed', async () => {
    const file = design.elaborate().verilog().at(-1)!;
    expect(file.name).toBe(`${name}.v`);
    await expect(file.text).toMatchFileSnapshot(`verilog/${name}.v`);
  });

  test('is lint-clean in Verilator, Icarus and Yosys', async () => {
    const printed = design.elaborate().verilog();
    expect(await complaintsAbout(printed, name)).toEqual([]);
    expect(await lintYosys(printed, name)).toEqual({ ok: true, log: '' });
  });

  test('gives the same bytes twice, and without comments on request', () => {
    const text = (locations: boolean): string =>
      design
        .elaborate()
        .verilog({ locations })
        .map((f) => f.text)
        .join('');
    expect(text(true)).toBe(text(true));
    expect(text(false)).not.toContain('.ts:');
  });
});
