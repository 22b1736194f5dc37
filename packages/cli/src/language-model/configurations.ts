// Which unit runs which arithmetic of the small language model, and with which parameters.
// Invariant: data only, the one place where the model's configurations meet the units; `peak` is what the datapath can do.

/** A unit that computes what a golden configuration of the same name describes. */
export interface UnitChoice {
  readonly unit: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Multiply-accumulates per cycle when every element is busy. */
  readonly peak: number;
  readonly weightFormat?: string;
}

const MIXPE = { rows: 8, columns: 8, weightBits: 4, groupSize: 128, zeroPoint: 'group' };
const mixpe = { unit: 'mixpe-array', params: MIXPE, peak: 64 };
const bitSerial = (weightFormat: string, cyclesPerSet: number): UnitChoice => ({
  ...{ unit: 'bit-serial', params: { rows: 8, columns: 8 }, peak: 256 / cyclesPerSet, weightFormat },
});
const sparse = { unit: 'sparse-mpe', params: { pairs: 2, output: 'int32' }, peak: 128 };
const window = (params: Record<string, unknown> = {}): UnitChoice => ({
  ...{ unit: 'window-attention', params: { window: 64, headDim: 64, ...params }, peak: 128 },
});

export const LINEAR_UNITS: Readonly<Record<string, UnitChoice>> = {
  'mixpe-w4a8': mixpe,
  'mixpe-w4a8-rtn': mixpe,
  'mixpe-w4a16': { ...mixpe, params: { ...MIXPE, activation: 'fp16', accumulator: 'fp32' } },
  'bitmod-fp4': bitSerial('fp4', 2),
  'bitmod-fp3': bitSerial('fp3', 2),
  'bitmod-int6': bitSerial('int6', 3),
  int8: sparse,
  'sparse-int8-75': sparse,
  'sparse-int8': sparse,
};

export const ATTENTION_UNITS: Readonly<Record<string, UnitChoice>> = {
  'window-fast': window(),
  'window-sequential': { ...window({ schedule: 'sequential', maximum: 'none' }), peak: 128 / 3 },
  'window-fp32': window({ accumulator: 'fp32' }),
  'window-bf16': window({ dataType: 'bf16' }),
};
