// The conformance suite: the tests of this package once more, in another back end. By themselves they run in the native one,
// so each feature is held to the same expectations in all. The language is held to the same by fuzz/.
// Invariant: every test file under src is in the suite, or named here with the reason why not; one in the suite has
// really simulated in the back end that is meant.

import { subscribe } from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BackendName, backendOf, simulatorsOf } from '../src/backend/backends.ts';
import { type RunRecord, runChannelName } from '../src/testbench/run-record.ts';

/** Files and folders of src that are not in the suite. */
const apart: Readonly<Record<string, string>> = {
  'backend/': 'tests of one back end, or of two side by side',
  'coverage/cover-points.test.ts': 'runs each test in both back ends, and in the two side by side',
  'testbench/bulk-path.test.ts': 'runs each test in both back ends, with the bulk path and without',
  'testbench/clock.test.ts': 'counts the calls of a back end of its own',
  'testbench/recording.test.ts': 'runs each test in both back ends, by every way of recording',
  'value/list-code.test.ts': 'simulates nothing',
  'wave/wave-files.test.ts': 'names the back end of each file: what it holds is not the same',
};

const source = new URL('../src/', import.meta.url);

/** Registers the suite; `also`: what this back end does not run besides, by file, and why. */
export function conformIn(backend: BackendName, also: Readonly<Record<string, string>> = {}): void {
  const reasons = { ...apart, ...also };
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
  const reasonFor = (file: string): string | undefined =>
    Object.keys(reasons).find((name) => file === name || (name.endsWith('/') && file.startsWith(name)));

  process.env.GATEWRIGHT_BACKEND = backend;
  const ran = new Set<string>();
  subscribe(runChannelName, (record) => ran.add((record as RunRecord).simulators.join()));

  test('the back end is the one that is meant', () => {
    expect(backendOf().name).toBe(backend);
  });

  test('what is not in the suite is there, and has a reason', () => {
    for (const [name, reason] of Object.entries(reasons)) {
      expect(reason.length, name).toBeGreaterThan(10);
      expect(
        files.some((file) => reasonFor(file) === name),
        `${name} is no test`,
      ).toBe(true);
    }
  });

  for (const file of files.filter((name) => reasonFor(name) === undefined))
    describe(file, async () => {
      beforeAll(() => ran.clear());
      afterAll(() => {
        const meant = simulatorsOf(backendOf()).join();
        expect([...ran], `${file} simulates in no other way than by itself`).toContain(meant);
      });
      await import(/* @vite-ignore */ new URL(file, source).href);
    });
}
