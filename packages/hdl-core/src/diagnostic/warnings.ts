// What a project makes of warnings: each can be silenced or promoted to an error, everywhere or in some modules.
// Invariant: an error stays one; the last rule that applies decides.

import { CODES, type Code } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';

export type WarningAction = 'off' | 'warning' | 'error';

export interface WarningRule {
  /** The code of a warning, such as `'E18'`. */
  readonly code: Code;
  readonly action: WarningAction;
  /** Name of the modules it applies to, where `*` stands for any characters; all modules without it. */
  readonly module?: string;
}

const RULE = /^(\w+):(off|warning|error)(?:@(.+))?$/;

/** A rule as on a command line: `E18:off`, `E18:error@Fifo*`. Throws `RangeError` with what is wrong and how to write it. */
export function parseWarningRule(text: string): WarningRule {
  const [, code, action, module] = RULE.exec(text) ?? [];
  if (!code || !action)
    throw new RangeError(
      `\`${text}\` is no rule for warnings: write code:off, code:warning or code:error, then @module`,
    );
  const rule = { code: code as Code, action: action as WarningAction, ...(module ? { module } : {}) };
  check(rule);
  return rule;
}

function check({ code }: WarningRule): void {
  const known = Object.entries(CODES).filter(([, c]) => c.severity === 'warning');
  if (known.some(([id]) => id === code)) return;
  const why = code in CODES ? 'is an error, which no rule changes' : 'is no diagnostic';
  throw new RangeError(`${code} ${why}: the warnings are ${known.map(([id]) => id).join(', ')}`);
}

/** The diagnostics with the severity that the rules give them; those that are off are left out. */
export function applyRules(found: readonly Diagnostic[], rules: readonly WarningRule[]): Diagnostic[] {
  rules.forEach(check);
  return found.flatMap((d) => {
    const rule = rules.findLast((r) => r.code === d.code && matches(r.module ?? '*', d.module));
    if (!rule) return [d];
    return rule.action === 'off' ? [] : [{ ...d, severity: rule.action }];
  });
}

function matches(glob: string, name: string): boolean {
  const pattern = glob.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`).test(name);
}
