// E10: names must be Verilog identifiers, must not be reserved words, and must leave the clock and reset names free.

import { checkLabel, checksOf } from '../ir/checks.ts';
import { controlPorts } from '../ir/domain.ts';
import type { Module } from '../ir/module.ts';
import { isReserved } from '../verilog/reserved.ts';
import type { PassContext } from './index.ts';
import { statementsOf } from './walk.ts';

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

export function checkNames(module: Module, { report }: PassContext): void {
  const controls = new Map(controlPorts(module).map((p) => [p.name.toLowerCase(), p]));
  const check = (name: string, what: string, place: Module['place']): void => {
    const problem = !IDENTIFIER.test(name)
      ? 'is not a Verilog identifier'
      : isReserved(name)
        ? 'is a reserved word of Verilog, SystemVerilog or VHDL'
        : controls.has(name.toLowerCase())
          ? `is the name of the ${controls.get(name.toLowerCase())!.kind} of the domain \`${controls.get(name.toLowerCase())!.domain.name}\``
          : undefined;
    if (!problem) return;
    report({
      code: 'E10',
      message: `${what} name \`${name}\` ${problem}`,
      place,
      help: 'rename it: letters, digits and _, beginning with a letter',
    });
  };
  for (const { kind, name, domain } of controls.values()) {
    if (IDENTIFIER.test(name) && !isReserved(name)) continue;
    report({
      code: 'E10',
      message: `the ${kind} name \`${name}\` of the domain \`${domain.name}\` is not free in Verilog`,
      place: module.place,
      help: 'rename it: letters, digits and _, beginning with a letter',
    });
  }
  check(module.name, 'the module', module.definedAt);
  for (const decl of module.decls) check(decl.name, `the ${decl.role}`, decl.place);
  for (const item of module.items)
    if (item.kind === 'instance' || item.kind === 'memory') check(item.name, `the ${item.kind}`, item.place);
  for (const c of checksOf(statementsOf(module))) check(checkLabel(c), 'the check', c.place);
}
