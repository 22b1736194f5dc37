// gatewright quantize: what the file holds, what the table says of it, and every way to be refused.

import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  compareTensors,
  dequantiseBitmod,
  quantiseBitmod,
  unpackCodes,
  WEIGHT_FORMATS,
} from '@gatewright/golden';
import { layOutSafetensors, parseSafetensors } from '@gatewright/tiny-lm';
import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';

const MODEL = fileURLToPath(new URL('../../../../examples/tiny-lm/data/model.safetensors', import.meta.url));
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'gatewright-quantize-'));

/** A model of FP32 tensors in a folder of its own. */
async function modelOf(
  tensors: Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>,
) {
  const cwd = await folder();
  const entries = Object.entries(tensors);
  const layout = layOutSafetensors(
    entries.map(([name, { shape }]) => ({ name, dtype: 'F32' as const, shape })),
    { format: 'pt' },
  );
  const bytes = new Uint8Array(layout.size);
  bytes.set(layout.prefix);
  for (const [name, { values }] of entries)
    bytes.set(new Uint8Array(Float32Array.from(values).buffer), layout.positions.get(name));
  await writeFile(join(cwd, 'm.safetensors'), bytes);
  return cwd;
}

test('a real model: every matrix but the embedding, the bits of the file being what the table says', async () => {
  const cwd = await folder();
  const { code, stdout, stderr } = await runCommand(['quantize', '--format', 'bitmod-fp4', '--json', MODEL], {
    cwd,
  });
  expect(code, stderr).toBe(0);
  expect(await readdir(cwd)).toEqual(['model.bitmod-fp4.safetensors']);
  const report = JSON.parse(stdout);
  expect(report.tensors).toHaveLength(29);
  expect(report.kept).toContain('embed.weight');
  expect(report.snrDb).toBeGreaterThan(19);

  const before = parseSafetensors(await readFile(MODEL));
  const bytes = await readFile(join(cwd, 'model.bitmod-fp4.safetensors'));
  expect(bytes).toHaveLength(report.size);
  const after = parseSafetensors(bytes);
  expect(after.tensor('embed.weight')).toEqual(before.tensor('embed.weight'));
  expect(after.tensor('norm.weight')).toEqual(before.tensor('norm.weight'));
  expect(JSON.parse(after.metadata['gatewright.shapes']!)['layers.3.down.weight']).toEqual([128, 384]);

  const shape = { outFeatures: 128, inFeatures: 384 };
  const weights = before.tensor('layers.3.down.weight').data;
  const q = quantiseBitmod(weights, shape, { datatype: 'fp4' });
  const dataStart = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const part = (suffix: string): Uint8Array => {
    const { begin, end } = after.tensors.get(`layers.3.down.weight.${suffix}`)!;
    return bytes.subarray(dataStart + begin, dataStart + end);
  };
  expect(unpackCodes(part('codes'), 128, 384, 4)).toEqual(q.codes);
  expect(unpackCodes(part('specials'), 128, 3, 2)).toEqual(q.specials);
  expect(Buffer.from(part('scales'))).toEqual(Buffer.from(q.scales));
  expect(after.tensor('layers.3.down.weight.channel_scales').data).toEqual(q.channelScales);
  const row = report.tensors.find((t: { name: string }) => t.name === 'layers.3.down.weight');
  expect(row.snrDb).toBeCloseTo(compareTensors(weights, dequantiseBitmod(q)).snrDb, 9);
  // 4 bits, 8 + 2 of a group of 128, 32 of an output of 384; the three choices of a row take a byte.
  expect(row.bitsPerWeight).toBeCloseTo(4 + 8 / 128 + 8 / 384 + 32 / 384, 9);
});

const small = { shape: [2, 4], values: [1, -1, 0.5, 0.25, 3, 2, -1, 0] };

test.each(WEIGHT_FORMATS.map((f) => f.name))('%s can be asked for', async (name) => {
  const cwd = await modelOf({ 'a.weight': small });
  const { code, stderr } = await runCommand(
    ['quantize', '--format', name, '--groupSize', '2', 'm.safetensors'],
    { cwd },
  );
  expect(code, stderr).toBe(0);
  const file = parseSafetensors(await readFile(join(cwd, `m.${name}.safetensors`)));
  expect(file.metadata).toMatchObject({
    format: 'pt',
    'gatewright.format': name,
    'gatewright.group_size': '2',
  });
});

test('the table, and which tensors are chosen', async () => {
  const cwd = await modelOf({
    'h.0.weight': small,
    'h.1.weight': small,
    'lm_head.weight': small,
    'tok_embeddings.weight': small,
    'norm.weight': { shape: [2], values: [1, 1] },
  });
  const argv = ['quantize', 'm.safetensors', '--format', 'int8-sym', '--out', 'o.st'];
  const { stdout } = await runCommand([...argv, '--skip', '*embed*', 'lm_*'], { cwd });
  expect(stdout).toMatchInlineSnapshot(`
    "tensor      weights  bits/weight  SNR (dB)  relative RMS  largest error
    ───────────────────────────────────────────────────────────────────────
    h.0.weight    2 x 4        12.00      50.6        0.30 %        0.00793
    h.1.weight    2 x 4        12.00      50.6        0.30 %        0.00793
    all              16        12.00      50.6        0.30 %

    2 matrices quantised, 3 tensors copied; 528 bytes became 768: o.st
    "
  `);
  const only = await runCommand([...argv, '--force', '--json', '--only', 'h.1.weight'], { cwd });
  expect(JSON.parse(only.stdout).tensors.map((t: { name: string }) => t.name)).toEqual(['h.1.weight']);
});

test('what is refused, and that nothing is left behind', async () => {
  const cwd = await modelOf({
    'a.weight': small,
    'b.weight': { shape: [1, 2], values: [1, Number.NaN] },
    norm: { shape: [1], values: [1] },
  });
  await writeFile(join(cwd, 'text.safetensors'), 'this is not a model at all');
  await writeFile(join(cwd, 'cut.safetensors'), (await readFile(join(cwd, 'm.safetensors'))).subarray(0, -1));
  const files = await readdir(cwd);
  const refused = async (argv: string[]) => {
    const { code, stdout, stderr } = await runCommand(['quantize', ...argv], { cwd });
    expect(stdout).toBe('');
    return `${code}\n${stderr.replaceAll(cwd, '<cwd>').replace(/^[ab]\.weight\n/gm, '')}`;
  };
  const int4 = ['--format', 'int4-sym'];
  expect(await refused([...int4, 'm.safetensors'])).toMatchInlineSnapshot(`
    "2
    error: b.weight: weights[row 0, column 1] is NaN: need finite
    "
  `);
  expect(await refused([...int4, 'missing.safetensors'])).toMatchInlineSnapshot(`
    "2
    error: cannot read <cwd>/missing.safetensors: no such file or directory
    "
  `);
  expect(await refused([...int4, 'text.safetensors'])).toMatchInlineSnapshot(`
    "2
    error: cannot read <cwd>/text.safetensors: safetensors: header of 2338328219631577204 bytes is over 100000000; is this a safetensors file?
    "
  `);
  expect(await refused([...int4, 'cut.safetensors'])).toMatchInlineSnapshot(`
    "2
    error: cannot read <cwd>/cut.safetensors: safetensors: truncated file: tensor norm ends at data byte 44 of 43
    "
  `);
  expect(await refused([...int4, 'model.safetensors.index.json'])).toMatchInlineSnapshot(`
    "2
    error: <cwd>/model.safetensors.index.json is the index of a model in several files
    help: quantise each of its files
    "
  `);
  expect(await refused([...int4, 'm.safetensors', '--only', 'norm'])).toMatchInlineSnapshot(`
    "2
    error: <cwd>/m.safetensors has no matrix to quantise
    help: --only chooses by name; its matrices are a.weight, b.weight
    "
  `);
  expect(await refused([...int4, 'm.safetensors', '-o', 'm.safetensors', '--force'])).toMatchInlineSnapshot(`
    "1
    error: <cwd>/m.safetensors is the model itself
    help: choose another file with --out
    "
  `);
  expect(await refused([...int4, 'm.safetensors', '-o', 'text.safetensors'])).toMatchInlineSnapshot(`
    "1
    error: <cwd>/text.safetensors exists already
    help: --force replaces it
    "
  `);
  expect(await refused([...int4, 'm.safetensors', '-o', 'nowhere/o.st'])).toMatchInlineSnapshot(`
    "1
    error: cannot write <cwd>/nowhere/o.st: no such file or directory
    help: choose another file with --out
    "
  `);
  expect(await refused(['--format', 'bitmod-fp5', 'm.safetensors'])).toMatchInlineSnapshot(`
    "2
    error: --format bitmod-fp5: did you mean bitmod-fp3?
    help: \`gatewright quantize --help\` shows what it takes
    "
  `);
  expect(await refused(['m.safetensors'])).toMatchInlineSnapshot(`
    "2
    error: required option '--format' not specified
    help: \`gatewright quantize --help\` shows what it takes
    "
  `);
  expect(await refused([...int4, '--groupSize', '0', 'm.safetensors'])).toMatchInlineSnapshot(`
    "2
    error: --groupSize 0: give an integer from 1 to 65536
    help: \`gatewright quantize --help\` shows what it takes
    "
  `);
  expect(await readdir(cwd)).toEqual(files);
});

test('an interrupted run leaves no file', async () => {
  const cwd = await modelOf({ 'a.weight': small });
  const { code } = await runCommand(['quantize', '--format', 'fp4', 'm.safetensors'], {
    cwd,
    signal: AbortSignal.abort(),
  });
  expect(code).toBe(130);
  expect(await readdir(cwd)).toEqual(['m.safetensors']);
});
