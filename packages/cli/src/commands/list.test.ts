import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay } from '../../test/units.ts';

test('the table', async () => {
  const { code, stdout, stderr } = await runCommand(['list']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "unit   summary                        paper                           parameters
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    mixpe  Multiplier-free dot-product    MixPE: Quantization and         weightBits, weightSigned,
           lane: low-bit weights x INT8   Hardware Co-design for          groupSize, lanes, multiplier,
           activations, dequantised once  Efficient LLM Inference (arXiv  zeroPoint, zeroPointValue
           per group.                     2411.16158)
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
