// Waves for documents: WaveDrom's JSON (WaveJSON), and the SVG that its renderer makes of it.
// Invariant: JSON and SVG are functions of the samples. wavedrom is loaded only when an SVG is asked for.

import { bitsText, type Radix, type Samples } from './samples.ts';

/** One lane of WaveJSON. */
export interface WaveDromSignal {
  readonly name: string;
  readonly wave: string;
  readonly data?: readonly string[];
}

/** A timing diagram as WaveJSON. */
export interface WaveDrom {
  readonly signal: readonly WaveDromSignal[];
  /** The number of the first cycle. */
  readonly head: { readonly tick: number };
}

/** The samples as WaveJSON, below a clock. Columns must be consecutive cycles. */
export function waveDrom(
  samples: Samples,
  radixOf: (name: string) => Radix | undefined = () => undefined,
): WaveDrom {
  const { signals, cycles, bits } = samples;
  const lanes = signals.map(({ name, type }, i): WaveDromSignal => {
    let [wave, before] = ['', undefined as bigint | undefined];
    const data: string[] = [];
    cycles.forEach((_, column) => {
      const value = bits(i, column);
      if (value === before) wave += '.';
      else if (type.kind === 'bool') wave += value === 0n ? '0' : '1';
      else {
        wave += '=';
        data.push(bitsText(type, value, radixOf(name)));
      }
      before = value;
    });
    return { name, wave, ...(data.length > 0 && { data }) };
  });
  const clock = { name: 'clk', wave: 'p'.padEnd(cycles.length, '.') };
  return { signal: [clock, ...lanes], head: { tick: cycles[0] ?? 0 } };
}

/** Draws WaveJSON as a stand-alone SVG. */
export async function waveSvg(wave: WaveDrom): Promise<string> {
  const { default: wavedrom } = await import('wavedrom');
  return wavedrom.onml.stringify(wavedrom.renderAny(0, structuredClone(wave), wavedrom.waveSkin));
}
