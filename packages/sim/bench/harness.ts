// A plain C++ harness around the very model that a testbench runs: the yardstick of the speed table.
// Invariant: it is what a careful engineer writes by hand for that design: ports set and read directly, two evaluations a
// cycle, data in plain arrays. -O3, like the model.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Circuit, Ports, Stream } from '@gatewright/hdl-core';
import { cacheDir, findCompiler, findVerilator } from '@gatewright/verilator';
import { columnsOf } from '../src/backend/column.ts';
import { topResets } from '../src/backend/controls.ts';

/** Modes: `run`, cycles alone; `poke`, one poke and one peek per cycle; `stream`, rows through all streams. */
export type Mode = 'run' | 'poke' | 'stream';

/** A built harness. */
export interface Harness {
  /** Nanoseconds per cycle over so many cycles; `rows` is the file of what the input streams send. */
  measure(mode: Mode, cycles: number, rows?: StreamRows): number;
}

/** What the input streams send: values per stream, in order, and the file that holds them. */
export interface StreamRows {
  readonly counts: readonly number[];
  readonly file: string;
}

/** Compiles it. `poke` and `peek` are leaf ports by Verilog name. */
export async function buildHarness(
  { top }: Circuit<Ports>,
  verilogDirectory: string,
  ports: {
    readonly poke?: string;
    readonly peek?: string;
    readonly hold?: Readonly<Record<string, unknown>>;
  },
): Promise<Harness> {
  const [verilator, compiler] = await Promise.all([findVerilator(), findCompiler()]);
  const index = (name: string | undefined): number => top.ports.findIndex((port) => port.decl.name === name);
  const [poke, peek] = [index(ports.poke), index(ports.peek)];
  const streams = top.groups.filter((group) => group.type.kind === 'stream');
  const pinsOf = (name: string, part: string): number[] =>
    top.ports.flatMap((port, i) => (port.group.name === name && port.part === part ? [i] : []));
  const held = Object.entries(ports.hold ?? {}).flatMap(([name, value]) =>
    top.ports.flatMap((port, i) => {
      if (port.group.name !== name) return [];
      const own = port.path.reduce((inner: unknown, step) => (inner as Record<string, unknown>)[step], value);
      return [`m.p${i} = ${Number(own)} & ${2 ** port.decl.width - 1};`];
    }),
  );
  const setup: string[] = [];
  const drive: string[] = [];
  const sample: string[] = [];
  const advance: string[] = [];
  streams.forEach(({ name, direction, type }, s) => {
    const [valid, ready] = [pinsOf(name, 'valid')[0], pinsOf(name, 'ready')[0]];
    const leaves = pinsOf(name, 'data');
    setup.push(`std::size_t n${s} = 0;`);
    setup.push(
      direction === 'in'
        ? `const std::size_t rows${s} = file ? std::strtoull(argv[${4 + streams.slice(0, s).filter((other) => other.direction === 'in').length}], nullptr, 10) : 0;`
        : `const std::size_t rows${s} = file ? cycles : 0;`,
    );
    const cells = columnsOf((type as Stream).payload).flatMap((column, c) => {
      const array = `s${s}c${c}`;
      setup.push(`std::vector<std::uint${column.bytes * 8}_t> ${array}(rows${s} * ${column.leaves.length});`);
      const mask = column.type.width < 64 ? `${2n ** BigInt(column.type.width) - 1n}ull` : '~0ull';
      if (direction === 'in') setup.push(`fill(${array}); for (auto& x : ${array}) x &= ${mask};`);
      return column.leaves.map((leaf, k) => [
        `m.p${leaves[leaf]}`,
        `${array}[n${s} * ${column.leaves.length} + ${k}]`,
      ]);
    });
    if (direction === 'in') {
      drive.push(`m.p${valid} = n${s} < rows${s};`, `if (n${s} < rows${s}) {`);
      drive.push(...cells.map(([port, cell]) => `${port} = ${cell};`), '}');
    } else drive.push(`m.p${ready} = 1;`);
    sample.push(`const bool t${s} = m.p${valid} && m.p${ready};`);
    if (direction === 'out')
      sample.push(`if (t${s}) {`, ...cells.map(([port, cell]) => `${cell} = ${port};`), '}');
    advance.push(`n${s} += t${s};`);
  });
  const source = `#include "Vdut.h"
#include "verilated.h"
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
double sc_time_stamp() { return 0; }
int main(int argc, char** argv) {
    const std::size_t cycles = std::strtoull(argv[2], nullptr, 10);
    std::FILE* const file = argc > 3 ? std::fopen(argv[3], "rb") : nullptr;
    [[maybe_unused]] auto fill = [file](auto& rows) {
        if (file && std::fread(rows.data(), sizeof rows[0], rows.size(), file) != rows.size()) std::exit(1);
    };
    VerilatedContext context;
    Vdut m{&context};
    auto low = [&] { m.clk0 = 0; m.eval(); };
    auto high = [&] { m.clk0 = 1; m.eval(); };
${topResets(top)
  .map(({ index: k }) => `    m.rst${k} = 1; low(); high(); low(); high(); m.rst${k} = 0;`)
  .join('\n')}
    std::uint64_t sum = 0;
    ${held.join('\n    ')}
    ${setup.join('\n    ')}
    const auto begin = std::chrono::steady_clock::now();
    if (!std::strcmp(argv[1], "run")) {
        for (std::size_t i = 0; i < cycles; ++i) { low(); high(); }
    } else if (!std::strcmp(argv[1], "poke")) {
        for (std::size_t i = 0; i < cycles; ++i) {
            ${poke < 0 ? '' : `m.p${poke} = i & 1;`}
            low(); high();
            ${peek < 0 ? '' : `sum += m.p${peek};`}
        }
    } else {
        for (std::size_t i = 0; i < cycles; ++i) {
            ${drive.join('\n            ')}
            low();
            ${sample.join('\n            ')}
            high();
            ${advance.join('\n            ')}
        }
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    std::printf("%f %llu\\n", took.count() / cycles, static_cast<unsigned long long>(sum));
}
`;
  const key = createHash('sha256')
    .update(source + verilogDirectory + verilator.banner + compiler.version)
    .digest('hex');
  const folder = join(cacheDir(), 'bench', key.slice(0, 24));
  const program = join(folder, 'harness');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const objects = join(dirname(verilogDirectory), 'obj');
    const classes = readdirSync(objects).filter((name) => name.endsWith('.cpp'));
    const units = [...classes.map((name) => join(objects, name)), 'main.cpp'];
    writeFileSync(join(folder, 'main.cpp'), source);
    writeFileSync(join(folder, 'all.cpp'), units.map((unit) => `#include "${unit}"\n`).join(''));
    const include = join(verilator.root, 'include');
    const args = [
      ...['-O3', '-std=gnu++17', '-w', '-DVM_TRACE=0', '-DVM_COVERAGE=0', '-DVM_SC=0', '-pthread'],
      ...[`-I${objects}`, `-I${include}`, `-I${include}/vltstd`, 'all.cpp'],
      ...['verilated', 'verilated_threads'].map((name) => join(include, `${name}.cpp`)),
      ...['-o', program],
    ];
    const run = spawnSync(compiler.command, [...compiler.args, ...args], { cwd: folder, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`the harness does not compile:\n${run.stderr}`);
  }
  return {
    measure(mode, cycles, rows) {
      const data = rows && mode === 'stream' ? [rows.file, ...rows.counts.map(String)] : [];
      const run = spawnSync(program, [mode, String(cycles), ...data], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(`the harness failed: ${run.error?.message ?? run.stderr}`);
      return Number(run.stdout.split(' ')[0]);
    },
  };
}
