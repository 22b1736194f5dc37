// The C++ that goes around a Verilated design: an addon for Node that maps ports into JavaScript and moves clocks.
// Invariant: what does not depend on the design is in shim/*.h, as C++; only the header `design.h` and the loop of the bulk
// path are generated. It builds and loads nothing.

import { readFileSync } from 'node:fs';
import { type Module, modulesOf } from '@gatewright/hdl-core';
import type { TextFile } from '@gatewright/verilator';
import type { BulkLayout } from '../bulk-layout.ts';
import { topResets } from '../controls.ts';
import { bulkSource } from './bulk.ts';
import { clockNumbers } from './wrapper.ts';

/** The sources of an addon. */
export interface Shim {
  readonly text: string;
  /** What `text` includes. */
  readonly headers: readonly TextFile[];
}

/** What the wrapper has. */
export interface WrapperPins {
  /** Ports p0, p1, … */
  readonly count: number;
  /** Those of state-access.ts. */
  readonly state: boolean;
}

/** The addon of a design. Its one function `open` is `Addon.open` in verilator.ts. */
export function shimOf(top: Module, bulk: BulkLayout | undefined, pins: WrapperPins): Shim {
  const alone = risesAlone(top);
  const run = bulk ? bulkSource(top, bulk, alone) : 'std::uint32_t run(Dut&, std::uint32_t) { return 0; }\n';
  return {
    text: `#include "dut.h"\n\nnamespace {\n${run}}  // namespace\n\n#include "addon.h"\n`,
    headers: [
      { name: 'design.h', text: designHeader(top, bulk, pins, alone) },
      ...['node-api.h', 'dut.h', 'calls.h', 'addon.h'].map((name) => ({ name, text: headerText(name) })),
    ],
  };
}

// The package ships its sources, so that the compiled file finds them as well.
const headerText = (name: string): string =>
  readFileSync(new URL(`../../../src/backend/verilator/shim/${name}`, import.meta.url), 'utf8');

/** A rising edge need not be preceded by an evaluation at low clock: see `forgets` in dut.h. */
function risesAlone(top: Module): boolean {
  const clocks = clockNumbers(top);
  return clocks.length === 1 && clocks[0] === 0 && modulesOf(top).every(({ extern }) => extern === undefined);
}

/** What the rest must know of the design. */
function designHeader(
  top: Module,
  bulk: BulkLayout | undefined,
  { count, state }: WrapperPins,
  alone: boolean,
): string {
  const clocks = clockNumbers(top);
  const resets = topResets(top).map(({ index }) => index);
  const first = clocks.length === 1 && clocks[0] === 0;
  const level = (k: number): string => (first ? 'levels' : `(levels >> ${k}) & 1`);
  const lines = (texts: readonly string[]): string => texts.map((text) => `    ${text}\n`).join('');
  const places = [...Array.from({ length: count }, (_, i) => `p${i}`), `clk${clocks[0]}`];
  return `// The design ${top.name}, as the shim sees it.

#pragma once

#include "Vdut.h"
#include "Vdut___024root.h"
#include "verilated.h"

#include <array>
#include <cstdint>

namespace design {
constexpr char name[] = "${top.name}";
constexpr std::size_t pinCount = ${count};
constexpr std::size_t bulkBytes = ${bulk?.bytes ?? 8};
constexpr bool risesAlone = ${alone};
constexpr bool hasState = ${state};
constexpr std::uint32_t allClocks = ${first ? '1' : '0xffffffff'};

// Bit k of \`levels\` is clock k.
inline void setClocks(Vdut& m, std::uint32_t levels) {
${lines(clocks.map((k) => `m.clk${k} = ${level(k)};`))}}
inline bool anyClockHigh(const Vdut& m) { return ${clocks.map((k) => `m.clk${k}`).join(' || ')}; }
// Bit k is reset k, active high.
inline std::uint32_t resets(const Vdut& m) {
    (void)m;
    return ${resets.length === 0 ? '0' : resets.map((k) => `std::uint32_t{m.rst${k}} << ${k}`).join(' | ')};
}
inline void setResets(Vdut& m, std::uint32_t active) {
    (void)m, (void)active;
${lines(resets.map((k) => `m.rst${k} = (active >> ${k}) & 1;`))}}

// Where a state is to be read at the first evaluation, or written when \`tell\` rises: see state-access.ts.
inline void setState(Vdut& m, void* words) {
    (void)m, (void)words;
${lines(state ? ['m.state = reinterpret_cast<std::uintptr_t>(words);'] : [])}}
inline void setTell(Vdut& m, bool level) {
    (void)m, (void)level;
${lines(state ? ['m.tell = level;'] : [])}}

struct Place {
    void* address;
    std::size_t bytes;
};
// Of the pins p0, p1, …, and of a clock that lies beside them.
inline std::array<Place, pinCount + 1> places(Vdut& m) {
    return {{
${lines(places.map((name) => `    {&m.${name}, sizeof(m.${name})},`))}    }};
}
}  // namespace design
`;
}
