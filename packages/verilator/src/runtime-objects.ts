// The part of a model that does not depend on the design: Verilator's runtime and our handlers as objects, and a
// precompiled header. Compiled once per Verilator, compiler and flags into `<cache>/runtime/<hash>`.
// Invariant: everything that shapes the objects is in the hash. It does not see the design.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.ts';
import { ensureEntry } from './cache-entry.ts';
import type { ClassList } from './class-list.ts';
import { compileCpp } from './compile-cpp.ts';
import type { CompilerInstall } from './find-compiler.ts';
import type { VerilatorInstall } from './find-verilator.ts';
import { modelRuntimeFiles, modelRuntimeHeader, modelRuntimeSources } from './model-runtime.ts';
import type { Progress } from './progress.ts';

/** What a model is compiled and linked with. */
export interface RuntimeObjects {
  objects: string[];
  /** Flags for the model's fast code; they use the precompiled header. */
  flags: string[];
  /** The same without optimisation, for code that runs once; the precompiled header does not fit these. */
  slowFlags: string[];
  libraries: string[];
  cached: boolean;
}

/** Finds the compiled runtime in the cache or compiles it. */
export async function runtimeObjects(
  verilator: VerilatorInstall,
  compiler: CompilerInstall,
  classes: ClassList,
  optimise: string,
  onProgress: Progress,
): Promise<RuntimeObjects> {
  const base = compileFlags(verilator, compiler, classes.switches);
  const identity = [
    'runtime 2',
    verilator.banner,
    [compiler.command, compiler.args, compiler.version, process.arch],
    modelRuntimeFiles(),
    [base, optimise, classes.runtime],
  ];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24);
  const parent = join(cacheDir(), 'runtime');
  const folder = join(parent, hash);
  const cached = await ensureEntry(parent, hash, {
    fill: (temporary) => {
      onProgress(`compiling the runtime of Verilator ${verilator.version} (once)`);
      return compileRuntime(temporary, verilator, compiler, classes.runtime, base, optimise);
    },
    onWait: () =>
      onProgress(`waiting for another process that compiles the runtime of Verilator ${verilator.version}`),
  });
  return {
    objects: [...modelRuntimeSources.map((name) => name.replace(/\.cpp$/, '')), ...classes.runtime].map(
      (name) => join(folder, `${name}.o`),
    ),
    flags: [...base, `-${optimise}`, '-include', join(folder, 'model-prefix.h')],
    slowFlags: [...base, '-O0', '-include', join(folder, modelRuntimeHeader)],
    libraries: classes.switches.VM_TRACE_FST === '1' ? ['-lz'] : [],
    cached,
  };
}

async function compileRuntime(
  folder: string,
  verilator: VerilatorInstall,
  compiler: CompilerInstall,
  names: readonly string[],
  base: readonly string[],
  optimise: string,
): Promise<void> {
  for (const { name, text } of modelRuntimeFiles()) await writeFile(join(folder, name), text);
  const prefix = [modelRuntimeHeader, 'verilated.h'].map((header) => `#include "${header}"\n`);
  await writeFile(join(folder, 'model-prefix.h'), prefix.join(''));
  const sources = [
    ...modelRuntimeSources,
    ...names.map((name) => join(verilator.root, 'include', `${name}.cpp`)),
  ];
  const objects = sources.map((source) =>
    compileCpp(compiler, [...base, '-O2', '-include', modelRuntimeHeader, '-c', source], folder),
  );
  const header = ['-x', 'c++-header', 'model-prefix.h', '-o', 'model-prefix.h.gch'];
  // gcc takes the `.gch` beside the header by itself; clang would need another flag and gains less.
  const precompiled =
    compiler.family === 'gcc' ? [compileCpp(compiler, [...base, `-${optimise}`, ...header], folder)] : [];
  await Promise.all([...objects, ...precompiled]);
}

function compileFlags(
  verilator: VerilatorInstall,
  compiler: CompilerInstall,
  switches: Record<string, string>,
): string[] {
  const timing = switches.VM_TIMING === '1';
  const include = join(verilator.root, 'include');
  return [
    timing ? '-std=gnu++20' : '-std=gnu++17',
    ...(timing && compiler.family === 'gcc' ? ['-fcoroutines'] : []),
    // Two models in one process must not share inline statics.
    ...(compiler.family === 'gcc' ? ['-fno-gnu-unique', '-fno-semantic-interposition'] : []),
    '-fPIC',
    '-pthread',
    '-w',
    '-DVM_SC=0',
    ...Object.entries(switches).map(([name, value]) => `-D${name}=${value}`),
    `-I${include}`,
    `-I${join(include, 'vltstd')}`,
  ];
}
