// Checks of a design: assertions, assumptions and cover points, with messages that show signal values.
// Invariant: a check observes and never drives; the same design without its checks is the same circuit.

import { builder, report } from './builder.ts';
import { checkLabel } from './ir/checks.ts';
import type { CheckKind, Message } from './ir/module.ts';
import { BoolSignal, describeValue, LeafSignal } from './leaf-signal.ts';
import { inner } from './signal.ts';
import type { BoolSig, EnumSig, SIntSig, Sig, UIntSig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import type { HwType } from './types.ts';

/** A text with the values of signals in it, made by `msg`. */
export interface CheckMessage {
  readonly parts: Message;
}

/** Tagged template: msg`count is ${count}`. A value is shown in decimal when the check is reported. */
export function msg(
  strings: TemplateStringsArray,
  ...values: readonly (UIntSig | SIntSig | BoolSig | EnumSig | string | number | bigint)[]
): CheckMessage {
  const parts = strings.flatMap((text, i) => {
    const value = values[i];
    if (value === undefined) return [text];
    if (typeof value !== 'object') return [text, String(value)];
    const s = inner(value as Sig<HwType>);
    return s instanceof LeafSignal ? [text, s.node] : [text, describeValue(value)];
  });
  return { parts: parts.filter((p) => p !== '') };
}

/**
 * `condition` must hold at every clock edge outside reset, where the `when`s and `match`es around it apply. `name` is a
 * Verilog identifier; it names the check in reports and in the Verilog (`assert_<name>`). Synthesis leaves it out.
 */
export function assertAlways(name: string, condition: BoolSig, message?: string | CheckMessage): void {
  check('assert', name, condition, message);
}

/** As `assertAlways`, for what the surroundings of the module promise; formal tools take it for granted. */
export function assume(name: string, condition: BoolSig, message?: string | CheckMessage): void {
  check('assume', name, condition, message);
}

/** A situation that tests shall bring about: simulators count the clock edges outside reset at which it holds. */
export function cover(name: string, condition: BoolSig, message?: string | CheckMessage): void {
  check('cover', name, condition, message);
}

function check(kind: CheckKind, name: string, condition: BoolSig, message: string | CheckMessage = ''): void {
  const b = builder(kind === 'assert' ? 'assertAlways()' : `${kind}()`);
  const place = SourcePlace.capture();
  b.claim({ name: checkLabel({ check: kind, name }), place });
  const s = inner(condition);
  if (!(s instanceof BoolSignal)) {
    report('E01', `the condition of \`${name}\` must be a bool, not ${describeValue(condition)}`, {
      place,
      help: 'compare it: .ne(0), .eq(…), .any()',
    });
    return;
  }
  const parts: Message = typeof message === 'string' ? (message ? [message] : []) : message.parts;
  const { domain } = b;
  b.use(domain, domain.reset !== undefined);
  b.statement({ kind: 'check', check: kind, name, condition: s.node, message: parts, domain, place });
}
