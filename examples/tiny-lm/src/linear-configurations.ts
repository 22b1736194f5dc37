// The arithmetics that the model's linear layers can run with, by name: which weights, quantised how, multiplied how.
// Invariant: `run` is a golden model; `weights` are the FP32 weights that a quantiser gets, clipped or pruned already, so who
// maps them on hardware quantises the same numbers. Choices rest on text that the model wrote, never on validation text.

import {
  clipWeights,
  dequantiseWeights,
  pruneSparse,
  quantiseWeights,
  sparseCounts,
  type WeightQuantiserOptions,
  type WeightShape,
} from '@gatewright/golden';
import { activationPower } from './calibration.ts';
import { suggestion } from './did-you-mean.ts';
import { fp32Linear, type RunLinear } from './linear.ts';
import { findLinearLayer, type LinearLayer, type TinyLm } from './model.ts';
import {
  bitmodArithmetic,
  fp16Arithmetic,
  int8Arithmetic,
  type LinearArithmetic,
  mixpeArithmetic,
  mixpeFloatArithmetic,
} from './quantised-linear.ts';

export interface LinearConfiguration {
  /** As typed on a command line. */
  readonly name: string;
  readonly summary: string;
  /** Bits that the weights of a layer are stored as: codes, scales and all. `weights` as below. */
  storedBits(weights: Float32Array, shape: WeightShape): number;
  /** The configuration for a model; each layer is prepared when it is needed first. */
  prepare(model: TinyLm): PreparedLinear;
}

export interface PreparedLinear {
  /** What a quantiser gets, row-major [outFeatures][inFeatures]. */
  weights(layerName: string): Float32Array;
  /** The golden model. */
  readonly run: RunLinear;
}

/** FP32 weights of a layer, made fit for a quantiser. `power`: mean square of the activations of each column. */
type Adjust = (weights: Float32Array, layer: LinearLayer, power: () => Float64Array) => Float32Array;

function configuration<W>(
  name: string,
  summary: string,
  storedBits: LinearConfiguration['storedBits'],
  arithmetic: LinearArithmetic<W>,
  adjust: Adjust = (weights) => weights,
): LinearConfiguration {
  return { name, summary, storedBits, prepare: (model) => prepared(model, arithmetic, adjust) };
}

function prepared<W>(model: TinyLm, arithmetic: LinearArithmetic<W>, adjust: Adjust): PreparedLinear {
  const adjusted = new Map<string, Float32Array>();
  const quantised = new Map<string, W>();
  const weights = (layerName: string): Float32Array => {
    const layer = findLinearLayer(model, layerName);
    const power = (): Float64Array => activationPower(model).get(layerName)!;
    const made = adjusted.get(layerName) ?? adjust(model.tensor(`${layerName}.weight`).data, layer, power);
    adjusted.set(layerName, made);
    return made;
  };
  return {
    weights,
    run(layerName, input, tokens) {
      const layer = findLinearLayer(model, layerName);
      const w = quantised.get(layerName) ?? arithmetic.quantise(weights(layerName), layer);
      quantised.set(layerName, w);
      return arithmetic.multiply(input, { tokens, ...layer }, w);
    },
  };
}

const GROUP = 128;
const ASYMMETRIC_4: WeightQuantiserOptions = { bits: 4, scheme: 'asymmetric', groupSize: GROUP };

const size = ({ outFeatures, inFeatures }: WeightShape): number => outFeatures * inFeatures;
const groups = ({ outFeatures, inFeatures }: WeightShape): number =>
  outFeatures * Math.ceil(inFeatures / GROUP);
/** Codes, and so many bits per group and per output. */
const grouped =
  (bits: number, perGroup: number, perOutput = 0): LinearConfiguration['storedBits'] =>
  (_, shape) =>
    bits * size(shape) + perGroup * groups(shape) + perOutput * shape.outFeatures;

/** Values, 4-bit indices where a block is not full, a byte per block, an FP16 scale per output. */
function sparseBits(weights: Float32Array, shape: WeightShape): number {
  const counts = sparseCounts(weights, shape);
  const pairs = counts.reduce((sum, n) => sum + 16 * n, 0);
  const dense = counts.every((n) => n === 16);
  return (dense ? 8 * size(shape) : 12 * pairs + 8 * counts.length) + 16 * shape.outFeatures;
}

const clipped: Adjust = (weights, layer, power) => clipWeights(weights, layer, ASYMMETRIC_4, power());
/** Keeps the weights with the largest squares times the power of what they meet (the measure of Wanda). */
const prunedTo =
  (density: number): Adjust =>
  (weights, layer, power) => {
    const root = power().map(Math.sqrt);
    const scored = weights.map((w, i) => w * root[i % layer.inFeatures]!);
    const kept = pruneSparse(scored, layer, { density }).weights;
    return weights.map((w, i) => (kept[i] === 0 ? 0 : w));
  };
const integers = (options: WeightQuantiserOptions) =>
  fp16Arithmetic((weights, shape) => dequantiseWeights(quantiseWeights(weights, shape, options)));

export const LINEAR_CONFIGURATIONS: readonly LinearConfiguration[] = [
  {
    name: 'fp32',
    summary: 'FP16 weights x FP32 activations, binary64 sums',
    storedBits: grouped(16, 0),
    prepare: (model) => ({
      weights: (name) => model.tensor(`${findLinearLayer(model, name).name}.weight`).data,
      run: fp32Linear(model),
    }),
  },
  configuration('fp16', 'FP16 weights x FP16 activations, exact sums', grouped(16, 0), fp16Arithmetic()),
  configuration('int8', 'INT8 weights x INT8 activations, no zeros left out', sparseBits, int8Arithmetic()),
  configuration(
    'sparse-int8-75',
    'INT8 x INT8, n of 16 per block, 12 of 16 on average',
    sparseBits,
    int8Arithmetic(),
    prunedTo(0.75),
  ),
  configuration(
    'sparse-int8',
    'INT8 x INT8, n of 16 per block, 8 of 16 on average',
    sparseBits,
    int8Arithmetic(),
    prunedTo(0.5),
  ),
  configuration(
    'bitmod-int6',
    'INT6 weights, 8-bit group scales, x FP16 activations',
    grouped(6, 8, 32),
    bitmodArithmetic({ datatype: 'int6' }),
  ),
  configuration(
    'mixpe-w4a16',
    'INT4 asymmetric, clipped, x FP16 activations, FP32 sums',
    grouped(4, 20),
    mixpeFloatArithmetic(ASYMMETRIC_4),
    clipped,
  ),
  configuration(
    'mixpe-w4a8',
    'INT4 asymmetric, clipped, x INT8 activations',
    grouped(4, 20),
    mixpeArithmetic(ASYMMETRIC_4),
    clipped,
  ),
  configuration(
    'mixpe-w4a8-rtn',
    'INT4 asymmetric, rounded only, x INT8 activations',
    grouped(4, 20),
    mixpeArithmetic(ASYMMETRIC_4),
  ),
  configuration(
    'int4-symmetric',
    'INT4 symmetric, rounded only, x FP16 activations, exact sums; no unit',
    grouped(4, 16),
    integers({ ...ASYMMETRIC_4, scheme: 'symmetric' }),
  ),
  configuration(
    'bitmod-fp4',
    'FP4 with special values, 8-bit group scales, x FP16 activations',
    grouped(4, 10, 32),
    bitmodArithmetic({ datatype: 'fp4' }),
  ),
  configuration(
    'int3-asymmetric',
    'INT3 asymmetric, rounded only, x FP16 activations, exact sums; no unit',
    grouped(3, 19),
    integers({ ...ASYMMETRIC_4, bits: 3 }),
  ),
  configuration(
    'bitmod-fp3',
    'FP3 with special values, 8-bit group scales, x FP16 activations',
    grouped(3, 10, 32),
    bitmodArithmetic({ datatype: 'fp3' }),
  ),
];

/** The linear layers of that name. Throws RangeError for an unknown one, with the nearest names. */
export function linearConfiguration(name: string): LinearConfiguration {
  const found = LINEAR_CONFIGURATIONS.find((candidate) => candidate.name === name);
  if (found) return found;
  const names = LINEAR_CONFIGURATIONS.map((candidate) => candidate.name);
  throw new RangeError(`no linear layers '${name}'; ${suggestion(name, names)}`);
}
