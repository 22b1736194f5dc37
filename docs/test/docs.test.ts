// Executes the TypeScript of every page: its blocks form one program, and a text or verilog block that follows one holds
// what that block prints. `UPDATE_DOCS=1` writes the printed text into the page, to be reviewed like any other change.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';
import { afterEach, expect, test, vi } from 'vitest';

const docs = fileURLToPath(new URL('..', import.meta.url));
const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter(
  (p) => p.endsWith('.md') && !p.includes('node_modules'),
);
const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

interface Block {
  readonly language: string;
  readonly text: string;
}
const blocksOf = (page: string): Block[] =>
  [...readFileSync(join(docs, page), 'utf8').matchAll(FENCE)].map((m) => ({ language: m[1]!, text: m[2]! }));

/** The page's program, printing `mark` after each block. */
const MARK = '\u0000end of block';
function program(blocks: readonly Block[]): string {
  return blocks
    .filter((b) => b.language === 'ts')
    .map((b) => `${b.text}\nconsole.log(${JSON.stringify(MARK)});\n`)
    .join('\n');
}

/** A block that quotes a file: ` ```verilog file=why/x.v `. It is not executed. */
const QUOTE = /^```\w+ file=(\S+)\n([\s\S]*?)^```$/gm;

afterEach(() => vi.restoreAllMocks());

const executable = pages.filter((p) => blocksOf(p).some((b) => b.language === 'ts'));

test('there are pages with examples', () => {
  expect(executable).toContain('tour.md');
});

test.each(executable)('%s does what it says', async (page) => {
  const blocks = blocksOf(page);
  const file = join(docs, '.run', page.replace(/\.md$/, '.ts').replaceAll('/', '-'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, program(blocks));
  const printed: string[] = [''];
  vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    const line = values.map(String).join(' ');
    if (line === MARK) printed.push('');
    else printed[printed.length - 1] += `${line}\n`;
  });
  await import(pathToFileURL(file).href);

  let index = -1;
  let updated = readFileSync(join(docs, page), 'utf8');
  blocks.forEach((block, i) => {
    if (block.language === 'ts') index += 1;
    else if (
      blocks[i - 1]?.language === 'ts' &&
      (block.language === 'text' || block.language === 'verilog')
    ) {
      const actual = `${printed[index]!.trimEnd()}\n`;
      if (process.env.UPDATE_DOCS)
        updated = updated.replace(
          `\`\`\`${block.language}\n${block.text}\`\`\``,
          () => `\`\`\`${block.language}\n${actual}\`\`\``,
        );
      else expect(actual).toBe(block.text);
    }
  });
  if (process.env.UPDATE_DOCS) writeFileSync(join(docs, page), updated);
});

test.each(pages)('what %s quotes from files is in them', (page) => {
  for (const [, file, text] of readFileSync(join(docs, page), 'utf8').matchAll(QUOTE))
    expect(readFileSync(join(docs, dirname(page), file!), 'utf8')).toContain(text);
});

test('the Verilog of the comparison is clean in three tools without a waiver, as the page says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-why-'));
  const ours = blocksOf('why.md').filter((b) => b.language === 'verilog');
  const modules = ours.map((b) => ({ name: /^module (\w+)/m.exec(b.text)![1]!, text: b.text }));
  expect(modules.map((m) => m.name)).toEqual(['Counter', 'Controller', 'Fifo']);
  for (const { name, text } of modules) {
    writeFileSync(join(folder, `${name}.v`), text);
    const options = { top: name, cwd: folder };
    expect(await lintVerilator([`${name}.v`], options)).toEqual({ ok: true, log: '' });
    expect(await lintIcarus([`${name}.v`], options)).toEqual({ ok: true, log: '' });
    expect(await lintYosys([{ name: `${name}.v`, text }], name)).toEqual({ ok: true, log: '' });
  }
});

test('every call that testbench.md sets beside one of cocotb is made by a program', () => {
  const page = readFileSync(join(docs, 'testbench.md'), 'utf8');
  const calls = (text: string): string[] =>
    [...text.matchAll(/\b(?:t|task|dut\.\w+)\.(\w+)/g)].map((m) => m[1]!);
  const promised = new Set(
    page.split('\n').flatMap((line) => (line.startsWith('| ') ? calls(line.split(' | ')[1]!) : [])),
  );
  const made = new Set(
    [program(blocksOf('testbench.md')), readFileSync(join(docs, 'testbench/idioms.test.ts'), 'utf8')].flatMap(
      calls,
    ),
  );
  expect(promised.size).toBeGreaterThan(25);
  expect([...promised].filter((call) => !made.has(call))).toEqual([]);
});

test('the programs of the pages type-check', () => {
  const tsc = spawnSync(join(docs, '../node_modules/.bin/tsc'), ['-p', join(docs, 'tsconfig.pages.json')], {
    encoding: 'utf8',
  });
  expect(tsc.stdout).toBe('');
});

test('the README holds the two commands, one line each', () => {
  const readme = readFileSync(join(docs, '../README.md'), 'utf8');
  const shell = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((m) => m[1]);
  expect(shell).toEqual(['npm ci && npx gatewright demo\n', 'npm ci && npm test\n']);
});

test('links between pages lead somewhere', () => {
  const broken = ['../README.md', ...pages].flatMap((page) =>
    [...readFileSync(join(docs, page), 'utf8').matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)]
      .map((m) => join(docs, dirname(page), m[1]!))
      .filter((target) => {
        try {
          readFileSync(target);
          return false;
        } catch {
          return true;
        }
      }),
  );
  expect(broken).toEqual([]);
});
