// The public face of attention-gen: the generators and the registry of their units.

export { UNITS } from './registry.ts';
export { AttentionArray } from './window/array.ts';
export { AttentionCore } from './window/core.ts';
export { timing } from './window/params.ts';
export { windowAttention } from './window/unit.ts';
export { WindowAttention } from './window/window-attention.ts';
