// A port's bits in the memory of an instance, byte by byte.

import type { PortPlace } from '../src/backend/backend.ts';

export function readBits(memory: ArrayBuffer, { offset, bytes }: PortPlace): bigint {
  const view = new Uint8Array(memory, offset, bytes);
  return view.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

export function writeBits(memory: ArrayBuffer, { offset, bytes }: PortPlace, value: bigint): void {
  const view = new Uint8Array(memory, offset, bytes);
  for (const k of view.keys()) view[k] = Number((value >> BigInt(8 * k)) & 255n);
}
