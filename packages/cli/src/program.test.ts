// The command line as a whole: help, the version, and what each kind of misuse is answered with.

import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNITS } from '@gatewright/pe-gen';
import { expect, test } from 'vitest';
import { runCommand } from '../test/run-command.ts';
import { delay } from '../test/units.ts';

test('help', async () => {
  const { code, stdout } = await runCommand(['--help']);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: gatewright [options] [command]

    Verified Verilog for LLM accelerators.

    Options:
      --version                   print the version
      -h, --help                  show help

    Commands:
      list [options]              list the units that can be generated
      describe [options] <unit>   show the parameters, ports and source of a unit
      generate <unit> [options]   write the Verilog of a unit, with constraints, a core file and a
                                  manifest
      verify <unit> [options]     simulate a unit and compare every output with its golden model, bit by
                                  bit
      cost <unit> [options]       synthesise a unit and its baselines: LUTs, gates, area, timing and
                                  power
      sim run <file> [options]    run testbenches
      sweep <file> [options]      measure many configurations of units
      best <results> [options]    the best points of a sweep
      compare <a> <b> [options]   compare two results of sweeps, or two points
      report <dir> [options]      make the HTML report of a sweep
      demo [options]              run a real layer of a small language model on generated hardware
      run-lm [options]            a small language model whose layers run on generated hardware, token
                                  by token
      quantize [options] <model>  quantise the weights of a model file (safetensors)
      prune [options] <model>     prune the weights of a model file to n of 16 (safetensors)

    Examples:
      gatewright list                                    the units
      gatewright describe mixpe                          parameters and ports of one
      gatewright generate mixpe --lanes 4 -o out/lane4   its Verilog
      gatewright verify mixpe                            against its golden model, bit by bit
      gatewright cost mixpe                              what it costs beside its baselines
      gatewright sim run counter.bench.ts                a testbench of your own
      gatewright sweep lanes.json                        many configurations, and which are best
      gatewright demo                                    a real layer of a language model through it
      gatewright run-lm                                  the whole model on units, token by token
      gatewright quantize --format bitmod-fp4 model.safetensors

    Exit codes: 0 done; 1 a verification, a tool or a folder failed; 2 the command line or the input is wrong; 130 interrupted.
    Results go to stdout, progress and errors to stderr.
    "
  `);
  expect(await runCommand([])).toEqual({ code: 0, stdout, stderr: '' });
});

test('help of a unit: its parameters as flags', async () => {
  const { code, stdout } = await runCommand(['generate', 'delay', '--help'], { units: [delay] });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: gatewright generate delay [options]

    Passes vectors on, one cycle later.

    Parameters:
      --width <n>                bits of an element (1..16; default 8)
      --elements <n>             elements of a vector (from 1; default 2)
      --invert [true|false]      invert every bit (default false)
      --blankLines <choice>      has no effect (keep | drop; default keep)

    Options:
      --axi                      behind AXI ports: streams as AXI4-Stream, commands as AXI4-Lite
                                 registers
      --axi-registers <streams>  input streams that become registers, with commas; or none
      -o, --out <dir>            folder for the files; made when it does not exist (default:
                                 "out/delay")
      --clock-mhz <mhz>          frequency in the clock constraints (default: 200)
      --sv                       SystemVerilog-2017 instead of Verilog-2005
      --no-locations             leave out the comments and the source maps that name TypeScript lines
      --warn <rule>              what to make of a warning: code:off or code:error, then @module (* for
                                 any text) (default: none)
      --json                     print JSON
      -h, --help                 show help

    Parameters may be written --likeThis or --like-this; booleans also as --no-name or --name=false.

    Examples:
      gatewright generate delay
      gatewright generate delay --width 3 --elements 4 --invert -o out/odd --clock-mhz 400
    "
  `);
});

test('help of a verb', async () => {
  const { stdout } = await runCommand(['verify', '--help'], { units: [delay] });
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: gatewright verify <unit> [options]

    simulate a unit and compare every output with its golden model, bit by bit

    Options:
      -h, --help       show help

    Units:
      delay [options]  Passes vectors on, one cycle later.

    Examples:
      gatewright verify mixpe                           every configuration of the unit
      gatewright verify mixpe --lanes 4 --groupSize 64  one configuration
      gatewright verify mixpe --help
    "
  `);
});

test('the version', async () => {
  expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
});

test('misuse: exit code 2, one error with its remedy, nothing on stdout, nothing written', async () => {
  const lines = [
    'frob',
    '--frob',
    'generat mixpe',
    'describe',
    'describe delai',
    'describe gpu',
    'generate',
    'generate dely -o x',
    'generate --width 4 delay -o x',
    'generate delay -o',
    'generate delay --out=',
    'generate delay -o x surplus',
    'generate delay -o x --widht 4',
    'generate delay -o x --clock-mhz fast',
    'generate delay -o x --width',
    'generate delay -o x --width 17',
    'generate delay -o x --width 2.5',
    'generate delay -o x --width wide',
    'generate delay -o x --invert=maybe',
    'generate delay -o x --blank-lines some',
    'generate delay -o x --width 16 --elements 5',
    'generate delay -o x --width 0 --elements many',
    'verify delay --seed -1',
    'verify delay --backend modelsim',
    'verify delay --width 99',
    'generate mixpe -o x --lanes 7',
    'generate mixpe -o x --multiplier sign_mag',
    'verify mixpe --zeroPoint constant --zeroPointValue 99',
    'demo --lanes 3',
    'demo --tokens 0',
    'demo --tokens 3 --text KING',
  ];
  const cwd = await mkdtemp(join(tmpdir(), 'gatewright-'));
  let transcript = '';
  for (const line of lines) {
    const { code, stdout, stderr } = await runCommand(line.split(' '), { units: [delay, ...UNITS], cwd });
    expect([line, code, stdout]).toEqual([line, 2, '']);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    transcript += `$ gatewright ${line}\n${stderr}`;
  }
  expect(await readdir(cwd)).toEqual([]);
  expect(transcript).toMatchInlineSnapshot(`
    "$ gatewright frob
    error: unknown command 'frob'
    help: \`gatewright --help\` shows what it takes
    $ gatewright --frob
    error: unknown option '--frob'
    help: \`gatewright --help\` shows what it takes
    $ gatewright generat mixpe
    error: unknown command 'generat'
    help: did you mean generate?
    $ gatewright describe
    error: missing required argument 'unit'
    help: \`gatewright describe --help\` shows what it takes
    $ gatewright describe delai
    error: there is no unit 'delai'
    help: did you mean delay?
    $ gatewright describe gpu
    error: there is no unit 'gpu'
    help: the units are: delay, mixpe, mixpe-array, mixpe-gemm, mixpe-array-ws, mixpe-gemm-ws, mixpe-float, bit-serial, sparse-dsp, sparse-mpe, lut-tensor-core, lut-tensor-core-float, ternary
    $ gatewright generate
    error: which unit shall it generate?
    help: the units are: delay, mixpe, mixpe-array, mixpe-gemm, mixpe-array-ws, mixpe-gemm-ws, mixpe-float, bit-serial, sparse-dsp, sparse-mpe, lut-tensor-core, lut-tensor-core-float, ternary
    $ gatewright generate dely -o x
    error: there is no unit 'dely'
    help: did you mean delay?
    $ gatewright generate --width 4 delay -o x
    error: the unit comes before its options, here is '--width'
    help: gatewright generate delay --width 4 -o x
    $ gatewright generate delay -o
    error: option '--out' argument missing
    help: \`gatewright generate delay --help\` shows what it takes
    $ gatewright generate delay --out=
    error: a path is empty
    help: a variable of the shell may not be set
    $ gatewright generate delay -o x surplus
    error: unexpected argument 'surplus'
    help: \`gatewright generate delay --help\` shows what it takes
    $ gatewright generate delay -o x --widht 4
    error: unknown option '--widht'
    help: did you mean --width?
    $ gatewright generate delay -o x --clock-mhz fast
    error: --clock-mhz fast: give megahertz above 0, up to 10000
    help: \`gatewright generate delay --help\` shows what it takes
    $ gatewright generate delay -o x --width
    error: option '--width' argument missing
    help: \`gatewright generate delay --help\` shows what it takes
    $ gatewright generate delay -o x --width 17
    error: --width 17: must be at most 16
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright generate delay -o x --width 2.5
    error: --width 2.5: must be an integer
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright generate delay -o x --width wide
    error: --width wide: must be a number
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright generate delay -o x --invert=maybe
    error: --invert maybe: must be true or false
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright generate delay -o x --blank-lines some
    error: --blankLines some: must be keep or drop
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright generate delay -o x --width 16 --elements 5
    error: --elements 5: a vector has at most 64 bits
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright generate delay -o x --width 0 --elements many
    error: illegal parameters for delay
      --width 0: must be at least 1
      --elements many: must be a number
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright verify delay --seed -1
    error: --seed -1: give an integer from 0 to 2147483647
    help: \`gatewright verify delay --help\` shows what it takes
    $ gatewright verify delay --backend modelsim
    error: --backend modelsim: there are native, verilator, both
    help: \`gatewright verify delay --help\` shows what it takes
    $ gatewright verify delay --width 99
    error: --width 99: must be at most 16
    help: \`gatewright describe delay\` lists the parameters with their ranges
    $ gatewright generate mixpe -o x --lanes 7
    error: --lanes 7: lanes must divide groupSize: 128 is not a multiple of 7
    help: \`gatewright describe mixpe\` lists the parameters with their ranges
    $ gatewright generate mixpe -o x --multiplier sign_mag
    error: --multiplier sign_mag: sign_mag needs signed weights: set weightSigned, or use and_shift
    help: \`gatewright describe mixpe\` lists the parameters with their ranges
    $ gatewright verify mixpe --zeroPoint constant --zeroPointValue 99
    error: --zeroPointValue 99: the zero point is a weight code, so it lies in 0..15
    help: \`gatewright describe mixpe\` lists the parameters with their ranges
    $ gatewright demo --lanes 3
    error: --lanes 3: lanes must divide groupSize: 128 is not a multiple of 3
    help: \`gatewright describe mixpe\` lists the parameters with their ranges
    $ gatewright demo --tokens 0
    error: --tokens 0: give an integer from 1
    help: \`gatewright demo --help\` shows what it takes
    $ gatewright demo --tokens 3 --text KING
    error: option '--tokens' cannot be used with option '--text'
    help: \`gatewright demo --help\` shows what it takes
    "
  `);
});

test('colours only on request, or on a terminal', async () => {
  const plain = await runCommand(['frob']);
  expect((await runCommand(['frob'], { env: { FORCE_COLOR: '1' } })).stderr).toContain('\u001b[31merror:');
  expect((await runCommand(['frob'], { terminal: true })).stderr).toContain('\u001b[31merror:');
  expect(await runCommand(['frob'], { terminal: true, env: { NO_COLOR: '1' } })).toEqual(plain);
});
