import { writeFileSync } from 'node:fs';
import { Counter } from './counter.ts';

for (const { name, text } of Counter.elaborate({ width: 12 }).verilog()) writeFileSync(name, text);
