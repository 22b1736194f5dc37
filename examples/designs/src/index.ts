// Small complete designs, written as a user would: the chapters of docs/tour.md.

export { Fir } from './fir/fir.ts';
export { MacCell, Systolic } from './systolic/systolic.ts';
