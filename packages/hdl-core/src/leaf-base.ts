// What every leaf signal is at run time, whatever its type: one IR expression that can be driven when it is a declaration.
// Invariant: it knows no operators; those of integers, bools and enums are leaf-signal.ts's, fixed-point ones
// fixed-signal.ts's.

import { assign } from './assignment.ts';
import { report } from './builder.ts';
import type * as ir from './ir/expr.ts';
import { SourcePlace } from './source-place.ts';
import type { LeafType } from './types.ts';

/** A leaf signal: one IR expression with its type; drivable when it refers to a declaration. */
export abstract class LeafSignal {
  abstract readonly type: LeafType;
  readonly node: ir.Expr;

  constructor(node: ir.Expr) {
    this.node = node;
  }

  set(source: unknown): void {
    assign(this as never, source, SourcePlace.capture());
  }

  next(source: unknown): void {
    assign(this as never, source, SourcePlace.capture());
  }

  /** What `+`, `<`, `table[x]` and templates of JavaScript ask for: a signal has no value while its module is built. */
  [Symbol.toPrimitive](): number {
    report('E01', 'a signal is used as a number or text of JavaScript', {
      help: 'operators of hardware are methods: .add(…), .lt(…), .eq(…), and .at(…) of a vec; msg`…` shows values in a check',
    });
    return 0;
  }
}
