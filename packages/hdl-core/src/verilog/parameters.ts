// The head of an instance, with the parameters of a module that is written in Verilog.

import type { Extern, Instance } from '../ir/module.ts';
import { type Line, line } from './layout.ts';

/** `Module u_name (`, or `Module #(` with a parameter a line. */
export function instanceLines({ module, name, place }: Instance, comment: string | undefined): Line[] {
  const parameters = Object.entries(module.extern?.parameters ?? {});
  if (parameters.length === 0) return [line(1, `${module.name} ${name} (`, comment, place)];
  const width = Math.max(...parameters.map(([p]) => p.length));
  return [
    line(1, `${module.name} #(`, comment, place),
    ...parameters.map(([p, value], i) =>
      line(2, `.${p.padEnd(width)} (${parameterText(value)})${i < parameters.length - 1 ? ',' : ''}`),
    ),
    line(1, `) ${name} (`, undefined, place),
  ];
}

/** A parameter's value: 32 bits where they do, a sized number where they do not or where it is given with its width, a string in quotes. */
function parameterText(value: Extern['parameters'][string]): string {
  switch (typeof value) {
    case 'string':
      return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    case 'boolean':
      return value ? "1'b1" : "1'b0";
    case 'object':
      return `${value.bits}'h${BigInt.asUintN(value.bits, BigInt(value.value)).toString(16)}`;
    default: {
      if (typeof value === 'number' && !Number.isSafeInteger(value)) return String(value);
      const n = BigInt(value);
      if (n >= -(1n << 31n) && n < 1n << 31n) return String(n);
      const bits = (n < 0n ? -n - 1n : n).toString(2).length + (n < 0n ? 1 : 0);
      return `${bits}'h${BigInt.asUintN(bits, n).toString(16)}`;
    }
  }
}
