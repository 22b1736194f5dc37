// The report in a real browser, opened from disk: what it shows, sorts, filters and links, in light and dark.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium as driver, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../../test/chromium.ts';
import { checked, newFolder, sweepInto } from '../../test/surroundings.ts';
import { units } from '../../test/units.ts';
import { readResults } from '../results/result-table.ts';
import { htmlReport } from './html-report.ts';

const sweep = checked({
  name: 'lanes',
  description: 'A sweep <of> "lanes" & bits.',
  units: [{ unit: 'mac', parameters: { lanes: { pow2: [1, 8] }, bits: [4, 8], fault: ['none', 'throws'] } }],
  workloads: [{ name: 'gemm', gemm: { tokens: 1, depth: 16, outputs: 2 } }],
  metrics: ['design', 'simulation'],
  objectives: ['min design.portBits', 'max gemm.macPerCycle'],
});

const folder = newFolder();
const file = join(folder, 'report.html');
let text = '';
beforeAll(async () => {
  await sweepInto(folder, sweep);
  text = await htmlReport(
    readResults(folder),
    units,
    (verb, { params }) => `gatewright ${verb} mac --lanes ${params.lanes}`,
  );
  writeFileSync(file, text);
});

test('it loads nothing, and is the same for the same results', async () => {
  expect(text).not.toMatch(/(src|href)=["']?(https?:|\/)/);
  const again = await htmlReport(
    readResults(folder),
    units,
    (verb, { params }) => `gatewright ${verb} mac --lanes ${params.lanes}`,
  );
  expect(again).toBe(text);
});

const where = chromium === undefined ? ' (SKIPPED: no Chromium here; `apt install chromium` brings one)' : '';
describe.skipIf(chromium === undefined)(`in Chromium${where}`, () => {
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await driver.launch({
      executablePath: chromium!,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
      timeout: 120_000,
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => void faults.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('request', (request) => request.url().startsWith('http') && faults.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  }, 300_000);
  afterAll(() => browser?.close());

  const texts = (selector: string): Promise<string[]> => page.locator(selector).allTextContents();

  test('title, counts and the front', async () => {
    expect(await texts('h1')).toEqual(['lanes']);
    expect(await texts('h1 + p')).toEqual(['A sweep <of> "lanes" & bits.']);
    expect(await texts('h1 + p + p')).toEqual([
      expect.stringMatching(/^16 points, 4 on the front, 8 failed, 0 wrong\. gatewright /),
    ]);
    // Points that failed have no place in the plot.
    expect(await page.locator('circle.dot').count()).toBe(8);
    expect(await page.locator('circle.dot.front').count()).toBe(4);
  });

  test('the table sorts both ways and filters', async () => {
    const first = async (): Promise<string | null> =>
      page.locator('tbody tr').first().getAttribute('data-number');
    await page.locator('th button', { hasText: 'gemm.macPerCycle' }).click();
    expect(await first()).toBe('1');
    await page.locator('th button', { hasText: 'gemm.macPerCycle' }).click();
    expect(['13', '15']).toContain(await first());
    await page.getByLabel('filter').fill('front 4');
    await expect.poll(async () => (await texts('.controls .soft'))[0]).toBe('4 points');
    await page.getByLabel('filter').fill('');
  });

  test('hovering over a point tells what it is; a click shows how to make it again', async () => {
    await page.locator('circle.dot.front').last().hover();
    expect(await texts('#tip div')).toContain('lanes = 8, bits = 4, fault = none');
    await page.locator('circle.dot.front').last().click();
    expect(await texts('h2 + p + .panel + div code')).toEqual(['gatewright generate mac --lanes 8']);
    expect(await page.locator('tr.chosen').getAttribute('data-number')).toBe('13');
  });

  test('axes can be chosen, also logarithmic', async () => {
    await page.getByLabel('x axis').selectOption({ label: 'design.lines' });
    await page.getByText('log').last().click();
    expect(await page.locator('circle.dot').count()).toBe(8);
    expect(await texts('svg.scatter text')).toContain('design.lines');
  });

  test('a line of Verilog leads to its TypeScript, and back', async () => {
    const line = page.locator('.source').first().locator('.l.mapped', { hasText: 'product_0' }).first();
    await line.click();
    expect((await texts('.source >> nth=1 >> .l.hit'))[0]).toContain('named(');
    await page.locator('.source').nth(1).locator('.l.hit').click();
    expect((await texts('.source >> nth=0 >> .l.hit'))[0]).toContain('product_0');
  });

  test('ports, block diagram and a timing diagram of a real run', async () => {
    expect((await texts('svg.diagram text')).join(' ')).toContain('Mac');
    expect((await texts('.wave svg text')).join(' ')).toContain('in_valid');
  });

  test('light, dark and on paper', async () => {
    const back = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await back()).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await back()).toBe('rgb(20, 23, 27)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await back()).toBe('rgb(255, 255, 255)');
    expect(await page.locator('.controls').first().isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
    const { REPORT_SCREENSHOTS: into } = process.env;
    if (into) {
      mkdirSync(into, { recursive: true });
      await page.screenshot({ path: join(into, 'report.png'), fullPage: true });
    }
  });

  test('nothing went wrong, nothing was loaded', () => {
    expect(faults).toEqual([]);
  });
});
