// Reader of the safetensors format: 8-byte little-endian header length, JSON header, tensor bytes. `parseSafetensors` takes a
// whole file in memory; the steps below it serve who reads a large file piece by piece.
// Invariant: a file that parses is covered by its tensors completely, without gap or overlap, and each tensor's byte count
// is its shape times its element size; so reading a tensor afterwards cannot run outside the file.
// It reads FP32, FP16 and BF16 values (all exact as FP32); see safetensors-writer.ts for the way back.

import { BF16, type FloatFormat, FP16, FP32, floatArrayToNumbers } from '@gatewright/golden';
import { suggestion } from './did-you-mean.ts';

/** Element sizes in bytes of the format's data types. */
export const ELEMENT_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type SafetensorsDtype = keyof typeof ELEMENT_BYTES;

const FLOAT_FORMATS: Partial<Record<SafetensorsDtype, FloatFormat>> = { F32: FP32, F16: FP16, BF16 };

/** Headers above this are refused, as in the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

export interface TensorInfo {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** First byte and the byte after the last, from the start of the data section. */
  readonly begin: number;
  readonly end: number;
}

/** A tensor's values in row-major order, each an exact FP32. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsHeader {
  /** The free-form `__metadata__` entry, empty if absent. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

export interface Safetensors extends SafetensorsHeader {
  /**
   * The values of a tensor. With `shape`, the tensor must have exactly that shape.
   * Throws for an unknown name (with the nearest names), another shape, or a dtype that is not F32, F16 or BF16.
   */
  tensor(name: string, shape?: readonly number[]): Tensor;
}

/**
 * Checks a whole safetensors file and gives access to its tensors. The bytes are kept, not copied.
 * Throws an Error that starts with "safetensors:" for a truncated file, a bad header, an unknown dtype, sizes that do not
 * match, or tensors that overlap, leave a gap or reach past the end.
 */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  const dataStart = 8 + safetensorsHeaderBytes(bytes, bytes.length);
  const header = parseSafetensorsHeader(bytes.subarray(8, dataStart), bytes.length - dataStart);
  const data = bytes.subarray(dataStart);
  return {
    ...header,
    tensor(name, shape) {
      const info =
        header.tensors.get(name) ?? fail(`no tensor ${name}; ${suggestion(name, header.tensors.keys())}`);
      if (shape && (shape.length !== info.shape.length || shape.some((n, i) => n !== info.shape[i])))
        fail(`tensor ${name} has shape [${info.shape.join(', ')}], need [${shape.join(', ')}]`);
      return decodeTensor(name, info, data.subarray(info.begin, info.end));
    },
  };
}

/** Bytes of the JSON header of a file of `fileBytes` bytes that begins with `start`; the data follow it. Throws like `parseSafetensors`. */
export function safetensorsHeaderBytes(start: Uint8Array, fileBytes: number): number {
  if (fileBytes < 8) fail(`truncated file: ${fileBytes} bytes, the header length alone takes 8`);
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES)
    fail(`header of ${length} bytes is over ${MAX_HEADER_BYTES}; is this a safetensors file?`);
  const end = 8 + Number(length);
  if (end > fileBytes) fail(`truncated file: the header ends at byte ${end}, the file at ${fileBytes}`);
  return Number(length);
}

/** Checks a JSON header against the number of data bytes that follow it. Throws like `parseSafetensors`. */
export function parseSafetensorsHeader(json: Uint8Array, dataBytes: number): SafetensorsHeader {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw new Error('safetensors: the header is not valid UTF-8 JSON', { cause });
  }
  if (!isRecord(header)) fail('the header is not a JSON object');
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map(Object.entries(entries).map(([name, entry]) => [name, checkEntry(name, entry)]));
  checkCoverage(tensors, dataBytes);
  return { metadata: checkMetadata(metadata), tensors };
}

/** True for the dtypes that `decodeTensor` reads. */
export const isReadableDtype = (dtype: SafetensorsDtype): boolean => FLOAT_FORMATS[dtype] !== undefined;

/** The values of a tensor from its bytes. Throws for a dtype that is not F32, F16 or BF16. */
export function decodeTensor(name: string, { dtype, shape }: TensorInfo, bytes: Uint8Array): Tensor {
  const format = FLOAT_FORMATS[dtype];
  if (!format) fail(`tensor ${name} is ${dtype}; only ${Object.keys(FLOAT_FORMATS).join(', ')} can be read`);
  // Through a DataView: the bytes need not be aligned, and the format is little-endian on every machine.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = ELEMENT_BYTES[dtype];
  const codes = new Uint32Array(view.byteLength / size);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = size === 4 ? view.getUint32(4 * i, true) : view.getUint16(2 * i, true);
  }
  return { name, shape, data: floatArrayToNumbers(format, codes) };
}

function fail(message: string): never {
  throw new Error(`safetensors: ${message}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (!isRecord(metadata)) fail('__metadata__ is not an object');
  const pairs = Object.entries(metadata).map(([key, value]) =>
    typeof value === 'string' ? ([key, value] as const) : fail(`__metadata__.${key} is not a string`),
  );
  return Object.fromEntries(pairs);
}

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

function checkEntry(name: string, entry: unknown): TensorInfo {
  if (!isRecord(entry)) fail(`tensor ${name}: its header entry is not an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
    fail(
      `tensor ${name}: unknown dtype ${JSON.stringify(dtype)}; known are ${Object.keys(ELEMENT_BYTES).join(', ')}`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    fail(`tensor ${name}: shape ${JSON.stringify(shape)} is not a list of non-negative integers`);
  }
  if (
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    !offsets.every(isCount) ||
    offsets[0]! > offsets[1]!
  ) {
    fail(`tensor ${name}: data_offsets ${JSON.stringify(offsets)} is not [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const needed = shape.reduce((product, n) => product * n, 1) * ELEMENT_BYTES[dtype as SafetensorsDtype];
  if (end - begin !== needed) {
    fail(
      `tensor ${name}: ${dtype} [${shape.join(', ')}] takes ${needed} bytes, its offsets hold ${end - begin}`,
    );
  }
  return { dtype: dtype as SafetensorsDtype, shape, begin, end };
}

/** The format demands that tensors tile the data section; a duplicate JSON key shows up here as a gap. */
function checkCoverage(tensors: ReadonlyMap<string, TensorInfo>, dataBytes: number): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  let previous = 'the start of the data';
  for (const [name, { begin, end }] of inOrder) {
    if (begin < covered) fail(`tensor ${name} begins at byte ${begin}, inside ${previous}`);
    if (begin > covered)
      fail(`bytes ${covered}..${begin - 1} between ${previous} and tensor ${name} belong to no tensor`);
    if (end > dataBytes) fail(`truncated file: tensor ${name} ends at data byte ${end} of ${dataBytes}`);
    covered = end;
    previous = `tensor ${name}`;
  }
  if (covered < dataBytes) fail(`${dataBytes - covered} bytes after ${previous} belong to no tensor`);
}
