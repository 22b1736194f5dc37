// The little of the platform's WebAssembly that the native back end uses, with types.
// Invariant: the same object in Node and in browsers; TypeScript's own library declares it only beside the whole DOM.

export interface CompiledModule {
  readonly __module: never;
}
export interface RunningModule {
  readonly exports: object;
}
interface Platform {
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<CompiledModule>;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => CompiledModule;
  readonly Instance: new (
    module: CompiledModule,
    imports?: Readonly<Record<string, object>>,
  ) => RunningModule;
}

/** Up to here a change of threads takes longer than the work; more would hold up a browser's page. */
const AT_ONCE = 256 * 1024;

/** Compiles a module's bytes. */
export async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<CompiledModule> {
  const { compile, Module } = platform();
  return bytes.length <= AT_ONCE ? new Module(bytes) : compile(bytes);
}

/** Compiles a module's bytes, however many, before it returns. */
export function compileAtOnce(bytes: Uint8Array<ArrayBuffer>): CompiledModule {
  const { Module } = platform();
  return new Module(bytes);
}

/** Starts a compiled module. `imports`: by the names of modules, what each of them exports. */
export function startModule(
  module: CompiledModule,
  imports?: Readonly<Record<string, object>>,
): RunningModule {
  const { Instance } = platform();
  return new Instance(module, imports);
}

const platform = (): Platform => (globalThis as unknown as { readonly WebAssembly: Platform }).WebAssembly;
