// Reader of the safetensors format from memory: 8-byte little-endian header length, JSON header, tensor bytes.
// Invariant: a file that parses is covered by its tensors completely, without gap or overlap, and each tensor's byte count
// is its shape times its element size; so reading a tensor afterwards cannot run outside the file.
// It reads FP32, FP16 and BF16 values (all exact as FP32); it neither writes files nor follows sharded indexes.

import { BF16, type FloatFormat, FP16, FP32, floatArrayToNumbers } from '@gatewright/golden';
import { suggestion } from './did-you-mean.ts';

/** Element sizes in bytes of the format's data types. */
const ELEMENT_BYTES = {
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

export interface Safetensors {
  /** The free-form `__metadata__` entry, empty if absent. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
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
  const { header, dataStart } = readHeader(bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map(Object.entries(entries).map(([name, entry]) => [name, checkEntry(name, entry)]));
  checkCoverage(tensors, bytes.length - dataStart);
  return {
    metadata: checkMetadata(metadata),
    tensors,
    tensor: (name, shape) => readTensor(bytes.subarray(dataStart), tensors, name, shape),
  };
}

function fail(message: string): never {
  throw new Error(`safetensors: ${message}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) fail(`truncated file: ${bytes.length} bytes, the header length alone takes 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES)
    fail(`header of ${length} bytes is over ${MAX_HEADER_BYTES}; is this a safetensors file?`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length)
    fail(`truncated file: the header ends at byte ${dataStart}, the file at ${bytes.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, dataStart)));
  } catch (cause) {
    throw new Error('safetensors: the header is not valid UTF-8 JSON', { cause });
  }
  if (!isRecord(header)) fail('the header is not a JSON object');
  return { header, dataStart };
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

function readTensor(
  data: Uint8Array,
  tensors: ReadonlyMap<string, TensorInfo>,
  name: string,
  shape?: readonly number[],
): Tensor {
  const info = tensors.get(name) ?? fail(`no tensor ${name}; ${suggestion(name, tensors.keys())}`);
  if (shape && (shape.length !== info.shape.length || shape.some((n, i) => n !== info.shape[i]))) {
    fail(`tensor ${name} has shape [${info.shape.join(', ')}], need [${shape.join(', ')}]`);
  }
  const format = FLOAT_FORMATS[info.dtype];
  if (!format)
    fail(`tensor ${name} is ${info.dtype}; only ${Object.keys(FLOAT_FORMATS).join(', ')} can be read`);
  // Through a DataView: the data section need not be aligned, and the format is little-endian on every machine.
  const view = new DataView(data.buffer, data.byteOffset + info.begin, info.end - info.begin);
  const size = ELEMENT_BYTES[info.dtype];
  const codes = new Uint32Array(view.byteLength / size);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = size === 4 ? view.getUint32(4 * i, true) : view.getUint16(2 * i, true);
  }
  return { name, shape: info.shape, data: floatArrayToNumbers(format, codes) };
}
