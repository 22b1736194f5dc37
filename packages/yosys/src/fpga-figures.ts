// Which cells of an FPGA family count as what.
// Invariant: one table for every flow, so that figures of a whole design and of its modules mean the same.

/** FPGA families whose cells are counted. */
export type Family = 'xcup' | 'xc7' | 'ecp5' | 'ice40';

export interface FpgaResources {
  /** LUT1 to LUT6; inverters, which a LUT takes in, are not counted. */
  readonly lut: number;
  readonly ff: number;
  /** CARRY4 blocks, of four bits each. */
  readonly carry: number;
  /** DSP48 slices. */
  readonly dsp: number;
  /** MUXF7, MUXF8 and MUXF9: the selectors between LUTs. */
  readonly muxf: number;
  /** Block RAMs and LUT RAMs. */
  readonly ram: number;
  /** Shift registers in LUTs (SRL16E and SRLC32E). */
  readonly srl: number;
  /** Cells of every type, as Yosys counts them. */
  readonly cells: Readonly<Record<string, number>>;
}

/** The family has no such cells. */
const NONE = /^$/;

type CellTypes = Readonly<Record<keyof Omit<FpgaResources, 'cells'>, RegExp>>;

const AMD: CellTypes = {
  lut: /^LUT\d$/,
  ff: /^FD[RSCP]E$/,
  carry: /^CARRY4$/,
  dsp: /^DSP48/,
  muxf: /^MUXF\d$/,
  ram: /^RAM/,
  srl: /^SRL/,
};

/** Cell types per figure; inverters, which a LUT takes in, and constants are not counted. */
const FIGURES: Readonly<Record<Family, CellTypes>> = {
  xcup: AMD,
  xc7: AMD,
  ecp5: {
    lut: /^LUT4$/,
    ff: /^TRELLIS_FF$/,
    carry: /^CCU2C$/,
    dsp: /^MULT/,
    muxf: /MUX/,
    ram: /^(DP16KD|TRELLIS_DPR)/,
    srl: NONE,
  },
  ice40: {
    lut: /^SB_LUT4$/,
    ff: /^SB_DFF/,
    carry: /^SB_CARRY$/,
    dsp: /^SB_MAC16$/,
    muxf: NONE,
    ram: /^SB_(RAM|SPRAM)/,
    srl: NONE,
  },
};

/** The figures of a design, from its cells by type. */
export function fpgaFigures(cells: Readonly<Record<string, number>>, family: Family): FpgaResources {
  const figures = FIGURES[family];
  const sum = (pattern: RegExp): number =>
    Object.entries(cells).reduce((n, [type, count]) => n + (pattern.test(type) ? count : 0), 0);
  return {
    lut: sum(figures.lut),
    ff: sum(figures.ff),
    // In blocks of four bits on AMD devices, where UltraScale+ has CARRY8.
    carry: sum(figures.carry) + 2 * sum(/^CARRY8$/),
    dsp: sum(figures.dsp),
    muxf: sum(figures.muxf),
    ram: sum(figures.ram),
    srl: sum(figures.srl),
    cells,
  };
}
