// --backend: which simulators a verdict rests on.
// Invariant: without it, the native one always, and Verilator beside it where it can be used.

import { backendNames } from '@gatewright/sim';
import { Option } from 'commander';

export const backendOption = (): Option =>
  new Option(
    '--backend <name>',
    'simulator; without it, native, and Verilator beside it where there is one: `both` insists on the two',
  ).choices(backendNames);

/** `native and verilator` */
export const backendsText = (names: Iterable<string>): string => [...new Set(names)].join(' and ');
