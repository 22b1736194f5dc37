// The public face of pe-gen: the generators and the registry of their units.

export { FloatMac } from './baseline/float-mac.ts';
export { BitSerialArray } from './bit-serial/array.ts';
export { BitSerialCell } from './bit-serial/cell.ts';
export { BitSerialPe } from './bit-serial/pe.ts';
export { BitSerialTile } from './bit-serial/tile.ts';
export { bitSerial } from './bit-serial/unit.ts';
export { LutTileFloat } from './lut/float-tile.ts';
export { lutTensorCoreFloat } from './lut/float-unit.ts';
export { LutTile } from './lut/tile.ts';
export { lutTensorCore } from './lut/unit.ts';
export { MixPeArray } from './mixpe/array/array.ts';
export { mixpeArray } from './mixpe/array/unit.ts';
export { Dequantise } from './mixpe/dequantise.ts';
export { MixPeGemm } from './mixpe/gemm/gemm.ts';
export { MixPeStationaryGemm } from './mixpe/gemm/stationary-gemm.ts';
export { mixpeStationarySequencer } from './mixpe/gemm/stationary-unit.ts';
export { mixpeSequencer } from './mixpe/gemm/unit.ts';
export { MixPeLane } from './mixpe/lane.ts';
export { LANE_LATENCY } from './mixpe/lane-control.ts';
export { MixPe } from './mixpe/pe.ts';
export { MixPeStationary } from './mixpe/stationary/array.ts';
export { mixpeStationary } from './mixpe/stationary/unit.ts';
export { mixpe } from './mixpe/unit.ts';
export { MixPeFloatLane } from './mixpe-float/lane.ts';
export { MixPeFloat } from './mixpe-float/pe.ts';
export { mixpeFloat } from './mixpe-float/unit.ts';
export { UNITS } from './registry.ts';
export { SparseChain } from './sparse-dsp/chain.ts';
export { SparseDotProducts } from './sparse-dsp/dot-products.ts';
export { WeightExpand } from './sparse-dsp/expand.ts';
export { SparseMpe } from './sparse-dsp/mpe.ts';
export {
  type MpeOperator,
  matrixProduct,
  matrixVector,
  sampledMatrixProduct,
  sparseMatrixVector,
} from './sparse-dsp/mpe-operators.ts';
export { type MpeProduct, mpeInputs } from './sparse-dsp/mpe-transactions.ts';
export { sparseMpe } from './sparse-dsp/mpe-unit.ts';
export { NmPe } from './sparse-dsp/nm-pe.ts';
export { TopElements } from './sparse-dsp/top-elements.ts';
export { sparseDsp } from './sparse-dsp/unit.ts';
export { TernaryLane } from './ternary/lane.ts';
export { ternary } from './ternary/unit.ts';
