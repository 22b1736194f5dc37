// What holds for every unit that ships.

import { expect, test } from 'vitest';
import { UNITS } from './units.ts';

test('no configuration that is verified draws a warning', () => {
  const warned = UNITS.flatMap(({ name, module, configurations }) =>
    configurations.flatMap((given) =>
      module.elaborate(given).warnings.map((w) => `${name} ${JSON.stringify(given)}: ${w.message}`),
    ),
  );
  expect(UNITS.length).toBeGreaterThan(10);
  expect(warned).toEqual([]);
});
