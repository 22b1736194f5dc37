// The size of the design itself: what elaboration makes, before any tool.
// Invariant: all but the time is the same on every machine.

import { modulesOf } from '@gatewright/hdl-core';
import type { Measurement } from './measurement.ts';

export const design: Measurement = {
  name: 'design',
  description: 'elaboration: its time, modules and Verilog',
  columns: () => [
    { name: 'design.elaborationMs', unit: 'ms', better: 'less', description: 'time to elaborate' },
    { name: 'design.modules', unit: '', description: 'different modules' },
    { name: 'design.lines', unit: '', description: 'lines of Verilog' },
    { name: 'design.bytes', unit: 'B', description: 'bytes of Verilog' },
    {
      name: 'design.portBits',
      unit: 'bit',
      better: 'less',
      description: 'bits of all ports but clock and reset',
    },
  ],
  async measure(subject) {
    const circuit = subject.circuit();
    const files = circuit.verilog({ locations: false });
    return {
      'design.elaborationMs': Number(subject.elaborationMs().toFixed(3)),
      'design.modules': [...modulesOf(circuit.top)].length,
      'design.lines': files.reduce((n, f) => n + f.text.split('\n').length - 1, 0),
      'design.bytes': files.reduce((n, f) => n + Buffer.byteLength(f.text), 0),
      'design.portBits': circuit.top.ports.reduce((n, p) => n + p.decl.width, 0),
    };
  },
};
