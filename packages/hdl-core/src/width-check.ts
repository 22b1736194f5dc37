// Literal widths in tsc: a value goes where it fits, and where it does not the message says so in our words.
// Invariant: it judges only where both widths are literals; a `number` is left to elaboration, which knows exact ranges.
// Decimal digits are compared as text: a few steps per pair of widths, whatever their size.

type Digits = '0123456789';
type Ordering = 'equal' | 'less' | 'greater';

/** How the decimal numbers `A` and `B` compare; `Lead` is what their digits so far say. */
type Compare<
  A extends string,
  B extends string,
  Lead extends Ordering = 'equal',
> = A extends `${infer X}${infer Xs}`
  ? B extends `${infer Y}${infer Ys}`
    ? Compare<Xs, Ys, Lead extends 'equal' ? CompareDigit<X, Y> : Lead>
    : 'greater'
  : B extends ''
    ? Lead
    : 'less';
type CompareDigit<X extends string, Y extends string> = X extends Y
  ? 'equal'
  : Digits extends `${string}${X}${string}${Y}${string}`
    ? 'less'
    : 'greater';

interface WidthError<M extends string> {
  readonly __error: M;
}

/** `unknown` where `From` bits may be assigned to `To` bits, an impossible type that says why not elsewhere. */
export type FitsWidth<To extends number, From extends number> = number extends To
  ? unknown
  : number extends From
    ? unknown
    : Compare<`${From}`, `${To}`> extends 'greater'
      ? WidthError<`width mismatch: ${From} bits do not fit in ${To}; use .trunc(${To}) or .saturate(${To})`>
      : unknown;
