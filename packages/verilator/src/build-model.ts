// From Verilog sources and a C++ shim to a shared library, by way of a content-hash cache in `<cache>/models/<hash>`.
// Invariant: everything that shapes the library is in the hash, so a hit needs no look at its folder; a folder appears
// by one rename, complete. It does not load the library and does not know what the shim exports.

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.ts';
import { ensureEntry } from './cache-entry.ts';
import { readClassList } from './class-list.ts';
import { withForeignCode } from './compile-failure.ts';
import { compileModel, libraryName, linkFlags } from './compile-model.ts';
import { ToolError } from './errors.ts';
import { type CompilerInstall, findCompiler } from './find-compiler.ts';
import { findVerilator, type VerilatorInstall } from './find-verilator.ts';
import { inTurn } from './in-turn.ts';
import { includedFiles } from './included-files.ts';
import { modelRuntimeFiles } from './model-runtime.ts';
import type { Progress } from './progress.ts';
import { runTool } from './run-tool.ts';
import { runtimeObjects } from './runtime-objects.ts';

/** A text file handed over by value; `name` has no folder part. */
export interface TextFile {
  name: string;
  text: string;
}

/** One model to build. */
export interface ModelRequest {
  /** The top module; the generated class is always called `Vdut`. */
  top: string;
  /** Verilog files, in the order Verilator shall read them. */
  sources: readonly TextFile[];
  /** C++ text that includes "Vdut.h" and exports `extern "C"` functions; it wraps every eval() in `gw_model_guard`. */
  shim: string;
  /** Files that the shim includes. */
  headers?: readonly TextFile[];
  /** Files that sources include; written beside them, not given to Verilator by name. */
  includes?: readonly TextFile[];
  /** O1 (the default) compiles fastest; O3 is for long runs. */
  optimise?: 'O1' | 'O3';
  /** Added after our own flags, so they win. */
  verilatorFlags?: readonly string[];
  onProgress?: Progress;
  /** Ends the build when it is aborted; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A model ready to be loaded. */
export interface BuiltModel {
  /** Full path of the shared library. */
  library: string;
  /** Its folder in the cache: also `rtl/`, `obj/` (the generated C++) and `shim.cpp`. */
  directory: string;
  /** True when nothing had to be compiled. */
  cached: boolean;
  /** How long this call took. */
  seconds: number;
}

const verilatorFlags = [
  ...['--cc', '--prefix', 'Vdut', '-O3', '--x-assign', 'fast', '--x-initial', 'fast'],
  // A function of a whole 32x32 array took g++ -O3 minutes; cut at 500 statements it takes seconds and runs no slower.
  ...['--output-split-cfuncs', '500'],
];

/** How a level is compiled; changes with its compiler flags. */
const levels = { O1: 'O1', O3: 'O3 without static TLS' };

/** Builds a model, or finds it in the cache. Throws a ToolError with the tool's log when a source is rejected. */
export async function buildModel(request: ModelRequest): Promise<BuiltModel> {
  const started = performance.now();
  request.signal?.throwIfAborted();
  const onProgress = request.onProgress ?? (() => {});
  const [verilator, compiler] = await Promise.all([findVerilator({ onProgress }), findCompiler()]);
  request.signal?.throwIfAborted();
  const hash = await modelHash(request, verilator, compiler);
  const parent = join(cacheDir(), 'models');
  const directory = join(parent, hash);
  const cached = await ensureEntry(parent, hash, {
    fill: (folder) => buildInto(request, verilator, compiler, folder, onProgress),
    onWait: () => onProgress(`waiting for another process that builds ${request.top}`),
    signal: request.signal,
  });
  const seconds = (performance.now() - started) / 1000;
  return { library: join(directory, libraryName), directory, cached, seconds };
}

async function modelHash(
  request: ModelRequest,
  verilator: VerilatorInstall,
  compiler: CompilerInstall,
): Promise<string> {
  const identity = [
    'model 2',
    request.top,
    [request.sources, request.includes ?? [], request.headers ?? []].map((files) =>
      files.map(({ name, text }) => [name, text]),
    ),
    request.shim,
    await includedFiles([...request.sources, ...(request.includes ?? [])].map(({ text }) => text)),
    modelRuntimeFiles(),
    [verilatorFlags, request.verilatorFlags ?? [], levels[request.optimise ?? 'O1'], linkFlags],
    verilator.banner,
    [compiler.command, compiler.args, compiler.version, process.platform, process.arch],
  ];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24);
}

async function buildInto(
  request: ModelRequest,
  verilator: VerilatorInstall,
  compiler: CompilerInstall,
  folder: string,
  onProgress: Progress,
): Promise<void> {
  const optimise = request.optimise ?? 'O1';
  await writeSources(request, folder);
  onProgress(`translating ${request.top} with Verilator ${verilator.version}`);
  await verilate(request, verilator, folder);
  const classes = readClassList(await readFile(join(folder, 'obj', 'Vdut_classes.mk'), 'utf8'));
  const runtime = await runtimeObjects(verilator, compiler, classes, optimise, onProgress);
  onProgress(`compiling ${request.top} with -${optimise}${runtime.cached ? ' (cached runtime)' : ''}`);
  try {
    await compileModel(compiler, classes, runtime, folder, request.signal);
  } catch (error) {
    throw await withForeignCode(error, request.top, request.sources, folder);
  }
}

async function writeSources(request: ModelRequest, folder: string): Promise<void> {
  const { sources, includes = [], headers = [], shim } = request;
  await mkdir(join(folder, 'rtl'));
  await writeFiles(join(folder, 'rtl'), [...sources, ...includes]);
  await writeFiles(folder, [...headers, { name: 'shim.cpp', text: shim }]);
}

async function writeFiles(folder: string, files: readonly TextFile[]): Promise<void> {
  for (const { name, text } of files) {
    if (!/^[\w.+-]+$/.test(name))
      throw new TypeError(`a source's name must be a plain file name, not ${name}`);
    await writeFile(join(folder, name), text);
  }
}

async function verilate(request: ModelRequest, verilator: VerilatorInstall, folder: string): Promise<void> {
  const args = [
    ...verilatorFlags,
    ...['--top-module', request.top, '--Mdir', '../obj'],
    ...(request.verilatorFlags ?? []),
    ...request.sources.map(({ name }) => name),
  ];
  const cwd = join(folder, 'rtl');
  const env = { VERILATOR_ROOT: verilator.root };
  const run = await inTurn(() => runTool(verilator.binary, args, { cwd, env, signal: request.signal }));
  if (run.code === 0) return;
  request.signal?.throwIfAborted();
  throw new ToolError(
    'verilog-rejected',
    `Verilator ${verilator.version} rejected ${request.top}:\n${run.log.trim()}`,
    'mend the Verilog; a warning counts as an error here unless /* verilator lint_off … */ or a -Wno-… flag names it',
  );
}
