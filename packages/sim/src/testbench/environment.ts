// What the environment decides where a testbench says nothing: `GATEWRIGHT_SEED=7 npx vitest` draws other stalls.
// Invariant: an option in the code wins; a value that means nothing is an error, not a default.

/** The seed of everything random: GATEWRIGHT_SEED, or 1. Throws a RangeError when that is not a seed. */
export function defaultSeed(): number {
  const text = process.env.GATEWRIGHT_SEED;
  if (text === undefined || text === '') return 1;
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31) return seed;
  throw new RangeError(`GATEWRIGHT_SEED=${text}: a seed is an integer from 0 to ${2 ** 31 - 1}`);
}

let files = 0;

/**
 * The VCD file of a design that names none: GATEWRIGHT_VCD for the first one of the process, then with a number
 * (`out.vcd`, `out-2.vcd`); undefined when no file is asked for.
 */
export function defaultVcd(): string | undefined {
  const path = process.env.GATEWRIGHT_VCD;
  if (path === undefined || path === '') return undefined;
  files++;
  return files === 1 ? path : path.replace(/(\.vcd)?$/, `-${files}$1`);
}
