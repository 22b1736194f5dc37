import { expect, test } from 'vitest';
import { compareTensors } from './error-metrics.ts';

test('hand-worked', () => {
  // Errors 0, 1, 0, -1 over reference 3, 4, 0, 5: noise 2, signal 50, ratio 1/5.
  const metrics = compareTensors(Float32Array.of(3, 4, 0, 5), Float32Array.of(3, 5, 0, 4));
  expect(metrics.maxAbs).toBe(1);
  expect(metrics.meanAbs).toBe(0.5);
  expect(metrics.relativeRms).toBeCloseTo(0.2, 12);
  expect(metrics.snrDb).toBeCloseTo(13.9794, 4);
});

test('no error, and an all-zero reference', () => {
  const x = Float32Array.of(0, 1);
  expect(compareTensors(x, x)).toEqual({ maxAbs: 0, meanAbs: 0, relativeRms: 0, snrDb: Infinity });
  expect(compareTensors(new Float32Array(2), x)).toMatchObject({ relativeRms: Infinity, snrDb: -Infinity });
});

test('bad input', () => {
  expect(() => compareTensors(new Float32Array(1), new Float32Array(2))).toThrow(
    '1 reference and 2 actual elements',
  );
  expect(() => compareTensors(new Float32Array(0), new Float32Array(0))).toThrow(RangeError);
  expect(() => compareTensors(Float32Array.of(0, 1), Float32Array.of(0, Number.NaN))).toThrow(
    'element 1 is NaN',
  );
});
