// demo, in Verilator, on the model that ships and on spoilt copies of it.

import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'gatewright-'));
});
const demo = (...flags: string[]) => runCommand(['demo', ...flags], { cwd });

test('a real layer, bit for bit', async () => {
  const { code, stdout, stderr } = await demo('--tokens', '4');
  expect(code).toBe(0);
  expect(stdout.replace(/seconds .*/, 'seconds  0.0')).toMatchInlineSnapshot(`
    "layer               layers.0.q, 128 outputs x 128 inputs
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    input               4 tokens of "?\\n\\nG"
    unit                mixpe
    parameters          --weightBits=4 --no-weightSigned --groupSize=128 --lanes=8
                        --multiplier=and_shift --zeroPoint=group --zeroPointValue=8
    MAC                 65,536
    cycles              8,196, as predicted
    MAC/cycle           7.996
    outputs compared    512 values, bit by bit
    mismatches          0
    error against FP32  relative RMS 7.15 %, SNR 22.9 dB
                        largest 0.197, mean 0.045
    simulated by        native and verilator
    seconds  0.0
    Verilog             out/demo/mixpe
    "
  `);
  expect(
    stderr.replace(/^(translating|compiling) .*\n/gm, '').replace(/^simulating \d+ %\n/gm, ''),
  ).toMatchInlineSnapshot(`
    "loading the model
    running the model on 4 characters for the input of layers.0.q
    quantising 128 x 128 weights and 4 tokens
    generating MixPeLane
    computing the golden outputs
    "
  `);
  expect(stderr).toMatch(/simulating 100 %\n$/);
});

test('as JSON; the Verilog in the folder is what was simulated', async () => {
  const flags = ['--text', 'KING', '--layer', 'layers.1.down', '--lanes', '16', '--keep', 'rtl', '--json'];
  const { code, stdout } = await demo(...flags);
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    layer: { layerName: 'layers.1.down', outFeatures: 128, inFeatures: 384, tokens: 4 },
    params: { lanes: 16, weightBits: 4, groupSize: 128 },
    checks: 512,
    mismatchCount: 0,
    macs: 4 * 128 * 384,
    folder: 'rtl',
  });
  expect(result.cycles).toBe(result.predictedCycles);
  // The simulator does without the comments that name TypeScript lines.
  const verilog = async (path: string) =>
    (await readFile(path, 'utf8')).replace(/ {2}\/\/ [\w-]+\.ts:\d+$/gm, '');
  for (const name of (await readdir(join(cwd, 'rtl'))).filter((n) => n.endsWith('.v')))
    expect(await verilog(join(cwd, 'rtl', name))).toBe(await verilog(join(result.verilogDirectory, name)));
});

test.each([
  ['mixpe-array', []],
  ['mixpe-gemm', ['--backend', 'native']],
  ['mixpe-array-ws', ['--backend', 'native']],
  ['mixpe-gemm-ws', ['--backend', 'native']],
])('on an array of 8 x 8: %s', async (unit, backend) => {
  const { code, stdout } = await demo('--unit', unit, '--tokens', '4', '--json', ...backend);
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    unit,
    params: { rows: 8, columns: 8, groupSize: 128 },
    backends: backend.length > 0 ? ['native'] : ['native', 'verilator'],
    mismatchCount: 0,
  });
  expect(result.cycles).toBe(result.predictedCycles);
  // As with the lane: the arithmetic is the same, whatever the dataflow.
  expect(result.error.relativeRms).toBeCloseTo(0.0715, 4);
});

test('a layer pruned to a quarter: equal to the golden model, and nearly four times as fast', async () => {
  const { code, stdout } = await demo(
    ...['--unit', 'sparse-mpe', '--tokens', '32', '--prune', '0.25', '--backend', 'native', '--json'],
  );
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  const { dense, density } = result.pruning;
  expect([result.mismatchCount, dense.mismatchCount]).toEqual([0, 0]);
  // 64 products a cycle and pair.
  const peak = 64 * result.params.pairs;
  expect(density).toBeCloseTo(0.25, 2);
  expect(dense.macPerCycle / peak).toBeGreaterThan(0.99);
  expect(result.macPerCycle / peak).toBeGreaterThan(0.95);
  expect(dense.cycles / result.cycles).toBeGreaterThan(0.95 / density);
  expect(result.macs).toBe(dense.macs * density);
}, 120_000);

describe('input that cannot be used: exit code 2, one error, nothing written', () => {
  const spoil = async (change: (bytes: Buffer, header: string) => Buffer | undefined): Promise<void> => {
    const data = fileURLToPath(new URL('../../../../examples/tiny-lm/data/', import.meta.url));
    await cp(data, join(cwd, 'model'), { recursive: true });
    const path = join(cwd, 'model', 'model.safetensors');
    const bytes = await readFile(path);
    const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString();
    await writeFile(path, change(bytes, header) ?? bytes);
  };
  const errorOf = async (...flags: string[]): Promise<string> => {
    const before = await readdir(cwd);
    const { code, stdout, stderr } = await demo(...flags);
    expect([code, stdout]).toEqual([2, '']);
    expect(await readdir(cwd)).toEqual(before);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    return stderr.slice(stderr.indexOf('error:'));
  };
  /** Overwrites `from` in the header by `to`, blanks keeping its length. */
  const rewrite = (bytes: Buffer, header: string, from: RegExp, to: string): undefined => {
    const found = from.exec(header)!;
    bytes.write(to.padEnd(found[0].length), 8 + found.index);
  };

  test('a layer, characters or a length that the model does not have', async () => {
    expect(await errorOf('--layer', 'layers.0.k2')).toMatchInlineSnapshot(`
      "error: no linear layer layers.0.k2; did you mean layers.0.k or layers.0.q or layers.0.v?
      "
    `);
    expect(await errorOf('--text', 'naïve')).toMatchInlineSnapshot(`
      "error: character "ï" (U+00EF) at position 2 is not in the vocabulary: "\\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
      "
    `);
    expect(await errorOf('--text', '')).toMatchInlineSnapshot(`
      "error: --text is empty
      help: give the model at least one character to read
      "
    `);
    expect(await errorOf('--tokens', '300')).toMatchInlineSnapshot(`
      "error: 300 characters to read, the model takes at most 256
      "
    `);
  });

  test('a unit that is not there, or that runs no layers, or has no lanes', async () => {
    expect(await errorOf('--unit', 'mixpe-aray')).toContain("there is no unit 'mixpe-aray'");
    expect(await errorOf('--unit', 'sparse-dsp')).toContain('sparse-dsp does not say how a layer maps on it');
    expect(await errorOf('--unit', 'mixpe-array', '--lanes', '4')).toContain('mixpe-array has no lanes');
  });

  test('no model', async () => {
    expect(await errorOf('--model', 'none')).toBe(
      `error: cannot read ${join(cwd, 'none', 'config.json')}: no such file or directory\n`,
    );
  });

  test('a truncated file', async () => {
    await spoil((bytes) => bytes.subarray(0, 10_000));
    expect(await errorOf('--model', 'model')).toMatchInlineSnapshot(`
      "error: safetensors: truncated file: tensor embed.weight ends at data byte 16640 of 6288
      "
    `);
  });

  test('a missing tensor', async () => {
    await spoil((bytes, header) => rewrite(bytes, header, /layers\.0\.q\.weight/, 'layers.9.q.weight'));
    expect(await errorOf('--model', 'model')).toMatchInlineSnapshot(`
      "error: safetensors: no tensor layers.0.q.weight; did you mean layers.9.q.weight or layers.0.k.weight or layers.0.v.weight?
      "
    `);
  });

  test('a wrong shape', async () => {
    const shape = /(?<="layers\.0\.q\.weight": ?\{[^}]*"shape": ?)\[128, ?128\]/;
    await spoil((bytes, header) => rewrite(bytes, header, shape, '[256, 64]'));
    expect(await errorOf('--model', 'model')).toMatchInlineSnapshot(`
      "error: safetensors: tensor layers.0.q.weight has shape [256, 64], need [128, 128]
      "
    `);
  });

  test('a weight that is not a number', async () => {
    await spoil((bytes, header) => {
      const [begin] = JSON.parse(header)['layers.0.q.weight'].data_offsets;
      bytes.writeUInt16LE(0x7e00, 8 + header.length + begin + 2 * (3 * 128 + 5));
      return undefined;
    });
    expect(await errorOf('--model', 'model')).toMatchInlineSnapshot(`
      "error: weights[row 3, column 5] is NaN: need finite
      "
    `);
  });
});

test('a folder that cannot be written: exit code 1', async () => {
  await writeFile(join(cwd, 'file'), '');
  const { code, stderr } = await demo('--tokens', '2', '--keep', 'file/rtl');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: cannot write .*: not a directory$/m);
});
