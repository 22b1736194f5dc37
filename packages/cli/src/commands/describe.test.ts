import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { choose, delay } from '../../test/units.ts';

test('mixpe', async () => {
  const { code, stdout, stderr } = await runCommand(['describe', 'mixpe']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot();
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a unit without clock or bounds', async () => {
  const { stdout } = await runCommand(['describe', 'choose'], { units: [choose] });
  expect(stdout).toMatchInlineSnapshot();
});

test('as JSON, with the schema', async () => {
  const { stdout } = await runCommand(['describe', 'delay', '--json'], { units: [delay] });
  const description = JSON.parse(stdout);
  expect(description.schema.properties.width).toEqual({
    default: 8,
    description: 'bits of an element',
    type: 'integer',
    minimum: 1,
    maximum: 16,
  });
  expect(description).toMatchObject({
    name: 'delay',
    configurations: [{}, { width: 3, elements: 4, invert: true }],
    ports: [{ name: 'clk' }, { name: 'rst' }, { name: 'in', type: 'stream<vec<2, uint<8>>>' }, {}, {}],
  });
});
