// The registers of a small DMA engine: the table is the whole design.

import { registerBlock } from './register-block.ts';

export const DmaRegisters = registerBlock('DmaRegisters', {
  start: { access: 'pulse', at: 0x00, low: 0, width: 1 },
  mode: { access: 'rw', at: 0x00, low: 4, width: 2, reset: 1 },
  burst: { access: 'rw', at: 0x00, low: 12, width: 8 },
  busy: { access: 'ro', at: 0x04, low: 0, width: 1 },
  left: { access: 'ro', at: 0x04, low: 16, width: 16 },
  events: { access: 'w1c', at: 0x08, low: 0, width: 4 },
  target: { access: 'rw', at: 0x10, low: 0, width: 32 },
});
