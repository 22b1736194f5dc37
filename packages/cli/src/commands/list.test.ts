import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay } from '../../test/units.ts';

test('the table', async () => {
  const { code, stdout, stderr } = await runCommand(['list']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "unit                   summary                   paper                     parameters
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    mixpe                  Multiplier-free           MixPE: Quantization and   weightBits, weightSigned,
                           dot-product lane:         Hardware Co-design for    groupSize, lanes,
                           low-bit weights x INT8    Efficient LLM Inference   multiplier, zeroPoint,
                           activations, dequantised  (arXiv 2411.16158)        zeroPointValue
                           once per group.
    mixpe-array            Output-stationary         MixPE: Quantization and   rows, columns,
                           systolic array of MixPE   Hardware Co-design for    weightBits, weightSigned,
                           elements, with shared     Efficient LLM Inference   groupSize, multiplier,
                           dequantisation units at   (arXiv 2411.16158)        zeroPoint,
                           its columns.                                        zeroPointValue,
                                                                               activation, accumulator,
                                                                               columnsPerUnit, addStages
    mixpe-gemm             Tile sequencer on the     MixPE: Quantization and   rows, columns,
                           MixPE array: whole        Hardware Co-design for    weightBits, weightSigned,
                           matrix products of M x N  Efficient LLM Inference   groupSize, multiplier,
                           x K given at run time.    (arXiv 2411.16158)        zeroPoint,
                                                                               zeroPointValue,
                                                                               activation, accumulator,
                                                                               columnsPerUnit,
                                                                               addStages, maxDepth
    mixpe-array-ws         Weight-stationary         MixPE: Quantization and   columns, rows, maxTokens,
                           systolic array of MixPE   Hardware Co-design for    weightBits, weightSigned,
                           elements, with a          Efficient LLM Inference   groupSize, multiplier,
                           dequantisation unit for   (arXiv 2411.16158)        zeroPoint,
                           each column.                                        zeroPointValue,
                                                                               activation, accumulator,
                                                                               dequantise, addStages
    mixpe-gemm-ws          Tile sequencer on the     MixPE: Quantization and   columns, rows, maxTokens,
                           weight-stationary array:  Hardware Co-design for    weightBits, weightSigned,
                           whole products of M x N   Efficient LLM Inference   groupSize, multiplier,
                           x K given at run time.    (arXiv 2411.16158)        zeroPoint,
                                                                               zeroPointValue,
                                                                               activation, accumulator,
                                                                               dequantise, addStages,
                                                                               maxDepth
    mixpe-float            Dot-product lane of FP16  MixPE: Quantization and   weightBits, weightSigned,
                           or BF16 activations and   Hardware Co-design for    groupSize, activation,
                           low-bit weights:          Efficient LLM Inference   accumulator, product,
                           significands are shifted  (arXiv 2411.16158)        multiplier,
                           and added.                                          flushSubnormals,
                                                                               zeroPoint, zeroPointValue
    bit-serial             Array of bit-serial PEs:  BitMoD: Bit-serial        activation, lanes,
                           mixed 3- to 8-bit weight  Mixture-of-Datatype LLM   weightBits, groupSize,
                           datatypes x FP16, BF16    Acceleration (arXiv       guardBits, rounding,
                           or INT8 activations.      2411.11745)               rows, columns, tileRows,
                                                                               tileColumns,
                                                                               broadcastStages
    sparse-dsp             Chain of DSP slices: n:M  FlightLLM: Efficient      taps, groupTaps, packing,
                           sparse INT8 or INT4 dot   Large Language Model      implementation, overflow,
                           products of two rows, n   Inference with a          segment, bias, weightSkew
                           chosen every cycle.       Complete Mapping Flow on
                                                     FPGAs (arXiv 2401.03868)
    sparse-mpe             Matrix engine of sparse   FlightLLM: Efficient      pairs, chains, depth,
                           DSP chains: INT8          Large Language Model      bufferRows, banks,
                           activations x weights     Inference with a          output, shift, weights,
                           with n:16 chosen per 16   Complete Mapping Flow on  overflow, implementation
                           x 16 block.               FPGAs (arXiv 2401.03868)
    lut-tensor-core        Matrix tile by table      LUT Tensor Core: A        tokens, outputs,
                           look-up: low-bit weights  Software-Hardware         tableInputs, weightBits,
                           choose sums of INT8       Co-Design for LUT-Based   maxDepth
                           activations, a bit plane  Low-Bit LLM Inference
                           per cycle.                (arXiv 2408.06003)
    lut-tensor-core-float  Matrix tile by table      LUT Tensor Core: A        tokens, outputs,
                           look-up: low-bit weights  Software-Hardware         tableInputs, weightBits,
                           choose sums of FP16       Co-Design for LUT-Based   entry, accumulator
                           activations, a bit plane  Low-Bit LLM Inference
                           per cycle.                (arXiv 2408.06003)
    ternary                Dot-product lane of INT8  Scalable MatMul-free      lanes, maxDepth
                           activations and ternary   Language Modeling (arXiv
                           weights: add, subtract    2406.02528)
                           or leave out.
    window-attention       Sliding-window attention  SWAT: Scalable and        window, headDim,
                           by rows: one core per     Efficient Window          dataType, accumulator,
                           key, scores, weights and  Attention-based           schedule, scores,
                           values fused.             Transformers              maximum, exp, division,
                                                     Acceleration on FPGAs     lookAhead
                                                     (arXiv 2405.17025)
    attention-array        The cores of window       SWAT: Scalable and        window, headDim,
                           attention under steps of  Efficient Window          dataType, accumulator,
                           your own: any mask whose  Attention-based           schedule, scores,
                           rows fit the cores.       Transformers              maximum, exp, division
                                                     Acceleration on FPGAs
                                                     (arXiv 2405.17025)
    online-attention       Streaming attention with  Implementing and          valueDim, dataType
                           an online softmax: a key  Optimizing the Scaled
                           per cycle, memory that    Dot-Product Attention on
                           does not grow with the    Streaming Dataflow
                           row.                      (arXiv 2404.16629)
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
