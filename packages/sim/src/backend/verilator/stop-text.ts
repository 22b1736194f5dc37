// Why a Verilator model stopped, in the words of its user: places in the design's own files instead of the wrapper's, what to
// do, and of logic that does not settle the signals.
// Invariant: what the design itself says ($fatal, assertions) stays word for word.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Module } from '@gatewright/hdl-core';
import { foreignCode, placesOf, type TextFile } from '@gatewright/verilator';
import { wrapperName } from './wrapper.ts';

/** What a model was made of. */
export interface ModelSources {
  readonly top: Module;
  readonly files: readonly TextFile[];
  /** The folder of the C++ that Verilator generated. */
  readonly generated: string;
}

/** The text for the user, of what the addon says. */
export function stopText(said: string, sources: ModelSources): string {
  if (/region did not converge/.test(said)) return unsettled(sources);
  if (/^(an evaluation of )?the model of /.test(said)) return withCode(said, sources.files);
  return withDesignNames(said.replace(/^\[\d+\] %(?:Error|Fatal): /, ''), sources.top);
}

/** Paths of instances as the user knows them, without the wrapper. */
export function withDesignNames(text: string, top: Module): string {
  const wrapper = wrapperName(top);
  return text
    .replaceAll(new RegExp(`\\b(?:TOP\\.)?${wrapper}\\.dut\\b`, 'g'), top.name)
    .replaceAll(new RegExp(`\\b${wrapper}\\b(?!\\.v)`, 'g'), top.name);
}

/** A crash, an exit, an exception: only C++ that came with the Verilog does that. */
function withCode(said: string, files: readonly TextFile[]): string {
  const code = foreignCode(files);
  const place = code.length === 0 ? '' : ` in the C++ of ${placesOf(code)}`;
  if (said.includes(' called ')) {
    const rule =
      'a model must not end the process of its test: let it return, or stop the run with $finish or $fatal';
    return `${said}${place}; ${rule}`;
  }
  if (said.includes('did not end within')) {
    const runs = code.length === 0 ? '' : `; it runs the C++ of ${placesOf(code)}`;
    return `${said}${runs}; the option evaluationLimit lets it take longer`;
  }
  return `${said}${place}`;
}

function unsettled({ top, files, generated }: ModelSources): string {
  const signals = swinging(generated).map((path) => {
    const name = path.replace(`${wrapperName(top)}.dut.`, '');
    const place = declaration(name, top, files);
    return place === undefined ? name : `${name} at ${place}`;
  });
  const who =
    signals.length === 0
      ? ''
      : `: ${signals.join(', ')} ${signals.length === 1 ? 'depends on itself' : 'depend on themselves or each other'}`;
  return `the combinational logic of ${top.name} does not settle${who}; break the loop with a register`;
}

/** The signals that Verilator evaluates again and again until they rest: those of loops, by their paths. */
function swinging(generated: string): string[] {
  const texts = readdirSync(generated)
    .filter((name) => name.endsWith('.cpp'))
    .map((name) => readFileSync(join(generated, name), 'utf8'));
  const found = texts.flatMap((text) =>
    [...text.matchAll(/@\(\[hybrid\] ([\w.$]+)/g)].map(([, path]) => path!),
  );
  return [...new Set(found)];
}

/** `Ext.v:2`: where the Verilog declares a signal, named by its path below the top module. */
function declaration(path: string, top: Module, files: readonly TextFile[]): string | undefined {
  const names = path.split('.');
  const signal = names.pop()!.replaceAll('$', '\\$');
  let module: Module | undefined = top;
  for (const name of names)
    module = module?.items.flatMap((item) =>
      item.kind === 'instance' && item.name === name ? [item.module] : [],
    )[0];
  const file = files.find(({ name }) => module && name.replace(/\.s?v$/, '') === module.name);
  const found = new RegExp(
    `\\b(?:input|output|inout|wire|reg|logic|bit|integer)\\b[^;]*?\\b${signal}\\b`,
  ).exec(file?.text ?? '');
  if (!file || !found) return undefined;
  return `${file.name}:${file.text.slice(0, found.index + found[0].length).split('\n').length}`;
}
