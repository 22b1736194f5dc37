// Always blocks: `when` as if / else if / else, `match` as case, reset branch first.
// Invariant: begin/end always; a combinational block assigns every target in every case (the latch check has run).

import { checkLabel, checksOf, checkText, onlyChecks } from '../ir/checks.ts';
import type { Domain } from '../ir/domain.ts';
import { bitwise, type EnumLabel, type Expr, not } from '../ir/expr.ts';
import type { Assign, Check, Decl, If, Stmt, Switch } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import type { Dialect } from './dialect.ts';
import type { ExpressionPrinter } from './expression.ts';
import { BLANK, type Line, line } from './layout.ts';
import type { Process } from './processes.ts';
import { BREAK, constantText } from './text.ts';

export interface StatementContext {
  readonly dialect: Dialect;
  readonly expressions: ExpressionPrinter;
  readonly labelName: (label: EnumLabel) => string;
  readonly comment: (place: SourcePlace) => string | undefined;
  /** The names of a domain's clock and reset in this module. */
  readonly clockName: (domain: Domain) => string;
  readonly resetName: (domain: Domain) => string;
}

interface Branch {
  readonly condition: Expr;
  readonly then: readonly Stmt[];
  readonly rest: readonly Stmt[];
  readonly place: SourcePlace;
}

/** An `if` whose first branch has something in it: what is left of a chain without its first arms is one condition. */
function withoutEmptyBranch(s: If): Branch {
  if (s.then.length) return { condition: s.condition, then: s.then, rest: s.else, place: s.place };
  const branch = { condition: not(s.condition), then: s.else, rest: [], place: s.place };
  for (;;) {
    const [inner] = branch.then;
    if (branch.then.length !== 1 || inner?.kind !== 'if') return branch;
    const inverted = inner.then.length === 0;
    if (!inverted && inner.else.length) return branch;
    branch.condition = bitwise('and', branch.condition, inverted ? not(inner.condition) : inner.condition);
    branch.then = inverted ? inner.else : inner.then;
    branch.place = inner.place;
    if (!inverted) return branch;
  }
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
    const { combinational } = this.#context.dialect;
    return [line(1, `${combinational} begin`), ...this.#list(p.statements, 2, '='), line(1, 'end')];
  }

  /** The initial values of registers, where they have one. */
  initial(targets: ReadonlySet<Decl>): Line[] {
    const given = [...targets].filter((t) => t.init !== undefined);
    if (given.length === 0) return [];
    return [
      line(1, 'initial begin'),
      ...given.map(
        (t): Line => ({ indent: 2, run: 'initial', cells: [t.name, `= ${this.#literal(t, t.init!)};`] }),
      ),
      line(1, 'end'),
    ];
  }

  clocked(p: Process): Line[] {
    const domain = [...p.targets][0]!.domain!;
    const resets = [...p.targets].filter((t) => t.reset !== undefined);
    // An `initial` block assigns as well, which an always_ff does not allow.
    const isSole = ![...p.targets].some((t) => t.init !== undefined);
    const block = isSole ? this.#context.dialect.flipFlops : 'always';
    if (resets.length === 0)
      return [
        line(1, this.always(domain, false, block)),
        ...this.#list(p.statements, 2, '<='),
        line(1, 'end'),
      ];
    const reset = this.#context.resetName(domain);
    const [only] = p.statements;
    const values = resets.map(
      (t): Line => ({ indent: 3, run: 'reset', cells: [t.name, `<= ${this.#literal(t, t.reset!)};`] }),
    );
    return [
      line(1, this.always(domain, true, block)),
      line(2, `if (${domain.reset!.active === 'low' ? '!' : ''}${reset}) begin`),
      ...values,
      ...(p.statements.length === 1 && only?.kind === 'if'
        ? this.#if(only, 2, '<=', 'end else if')
        : [line(2, 'end else begin'), ...this.#list(p.statements, 3, '<='), line(2, 'end')]),
      line(1, 'end'),
    ];
  }

  /** A block that gives `name`, `width` bits wide, the element that an index chooses. */
  choice(name: string, width: number, e: Expr): Line[] {
    const { expressions } = this.#context;
    const [at, ...elements] = e.args as readonly [Expr, ...Expr[]];
    const arms = elements.map((element, i): Line => {
      const label = i < elements.length - 1 ? constantText(BigInt(i), at.width, false) : 'default';
      return {
        indent: 3,
        run: 'choice',
        cells: [`${label}:`, `${name} = ${expressions.root(element, width)};`],
      };
    });
    const subject = expressions.operand(at);
    return [
      line(1, `${this.#context.dialect.combinational} begin`),
      line(2, `case (${subject})`),
      ...arms,
      line(2, 'endcase'),
      line(1, 'end'),
    ];
  }

  /** `always @(posedge clk or negedge rst_n) begin`: an asynchronous reset is waited for where it acts. */
  always(domain: Domain, resets: boolean, block = 'always'): string {
    const edges = [`posedge ${this.#context.clockName(domain)}`];
    if (resets && domain.reset!.kind === 'async')
      edges.push(
        `${domain.reset!.active === 'low' ? 'negedge' : 'posedge'} ${this.#context.resetName(domain)}`,
      );
    return `${block} @(${edges.join(' or ')}) begin`;
  }

  #literal(t: Decl, value: bigint): string {
    return t.type.kind === 'enum'
      ? this.#context.labelName({ text: t.type.labels[Number(value)]!, type: t.type })
      : constantText(value, t.width, t.signed);
  }

  /** The checks of a module outside reset, in a block for each domain, and a counter for each cover point. */
  checks(stmts: readonly Stmt[]): Line[] {
    const proven = (c: Check): boolean =>
      c.check !== 'cover' && c.condition.kind === 'const' && c.condition.value === 1n;
    const kept = checksOf(stmts).filter((c) => !proven(c));
    const { hasAssertions, variable } = this.#context.dialect;
    const counted = hasAssertions ? [] : kept.filter((c) => c.check === 'cover');
    const covers = counted.map(checkLabel);
    return [
      ...covers.map(
        (name): Line => ({ indent: 1, run: 'counter', cells: [`${variable} [31:0]`, `${name};`] }),
      ),
      ...covers.map((name): Line => ({ indent: 1, run: 'initial', cells: ['initial', name, "= 32'd0;"] })),
      ...[...new Set(kept.map((c) => c.domain))].flatMap((domain) => [
        BLANK,
        ...this.#checksIn(
          domain,
          onlyChecks(stmts, (c) => c.domain === domain && !proven(c)),
        ),
      ]),
    ];
  }

  #checksIn(domain: Domain, stmts: readonly Stmt[]): Line[] {
    const { reset } = domain;
    const body = this.#list(stmts, reset ? 3 : 2, '<=');
    const enable = reset && `${reset.active === 'low' ? '' : '~'}${this.#context.resetName(domain)}`;
    // An asynchronous reset is only ever read where it is waited for as well.
    return [
      line(1, this.always(domain, reset !== undefined)),
      ...(enable ? [line(2, `if (${enable}) begin`), ...body, line(2, 'end')] : body),
      line(1, 'end'),
    ];
  }

  #list(stmts: readonly Stmt[], indent: number, arrow: string): Line[] {
    return stmts.flatMap((s): Line[] => {
      switch (s.kind) {
        case 'assign': {
          const cells = [s.target.name, `${arrow} ${this.value(s)};`];
          return [{ indent, run: `assign${indent}`, cells, place: s.place }];
        }
        case 'if':
          return this.#if(s, indent, arrow);
        case 'switch':
          return this.#case(s, indent, arrow);
        case 'check':
          return this.#check(s, indent);
      }
    });
  }

  /** A check as a statement of SystemVerilog, or as a simulator in Verilog-2005 runs it: a message, a counter. */
  #check(s: Check, indent: number): Line[] {
    const { expressions, comment, dialect } = this.#context;
    const isCover = s.check === 'cover';
    const place = comment(s.place);
    const text = quoted(checkText({ ...s, message: s.message.map(formatted) }, () => '%0d'));
    const values = s.message.flatMap((m) => (typeof m === 'string' ? [] : [expressions.shown(m)]));
    const complain = `$error(${[text, ...values].join(`,${BREAK} `)});`;
    if (dialect.hasAssertions) {
      const statement = `${checkLabel(s)}: ${s.check} (${expressions.condition(s.condition)})`;
      if (isCover) return [line(indent, `${statement};`, place, s.place)];
      return [line(indent, statement, place, s.place), line(indent + 1, `else ${complain}`)];
    }
    const heard = expressions.condition(isCover ? s.condition : not(s.condition));
    const act = isCover ? `${checkLabel(s)} <= ${checkLabel(s)} + 32'd1;` : complain;
    return [
      line(indent, `if (${heard}) begin`, [checkLabel(s), place].filter(Boolean).join(', '), s.place),
      line(indent + 1, act, undefined, s.place),
      line(indent, 'end'),
    ];
  }

  #if(s: If, indent: number, arrow: string, opening = 'if'): Line[] {
    const lines: Line[] = [];
    let lead = opening;
    for (let at: If | undefined = s; at; ) {
      const { condition, then, rest, place }: Branch = withoutEmptyBranch(at);
      const text = this.#context.expressions.condition(condition);
      lines.push(line(indent, `${lead} (${text}) begin`, this.#context.comment(place), place));
      for (const l of this.#list(then, indent + 1, arrow)) lines.push(l);
      const [only] = rest;
      if (rest.length === 1 && only?.kind === 'if') {
        at = only;
        lead = 'end else if';
      } else {
        at = undefined;
        if (rest.length) {
          lines.push(line(indent, 'end else begin'));
          for (const l of this.#list(rest, indent + 1, arrow)) lines.push(l);
        }
        lines.push(line(indent, 'end'));
      }
    }
    return lines;
  }

  /** The last arm of a complete match is the default, so that no encoding is left without a value. */
  #case(s: Switch, indent: number, arrow: string): Line[] {
    const lines = [
      line(
        indent,
        `case (${this.#context.expressions.operand(s.subject)})`,
        this.#context.comment(s.place),
        s.place,
      ),
    ];
    s.arms.forEach((arm, i) => {
      const isDefault = !s.otherwise && i === s.arms.length - 1;
      const name = isDefault ? 'default' : this.#label(s, arm.label, arm.value);
      lines.push(...this.#arm(name, arm.body, indent + 1, arrow, isDefault ? arm.label : undefined));
    });
    if (s.otherwise) lines.push(...this.#arm('default', s.otherwise, indent + 1, arrow));
    lines.push(line(indent, 'endcase'));
    return lines;
  }

  #label({ subject, subjectType }: Switch, text: string, value: bigint): string {
    if (subjectType) return this.#context.labelName({ text, type: subjectType });
    return constantText(value, subject.width, subject.signed);
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
