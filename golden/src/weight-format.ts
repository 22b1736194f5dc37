// Weight formats by name, each with the tensors that it is stored as: what a quantiser of model files needs.
// Invariant: the stored bytes alone give back the weights: `restore(quantise(w))` is what the quantisers' own dequantisation
// gives. Arrays are little-endian; codes are packed (see packed-codes.ts).

import { BITMOD_DATATYPES, type BitmodDatatype, bitmodBits, isBitmodFloat } from './bitmod-datatype.ts';
import { type BitmodWeights, dequantiseBitmod, quantiseBitmod } from './bitmod-quantise.ts';
import { groupCount } from './mixpe-config.ts';
import { packCodes, packedBytes, unpackCodes } from './packed-codes.ts';
import {
  dequantiseWeights,
  type QuantisedWeights,
  quantiseWeights,
  type WeightShape,
} from './quantise-weights.ts';

/** A tensor that a quantised matrix is stored as. */
export interface StoredPart {
  /** What follows the name of the matrix: `codes`, `scales`, ... */
  readonly suffix: string;
  /** As in safetensors. */
  readonly dtype: 'U8' | 'F16' | 'F32';
  readonly shape: readonly [number] | readonly [number, number];
}

export interface WeightFormatInfo {
  /** Such as `bitmod-fp4`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** The tensors of a matrix, in order. */
  parts(shape: WeightShape, groupSize: number): readonly StoredPart[];
  /**
   * Row-major [outFeatures][inFeatures] weights to the bytes of each part. Throws RangeError as the quantisers do: for NaN or
   * infinite weights (with row and column), a wrong length, or a scale that its format cannot hold.
   */
  quantise(weights: Float32Array, shape: WeightShape, groupSize: number): readonly Uint8Array[];
  /** The FP32 weights that the bytes stand for. */
  restore(bytes: readonly Uint8Array[], shape: WeightShape, groupSize: number): Float32Array;
}

/** Bytes per element of a part. */
const ELEMENT_BYTES = { U8: 1, F16: 2, F32: 4 } as const;
/** Bytes of a part. */
export const storedBytes = ({ dtype, shape }: StoredPart): number =>
  shape.reduce((product, n) => product * n, ELEMENT_BYTES[dtype]);

/** BitMoD datatypes: codes, 8-bit group scales, an FP32 scale per output, the index of each group's special value. */
function bitmod(
  name: string,
  datatype: BitmodDatatype,
  specials: readonly number[],
  summary: string,
): WeightFormatInfo {
  const bits = bitmodBits(datatype);
  const stored = isBitmodFloat(datatype) && specials.length > 0;
  return {
    name,
    summary,
    parts({ outFeatures: n, inFeatures: k }, groupSize) {
      const groups = groupCount(k, groupSize);
      return [
        { suffix: 'codes', dtype: 'U8', shape: [n, packedBytes(k, bits)] },
        { suffix: 'scales', dtype: 'U8', shape: [n, groups] },
        { suffix: 'channel_scales', dtype: 'F32', shape: [n] },
        ...(stored ? [{ suffix: 'specials', dtype: 'U8', shape: [n, packedBytes(groups, 2)] } as const] : []),
      ];
    },
    quantise(weights, shape, groupSize) {
      const { outFeatures: n, inFeatures: k } = shape;
      const q = quantiseBitmod(weights, shape, { datatype, groupSize, specials });
      return [
        packCodes(q.codes, n, k, bits),
        q.scales,
        littleEndian(q.channelScales, 4, (view, at, value) => view.setFloat32(at, value, true)),
        ...(stored ? [packCodes(q.specials, n, q.groups, 2)] : []),
      ];
    },
    restore([codes, scales, channels, choices], { outFeatures, inFeatures }, groupSize) {
      const groups = groupCount(inFeatures, groupSize);
      const q: BitmodWeights = {
        ...{ datatype, groupSize, outFeatures, inFeatures, groups },
        codes: unpackCodes(codes!, outFeatures, inFeatures, bits),
        scales: scales!,
        channelScales: Float32Array.from({ length: outFeatures }, (_, i) =>
          viewOf(channels!).getFloat32(4 * i, true),
        ),
        specials: choices
          ? unpackCodes(choices, outFeatures, groups, 2)
          : new Uint8Array(outFeatures * groups),
      };
      return dequantiseBitmod(q);
    },
  };
}

/** Integers: codes, an FP16 scale per group and, if asymmetric, a zero point of as many bits as a code. */
function integer(
  name: string,
  bits: number,
  scheme: 'symmetric' | 'asymmetric',
  summary: string,
): WeightFormatInfo {
  const symmetric = scheme === 'symmetric';
  return {
    name,
    summary,
    parts({ outFeatures: n, inFeatures: k }, groupSize) {
      const groups = groupCount(k, groupSize);
      return [
        { suffix: 'codes', dtype: 'U8', shape: [n, packedBytes(k, bits)] },
        { suffix: 'scales', dtype: 'F16', shape: [n, groups] },
        ...(symmetric
          ? []
          : [{ suffix: 'zero_points', dtype: 'U8', shape: [n, packedBytes(groups, bits)] } as const]),
      ];
    },
    quantise(weights, shape, groupSize) {
      const { outFeatures: n, inFeatures: k } = shape;
      const q = quantiseWeights(weights, shape, { bits, groupSize, scheme });
      return [
        packCodes(q.codes, n, k, bits),
        littleEndian(q.scales, 2, (view, at, value) => view.setUint16(at, value, true)),
        ...(symmetric ? [] : [packCodes(q.zeroPoints, n, q.groups, bits)]),
      ];
    },
    restore([codes, scales, zeroPoints], { outFeatures, inFeatures }, groupSize) {
      const groups = groupCount(inFeatures, groupSize);
      const unsigned = unpackCodes(codes!, outFeatures, inFeatures, bits);
      const q: QuantisedWeights = {
        ...{ groupSize, weightBits: bits, weightSigned: symmetric, zeroPoint: symmetric ? 'none' : 'group' },
        ...{ outFeatures, inFeatures, groups },
        codes: symmetric
          ? Int8Array.from(unsigned, (code) => (code << (32 - bits)) >> (32 - bits))
          : unsigned,
        scales: Uint16Array.from({ length: outFeatures * groups }, (_, i) =>
          viewOf(scales!).getUint16(2 * i, true),
        ),
        zeroPoints: zeroPoints
          ? unpackCodes(zeroPoints, outFeatures, groups, bits)
          : new Int8Array(outFeatures * groups),
      };
      return dequantiseWeights(q);
    },
  };
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function littleEndian(
  values: ArrayLike<number>,
  size: number,
  put: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  const view = viewOf(bytes);
  for (let i = 0; i < values.length; i++) put(view, i * size, values[i]!);
  return bytes;
}

const ALL = [0, 1, 2, 3];
const INTEGERS = BITMOD_DATATYPES.filter((datatype) => !isBitmodFloat(datatype));

/** Every format there is, those of the bit-serial unit first. */
export const WEIGHT_FORMATS: readonly WeightFormatInfo[] = [
  bitmod('bitmod-fp3', 'fp3', ALL, 'FP3 with a special value per group (±3 or ±6), 8-bit group scales'),
  bitmod('bitmod-fp4', 'fp4', ALL, 'FP4 with a special value per group (±5 or ±8), 8-bit group scales'),
  ...INTEGERS.map((datatype) =>
    bitmod(`bitmod-${datatype}`, datatype, [], `${datatype.toUpperCase()}, symmetric, 8-bit group scales`),
  ),
  bitmod('fp3', 'fp3', [], 'FP3 without special values, 8-bit group scales'),
  bitmod('fp4', 'fp4', [], 'FP4 (E2M1) without special values, 8-bit group scales'),
  ...[3, 4, 5, 6, 7, 8].flatMap((bits) => [
    integer(`int${bits}-sym`, bits, 'symmetric', `INT${bits}, symmetric, FP16 group scales`),
    integer(`int${bits}-asym`, bits, 'asymmetric', `INT${bits} with zero points, FP16 group scales`),
  ]),
  ...[2, 4, 8].map((bits) =>
    integer(
      `mixpe-w${bits}`,
      bits,
      'asymmetric',
      `what the unit mixpe takes: unsigned ${bits}-bit codes with zero points`,
    ),
  ),
];
