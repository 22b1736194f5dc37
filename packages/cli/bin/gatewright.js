#!/usr/bin/env node
import { existsSync } from 'node:fs';

// On before anything else is loaded: the comments in the Verilog then name TypeScript lines, also from the compiled code.
process.setSourceMapsEnabled(true);

const compiled = new URL('../dist/main.js', import.meta.url);
if (existsSync(compiled)) {
  const { main } = await import(compiled.href);
  await main(process.argv.slice(2));
} else {
  process.stderr.write('error: gatewright is not compiled yet\nhelp: run npm run build\n');
  process.exitCode = 1;
}
