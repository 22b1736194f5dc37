// The AXI shell driven by the AXI models of the testbench: values through TDATA, TLAST and registers, under back-pressure.
// What is expected is packed here, by bigint arithmetic, not by the language.

import { AxiLiteMaster, AxiStreamSink, AxiStreamSource, simulate } from '@gatewright/sim';
import { complaintsAbout } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';
import { describe, expect, test } from 'vitest';
import { Shifter } from '../../test/axi-designs.ts';
import { SkidBuffer } from '../stream/skid-buffer.ts';
import { axiShell, shellIdentity } from './axi-shell.ts';
import { shellMap } from './shell-map.ts';

const Shell = axiShell(Shifter as never, { commands: ['command'] });
const map = shellMap(Shifter.ports({ lanes: 3 }), ['command']);
const offsetOf = (name: string): number => map.registers.find((r) => r.name === name)!.offset;

test('where everything is', () => {
  expect(map.registers.map(({ name, offset, words }) => [offset, name, words])).toEqual([
    [0x00, 'id', 1],
    [0x04, 'bias', 1],
    [0x08, 'passed', 2],
    [0x10, 'command_count', 1],
    [0x14, 'command_offset', 2],
    [0x1c, 'command_direction', 1],
    [0x20, 'command_send', 1],
  ]);
  expect(map.addressBits).toBe(6);
  expect(
    map.streams.map(({ port, last, fields }) => [port, last, fields.map((f) => [f.name, f.low])]),
  ).toEqual([
    [
      's_axis_in',
      true,
      [
        ['x', 0],
        ['tag', 21],
      ],
    ],
    [
      'm_axis_out',
      true,
      [
        ['y', 0],
        ['tag', 126],
      ],
    ],
    ['m_axis_plain', false, [['', 0]]],
  ]);
  expect(() => shellMap(Shifter.ports({ lanes: 3 }), ['comand'])).toThrow(
    'there is no input stream `comand`; there are: command, in',
  );
  // Fixed, since drivers compare it.
  expect(shellIdentity('Shifter', { lanes: 3 })).not.toBe(shellIdentity('Shifter', { lanes: 4 }));
});

test('prints as reviewed, lint-clean in Verilator, Icarus and Yosys', async () => {
  const files = Shell.elaborate().verilog();
  expect(files.map((f) => f.name)).toEqual(['Shifter.v', 'ShifterAxi.v']);
  expect(Shell.elaborate().top.domains[0]!.domain.reset).toEqual({
    name: 'aresetn',
    kind: 'sync',
    active: 'low',
  });
  await expect(files.at(-1)!.text).toMatchFileSnapshot('__snapshots__/ShifterAxi.v');
  const top = 'ShifterAxi';
  expect(await complaintsAbout(files, top)).toEqual([]);
  expect(await lintYosys(files, top)).toEqual({ ok: true, log: '' });
}, 120_000);

interface Beat {
  readonly x: readonly number[];
  readonly tag: number;
}
const cut = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, value);
const bytesOf = (value: bigint, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
/** Elements of `bits` bits and the tag above them, in as many bytes as that takes. */
const beatBytes = (elements: readonly bigint[], bits: number, tag: number): number[] => {
  let value = 0n;
  elements.forEach((e, i) => {
    value |= cut(e, bits) << BigInt(bits * i);
  });
  value |= BigInt(tag) << BigInt(bits * elements.length);
  return bytesOf(value, Math.ceil((bits * elements.length + 3) / 8));
};

describe.each(['native', 'verilator'] as const)('%s', (backend) => {
  test.each([
    ['without stalls', undefined],
    ['with back-pressure', { in: 0.4, out: 0.6, seed: 7 }],
  ] as const)(
    'frames by commands over AXI4-Lite, %s',
    (_name, stalls) =>
      simulate(Shell, {}, { backend, stalls, protocol: 'axi' }, async (dut, t) => {
        const d = dut as unknown as Record<string, never>;
        const bus = new AxiLiteMaster({
          aw: d.s_axi_aw!,
          w: d.s_axi_w!,
          b: d.s_axi_b!,
          ar: d.s_axi_ar!,
          r: d.s_axi_r!,
        });
        const [source, sink] = [new AxiStreamSource(d.s_axis_in!), new AxiStreamSink(d.m_axis_out!)];
        const plain = d.m_axis_plain! as { take(n: number): Promise<{ data: bigint }[]> };
        const write = async (name: string, value: bigint, words = 1): Promise<void> => {
          for (let i = 0; i < words; i++)
            expect(await bus.write(offsetOf(name) + 4 * i, cut(value >> BigInt(32 * i), 32))).toBe('Okay');
        };
        expect(await bus.read(0)).toEqual({
          data: BigInt(shellIdentity('Shifter', { lanes: 3 })),
          resp: 'Okay',
        });

        const jobs = [
          { offset: 0x12_3456_789an, direction: 0n, count: 3 },
          { offset: -0x7f_ffff_ffffn, direction: 1n, count: 1 },
          { offset: -5n, direction: 0n, count: 4 },
          { offset: 77n, direction: 1n, count: 2 },
        ];
        const bias = -9n;
        await write('bias', bias);
        let n = 0;
        const frames = jobs.map(({ count }) =>
          Array.from({ length: count }, (): Beat => {
            n++;
            return { x: [n - 64, 63 - n, (37 * n) % 64], tag: n % 8 };
          }),
        );
        const sent = t.fork(async () => {
          for (const beats of frames)
            await source.send(Uint8Array.from(beats.flatMap((b) => beatBytes(b.x.map(BigInt), 7, b.tag))));
        });
        const lasts = t.fork(() => plain.take(n));
        const commands = t.fork(async () => {
          for (const { offset, direction, count } of jobs) {
            await write('command_count', BigInt(count));
            await write('command_offset', offset, 2);
            await write('command_direction', direction);
            await write('command_send', 1n);
          }
        });
        for (const [i, { offset, direction }] of jobs.entries()) {
          const expected = frames[i]!.flatMap(({ x, tag }) => {
            const shift = (offset + bias) * (direction === 1n ? -1n : 1n);
            return beatBytes(
              x.map((e) => BigInt(e) + shift),
              42,
              tag,
            );
          });
          expect([...(await sink.recv())]).toEqual(expected);
        }
        const low = frames.flat().map(({ x }) => cut(BigInt(x[2]!), 5));
        expect((await lasts.join()).map((b) => b.data)).toEqual(low);
        await sent.join();
        await commands.join();

        expect((await bus.read(offsetOf('passed'))).data).toBe(BigInt(n));
        expect((await bus.read(offsetOf('passed') + 4)).data).toBe(0n);
        expect((await bus.read(offsetOf('command_send'))).data).toBe(1n);
        // Byte strobes, words that cannot be written, words that are not there.
        await bus.write(offsetOf('command_offset'), 0xaabb_ccdd);
        await bus.write(offsetOf('command_offset'), 0x1122_3344, 0b0101);
        expect((await bus.read(offsetOf('command_offset'))).data).toBe(0xaa22_cc44n);
        expect(await bus.write(0, 1)).toBe('SlvErr');
        expect(await bus.write(offsetOf('passed'), 1)).toBe('SlvErr');
        expect(await bus.read(0x3c)).toEqual({ data: 0n, resp: 'SlvErr' });
        expect(await bus.write(0x3c, 1)).toBe('SlvErr');
        // Without bit 0, or without its strobe, nothing is sent.
        await bus.write(offsetOf('command_send'), 2);
        await bus.write(offsetOf('command_send'), 1, 0b1110);
        await t.step(20);
        expect((await bus.read(offsetOf('passed'))).data).toBe(BigInt(n));
      }),
    120_000,
  );
});

test('a write that sends waits for room, so that no command is lost', () =>
  simulate(Shell, {}, async (dut, t) => {
    const d = dut as unknown as Record<string, never>;
    const bus = new AxiLiteMaster({
      aw: d.s_axi_aw!,
      w: d.s_axi_w!,
      b: d.s_axi_b!,
      ar: d.s_axi_ar!,
      r: d.s_axi_r!,
    });
    await bus.write(offsetOf('command_count'), 1);
    let answered = 0;
    for (let i = 0; i < 5; i++)
      t.fork(async () => {
        await bus.write(offsetOf('command_send'), 1);
        answered++;
      });
    await t.step(40);
    // One in the module, two in the queue; the reading side goes on.
    expect(answered).toBe(3);
    expect((await bus.read(offsetOf('command_send'))).data).toBe(0n);
    const source = new AxiStreamSource(d.s_axis_in!);
    for (let i = 0; i < 5; i++) void source.send(Uint8Array.of(i, 0, 0));
    const out = (d.m_axis_out! as { take(n: number): Promise<unknown[]> }).take(5);
    await (d.m_axis_plain! as { take(n: number): Promise<unknown[]> }).take(5);
    expect(await out).toHaveLength(5);
    await t.step(10);
    expect(answered).toBe(5);
  }));

test('a module with nothing to configure has no AXI4-Lite port, and its streams lose no cycle', async () => {
  const Slice = axiShell(SkidBuffer as never);
  expect(Slice.elaborate().top.ports.map((p) => p.decl.name)).toEqual([
    ...['s_axis_in_tvalid', 's_axis_in_tready', 's_axis_in_tdata'],
    ...['m_axis_out_tvalid', 'm_axis_out_tready', 'm_axis_out_tdata'],
  ]);
  await simulate(Slice, {}, async (dut, t) => {
    const d = dut as unknown as Record<string, never>;
    const start = t.cycle;
    const beats = Array.from({ length: 100 }, (_, i) => ({ data: BigInt(i) }));
    t.fork(() => (d.s_axis_in! as { sendAll(v: unknown): Promise<void> }).sendAll(beats));
    expect(await (d.m_axis_out! as { take(n: number): Promise<unknown[]> }).take(100)).toEqual(beats);
    // A cycle in each slice, and one in the module.
    expect(t.cycle - start).toBeLessThanOrEqual(100 + 3);
  });
});
