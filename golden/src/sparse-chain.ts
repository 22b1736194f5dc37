// Several small products in one 48-bit multiplier and adder, and chains of them: exact sums, and the same on packed fields.
// Invariant: `chainSums` is plain integer arithmetic; `packedSums` follows the bits, so the two agree just as far as
// `safeProducts` says and differ one step further.
// Sources: FlightLLM's two-row INT8 packing [P]; four INT4 products as in AMD's WP521 and DSP-Packing (arXiv 2203.11028);
// rounding of borrows by a bias and the split of the running sum are derived [D].

/** `w4a8` and `int8` have two fields of 18 bits, `int4` four of 11. */
export type PackingName = 'int8' | 'w4a8' | 'int4';

export interface Packing {
  /** Activation rows and weight columns whose products one slice makes. */
  readonly rows: number;
  readonly columns: number;
  readonly activationBits: number;
  readonly weightBits: number;
  /** Bits of a field; field k lies at k * fieldBits. */
  readonly fieldBits: number;
}

/**
 * int8: two activation rows share one weight. w4a8: two 4-bit weights share one activation. int4: two activations times
 * two weights. Field c * rows + r is row r times column c.
 */
export const PACKINGS: Readonly<Record<PackingName, Packing>> = {
  int8: { rows: 2, columns: 1, activationBits: 8, weightBits: 8, fieldBits: 18 },
  w4a8: { rows: 1, columns: 2, activationBits: 8, weightBits: 4, fieldBits: 18 },
  int4: { rows: 2, columns: 2, activationBits: 4, weightBits: 4, fieldBits: 11 },
};

/** Sums that a field holds: products of full-range operands, or of weights other than the most negative one. */
export function safeProducts(p: Packing, weights: 'full' | 'symmetric'): number {
  const activation = 2 ** (p.activationBits - 1);
  const weight = 2 ** (p.weightBits - 1);
  const limit = 2 ** (p.fieldBits - 1);
  // The largest product is positive with the most negative weight, else one short of the most negative activation's.
  return weights === 'full'
    ? Math.floor((limit - 1) / (activation * weight))
    : Math.floor((limit - 1) / (activation * (weight - 1)));
}

/** One tap: an activation per row and a weight per column. */
export interface Tap {
  readonly activations: readonly number[];
  readonly weights: readonly number[];
}

/** SUM over the taps, per field. */
export function chainSums(p: Packing, taps: readonly Tap[]): number[] {
  return Array.from({ length: p.rows * p.columns }, (_, field) =>
    taps.reduce((sum, t) => sum + t.activations[field % p.rows]! * t.weights[Math.floor(field / p.rows)]!, 0),
  );
}

/** What one slice multiplies: the operand with the pre-added pair, and the one beside it. */
export function packedOperands(p: Packing, tap: Tap): { readonly a: bigint; readonly b: bigint } {
  const pack = (values: readonly number[], offset: number): bigint =>
    values.reduce((sum, v, i) => sum + (BigInt(v) << BigInt(i * offset)), 0n);
  return p.columns === 1
    ? { a: pack(tap.activations, p.fieldBits), b: BigInt(tap.weights[0]!) }
    : { a: pack(tap.weights, p.rows * p.fieldBits), b: pack(tap.activations, p.fieldBits) };
}

/** The constant that keeps every field non-negative, so that no field borrows from the next. */
export const packedBias = (p: Packing): bigint =>
  Array.from(
    { length: p.rows * p.columns - 1 },
    (_, k) => 1n << BigInt(k * p.fieldBits + p.fieldBits - 1),
  ).reduce((sum, bit) => sum + bit, 0n);

/** The fields of a 48-bit sum; the last one has all bits that are left. */
export function packedFields(p: Packing, sum: bigint, biased: boolean): number[] {
  const fields = p.rows * p.columns;
  const bits = BigInt.asUintN(48, sum);
  return Array.from({ length: fields }, (_, k) => {
    const low = bits >> BigInt(k * p.fieldBits);
    const width = k === fields - 1 ? 48 - k * p.fieldBits : p.fieldBits;
    const field = BigInt.asUintN(width, low);
    if (!biased) {
      // The borrow of the field below is given back.
      const borrow = k === 0 ? 0n : (bits >> BigInt(k * p.fieldBits - 1)) & 1n;
      return Number(BigInt.asIntN(width, field + borrow));
    }
    const inverted = k === fields - 1 ? field : field ^ (1n << BigInt(width - 1));
    return Number(BigInt.asIntN(width, inverted));
  });
}

/** The fields that a chain of slices over all `taps` ends with, overflow included. */
export function packedSums(p: Packing, taps: readonly Tap[], biased = true): number[] {
  const sum = taps.reduce(
    (s, tap) => {
      const { a, b } = packedOperands(p, tap);
      return s + a * b;
    },
    biased ? packedBias(p) : 0n,
  );
  return packedFields(p, sum, biased);
}

/**
 * A chain whose lower field is split after every `every` taps: `keep` bits go on through the next slices, the rest past
 * them; INT8 only. Exact up to 10 kept bits with 8 taps, as 8 * 16256 + 2^10 - 1 fills the field.
 */
export function splitSums(p: Packing, taps: readonly Tap[], every: number, keep: number): number[] {
  let sum = 0n;
  let aside = 0n;
  const low = BigInt(p.fieldBits);
  taps.forEach((tap, i) => {
    if (i % every === 0) {
      if (i > 0) {
        // Biased field: its top bits are signed once the bias is taken off.
        const field = BigInt.asUintN(p.fieldBits, sum) - (1n << (low - 1n));
        aside += field >> BigInt(keep);
        sum = ((BigInt.asIntN(48, sum) >> low) << low) + BigInt.asUintN(keep, field);
      }
      sum += packedBias(p);
    }
    const { a, b } = packedOperands(p, tap);
    sum += a * b;
  });
  const [lower, upper] = packedFields(p, sum, true);
  return [lower! + Number(aside) * 2 ** keep, upper!];
}
