// What the process that runs a testbench file tells the command.
// Invariant: plain data, sent over Node's channel between the two.

import type { Counts } from '@gatewright/sim';

/** One bench, or one plain `simulate` call, that has ended. */
export interface BenchResult {
  readonly name: string;
  /** Top modules that ran, usually one. */
  readonly designs: readonly string[];
  readonly simulators: readonly string[];
  readonly cycles: number;
  readonly seconds: number;
  /** What went wrong: the message of the error, with its wave. */
  readonly error?: string | undefined;
  /** Where in the user's file, as `file:line:column`. */
  readonly at?: string | undefined;
}

/** What the command asks for. */
export interface RunRequest {
  /** Full path. */
  readonly file: string;
  readonly only?: string | undefined;
  readonly backend?: string | undefined;
  readonly seed: number;
  readonly vcd?: string | undefined;
  /** Tell what the benches reach as well. */
  readonly coverage: boolean;
  /** Seconds that one bench may take: then it is told to end, and after a while its process is ended. */
  readonly timeout: number;
}

export type RunMessage =
  | { readonly kind: 'started'; readonly name: string }
  /** Something slow begins: a model is built. */
  | { readonly kind: 'building'; readonly what: string }
  | { readonly kind: 'ended'; readonly result: BenchResult }
  /** What a design has counted until it was closed. */
  | { readonly kind: 'counted'; readonly counts: Counts }
  /** Nothing ran: why. */
  | { readonly kind: 'unusable'; readonly reason: string; readonly help: string }
  | { readonly kind: 'done' };
