// One design of a bench in a process of its own, so that memory and warm-up are its own: elaborates (which checks) and
// prints once, after a small run of the same shape. Prints one line of JSON, milliseconds of processor time (that of the
// garbage collector's threads included) and of the wall clock.

import type { Circuit } from '@gatewright/hdl-core';
import { runPasses } from '../dist/pass/index.js';
import * as designs from './designs.ts';
import { sizeOf } from './size.ts';

const [shape = '', text = ''] = process.argv.slice(2);
const make = (params: object): Circuit =>
  (designs as unknown as Record<string, { elaborate(p: object): Circuit }>)[shape]!.elaborate(params);
const params = JSON.parse(text) as { n?: number };
const warm = make('n' in params ? { n: 1000 } : params);
warm.verilog();

const now = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const wallStart = performance.now();
const start = now();
const circuit = make(params);
const elaborated = now();
const files = circuit.verilog();
const printed = now();
const wall = performance.now() - wallStart;
const { maxRSS } = process.resourceUsage();
// The checks again, alone, to tell them from building.
runPasses(circuit.modules, []);
const checked = now();
const { nodes, instances } = sizeOf(circuit);
console.log(
  JSON.stringify({
    nodes,
    instances,
    build: elaborated - start - (checked - printed),
    check: checked - printed,
    print: printed - elaborated,
    total: printed - start,
    wall,
    megabytes: maxRSS / 1024,
    bytes: files.reduce((sum, f) => sum + f.text.length, 0),
  }),
);
