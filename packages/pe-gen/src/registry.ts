// The units of this package: adding a unit means adding its folder and one line here.

import type { AnyUnit } from '@gatewright/sim/unit';
import { bitSerial } from './bit-serial/unit.ts';
import { lutTensorCoreFloat } from './lut/float-unit.ts';
import { lutTensorCore } from './lut/unit.ts';
import { mixpeArray } from './mixpe/array/unit.ts';
import { mixpeStationarySequencer } from './mixpe/gemm/stationary-unit.ts';
import { mixpeSequencer } from './mixpe/gemm/unit.ts';
import { mixpeStationary } from './mixpe/stationary/unit.ts';
import { mixpe } from './mixpe/unit.ts';
import { mixpeFloat } from './mixpe-float/unit.ts';
import { sparseMpe } from './sparse-dsp/mpe-unit.ts';
import { sparseDsp } from './sparse-dsp/unit.ts';
import { ternary } from './ternary/unit.ts';

export const UNITS: readonly AnyUnit[] = [
  mixpe,
  mixpeArray,
  mixpeSequencer,
  mixpeStationary,
  mixpeStationarySequencer,
  mixpeFloat,
  bitSerial,
  sparseDsp,
  sparseMpe,
  lutTensorCore,
  lutTensorCoreFloat,
  ternary,
];
