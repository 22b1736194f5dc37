// Vitest's side of a testbench: matchers for streams, golden results and waves, and tests that share one built design.
// Invariant: importing this file installs the matchers; everything else of the package works without Vitest.

import type { ModuleDefinition, Ports } from '@gatewright/hdl-core';
import { afterAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { differenceLines, differences } from '../check/differences.ts';
import type { Body, OutputStream } from '../testbench/dut.ts';
import { type OpenDut, openDut } from '../testbench/open-dut.ts';
import type { OpenOptions, RunOptions } from '../testbench/open-options.ts';
import { watchableOf } from '../testbench/watchable.ts';

declare module 'vitest' {
  // The name and the parameter are Vitest's.
  interface Matchers<T> {
    /** Of an output stream: yields these values next. Numbers and bigints of the same value are equal. */
    toReceive(...values: readonly unknown[]): Promise<T>;
    /** Equals what the golden model says, leaf by leaf. Numbers and bigints of the same value are equal. */
    toEqualGolden(expected: unknown): T;
    /** Is the same wave; indentation and blanks at the ends of lines do not matter. */
    toMatchWave(expected: string): T;
  }
}

expect.extend({
  async toReceive(stream: unknown, ...expected: unknown[]) {
    const actual = await (stream as OutputStream<never>).take(expected.length);
    return verdict(watchableOf((stream as OutputStream<never>).data).name, expected, actual);
  },
  toEqualGolden: (actual: unknown, expected: unknown) => verdict('', expected, actual),
  toMatchWave(actual: unknown, expected: string) {
    const pass = canonicalWave(String(actual)) === canonicalWave(expected);
    return {
      pass,
      actual: canonicalWave(String(actual)),
      expected: canonicalWave(expected),
      message: () => (pass ? 'the wave is the one that it must not be' : 'the wave is not the expected one'),
    };
  },
});

function verdict(what: string, expected: unknown, actual: unknown) {
  const found = differences(expected, actual);
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0
        ? 'every value is the expected one, which it must not be'
        : ['not what is expected:', ...differenceLines(found, what).map((line) => `  ${line}`)].join('\n'),
  };
}

/** Without the blanks that a reader cannot see, and without the indentation that all lines share. */
function canonicalWave(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const indentation = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indentation)).join('\n');
}

/** Declares a test of a design: its name, its body, and how it is run. */
export type SimTest<P extends Ports> = (name: string, body: Body<P, unknown>, options?: RunOptions) => void;

/**
 * Tests that share a design: it is built when the first one runs, each begins from reset, and one that fails shows its
 * last cycles. Call it at the top of a test file or in a `describe`. Vitest's own time limit ends a run.
 */
export function simTest<S extends z.ZodObject, P extends Ports>(
  module: ModuleDefinition<S, P>,
  params: z.input<S>,
  options: OpenOptions & RunOptions = {},
): SimTest<P> {
  let opening: Promise<OpenDut<P>> | undefined;
  afterAll(async () => (await opening)?.close());
  return (name, body, own = {}) => {
    test(name, async ({ signal }) => {
      opening ??= openDut(module.elaborate(params), options);
      await (await opening).run(body, { signal, ...options, ...own });
    });
  };
}
