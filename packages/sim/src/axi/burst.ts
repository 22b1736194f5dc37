// The addresses of an AXI burst (ARM IHI 0022, A3.4.1).
// Invariant: a burst that AXI forbids is an AxiError; AXI4-Lite requests are bursts of one beat.

import { AxiError } from './channel.ts';

/** One request, checked. */
export interface Burst {
  readonly address: bigint;
  readonly beats: number;
  /** Bytes per beat. */
  readonly size: number;
  readonly kind: 'fixed' | 'incr' | 'wrap';
}

const kinds = ['fixed', 'incr', 'wrap'] as const;

/** The burst that a request asks for; `bytes` is the width of the data bus. Throws an AxiError. */
export function burstOf(channel: string, request: Readonly<Record<string, bigint>>, bytes: number): Burst {
  const address = request.addr!;
  const beats = Number(request.len ?? 0n) + 1;
  const size = request.size === undefined ? bytes : 2 ** Number(request.size);
  const kind = kinds[Number(request.burst ?? 1n)];
  const wrong = (what: string): never => {
    throw new AxiError(`${channel}: the burst at 0x${address.toString(16)} ${what}`);
  };
  if (kind === undefined) return wrong(`is of kind ${request.burst}, which is reserved`);
  if (size > bytes) wrong(`has beats of ${size} bytes on a bus of ${bytes}`);
  if (kind === 'fixed' && beats > 16) wrong(`is fixed and has ${beats} beats; AXI allows 16`);
  if (kind === 'wrap') {
    if (![2, 4, 8, 16].includes(beats)) wrong(`wraps after ${beats} beats; AXI allows 2, 4, 8 and 16`);
    if (address % BigInt(size) !== 0n) wrong(`wraps and is not aligned to its ${size} bytes`);
  }
  const burst: Burst = { address, beats, size, kind };
  const last = beatAddresses(burst).at(-1)!;
  if (kind === 'incr' && address >> 12n !== last >> 12n)
    wrong(`of ${beats} beats of ${size} bytes crosses a boundary of 4 KiB`);
  return burst;
}

/** The address of every beat. */
export function beatAddresses({ address, beats, size, kind }: Burst): bigint[] {
  const step = BigInt(size);
  const aligned = address - (address % step);
  const span = step * BigInt(beats);
  const lowest = kind === 'wrap' ? address - (address % span) : 0n;
  return Array.from({ length: beats }, (_, i) => {
    if (kind === 'fixed' || i === 0) return address;
    const next = aligned + step * BigInt(i);
    return kind === 'wrap' && next >= lowest + span ? next - span : next;
  });
}
