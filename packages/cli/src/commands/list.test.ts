import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay } from '../../test/units.ts';

test('the table', async () => {
  const { code, stdout, stderr } = await runCommand(['list']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "unit                   summary                                                      paper
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    mixpe                  Multiplier-free dot-product lane: low-bit weights x INT8     arXiv 2411.16158
                           activations, dequantised once per group.
    mixpe-array            Output-stationary systolic array of MixPE elements, with     arXiv 2411.16158
                           shared dequantisation units at its columns.
    mixpe-gemm             Tile sequencer on the MixPE array: whole matrix products of  arXiv 2411.16158
                           M x N x K given at run time.
    mixpe-array-ws         Weight-stationary systolic array of MixPE elements, with a   arXiv 2411.16158
                           dequantisation unit for each column.
    mixpe-gemm-ws          Tile sequencer on the weight-stationary array: whole         arXiv 2411.16158
                           products of M x N x K given at run time.
    mixpe-float            Dot-product lane of FP16 or BF16 activations and low-bit     arXiv 2411.16158
                           weights: significands are shifted and added.
    bit-serial             Array of bit-serial PEs: mixed 3- to 8-bit weight datatypes  arXiv 2411.11745
                           x FP16, BF16 or INT8 activations.
    sparse-dsp             Chain of DSP slices: n:M sparse INT8 or INT4 dot products    arXiv 2401.03868
                           of two rows, n chosen every cycle.
    sparse-mpe             Matrix engine of sparse DSP chains: INT8 activations x       arXiv 2401.03868
                           weights with n:16 chosen per 16 x 16 block.
    lut-tensor-core        Matrix tile by table look-up: low-bit weights choose sums    arXiv 2408.06003
                           of INT8 activations, a bit plane per cycle.
    lut-tensor-core-float  Matrix tile by table look-up: low-bit weights choose sums    arXiv 2408.06003
                           of FP16 activations, a bit plane per cycle.
    ternary                Dot-product lane of INT8 activations and ternary weights:    arXiv 2406.02528
                           add, subtract or leave out.
    window-attention       Sliding-window attention by rows: one core per key, scores,  arXiv 2405.17025
                           weights and values fused.
    attention-array        The cores of window attention under steps of your own: any   arXiv 2405.17025
                           mask whose rows fit the cores.
    online-attention       Streaming attention with an online softmax: a key per        arXiv 2404.16629
                           cycle, memory that does not grow with the row.
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
