// Simulated time: text with a unit in, whole picoseconds inside.
// Invariant: a time is a whole number of picoseconds below 2^53; nothing is rounded in silence.

/** A time, such as `'10ns'`, `'10 ns'` or `'2.5us'`. */
export type Time = `${number}${'ps' | 'ns' | 'us' | 'ms'}`;

const exponents = { ps: 0, ns: 3, us: 6, ms: 9 } as const;

/** The time in ps. Throws a RangeError when it is no time, or finer than a picosecond. */
export function picoseconds(time: Time, what: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?(ps|ns|us|ms)$/.exec(time) ?? [];
  if (digits === undefined)
    throw new RangeError(`${what}: ${JSON.stringify(time)} is no time; write '10ns' or '2.5us'`);
  const [whole = '', fraction = ''] = digits.split('.');
  const places = exponents[unit as keyof typeof exponents];
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > places) throw new RangeError(`${what}: ${time} is finer than 1 ps`);
  const value = Number(whole + kept.padEnd(places, '0'));
  if (!Number.isSafeInteger(value)) throw new RangeError(`${what}: ${time} is longer than 2^53 ps`);
  return value;
}

/** As a person writes it: the largest unit that needs no more than three decimals. */
export function timeText(ps: number): string {
  for (const unit of ['ms', 'us', 'ns'] as const) {
    const value = ps / 10 ** exponents[unit];
    if (value >= 1 && Number.isInteger(value * 1000)) return `${value}${unit}`;
  }
  return `${ps}ps`;
}
