// The public face of parts.

export { axiShell, type ShellModule, type ShellOptions, shellIdentity } from './axi/axi-shell.ts';
export {
  type ShellField,
  type ShellMap,
  type ShellRegister,
  type ShellStream,
  shellMap,
} from './axi/shell-map.ts';
export { Dsp48e2, type Dsp48e2Inputs, dsp48e2 } from './dsp/dsp48e2.ts';
export { DSP48E2_MODEL } from './dsp/dsp48e2-model.ts';
export {
  PackedSlice,
  pairOffset,
  SLICE_LATENCY,
  SLICE_PACKINGS,
  type SlicePacking,
  type SlicePackingName,
  START_DELAY,
  SUM_BITS,
  sliceBias,
  sliceFields,
} from './dsp/packed-slice.ts';
export { EXP_KINDS, type ExpKind } from './float/exp-table.ts';
export { FloatAccumulateApproximate, FloatAccumulatorRound } from './float/float-accumulate-approximate.ts';
export { FloatAdd } from './float/float-add.ts';
export { FloatConvert } from './float/float-convert.ts';
export { FloatDivide } from './float/float-divide.ts';
export { FloatExp } from './float/float-exp.ts';
export { FloatFma } from './float/float-fma.ts';
export {
  BF16,
  type FloatFormat,
  type FloatRounding,
  FP4_E2M1,
  FP6_E2M3,
  FP6_E3M2,
  FP8_E4M3,
  FP8_E5M2,
  FP16,
  FP32,
  floatBias,
  floatWidth,
  type NonFinite,
} from './float/float-format.ts';
export { FloatToInt, INTEGER_ROUNDINGS, IntToFloat } from './float/float-integer.ts';
export { FloatMultiply } from './float/float-multiply.ts';
export { type ExactFloat, type PackOptions, packFloat, roomForSubnormals } from './float/float-pack.ts';
export { type UnpackedFloat, unpackFloat } from './float/float-unpack.ts';
export { AdderTree } from './integer/adder-tree.ts';
export { BarrelShifter, SHIFTS, shiftRight } from './integer/barrel-shifter.ts';
export {
  ADDER_TREES,
  type AdderTreeStyle,
  addRows,
  type CarrySave,
  compress32,
  compress42,
  compressRows,
  rowOf,
} from './integer/compressor.ts';
export { LeadingZeroCounter, leadingZeros } from './integer/leading-zeros.ts';
export { bitRows, boothRows, Multiplier, PARTIAL_PRODUCTS } from './integer/multiplier.ts';
export {
  MULTIPLIER_STYLES,
  type MultiplierStyle,
  multiplyByWeight,
  type WeightFormat,
} from './integer/multiply.ts';
export { Requantise, ROUNDINGS } from './integer/requantise.ts';
export { type Normalised, normalise, shiftLeft, shiftRightSticky } from './integer/shift.ts';
export { enablePort, Pipeline, stagesParam } from './pipeline.ts';
export { SkidBuffer } from './stream/skid-buffer.ts';
export { StreamArbiter } from './stream/stream-arbiter.ts';
export { StreamFifo } from './stream/stream-fifo.ts';
export { WidthDownConverter, WidthUpConverter } from './stream/width-converter.ts';
