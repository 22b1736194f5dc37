// The whole language model through Verilator, one pass for each of three kinds of hardware: npm run deep:lm -w @gatewright/cli
// Ends with exit code 1 when any tensor or stream differs from the golden models. Minutes the first time, while the models build.

import { run } from '../src/run.ts';

const CONFIGURATIONS = [
  ['mixpe-w4a8', 'window-fast'],
  ['bitmod-fp4', 'window-fast'],
  ['sparse-int8', 'window-fast'],
];
const { stdout, stderr, env } = process;
for (const [linear = '', attention = ''] of CONFIGURATIONS) {
  const flags = ['--linear', linear, '--attention', attention, '--prompt', 'RO', '--backend', 'verilator'];
  const code = await run(['run-lm', ...flags], { stdout, stderr, cwd: process.cwd(), env });
  if (code !== 0) process.exitCode = code;
}
