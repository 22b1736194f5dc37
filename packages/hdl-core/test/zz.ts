import { Choice, Rounding } from './constructs/operators.ts';

for (const d of [Rounding, Choice]) console.log(d.elaborate().verilog().at(-1)!.text);
