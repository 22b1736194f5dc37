// Hardware types: what a port, wire or register holds, as plain data that both tsc and the elaborator read.
// Invariant: a type value is immutable and knows its own width; `ValueOf` gives its testbench (TypeScript) value.
// It does not hold signals (signal.ts) nor directions (ports.ts).

export interface HwType<K extends string = string, V = unknown> {
  readonly kind: K;
  /** Width in bits of all leaves together (a stream's handshake wires are not counted). */
  readonly width: number;
  /** Phantom: the testbench value of this type. */
  readonly __value?: V;
}
export interface UInt<W extends number = number> extends HwType<'uint', bigint> {
  readonly width: W;
}
export interface SInt<W extends number = number> extends HwType<'sint', bigint> {
  readonly width: W;
}
/** A fixed-point number: `integerBits` (its sign among them) before the binary point, `fractionBits` behind it. */
export interface Fixed extends HwType<'fixed', number> {
  readonly signed: boolean;
  readonly integerBits: number;
  readonly fractionBits: number;
}
export interface Bool extends HwType<'bool', boolean> {
  readonly width: 1;
}
export interface EnumType<L extends string = string> extends HwType<'enum', L> {
  /** What its labels are called after in the Verilog; without it, after the first signal of the type. */
  readonly name?: string;
  readonly labels: readonly L[];
}
export interface Vec<E extends HwType = HwType> extends HwType<'vec', ValueOf<E>[]> {
  readonly element: E;
  readonly length: number;
}
export type Fields = { readonly [field: string]: HwType };
export interface Bundle<F extends Fields = Fields>
  extends HwType<'bundle', { [K in keyof F]: ValueOf<F[K]> }> {
  readonly fields: F;
}
/** A valid/ready stream of `payload` (AXI4-Stream handshake rules). Only ports may have this type. */
export interface Stream<T extends HwType = HwType> extends HwType<'stream', never> {
  readonly payload: T;
  /** In the names of a port's wires, between the port and `valid`, `ready` or a field; `_` without it. */
  readonly infix?: string;
}
export type ValueOf<T extends HwType> = T extends HwType<string, infer V> ? V : never;

/** The types a leaf (one Verilog signal) can have. */
export type LeafType = UInt | SInt | Fixed | Bool | EnumType;
/** True for a leaf that Verilog declares `signed`. */
export const isSigned = (type: LeafType): boolean =>
  type.kind === 'sint' || (type.kind === 'fixed' && type.signed);
/** Any type, discriminated by `kind`: what the elaborator walks over. */
export type AnyType = LeafType | Vec<HwType> | Bundle | Stream;

const checkWidth = (what: string, width: number, least: number): void => {
  if (!Number.isInteger(width) || width < least || width > 65_536) {
    throw new RangeError(`${what}(${width}): a width is an integer from ${least} to 65536 bits`);
  }
};

/**
 * Unsigned integer of `width` bits: 0 .. 2^width - 1. `uint(0)` is always 0 and has no wire: an optional field or port
 * of a parametrised module is one whose width may be 0.
 */
export const uint = <const W extends number>(width: W): UInt<W> => {
  checkWidth('uint', width, 0);
  return { kind: 'uint', width };
};
/** Two's complement integer of `width` bits: -2^(width-1) .. 2^(width-1) - 1. */
export const sint = <const W extends number>(width: W): SInt<W> => {
  checkWidth('sint', width, 1);
  return { kind: 'sint', width };
};
/** A fixed-point type; `sfix` and `ufix` are shorter. Its values in TypeScript are numbers, multiples of 2^-fractionBits. */
export const fixed = (signed: boolean, integerBits: number, fractionBits: number): Fixed => {
  const width = integerBits + fractionBits;
  checkWidth(`${signed ? 'sfix' : 'ufix'}(${integerBits}, ${fractionBits}) of width `, width, signed ? 1 : 0);
  if (!Number.isInteger(fractionBits) || fractionBits < 0)
    throw new RangeError(`fixed: ${fractionBits} fraction bits; give an integer from 0`);
  return { kind: 'fixed', signed, integerBits, fractionBits, width };
};
/** Two's complement with a binary point: sfix(4, 8) holds -8 .. 8 - 2^-8 in 12 bits. */
export const sfix = (integerBits: number, fractionBits: number): Fixed =>
  fixed(true, integerBits, fractionBits);
/** Unsigned with a binary point: ufix(4, 8) holds 0 .. 16 - 2^-8 in 12 bits. */
export const ufix = (integerBits: number, fractionBits: number): Fixed =>
  fixed(false, integerBits, fractionBits);
/** One bit that is true or false. */
export const bool: Bool = { kind: 'bool', width: 1 };
/** An enumeration; label `i` is encoded as `i` in ceil(log2(labels)) bits. */
export const enumOf = <const L extends readonly [string, ...string[]]>(...labels: L): EnumType<L[number]> => {
  if (new Set(labels).size !== labels.length)
    throw new RangeError(`enumOf: a label is repeated in ${labels.join(', ')}`);
  for (const label of labels) {
    if (!/^\w+$/.test(label))
      throw new RangeError(`enumOf: \`${label}\` is not a label: use letters, digits and _`);
  }
  return { kind: 'enum', labels, width: Math.max(1, Math.ceil(Math.log2(labels.length))) };
};
/** `length` elements of one type; leaves are named `<name>_0`, `<name>_1`, … */
export const vec = <E extends HwType>(length: number, element: E): Vec<E> => {
  if (!Number.isInteger(length) || length < 1)
    throw new RangeError(`vec(${length}, …): a length is an integer from 1`);
  return { kind: 'vec', element, length, width: length * element.width };
};
const RESERVED_FIELDS = new Set(['set', 'next', 'type', 'node', 'fire', 'map', 'at', 'then']);
/** Named fields; leaves are named `<name>_<field>`. */
export const bundle = <F extends Fields>(fields: F): Bundle<F> => {
  let width = 0;
  for (const [name, type] of Object.entries(fields)) {
    if (RESERVED_FIELDS.has(name))
      throw new RangeError(`bundle: a field cannot be called \`${name}\`; signals use that word`);
    width += type.width;
  }
  return { kind: 'bundle', fields, width };
};
/**
 * A valid/ready stream of `payload`. The wires of a port are named `<port>_valid`, `<port>_ready` and `<port>_<field>`; another
 * `infix` than `_` makes the names that a bus standard wants: `_t` those of AXI4-Stream, nothing those of AXI4-Lite.
 */
export const stream = <T extends HwType>(
  payload: T,
  naming: { readonly infix?: string } = {},
): Stream<T> => ({
  kind: 'stream',
  payload,
  width: payload.width,
  ...naming,
});

/** The type as a reader writes it: `stream<{a: vec<2, sint<8>>, last: bool}>`. */
export function typeText(type: HwType): string {
  const t = type as AnyType;
  switch (t.kind) {
    case 'uint':
    case 'sint':
      return `${t.kind}<${t.width}>`;
    case 'fixed':
      return `${t.signed ? 'sfix' : 'ufix'}<${t.integerBits}, ${t.fractionBits}>`;
    case 'bool':
      return 'bool';
    case 'enum':
      return `enum<${t.labels.join(', ')}>`;
    case 'vec':
      return `vec<${t.length}, ${typeText(t.element)}>`;
    case 'bundle':
      return `{${Object.entries(t.fields)
        .map(([k, f]) => `${k}: ${typeText(f)}`)
        .join(', ')}}`;
    case 'stream':
      return `stream<${typeText(t.payload)}>`;
  }
}

export interface Leaf {
  /** Path below the aggregate: `['a', '0']`; empty for a leaf type itself. */
  readonly path: readonly string[];
  readonly type: LeafType;
}
/** The leaves of a payload type in declaration order. Streams have no leaves of their own here (ports.ts adds them). */
export function leavesOf(type: HwType, path: readonly string[] = []): Leaf[] {
  const t = type as AnyType;
  switch (t.kind) {
    case 'vec':
      return Array.from({ length: t.length }, (_, i) => leavesOf(t.element, [...path, String(i)])).flat();
    case 'bundle':
      return Object.entries(t.fields).flatMap(([k, f]) => leavesOf(f, [...path, k]));
    case 'stream':
      throw new RangeError('a stream can only be the type of a port, not part of another type');
    default:
      return [{ path, type: t }];
  }
}
