// Compiling the C++ that Verilator generated, with the shim, into the shared library.
// Invariant: a small model is one translation unit and one call of the compiler; a large one has a second unit for its
// run-once code, compiled without optimisation at the same time. It runs no make and keeps no objects.

import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassList } from './class-list.ts';
import { compileCpp } from './compile-cpp.ts';
import type { CompilerInstall } from './find-compiler.ts';
import type { RuntimeObjects } from './runtime-objects.ts';

/** The file name of every model's shared library. */
export const libraryName = process.platform === 'darwin' ? 'model.dylib' : 'model.so';

/** How the library is linked. */
export const linkFlags: readonly string[] =
  process.platform === 'darwin'
    ? ['-dynamiclib', '-undefined', 'dynamic_lookup', '-Wl,-bind_at_load']
    : // A symbol of the host process must never stand in for one of ours. One that nobody has fails when the library is
      // loaded, not at its first call, which would end the process.
      ['-shared', '-Wl,-Bsymbolic', '-Wl,-z,now'];

/** Bytes of run-once code from which a second unit is worth reading the headers again. */
const worthSplitting = 200_000;

/** Turns `obj/*.cpp` and `shim.cpp` in `folder` into the shared library beside them. */
export async function compileModel(
  compiler: CompilerInstall,
  classes: ClassList,
  runtime: RuntimeObjects,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const includes = ['-Iobj'];
  const link = ['-pthread', ...linkFlags, ...runtime.objects, ...runtime.libraries, '-o', libraryName];
  const split = (await totalSize(folder, classes.slow)) > worthSplitting;
  await writeUnit(folder, 'model.cpp', [...classes.fast, ...(split ? [] : classes.slow)], 'shim.cpp');
  if (!split) {
    await compileCpp(compiler, [...runtime.flags, ...includes, 'model.cpp', ...link], folder, signal);
    return;
  }
  await writeUnit(folder, 'model-slow.cpp', classes.slow);
  const objects = ['model.o', 'model-slow.o'];
  const compiled = await Promise.allSettled([
    compileCpp(compiler, [...runtime.flags, ...includes, '-c', 'model.cpp'], folder, signal),
    compileCpp(compiler, [...runtime.slowFlags, ...includes, '-c', 'model-slow.cpp'], folder, signal),
  ]);
  // Neither may still be writing when the folder is removed.
  for (const result of compiled) if (result.status === 'rejected') throw result.reason;
  await compileCpp(compiler, [...objects, ...link], folder, signal);
  await Promise.all(objects.map((object) => rm(join(folder, object))));
}

async function writeUnit(
  folder: string,
  unit: string,
  classes: readonly string[],
  ...more: string[]
): Promise<void> {
  const files = [...classes.map((name) => `obj/${name}.cpp`), ...more];
  await writeFile(join(folder, unit), files.map((file) => `#include "${file}"\n`).join(''));
}

async function totalSize(folder: string, classes: readonly string[]): Promise<number> {
  const stats = await Promise.all(classes.map((name) => stat(join(folder, 'obj', `${name}.cpp`))));
  return stats.reduce((sum, { size }) => sum + size, 0);
}
