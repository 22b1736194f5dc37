import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay } from '../../test/units.ts';

test('the table', async () => {
  const { code, stdout, stderr } = await runCommand(['list']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "unit              summary                     paper                       parameters
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    mixpe             Multiplier-free             MixPE: Quantization and     weightBits, weightSigned,
                      dot-product lane: low-bit   Hardware Co-design for      groupSize, lanes,
                      weights x INT8              Efficient LLM Inference     multiplier, zeroPoint,
                      activations, dequantised    (arXiv 2411.16158)          zeroPointValue
                      once per group.
    mixpe-array       Output-stationary systolic  MixPE: Quantization and     rows, columns, weightBits,
                      array of MixPE elements,    Hardware Co-design for      weightSigned, groupSize,
                      with shared dequantisation  Efficient LLM Inference     multiplier, zeroPoint,
                      units at its columns.       (arXiv 2411.16158)          zeroPointValue,
                                                                              activation, accumulator,
                                                                              columnsPerUnit, addStages
    mixpe-gemm        Tile sequencer on the       MixPE: Quantization and     rows, columns, weightBits,
                      MixPE array: whole matrix   Hardware Co-design for      weightSigned, groupSize,
                      products of M x N x K       Efficient LLM Inference     multiplier, zeroPoint,
                      given at run time.          (arXiv 2411.16158)          zeroPointValue,
                                                                              activation, accumulator,
                                                                              columnsPerUnit, addStages,
                                                                              maxDepth
    mixpe-array-ws    Weight-stationary systolic  MixPE: Quantization and     columns, rows, maxTokens,
                      array of MixPE elements,    Hardware Co-design for      weightBits, weightSigned,
                      with a dequantisation unit  Efficient LLM Inference     groupSize, multiplier,
                      for each column.            (arXiv 2411.16158)          zeroPoint, zeroPointValue,
                                                                              activation, accumulator,
                                                                              dequantise, addStages
    mixpe-gemm-ws     Tile sequencer on the       MixPE: Quantization and     columns, rows, maxTokens,
                      weight-stationary array:    Hardware Co-design for      weightBits, weightSigned,
                      whole products of M x N x   Efficient LLM Inference     groupSize, multiplier,
                      K given at run time.        (arXiv 2411.16158)          zeroPoint, zeroPointValue,
                                                                              activation, accumulator,
                                                                              dequantise, addStages,
                                                                              maxDepth
    mixpe-float       Dot-product lane of FP16    MixPE: Quantization and     weightBits, weightSigned,
                      or BF16 activations and     Hardware Co-design for      groupSize, activation,
                      low-bit weights:            Efficient LLM Inference     accumulator, product,
                      significands are shifted    (arXiv 2411.16158)          multiplier,
                      and added.                                              flushSubnormals,
                                                                              zeroPoint, zeroPointValue
    bit-serial        Array of bit-serial PEs:    BitMoD: Bit-serial          activation, lanes,
                      mixed 3- to 8-bit weight    Mixture-of-Datatype LLM     weightBits, groupSize,
                      datatypes x FP16, BF16 or   Acceleration (arXiv         guardBits, rounding, rows,
                      INT8 activations.           2411.11745)                 columns, tileRows,
                                                                              tileColumns,
                                                                              broadcastStages
    sparse-dsp        Chain of DSP slices: n:M    FlightLLM: Efficient Large  taps, groupTaps, packing,
                      sparse INT8 or INT4 dot     Language Model Inference    implementation, overflow,
                      products of two rows, n     with a Complete Mapping     segment, bias, weightSkew
                      chosen every cycle.         Flow on FPGAs (arXiv
                                                  2401.03868)
    sparse-mpe        Matrix engine of sparse     FlightLLM: Efficient Large  pairs, chains, depth,
                      DSP chains: INT8            Language Model Inference    bufferRows, banks, output,
                      activations x weights with  with a Complete Mapping     shift, weights, overflow,
                      n:16 chosen per 16 x 16     Flow on FPGAs (arXiv        implementation
                      block.                      2401.03868)
    lut-tensor-core   Matrix tile by table        LUT Tensor Core: A          tokens, outputs,
                      look-up: low-bit weights    Software-Hardware           tableInputs, weightBits,
                      choose sums of INT8         Co-Design for LUT-Based     maxDepth
                      activations, a bit plane    Low-Bit LLM Inference
                      per cycle.                  (arXiv 2408.06003)
    ternary           Dot-product lane of INT8    Scalable MatMul-free        lanes, maxDepth
                      activations and ternary     Language Modeling (arXiv
                      weights: add, subtract or   2406.02528)
                      leave out.
    window-attention  Sliding-window attention    SWAT: Scalable and          window, headDim, dataType,
                      by rows: one core per key,  Efficient Window            accumulator, schedule,
                      scores, weights and values  Attention-based             scores, maximum, exp,
                      fused.                      Transformers Acceleration   division, lookAhead
                                                  on FPGAs (arXiv
                                                  2405.17025)
    attention-array   The cores of window         SWAT: Scalable and          window, headDim, dataType,
                      attention under steps of    Efficient Window            accumulator, schedule,
                      your own: any mask whose    Attention-based             scores, maximum, exp,
                      rows fit the cores.         Transformers Acceleration   division
                                                  on FPGAs (arXiv
                                                  2405.17025)
    online-attention  Streaming attention with    Implementing and            valueDim, dataType
                      an online softmax: a key    Optimizing the Scaled
                      per cycle, memory that      Dot-Product Attention on
                      does not grow with the      Streaming Dataflow (arXiv
                      row.                        2404.16629)
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
