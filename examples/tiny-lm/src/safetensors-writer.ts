// The beginning of a safetensors file, and where each tensor's bytes go after it.
// Invariant: tensors lie one after the other, those of the widest elements first, and the header is padded to 8 bytes; so
// every tensor starts at a multiple of its element size, which readers that map the file rely on.
// It holds no tensor bytes: a file of any size can be written piece by piece.

import { ELEMENT_BYTES, type SafetensorsDtype } from './safetensors.ts';

/** A tensor to be written. */
export interface TensorLayout {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
}

export interface SafetensorsLayout {
  /** Header length and header: the first bytes of the file. */
  readonly prefix: Uint8Array;
  /** First byte of a tensor in the file, by name. */
  readonly positions: ReadonlyMap<string, number>;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Lays out a file. Throws an Error that starts with "safetensors:" for a name that occurs twice. */
export function layOutSafetensors(
  tensors: readonly TensorLayout[],
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsLayout {
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set('__metadata__', metadata);
  const begins = new Map<string, number>();
  let end = 0;
  for (const { name, dtype, shape } of tensors.toSorted(
    (a, b) => ELEMENT_BYTES[b.dtype] - ELEMENT_BYTES[a.dtype],
  )) {
    if (header.has(name)) throw new Error(`safetensors: there would be two tensors ${name}`);
    const begin = end;
    end += shape.reduce((product, n) => product * n, ELEMENT_BYTES[dtype]);
    begins.set(name, begin);
    header.set(name, { dtype, shape, data_offsets: [begin, end] });
  }
  // Member by member, as an object would sort names of digits and take __proto__ for something else.
  const members = [...header].map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  const text = new TextEncoder().encode(`{${members.join(',')}}`);
  const length = Math.ceil(text.length / 8) * 8;
  const prefix = new Uint8Array(8 + length).fill(0x20);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(length), true);
  prefix.set(text, 8);
  const positions = new Map([...begins].map(([name, begin]) => [name, prefix.length + begin]));
  return { prefix, positions, size: prefix.length + end };
}
