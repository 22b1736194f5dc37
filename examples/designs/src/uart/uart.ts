// A UART, 8N1: a transmitter and a receiver, each one state machine and one bit timer.
// Invariant: the receiver samples in the middle of each bit, so that clocks may differ by a few per cent.

import {
  bool,
  cat,
  cdc,
  defineModule,
  fsm,
  input,
  named,
  output,
  regs,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const params = z.object({
  clocksPerBit: z
    .int()
    .min(4)
    .max(65536)
    .default(868)
    .meta({ description: 'clock cycles per bit: 868 is 115200 baud at 100 MHz' }),
});
const timerFor = (clocks: number) => uint(Math.ceil(Math.log2(clocks)));

export const UartTx = defineModule({
  name: 'UartTx',
  doc: 'UART transmitter: one start bit, eight data bits from the lowest, one stop bit.',
  params,
  ports: () => ({ in: input(stream(uint(8))), tx: output(bool, 'idle high') }),
  build(io, p) {
    const { timer, place } = regs(
      { timer: timerFor(p.clocksPerBit), place: uint(3) },
      { timer: 0, place: 0 },
    );
    const { data } = regs({ data: uint(8) });
    const { level } = regs({ level: bool }, { level: true });
    const bitEnds = named('bit_ends', timer.eq(p.clocksPerBit - 1));

    const frame = fsm(
      'frame',
      {
        Idle: (go) => {
          level.next(true);
          when(io.in.valid, () => {
            data.next(io.in.data);
            go('Start');
          });
        },
        Start: (go) => {
          level.next(false);
          when(bitEnds, () => go('Data'));
        },
        Data: (go) => {
          level.next(data.bit(0));
          when(bitEnds, () => {
            data.next(data.shr(1));
            place.next(place.addWrap(1));
            when(place.eq(7), () => go('Stop'));
          });
        },
        Stop: (go) => {
          level.next(true);
          when(bitEnds, () => go('Idle'));
        },
      },
      { init: 'Idle' },
    );

    when(frame.is('Idle').or(bitEnds), () => timer.next(0)).otherwise(() => timer.next(timer.addWrap(1)));
    io.in.ready.set(frame.is('Idle'));
    io.tx.set(level);
  },
});

export const UartRx = defineModule({
  name: 'UartRx',
  doc: 'UART receiver: one start bit, eight data bits from the lowest, one stop bit.',
  params,
  ports: () => ({
    rx: input(bool, 'idle high, from any clock'),
    out: output(stream(uint(8))),
    badFrame: output(bool, 'one cycle: a byte without its stop bit was dropped'),
    overrun: output(bool, 'one cycle: a byte was dropped, as the one before was not taken'),
  }),
  build(io, p) {
    const { timer, place } = regs(
      { timer: timerFor(p.clocksPerBit), place: uint(3) },
      { timer: 0, place: 0 },
    );
    const { data, held } = regs({ data: uint(8), held: uint(8) });
    const { full, cut, lost } = regs(
      { full: bool, cut: bool, lost: bool },
      { full: false, cut: false, lost: false },
    );
    const rx = cdc.sync('rx', io.rx, { reset: true });
    const sample = named('sample', timer.eq(0));

    timer.next(timer.subWrap(1));
    cut.next(false);
    lost.next(false);
    when(io.out.fire, () => full.next(false));
    const wait = (clocks: number): void => timer.next(clocks - 1);

    fsm(
      'frame',
      {
        Idle: (go) => {
          wait(Math.floor(p.clocksPerBit / 2));
          when(rx.not(), () => go('Start'));
        },
        Start: (go) => {
          when(sample, () => {
            wait(p.clocksPerBit);
            when(rx, () => go('Idle')).otherwise(() => go('Data'));
          });
        },
        Data: (go) => {
          when(sample, () => {
            wait(p.clocksPerBit);
            data.next(cat(rx, data.bits(7, 1)));
            place.next(place.addWrap(1));
            when(place.eq(7), () => go('Stop'));
          });
        },
        Stop: (go) => {
          when(sample, () => {
            when(rx, () => {
              // An offered byte stays until it is taken, so it is the newcomer that is lost.
              when(full.not().or(io.out.ready), () => {
                held.next(data);
                full.next(true);
              }).otherwise(() => lost.next(true));
            }).otherwise(() => cut.next(true));
            go('Idle');
          });
        },
      },
      { init: 'Idle' },
    );

    io.out.valid.set(full);
    io.out.data.set(held);
    io.badFrame.set(cut);
    io.overrun.set(lost);
  },
});
