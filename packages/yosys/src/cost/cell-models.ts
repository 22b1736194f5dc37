// What the cells of a liberty library compute, for simulation: tables of combinational outputs, and plain flip-flops.
// Invariant: a cell that is neither (a latch, a flip-flop with a reset, a three-state buffer) has no model.

/** A cell whose outputs are functions of its inputs, or a rising-edge flip-flop. */
export type CellModel =
  | { readonly kind: 'gate'; readonly outputs: readonly OutputModel[] }
  | { readonly kind: 'flip-flop'; readonly clock: string; readonly data: string; readonly output: string };

export interface OutputModel {
  readonly pin: string;
  readonly inputs: readonly string[];
  /** Bit i is the output when the inputs, the first of them lowest, are the bits of i. */
  readonly table: readonly boolean[];
}

/** The models of a library's cells, by name. */
export function cellModels(libertyText: string): ReadonlyMap<string, CellModel> {
  const models = new Map<string, CellModel>();
  for (const [name, body] of groups(libertyText, 'cell')) {
    const model = modelOf(body);
    if (model) models.set(name, model);
  }
  return models;
}

function modelOf(cell: string): CellModel | undefined {
  const functions = [...groups(cell, 'pin')].flatMap(([pin, body]) => {
    if (/\bthree_state\s*:/.test(body)) return [];
    const text = attribute(body, 'function');
    return text === undefined ? [] : [{ pin, text }];
  });
  if (functions.length === 0 || groups(cell, 'latch').length > 0) return undefined;
  const [flipFlop] = groups(cell, 'ff');
  if (!flipFlop) return { kind: 'gate', outputs: functions.map(({ pin, text }) => outputModel(pin, text)) };
  const [states, body] = flipFlop;
  const [clock, data] = [attribute(body, 'clocked_on'), attribute(body, 'next_state')];
  const [output] = functions;
  const plain = [clock, data].every((pin) => /^\w+$/.test(pin ?? '')) && !/clear|preset/.test(body);
  if (!plain || functions.length !== 1 || output!.text !== states.split(',')[0]!.trim()) return undefined;
  return { kind: 'flip-flop', clock: clock!, data: data!, output: output!.pin };
}

/** Groups of a kind, `kind(name) { body }`, at any depth. */
function groups(text: string, kind: string): [name: string, body: string][] {
  const found: [string, string][] = [];
  const head = new RegExp(`\\b${kind}\\s*\\(\\s*"?([^)"]*)"?\\s*\\)\\s*\\{`, 'g');
  for (let match = head.exec(text); match; match = head.exec(text)) {
    let depth = 1;
    let end = head.lastIndex;
    for (; depth > 0 && end < text.length; end++) depth += text[end] === '{' ? 1 : text[end] === '}' ? -1 : 0;
    found.push([match[1]!.trim(), text.slice(head.lastIndex, end - 1)]);
    head.lastIndex = end;
  }
  return found;
}

const attribute = (body: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}\\s*:\\s*(?:"([^"]*)"|(\\w+))`).exec(body);
  return value === null ? undefined : unbracketed((value[1] ?? value[2]!).trim());
};

/** Without brackets around the whole, as some libraries write a single name. */
const unbracketed = (text: string): string => /^\(\s*(\w+)\s*\)$/.exec(text)?.[1] ?? text;

function outputModel(pin: string, text: string): OutputModel {
  const inputs = [...new Set(text.match(/[A-Za-z_]\w*/g) ?? [])].sort();
  const table = Array.from({ length: 2 ** inputs.length }, (_, index) =>
    evaluate(text, (name) => ((index >> inputs.indexOf(name)) & 1) === 1),
  );
  return { pin, inputs, table };
}

/** A liberty Boolean expression: `!a` or `a'`, then `^`, then AND (`*`, `&` or a space), then OR (`+` or `|`). */
function evaluate(text: string, inputOf: (name: string) => boolean): boolean {
  const tokens = text.match(/[A-Za-z_]\w*|[01!'^*&+|()]/g) ?? [];
  let at = 0;
  const or = (): boolean => {
    let value = and();
    while (tokens[at] === '+' || tokens[at] === '|') {
      at++;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = xor();
    while (at < tokens.length && !['+', '|', ')'].includes(tokens[at]!)) {
      if (tokens[at] === '*' || tokens[at] === '&') at++;
      value = xor() && value;
    }
    return value;
  };
  const xor = (): boolean => {
    let value = unary();
    while (tokens[at] === '^') {
      at++;
      value = unary() !== value;
    }
    return value;
  };
  const unary = (): boolean => {
    const token = tokens[at++]!;
    if (token === '!') return !unary();
    let value = token === '(' ? or() : token === '1' || (token !== '0' && inputOf(token));
    if (token === '(') at++;
    while (tokens[at] === "'") {
      at++;
      value = !value;
    }
    return value;
  };
  return or();
}
