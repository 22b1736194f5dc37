import { expect, test } from 'vitest';
import { lintYosys } from './lint.ts';

const file = (text: string) => [{ name: 'm.v', text }];

test('a clean module', async () => {
  const clean = 'module m (input wire a, output wire y); assign y = ~a; endmodule';
  expect(await lintYosys(file(clean), 'm')).toEqual({ ok: true, log: '' });
});

test.each([
  [
    'a loop',
    'module m (input wire a, output wire y); wire b; assign b = a & y; assign y = a | b; endmodule',
    /loop/i,
  ],
  [
    'an undriven wire',
    'module m (input wire a, output wire y); wire b; assign y = a & b; endmodule',
    /no driver/,
  ],
  ['a missing module', 'module m (input wire a, output wire y); n u_n (.a(a), .y(y)); endmodule', /\\n/],
  ['a syntax error', 'module m (input wire a; endmodule', /syntax error/],
])('%s is found', async (_, text, message) => {
  const result = await lintYosys(file(text), 'm');
  expect(result.ok).toBe(false);
  expect(result.log).toMatch(message);
});
