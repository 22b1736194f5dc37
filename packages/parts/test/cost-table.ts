// The cost of every part: synthesises the catalogue with Yosys and rewrites the table of docs/parts.md.
//   npm run cost -w @gatewright/parts [-- <group> …]
// With groups only their rows are made anew; the others stay as they are. About half a minute a row; each is written at once.

import { readFileSync, writeFileSync } from 'node:fs';
import { synthesiseFpga, synthesiseGates } from '@gatewright/yosys';
import { type CatalogueEntry, catalogue } from './catalogue.ts';

const PAGE = new URL('../../../docs/parts.md', import.meta.url);
const BEGIN = '<!-- cost table: begin -->\n';
const END = '<!-- cost table: end -->\n';
const HEAD =
  '| part | configuration | LUT | FF | CARRY4 | DSP | RAM | gates | transistors | depth |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n';

async function row({ group, label, module, params }: CatalogueEntry): Promise<string> {
  const files = module.elaborate(params).verilog({ locations: false });
  const fpga = await synthesiseFpga(files, module.name, 'xcup');
  // A memory is no logic: its words would become flip-flops, which says nothing.
  const gates = fpga.ram ? undefined : await synthesiseGates(files, module.name);
  const figures = [
    fpga.lut,
    fpga.ff,
    fpga.carry,
    fpga.dsp,
    fpga.ram,
    gates?.gates,
    gates?.transistors,
    gates?.depth,
  ];
  return `| ${[group, label, ...figures.map((n) => n?.toLocaleString('en') ?? '-')].join(' | ')} |`;
}

const key = (line: string): string => line.split('|').slice(1, 3).join('|').trim();
const chosen = process.argv.slice(2);
const page = readFileSync(PAGE, 'utf8');
const [before, rest] = page.split(BEGIN) as [string, string];
const [table, after] = rest.split(END) as [string, string];
const known = new Map(table.split('\n').map((line) => [key(line), line]));

// Round by round, a row of each part, so that a run that is cut short has seen every part.
const rank = (e: CatalogueEntry): number => catalogue.filter((o) => o.group === e.group).indexOf(e);
const order = catalogue.toSorted((a, b) => rank(a) - rank(b));
const name = (e: CatalogueEntry): string => `${e.group} | ${e.label}`;
for (const entry of order) {
  if (chosen.length > 0 && !chosen.includes(entry.group)) continue;
  known.set(name(entry), await row(entry));
  console.log(known.get(name(entry)));
  const lines = catalogue.flatMap((e) => known.get(name(e)) ?? []);
  writeFileSync(PAGE, `${before}${BEGIN}${HEAD}${lines.join('\n')}\n${END}${after}`);
}
