// The rules of the house, held by trying to break them: imports point down the floors, and browser rooms stay free of
// node:. The files below are written to a folder of their own, under the repository's own lint configuration.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const UP = 'An import only points down the floors';
const NODE = 'also runs in a browser';

const forbidden: readonly (readonly [room: string, target: string, message: string])[] = [
  ['golden', '@gatewright/hdl-core', UP],
  ['packages/hdl-core', '@gatewright/sim', UP],
  ['packages/verilator', '@gatewright/hdl-core', UP],
  ['packages/yosys', '@gatewright/hdl-core', UP],
  ['packages/sim', '@gatewright/yosys', UP],
  ['packages/sim', '@gatewright/pe-gen', UP],
  ['packages/sim', '@gatewright/pe-gen/deep', UP],
  ['packages/parts', '@gatewright/golden', UP],
  ['packages/pe-gen', '@gatewright/verilator', UP],
  ['packages/pe-gen', '@gatewright/cli', UP],
  ['packages/pe-gen', '@gatewright/explore', UP],
  ['packages/explore', '@gatewright/pe-gen', UP],
  ['packages/explore', '@gatewright/cli', UP],
  ['packages/pe-gen', '@gatewright/attention-gen', UP],
  ['packages/attention-gen', '@gatewright/pe-gen', UP],
  ['packages/attention-gen', '@gatewright/verilator', UP],
  ['packages/parts', '@gatewright/attention-gen', UP],
  ['examples/tiny-lm', '@gatewright/pe-gen', UP],
  ['examples/tiny-lm', '@gatewright/explore', UP],
  ['examples/designs', '@gatewright/sim', UP],
  ['golden', 'node:fs', NODE],
  ['packages/hdl-core', 'node:fs', NODE],
  ['packages/parts', 'node:fs', NODE],
  ['packages/pe-gen', 'node:fs', NODE],
  ['packages/attention-gen', 'node:fs', NODE],
  ['packages/sim/src/backend/native', 'node:fs', NODE],
  ['packages/sim/src/backend/native', '@gatewright/verilator', UP],
  ['packages/sim/src/backend/native', '@gatewright/pe-gen', UP],
  ['examples/designs', 'node:fs', NODE],
];
const allowed: readonly (readonly [room: string, target: string])[] = [
  ['packages/pe-gen', '@gatewright/hdl-core'],
  ['packages/pe-gen', '@gatewright/sim/unit'],
  ['packages/sim', 'node:fs'],
  ['packages/cli', '@gatewright/pe-gen'],
  ['packages/explore', '@gatewright/yosys'],
  ['packages/cli', '@gatewright/attention-gen'],
];

const fileOf = (room: string, target: string): string => `${room}/src/${target.replace(/\W+/g, '-')}.ts`;
let log = '';
const complaintsAbout = (file: string): string =>
  log
    .split('\n')
    .filter((l) => l.includes(`file=${file}`) || l.includes(`${file},`))
    .join('\n');

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-house-'));
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  for (const [room, target] of [...forbidden, ...allowed]) {
    const file = join(folder, fileOf(room, target));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `import { x } from '${target}';\n\nx();\n`);
  }
  const biome = join(root, 'node_modules/.bin/biome');
  const run = spawnSync(biome, ['lint', '--reporter=github', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  log = run.stdout;
});

test.each(forbidden)('%s may not import %s', (room, target, message) => {
  expect(complaintsAbout(fileOf(room, target))).toContain(message);
});
test.each(allowed)('%s may import %s', (room, target) => {
  expect(complaintsAbout(fileOf(room, target))).toBe('');
});
