// What a compiler's complaint about a model means to its user.
// Invariant: the compiler's log stays in the message; the C++ that came with the Verilog is named by its line there.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TextFile } from './build-model.ts';
import { ToolError } from './errors.ts';
import { codeBehind, foreignCode, placesOf } from './foreign-code.ts';

const COMPLAINT = /^(\S+?):(\d+):\d+: (?:fatal )?error: /m;

/** The error with the places of C++ in the Verilog, or as it is when there is none. */
export async function withForeignCode(
  error: unknown,
  top: string,
  sources: readonly TextFile[],
  folder: string,
): Promise<unknown> {
  if (!(error instanceof ToolError) || error.code !== 'compile-failed') return error;
  const code = foreignCode(sources);
  if (code.length === 0) return error;
  const [, file = '', line = ''] = COMPLAINT.exec(error.message) ?? [];
  const generated = await readFile(join(folder, file), 'utf8').catch(() => '');
  const behind = codeBehind(generated.split('\n')[Number(line) - 1] ?? '', code);
  const place = behind ? `${behind.file}:${behind.line}` : placesOf(code);
  return new ToolError(
    'compile-failed',
    `the C++ of ${place} in ${top} does not compile:\n${error.message}`,
    'mend the C++ that the Verilog brings along in $c, a DPI import or a `systemc section',
  );
}
