// The public face of parts.

export { FloatAdd } from './float-add.ts';
export { BF16, type FloatFormat, FP16, FP32, floatBias, floatWidth } from './float-format.ts';
export { type ExactFloat, packFloat } from './float-pack.ts';
export { type UnpackedFloat, unpackFloat } from './float-unpack.ts';
export { MULTIPLIER_STYLES, type MultiplierStyle, multiplyByWeight, type WeightFormat } from './multiply.ts';
export { type Normalised, normalise, shiftRightSticky } from './shift.ts';
