// The weight-stationary tile sequencer against its golden model, and broken sequencers that must be caught.

import { verifyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { broken, expectCaught, expectTooSlow } from '../../../test/broken.ts';
import { mixpeStationarySequencer } from './stationary-unit.ts';

test.each(mixpeStationarySequencer.configurations)(
  '%j is bit exact and as fast as predicted',
  async (params) => {
    const report = await verifyUnit(mixpeStationarySequencer, params, { runs: 6, backend: 'native' });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
  },
);

test.each([
  { tokens: 8, perToken: 1 },
  { tokens: 4, perToken: 2 },
])('with 8 rows, $tokens tokens take $perToken cycles each: no bubble from 8 on', ({ tokens, perToken }) => {
  const cycles = (outputs: number): number => {
    const p = mixpeStationarySequencer.module.params.parse({ rows: 8, columns: 8 });
    const command = [{ tokens: BigInt(tokens), outputs: BigInt(outputs), depth: 1024n }];
    const inputs = { command, activations: [], weights: [], group: [] };
    return mixpeStationarySequencer.performance(p, inputs as never).cycles;
  };
  expect(cycles(16) - cycles(8)).toBe((1024 / 8) * tokens * perToken);
});

describe('a broken sequencer', () => {
  const params = { rows: 4, columns: 3, groupSize: 8, maxTokens: 4, maxDepth: 16 };
  test.each([
    ['activations that are always new', 'first_across = outputs_left == outputs', "first_across = 1'b1"],
    ['the step before, read again', 'kept[next_step]', 'kept[step]'],
    ['what lies beyond K counts', "{8{left > 5'd2}}", "{8{left > 5'd1}}"],
    ['a pass too few', "last_pass  = left <= 5'd4", "last_pass  = left <= 5'd5"],
    ['all tiles as high as the first', 'tokens_left - 16', 'tokens_left - 0 * 16'],
    [
      'outputs that there are not',
      "< 16'd3 ? outputs_left[1:0] : 2'd3",
      "< 16'd0 ? outputs_left[1:0] : 2'd3",
    ],
    ['a last result in every tile', 'tile_last    = last_tile & last_step', 'tile_last    = last_step'],
  ])('%s: caught', async (_, from, to) => {
    const fault = broken('MixPeStationaryGemm', from, to);
    await expectCaught(mixpeStationarySequencer, params, fault, { runs: 1, timeout: 2000 });
  });

  test('a cycle between commands: right, but too slow', async () => {
    const fault = broken(
      'MixPeStationaryGemm',
      'command_ready = ~running | finishes',
      'command_ready = ~running',
    );
    await expectTooSlow(mixpeStationarySequencer, params, fault);
  });
});
