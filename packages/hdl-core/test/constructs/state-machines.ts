// State machines, matches on integers and dynamic writes, for the golden Verilog and for the simulators.

import {
  bool,
  defineModule,
  fsm,
  input,
  match,
  output,
  regs,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const none = z.object({});

export const Handshake = defineModule({
  name: 'Handshake',
  doc: 'a state machine that counts in one of its states.',
  params: none,
  ports: () => ({
    start: input(bool),
    stop: input(bool),
    limit: input(uint(4)),
    busy: output(bool),
    count: output(uint(4)),
    done: output(bool),
  }),
  build(io) {
    const { tick } = regs({ tick: uint(4) }, { tick: 0 });
    const { finished } = wires({ finished: bool }, { finished: false });
    const control = fsm(
      'control',
      {
        Idle: (go) => when(io.start, () => go('Run')),
        Run: (go) => {
          tick.next(tick.addWrap(1));
          when(tick.eq(io.limit), () => go('Drain')).elseWhen(io.stop, () => go('Idle'));
        },
        Drain: (go) => {
          finished.set(true);
          tick.next(0);
          go('Idle');
        },
      },
      { init: 'Idle' },
    );
    io.busy.set(control.is('Idle').not());
    io.count.set(tick);
    io.done.set(finished);
  },
});

export const Decode = defineModule({
  name: 'Decode',
  doc: 'a match on an integer, and registers written by index.',
  params: none,
  ports: () => ({
    opcode: input(uint(7)),
    low: input(uint(2)),
    address: input(uint(3)),
    write: input(bool),
    data: input(uint(4)),
    format: output(uint(3)),
    rotated: output(uint(2)),
    q: output(vec(6, uint(4))),
    read: output(uint(4)),
  }),
  build(io) {
    match(io.opcode, {
      51: () => io.format.set(1),
      19: () => io.format.set(2),
      111: () => io.format.set(3),
      _: () => io.format.set(0),
    });
    match(io.low, {
      0: () => io.rotated.set(1),
      1: () => io.rotated.set(2),
      2: () => io.rotated.set(3),
      3: () => io.rotated.set(0),
    });
    const { file } = regs({ file: vec(6, uint(4)) }, { file: [0, 0, 0, 0, 0, 0] });
    when(io.write, () => file.at(io.address).next(io.data));
    io.q.set(file);
    io.read.set(file.at(io.address));
  },
});
