import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay } from '../../test/units.ts';

test('the table', async () => {
  const { code, stdout, stderr } = await runCommand(['list']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "unit         summary                      paper                         parameters
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    mixpe        Multiplier-free dot-product  MixPE: Quantization and       weightBits, weightSigned,
                 lane: low-bit weights x      Hardware Co-design for        groupSize, lanes,
                 INT8 activations,            Efficient LLM Inference       multiplier, zeroPoint,
                 dequantised once per group.  (arXiv 2411.16158)            zeroPointValue
    mixpe-array  Output-stationary systolic   MixPE: Quantization and       rows, columns, weightBits,
                 array of MixPE elements,     Hardware Co-design for        weightSigned, groupSize,
                 with shared dequantisation   Efficient LLM Inference       multiplier, zeroPoint,
                 units at its columns.        (arXiv 2411.16158)            zeroPointValue,
                                                                            columnsPerUnit, addStages
    bit-serial   Tile of bit-serial PEs:      BitMoD: Bit-serial            activation, lanes,
                 mixed 3- to 8-bit weight     Mixture-of-Datatype LLM       weightBits, groupSize,
                 datatypes x FP16, BF16 or    Acceleration (arXiv           guardBits, rounding, rows,
                 INT8 activations.            2411.11745)                   columns
    "
  `);
});

test('as JSON', async () => {
  const { stdout } = await runCommand(['list', '--json'], { units: [delay] });
  expect(JSON.parse(stdout)).toEqual([
    {
      name: 'delay',
      summary: 'Passes vectors on, one cycle later.',
      paper: { title: 'On Delays', reference: 'nowhere 1.1' },
      parameters: ['width', 'elements', 'invert', 'blankLines'],
    },
  ]);
});
