// The public face of attention-gen: the generators and the registry of their units.

export { UNITS } from './registry.ts';
export { NaiveAttention } from './streaming/naive.ts';
export { OnlineAttention } from './streaming/online.ts';
export { longFifoDepth } from './streaming/params.ts';
export { onlineAttention } from './streaming/unit.ts';
export { AttentionArray } from './window/array.ts';
export { attentionArrayUnit, maskInputs } from './window/array-unit.ts';
export { AttentionCore } from './window/core.ts';
export { timing } from './window/params.ts';
export { type WindowInputs, type WindowJob, windowInputs } from './window/transactions.ts';
export { windowAttention } from './window/unit.ts';
export { WindowAttention } from './window/window-attention.ts';
export {
  attentionWorkload,
  type MappedAttention,
} from './window/workload.ts';
