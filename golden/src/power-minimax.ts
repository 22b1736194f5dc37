// The polynomial nearest to 2^(u/n) on [0, 1] in relative error, by Remez's exchange.
// Invariant: the error of the result alternates between its extremes at degree + 2 points, which is what makes it nearest.
// It does not round coefficients: see exp-kind.ts.

const GRID = 4000;
const ROUNDS = 10;

/** Coefficients, the constant first, of the polynomial of least relative error for 2^(u/segments), u in [0, 1]. */
export function powerMinimax(degree: number, segments: number): readonly number[] {
  const points = degree + 2;
  const target = (u: number): number => 2 ** (u / segments);
  // Chebyshev's points to begin with.
  let at = Array.from({ length: points }, (_, k) => (1 - Math.cos((Math.PI * k) / (points - 1))) / 2);
  let coefficients: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // p(u) + (-1)^k E 2^(u/n) = 2^(u/n) at each point, for the coefficients and E.
    const solution = solve(
      at.map((u, k) => [
        ...Array.from({ length: degree + 1 }, (_, power) => u ** power),
        (k % 2 === 0 ? 1 : -1) * target(u),
        target(u),
      ]),
    );
    coefficients = solution.slice(0, -1);
    at = extremes((u) => coefficients.reduceRight((sum, c) => sum * u + c, 0) / target(u) - 1);
    if (at.length !== points) throw new RangeError(`powerMinimax: ${at.length} extremes, not ${points}`);
  }
  return coefficients;
}

/** Where the error is largest between its changes of sign. */
function extremes(error: (u: number) => number): number[] {
  const found: number[] = [];
  let [largest, where, sign] = [0, 0, Math.sign(error(0))];
  for (let k = 0; k <= GRID; k++) {
    const e = error(k / GRID);
    if (e !== 0 && Math.sign(e) !== sign) {
      found.push(where);
      [largest, sign] = [0, Math.sign(e)];
    }
    if (Math.abs(e) >= largest) [largest, where] = [Math.abs(e), k / GRID];
  }
  return [...found, where];
}

/** x of the linear equations whose rows are [coefficients of x ..., right side], by elimination with pivots. */
function solve(equations: number[][]): number[] {
  const rows = equations.map((row) => [...row]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows.findIndex(
      (row, r) => r >= i && rows.every((other, o) => o < i || Math.abs(other[i]!) <= Math.abs(row[i]!)),
    );
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = rows[r]![i]! / rows[i]![i]!;
      for (let k = i; k <= n; k++) rows[r]![k]! -= factor * rows[i]![k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
