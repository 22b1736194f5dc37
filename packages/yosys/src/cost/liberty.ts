// Standard-cell libraries: the ones that a machine may have, and a file that the user names.
// Invariant: nothing is downloaded; a library that is not there is a sentence that says how to get it.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

export interface Liberty {
  /** Such as `osu018`. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Why a tool or a library cannot be used here, and what to do. */
export interface NotAvailable {
  readonly unavailable: string;
}

interface KnownLibrary {
  readonly what: string;
  readonly debianPackage: string;
  readonly path: string;
}

/** Open standard-cell libraries that Debian and Ubuntu package. */
export const KNOWN_LIBRARIES: Readonly<Record<string, KnownLibrary>> = Object.fromEntries(
  [
    ['osu018', '0.18 um'],
    ['osu035', '0.35 um'],
    ['osu050', '0.5 um'],
  ].map(([name, size]) => [
    name,
    {
      what: `OSU standard cells, ${size}`,
      debianPackage: `qflow-tech-${name}`,
      path: `/usr/share/qflow/tech/${name}/${name}_stdcells.lib`,
    },
  ]),
);

/** The library of a known name, or the liberty file at a path (ending in `.lib`). */
export async function findLiberty(nameOrPath: string): Promise<Liberty | NotAvailable> {
  const known = KNOWN_LIBRARIES[nameOrPath];
  const path = known?.path ?? nameOrPath;
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined)
    return {
      unavailable: known
        ? `install ${known.debianPackage} (sudo apt-get install ${known.debianPackage}): ${known.what}`
        : `${path} cannot be read`,
    };
  if (!/^\s*library\s*\(/m.test(text)) return { unavailable: `${path} is no liberty file` };
  return { name: known ? nameOrPath : basename(path).replace(/\.lib$/, ''), path, text };
}
