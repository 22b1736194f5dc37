// A reader of VCD files for tests, written from IEEE 1364-2005 (18), not from our writer.
// Invariant: values are binary text as in the file, at the time they were written.

import { readFileSync } from 'node:fs';

export interface Vcd {
  /** `scope.name` -> width. */
  readonly widths: ReadonlyMap<string, number>;
  /** Value of a signal at a time: the last change up to it. */
  at(name: string, time: number): string | undefined;
  readonly end: number;
}

export function readVcd(path: string): Vcd {
  const tokens = readFileSync(path, 'utf8').split(/\s+/).filter(Boolean);
  const names = new Map<string, string[]>();
  const widths = new Map<string, number>();
  const changes = new Map<string, [number, string][]>();
  const scopes: string[] = [];
  let time = 0;
  const change = (id: string, value: string): void => {
    for (const name of names.get(id) ?? [id]) changes.get(name)!.push([time, value]);
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.startsWith('$')) {
      const end = tokens.indexOf('$end', i);
      const body = tokens.slice(i + 1, end);
      if (token === '$scope') scopes.push(body[1]!);
      if (token === '$upscope') scopes.pop();
      if (token === '$var') {
        const name = [...scopes, body[3]].join('.');
        widths.set(name, Number(body[1]));
        changes.set(name, []);
        names.set(body[2]!, [...(names.get(body[2]!) ?? []), name]);
      }
      if (!token.startsWith('$dump')) i = end;
    } else if (token.startsWith('#')) time = Number(token.slice(1));
    else if (/^[bB]/.test(token)) change(tokens[++i]!, token.slice(1));
    else change(token.slice(1), token[0]!);
  }
  return {
    widths,
    end: time,
    at(name, when) {
      const list = changes.get(name);
      if (!list) throw new Error(`no signal ${name}; there are ${[...changes.keys()].join(', ')}`);
      return list.filter(([t]) => t <= when).at(-1)?.[1];
    },
  };
}
