// AMD's DSP48E2 slice as a module of the language, with a model to simulate it by.
// Invariant: every input is connected; what a caller does not give is tied to where the slice does nothing with it.
// 7 series devices have the DSP48E1, which this is not.

import { domain, externModule, input, type Literal, output, type UIntSig, uint } from '@gatewright/hdl-core';
import { z } from 'zod';
import { DSP48E2_MODEL } from './dsp48e2-model.ts';

/** An input whose width TypeScript does not compare. */
const wire = (bits: number) => input(uint(bits));
const stages = (most: number) => z.int().min(0).max(most);

/** A parameter that Verilog declares with a width. */
const sized = (bits: number) =>
  z
    .bigint()
    .default(0n)
    .transform((value) => ({ bits, value }));

/** The primitive. Simulation brings the model along; synthesis tools bring their own. */
export const Dsp48e2 = externModule({
  name: 'DSP48E2',
  doc: 'DSP slice of UltraScale and UltraScale+ devices.',
  params: z.object({
    AMULTSEL: z.enum(['A', 'AD']).default('A'),
    BMULTSEL: z.enum(['B', 'AD']).default('B'),
    PREADDINSEL: z.enum(['A', 'B']).default('A'),
    USE_MULT: z.enum(['MULTIPLY', 'DYNAMIC', 'NONE']).default('MULTIPLY'),
    AREG: stages(2).default(1),
    ACASCREG: stages(2).default(1),
    BREG: stages(2).default(1),
    BCASCREG: stages(2).default(1),
    CREG: stages(1).default(1),
    DREG: stages(1).default(1),
    ADREG: stages(1).default(1),
    MREG: stages(1).default(1),
    PREG: stages(1).default(1),
    OPMODEREG: stages(1).default(1),
    INMODEREG: stages(1).default(0),
    ALUMODEREG: stages(1).default(0),
    CARRYINREG: stages(1).default(0),
    CARRYINSELREG: stages(1).default(0),
    RND: sized(48),
  }),
  ports: () => ({
    A: wire(30),
    B: wire(18),
    C: wire(48),
    D: wire(27),
    ACIN: wire(30),
    BCIN: wire(18),
    PCIN: wire(48),
    OPMODE: wire(9),
    INMODE: wire(5),
    ALUMODE: wire(4),
    CARRYIN: wire(1),
    CARRYCASCIN: wire(1),
    CARRYINSEL: wire(3),
    MULTSIGNIN: wire(1),
    CEA1: wire(1),
    CEA2: wire(1),
    CEAD: wire(1),
    CEALUMODE: wire(1),
    CEB1: wire(1),
    CEB2: wire(1),
    CEC: wire(1),
    CECARRYIN: wire(1),
    CECTRL: wire(1),
    CED: wire(1),
    CEINMODE: wire(1),
    CEM: wire(1),
    CEP: wire(1),
    RSTA: wire(1),
    RSTALLCARRYIN: wire(1),
    RSTALUMODE: wire(1),
    RSTB: wire(1),
    RSTC: wire(1),
    RSTCTRL: wire(1),
    RSTD: wire(1),
    RSTINMODE: wire(1),
    RSTM: wire(1),
    RSTP: wire(1),
    P: output(uint(48)),
    PCOUT: output(uint(48)),
    ACOUT: output(uint(30)),
    BCOUT: output(uint(18)),
    CARRYCASCOUT: output(uint(1)),
    CARRYOUT: output(uint(4)),
    MULTSIGNOUT: output(uint(1)),
    OVERFLOW: output(uint(1)),
    PATTERNBDETECT: output(uint(1)),
    PATTERNDETECT: output(uint(1)),
    UNDERFLOW: output(uint(1)),
    XOROUT: output(uint(8)),
  }),
  domains: [domain('main', { clock: 'CLK' })],
  verilog: DSP48E2_MODEL,
});

/** What can be wired; the rest of the slice is off. */
export interface Dsp48e2Inputs {
  readonly A?: UIntSig | Literal;
  readonly B?: UIntSig | Literal;
  readonly C?: UIntSig | Literal;
  readonly D?: UIntSig | Literal;
  readonly PCIN?: UIntSig | Literal;
  readonly OPMODE: UIntSig | Literal;
  readonly INMODE?: UIntSig | Literal;
  readonly ALUMODE?: UIntSig | Literal;
}

/**
 * An instance whose registers always load and are never reset. Unused data inputs are ones, as the vendor advises for
 * power; OPMODE decides that they do not count.
 */
export function dsp48e2(name: string, params: z.input<typeof Dsp48e2.params>, inputs: Dsp48e2Inputs) {
  const dsp = Dsp48e2.inst(name, params);
  const given: Readonly<Record<string, UIntSig | Literal | undefined>> = { ...inputs };
  const rest = {
    A: 2 ** 30 - 1,
    B: 2 ** 18 - 1,
    C: 2n ** 48n - 1n,
    D: 2 ** 27 - 1,
    ACIN: 0,
    BCIN: 0,
    PCIN: 0,
    OPMODE: 0,
    INMODE: 0,
    ALUMODE: 0,
    CARRYIN: 0,
    CARRYCASCIN: 0,
    CARRYINSEL: 0,
    MULTSIGNIN: 0,
  } as const;
  for (const port of Object.keys(rest) as (keyof typeof rest)[]) dsp[port].set(given[port] ?? rest[port]);
  for (const port of [
    'CEA1',
    'CEA2',
    'CEAD',
    'CEALUMODE',
    'CEB1',
    'CEB2',
    'CEC',
    'CECARRYIN',
    'CECTRL',
    'CED',
    'CEINMODE',
    'CEM',
    'CEP',
  ] as const)
    dsp[port].set(1);
  for (const port of [
    'RSTA',
    'RSTALLCARRYIN',
    'RSTALUMODE',
    'RSTB',
    'RSTC',
    'RSTCTRL',
    'RSTD',
    'RSTINMODE',
    'RSTM',
    'RSTP',
  ] as const)
    dsp[port].set(0);
  return dsp;
}
