// Integer formats (bits, signed): range, check, wrap, saturate, and the width a range of values needs.
// Invariant: 1 <= bits <= 52, so every value and every intermediate here is an exact JS number.
// It does no arithmetic on tensors and knows nothing of quantisation.

/** Two's complement when signed. */
export interface IntegerFormat {
  readonly bits: number;
  readonly signed: boolean;
}

/** A closed interval of integers. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

function modulus(f: IntegerFormat): number {
  if (!Number.isInteger(f.bits) || f.bits < 1 || f.bits > 52) {
    throw new RangeError(`integer format of ${f.bits} bits: need 1..52`);
  }
  return f.bits <= 31 ? (1 << f.bits) >>> 0 : 2147483648 * ((1 << (f.bits - 31)) >>> 0);
}

/** All values of the format. */
export function integerRange(f: IntegerFormat): IntegerRange {
  const m = modulus(f);
  return f.signed ? { min: -m / 2, max: m / 2 - 1 } : { min: 0, max: m - 1 };
}

/** `UINT4`, `INT8`, ... */
export function integerFormatName(f: IntegerFormat): string {
  return `${f.signed ? '' : 'U'}INT${f.bits}`;
}

/** Throws RangeError naming `what` unless `n` is an integer of the format. */
export function checkInteger(f: IntegerFormat, n: number, what = 'value'): void {
  const { min, max } = integerRange(f);
  if (!(Number.isInteger(n) && n >= min && n <= max)) {
    throw new RangeError(`${what} is ${n}, not in ${min}..${max} (${integerFormatName(f)})`);
  }
}

/** Throws RangeError naming the first element, `what[i]`, that is no integer of the format. */
export function checkIntegers(f: IntegerFormat, values: ArrayLike<number>, what: string): void {
  const { min, max } = integerRange(f);
  for (let i = 0; i < values.length; i++) {
    const n = values[i]!;
    if (!(n >= min && n <= max && Number.isInteger(n))) checkInteger(f, n, `${what}[${i}]`);
  }
}

/** The value of the low `bits` bits of a safe integer: what a register of that width would hold. */
export function wrapInteger(f: IntegerFormat, n: number): number {
  if (!Number.isSafeInteger(n)) throw new RangeError(`cannot wrap ${n}: not a safe integer`);
  const m = modulus(f);
  const low = ((n % m) + m) % m;
  return f.signed && low >= m / 2 ? low - m : low;
}

/** The nearest value of the format; NaN is an error. */
export function saturateInteger(f: IntegerFormat, n: number): number {
  if (Number.isNaN(n)) throw new RangeError('cannot saturate NaN');
  const { min, max } = integerRange(f);
  return Math.min(max, Math.max(min, n));
}

/** The fewest bits that hold every value of the range: two's complement if `signed`, which a negative minimum demands. */
export function requiredBits(range: IntegerRange, signed: boolean = range.min < 0): number {
  if (range.min < 0 && !signed)
    throw new RangeError(`range ${range.min}..${range.max} needs a signed format`);
  for (let bits = 1; bits <= 52; bits++) {
    const { min, max } = integerRange({ bits, signed });
    if (range.min >= min && range.max <= max) return bits;
  }
  throw new RangeError(`range ${range.min}..${range.max} needs more than 52 bits`);
}
