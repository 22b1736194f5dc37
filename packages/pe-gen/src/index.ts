// The public face of pe-gen: the generators and the registry of their units.

export { Dequantise } from './mixpe/dequantise.ts';
export { LANE_LATENCY, MixPeLane } from './mixpe/lane.ts';
export { MixPe } from './mixpe/pe.ts';
export { mixpe } from './mixpe/unit.ts';
export { UNITS } from './registry.ts';
