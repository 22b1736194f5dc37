import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { choose, delay, presetDelay } from '../../test/units.ts';

test('mixpe', async () => {
  const { code, stdout, stderr } = await runCommand(['describe', 'mixpe']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "mixpe
    Multiplier-free dot-product lane: low-bit weights x INT8 activations, dequantised once per group.
    MixPE: Quantization and Hardware Co-design for Efficient LLM Inference, arXiv 2411.16158

    parameter       range                                default    meaning
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    weightBits      2..8                                 4          bits of a weight code
    weightSigned    true | false                         false      two's complement weight codes
    groupSize       1..4096                              128        weights along K that share a scale
    lanes           1..256                               8          products per cycle
    multiplier      and_shift | booth4 | sign_mag |      and_shift  structure of the weight multiplier
                    operator
    zeroPoint       none | constant | group              group      no zero point, one for all weights,
                                                                    or one per group
    zeroPointValue  -128..255                            8          the zero point, when it is constant

    Ports of MixPeLane with default parameters
    port   direction  type                                      description
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    clk    in         bool                                      clock, rising edge
    rst    in         bool                                      reset, synchronous, active high
    in     in         stream<{x: vec<8, sint<8>>, q: vec<8,     activations and weight codes; last ends
                      uint<4>>, last: bool}>                    the dot product, and its group early if
                                                                need be
    group  in         stream<{scale: uint<16>, zero: uint<4>}>  FP16 scale (finite) and zero point, once
                                                                per group, in order
    out    out        stream<uint<32>>                          FP32 dot product

    Configurations that \`gatewright verify mixpe\` covers
      --zeroPoint group
      --zeroPoint none --weightSigned
      --zeroPoint group --weightSigned --multiplier booth4 --lanes 4 --groupSize 64
      --zeroPoint constant --zeroPointValue 8 --multiplier booth4 --lanes 1 --groupSize 32
      --zeroPoint none --weightSigned --multiplier sign_mag --lanes 16
      --zeroPoint group --multiplier operator --lanes 2 --groupSize 32
    "
  `);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a unit without clock or bounds', async () => {
  const { stdout } = await runCommand(['describe', 'choose'], { units: [choose] });
  expect(stdout).toMatchInlineSnapshot(`
    "choose
    Passes vectors on, one cycle later.
    On Delays, nowhere 1.1

    parameter  range    default  meaning
    ────────────────────────────────────
    width      integer  4

    Ports of Choose with default parameters
    port  direction  type             description
    ─────────────────────────────────────────────
    mode  in         enum<Low, High>
    a     in         uint<4>
    y     out        uint<4>

    Configurations that \`gatewright verify choose\` covers
      (defaults)
    "
  `);
});

test('as JSON, with the schema', async () => {
  const { stdout } = await runCommand(['describe', 'delay', '--json'], { units: [delay] });
  const description = JSON.parse(stdout);
  expect(description.schema.properties.width).toEqual({
    default: 8,
    description: 'bits of an element',
    type: 'integer',
    minimum: 1,
    maximum: 16,
  });
  expect(description).toMatchObject({
    name: 'delay',
    configurations: [{}, { width: 3, elements: 4, invert: true }],
    ports: [{ name: 'clk' }, { name: 'rst' }, { name: 'in', type: 'stream<vec<2, uint<8>>>' }, {}, {}],
  });
});

test('presets: their parameters as flags', async () => {
  const { stdout } = await runCommand(['describe', 'delay'], { units: [presetDelay] });
  expect(stdout).toContain(`Presets
  --preset wide: eight bytes side by side (--width 8 --elements 8)
  --preset bit: the least there is (--width 1 --elements 1 --invert)
`);
  const { presets } = JSON.parse(
    (await runCommand(['describe', 'delay', '--json'], { units: [presetDelay] })).stdout,
  );
  expect(presets).toEqual(presetDelay.presets);
});
