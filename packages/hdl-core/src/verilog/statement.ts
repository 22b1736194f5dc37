// Always blocks: `when` as if / else if / else, `match` as case, reset branch first.
// Invariant: begin/end always; a combinational block assigns every target in every case (the latch check has run).

import { checkLabel, checksOf, checkText, onlyChecks } from '../ir/checks.ts';
import { type EnumLabel, type Expr, not } from '../ir/expr.ts';
import type { Assign, Check, If, Stmt, Switch } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import { BREAK, constantText, type ExpressionPrinter } from './expression.ts';
import { BLANK, type Line, line } from './layout.ts';
import type { Process } from './processes.ts';

export interface StatementContext {
  readonly expressions: ExpressionPrinter;
  readonly labelName: (label: EnumLabel) => string;
  readonly comment: (place: SourcePlace) => string | undefined;
}

export class StatementPrinter {
  readonly #context: StatementContext;
  constructor(context: StatementContext) {
    this.#context = context;
  }

  /** The right side of an assignment. */
  value(a: Assign): string {
    return this.#context.expressions.root(a.value, a.target.width);
  }

  combinational(p: Process): Line[] {
    return [line(1, 'always @* begin'), ...this.#list(p.statements, 2, '='), line(1, 'end')];
  }

  clocked(p: Process): Line[] {
    const resets = [...p.targets].filter((t) => t.reset !== undefined);
    const lines = [line(1, 'always @(posedge clk) begin')];
    if (resets.length === 0) lines.push(...this.#list(p.statements, 2, '<='));
    else {
      lines.push(line(2, 'if (rst) begin'));
      for (const t of resets) {
        const text =
          t.type.kind === 'enum'
            ? this.#context.labelName({ text: t.type.labels[Number(t.reset)]!, type: t.type })
            : constantText(t.reset!, t.width, t.signed);
        lines.push({ indent: 3, run: 'reset', cells: [t.name, `<= ${text};`] });
      }
      const [only] = p.statements;
      if (p.statements.length === 1 && only?.kind === 'if')
        lines.push(...this.#if(only, 2, '<=', 'end else if'));
      else lines.push(line(2, 'end else begin'), ...this.#list(p.statements, 3, '<='), line(2, 'end'));
    }
    lines.push(line(1, 'end'));
    return lines;
  }

  /** Every check of a module, looked at while `enable` holds, and a counter for each cover point. */
  checks(stmts: readonly Stmt[], enable: string | undefined): Line[] {
    const proven = (c: Check): boolean =>
      c.check !== 'cover' && c.condition.kind === 'const' && c.condition.value === 1n;
    const kept = onlyChecks(stmts, (c) => !proven(c));
    if (kept.length === 0) return [];
    const body = this.#list(kept, enable ? 3 : 2, '<=');
    const covers = checksOf(kept)
      .filter((c) => c.check === 'cover')
      .map(checkLabel);
    return [
      ...covers.map((name): Line => ({ indent: 1, run: 'counter', cells: ['reg [31:0]', `${name};`] })),
      ...covers.map((name): Line => ({ indent: 1, run: 'initial', cells: ['initial', name, "= 32'd0;"] })),
      BLANK,
      line(1, 'always @(posedge clk) begin'),
      ...(enable ? [line(2, `if (${enable}) begin`), ...body, line(2, 'end')] : body),
      line(1, 'end'),
    ];
  }

  #list(stmts: readonly Stmt[], indent: number, arrow: string): Line[] {
    return stmts.flatMap((s): Line[] => {
      switch (s.kind) {
        case 'assign':
          return [{ indent, run: `assign${indent}`, cells: [s.target.name, `${arrow} ${this.value(s)};`] }];
        case 'if':
          return this.#if(s, indent, arrow);
        case 'switch':
          return this.#case(s, indent, arrow);
        case 'check':
          return this.#check(s, indent);
      }
    });
  }

  /** A check, as a simulator in Verilog-2005 runs it: a message, or a counter of a cover point. */
  #check(s: Check, indent: number): Line[] {
    const { expressions, comment } = this.#context;
    const isCover = s.check === 'cover';
    const place = comment(s.place);
    const heard = expressions.condition(isCover ? s.condition : not(s.condition));
    const text = quoted(checkText({ ...s, message: s.message.map(formatted) }, () => '%0d'));
    const values = s.message.flatMap((m) => (typeof m === 'string' ? [] : [expressions.shown(m)]));
    const act = isCover
      ? `${checkLabel(s)} <= ${checkLabel(s)} + 32'd1;`
      : `$error(${[text, ...values].join(`,${BREAK} `)});`;
    return [
      line(indent, `if (${heard}) begin`, [checkLabel(s), place].filter(Boolean).join(', ')),
      line(indent + 1, act),
      line(indent, 'end'),
    ];
  }

  #if(s: If, indent: number, arrow: string, opening = 'if'): Line[] {
    const lines: Line[] = [];
    let lead = opening;
    for (let at: If | undefined = s; at; ) {
      const inverted = at.then.length === 0;
      const condition = this.#context.expressions.condition(inverted ? not(at.condition) : at.condition);
      const then: readonly Stmt[] = inverted ? at.else : at.then;
      const rest: readonly Stmt[] = inverted ? [] : at.else;
      lines.push(
        line(indent, `${lead} (${condition}) begin`, this.#context.comment(at.place)),
        ...this.#list(then, indent + 1, arrow),
      );
      const [only] = rest;
      if (rest.length === 1 && only?.kind === 'if') {
        at = only;
        lead = 'end else if';
      } else {
        at = undefined;
        if (rest.length) lines.push(line(indent, 'end else begin'), ...this.#list(rest, indent + 1, arrow));
        lines.push(line(indent, 'end'));
      }
    }
    return lines;
  }

  /** The last arm of a complete match is the default, so that no encoding is left without a value. */
  #case(s: Switch, indent: number, arrow: string): Line[] {
    const lines = [
      line(indent, `case (${this.#context.expressions.operand(s.subject)})`, this.#context.comment(s.place)),
    ];
    s.arms.forEach((arm, i) => {
      const isDefault = !s.otherwise && i === s.arms.length - 1;
      const name = isDefault ? 'default' : this.#context.labelName({ text: arm.label, type: s.subjectType });
      lines.push(...this.#arm(name, arm.body, indent + 1, arrow, isDefault ? arm.label : undefined));
    });
    if (s.otherwise) lines.push(...this.#arm('default', s.otherwise, indent + 1, arrow));
    lines.push(line(indent, 'endcase'));
    return lines;
  }

  #arm(name: string, body: readonly Stmt[], indent: number, arrow: string, comment?: string): Line[] {
    if (body.length === 0) return [line(indent, `${name}: ;`, comment)];
    return [
      line(indent, `${name}: begin`, comment),
      ...this.#list(body, indent + 1, arrow),
      line(indent, 'end'),
    ];
  }
}

/** Text of a message with the signs that a format takes as its own doubled. */
const formatted = (part: string | Expr): string | Expr =>
  typeof part === 'string' ? part.replaceAll('%', '%%') : part;
const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
