import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay } from '../../test/units.ts';

test('the table', async () => {
  const { code, stdout, stderr } = await runCommand(['list']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot();
});

test('as JSON', async () => {
  const { stdout } = await runCommand(['list', '--json'], { units: [delay] });
  expect(JSON.parse(stdout)).toEqual([
    {
      name: 'delay',
      summary: 'Passes vectors on, one cycle later.',
      paper: { title: 'On Delays', reference: 'nowhere 1.1' },
      parameters: ['width', 'elements', 'invert', 'blankLines'],
    },
  ]);
});
