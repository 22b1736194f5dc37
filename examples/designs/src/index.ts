// Small complete designs, written as a user would: the chapters of docs/tour.md.

export { AsyncFifo } from './async-fifo/async-fifo.ts';
export { Fir } from './fir/fir.ts';
export { DmaRegisters } from './registers/dma-registers.ts';
export { type Access, type Field, registerBlock } from './registers/register-block.ts';
export { Rv32i } from './rv32i/rv32i.ts';
export { MacCell, Systolic } from './systolic/systolic.ts';
export { UartRx, UartTx } from './uart/uart.ts';
