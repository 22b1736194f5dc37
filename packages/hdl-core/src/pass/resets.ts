// E15: a register with a reset value in a domain without a reset, and one reset net used in two ways.

import type { DomainUse, Reset } from '../ir/domain.ts';
import type { Module } from '../ir/module.ts';
import type { PassContext } from './index.ts';

export function checkResets(module: Module, { report }: PassContext): void {
  for (const d of module.decls) {
    if (d.role !== 'reg' || d.reset === undefined || d.domain!.reset) continue;
    report({
      code: 'E15',
      message: `the register \`${d.name}\` has a reset value, and its domain \`${d.domain!.name}\` has no reset`,
      place: d.place,
      help: `give the domain a reset, or say what the register powers up with: regs({ … }, {}, { init: { ${d.name}: ${d.reset} } })`,
    });
  }
  const first = new Map<string, DomainUse & { readonly reset: Reset }>();
  for (const use of module.domains) {
    const { reset, driven, name } = use.domain;
    if (!reset || !use.resets) continue;
    const key = driven?.reset?.name ?? reset.name;
    const other = first.get(key);
    if (!other) first.set(key, { ...use, reset });
    else if (other.reset.kind !== reset.kind || other.reset.active !== reset.active)
      report({
        code: 'E15',
        message: `the reset \`${key}\` is ${styleText(other.reset)} in the domain \`${other.domain.name}\` and ${styleText(reset)} in \`${name}\``,
        place: module.definedAt,
        help: 'use it in one way, or give the other domain a reset of its own',
      });
  }
}

const styleText = ({ kind, active }: Reset): string => `${kind}hronous and active ${active}`;
