// Where Verilog brings C++ along: `$c`, functions imported by DPI, sections of SystemC. Errors of that C++ name these places.
// Invariant: it reads text only; comments bring nothing.

import type { TextFile } from './build-model.ts';

/** A line of Verilog with C++ in it. */
export interface ForeignCode {
  readonly file: string;
  readonly line: number;
  /** The C++ in it, or the name of the imported function. */
  readonly text: string;
}

const STRING = /"((?:[^"\\]|\\.)*)"/g;
const COMMENT_OR_STRING = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const CALL_OR_STRING = /"(?:[^"\\]|\\.)*"|\$c(?:pure)?\d*\s*\(((?:[^;"]|"(?:[^"\\]|\\.)*")*)/g;
const IMPORT = /\bimport\s+"DPI(?:-C)?"\s+(?:(?:context|pure)\s+)?(?:(\w+)\s*=\s*)?[^;(]*?(\w+)\s*[(;]/g;
const SECTION = /^[ \t]*`systemc_\w+[^\n]*\n([\s\S]*?)(?=^[ \t]*`(?:verilog|systemc_)|(?![\s\S]))/gm;

/** All of them, file by file, line by line. */
export function foreignCode(sources: readonly TextFile[]): ForeignCode[] {
  return sources.flatMap((source) => [...codeIn(source)].sort((a, b) => a.line - b.line));
}

function* codeIn({ name: file, text: whole }: TextFile): Generator<ForeignCode> {
  const text = whole.replace(COMMENT_OR_STRING, (found) =>
    found.startsWith('"') ? found : found.replace(/[^\n]/g, ' '),
  );
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  for (const call of text.matchAll(CALL_OR_STRING))
    for (const [, escaped = ''] of (call[1] ?? '').matchAll(STRING))
      for (const part of unescaped(escaped).split('\n'))
        if (part.trim() !== '') yield { file, line: lineAt(call.index), text: part.trim() };
  for (const { index, 1: ofC, 2: name = '' } of text.matchAll(IMPORT))
    yield { file, line: lineAt(index), text: ofC ?? name };
  for (const section of text.matchAll(SECTION)) {
    const first = lineAt(section.index) + 1;
    for (const [i, line] of section[1]!.split('\n').entries())
      if (line.trim() !== '') yield { file, line: first + i, text: line.trim() };
  }
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, escaped: string) => ({ n: '\n', t: '\t' })[escaped] ?? escaped);

/** `Ext.v:2`, `Ext.v:2 or Ext.v:7`; the first few of many. */
export function placesOf(code: readonly ForeignCode[]): string {
  const all = [...new Set(code.map(({ file, line }) => `${file}:${line}`))];
  const shown = all.length > 4 ? [...all.slice(0, 3), `${all.length - 3} more lines`] : all;
  return [shown.slice(0, -1).join(', '), ...shown.slice(-1)].filter((part) => part !== '').join(' or ');
}

/** The code from which a line of generated C++ was made, if any is in it. */
export function codeBehind(cpp: string, code: readonly ForeignCode[]): ForeignCode | undefined {
  const within = code.filter(({ text }) => cpp.includes(text));
  return within.sort((a, b) => b.text.length - a.text.length)[0];
}
