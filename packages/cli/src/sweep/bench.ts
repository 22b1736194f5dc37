// What the processes of a sweep can reach: all units, the small language model, tensor files.
// Invariant: the one place where the units meet the sweeps, which know none by name.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, codeFingerprint, type WorkerEntry } from '@gatewright/explore';
import type { AnyUnit, GemmWorkload } from '@gatewright/sim';
import { layerWorkload, loadTinyLm, parseSafetensors, readTinyLmFile } from '@gatewright/tiny-lm';
import { UNITS } from '../unit/units.ts';

/** A layer of the shipped model reading the first characters of a text that it was not trained on. */
function tinyLayer(layer: string, tokens: number): GemmWorkload {
  const { activations, weights, inFeatures, outFeatures, ...rest } = layerWorkload(
    loadTinyLm(),
    layer,
    readTinyLmFile('val.txt').slice(0, tokens),
  );
  return { activations, weights, tokens: rest.tokens, depth: inFeatures, outputs: outFeatures };
}

/** The surroundings of every measuring process. */
export const sweepBench = (units: readonly AnyUnit[] = UNITS): Bench => ({
  units,
  models: { 'tiny-lm': tinyLayer },
  readTensor: (file, name) => parseSafetensors(readFileSync(file)).tensor(name),
});

// Run from its TypeScript sources, the command wants its workers to be so too.
const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** How the command starts a measuring process. */
export const sweepWorker: WorkerEntry = {
  module: fileURLToPath(new URL(`./worker.${ending}`, import.meta.url)),
  execArgv:
    ending === 'ts'
      ? ['--conditions=gatewright-source', '--import', import.meta.resolve('tsx')]
      : ['--enable-source-maps'],
};

/** Everything that makes a result: language, generators, golden models, testbench, synthesis, and the measurements. */
const MAKERS = [
  'golden',
  'hdl-core',
  'sim',
  'parts',
  'pe-gen',
  'attention-gen',
  'yosys',
  'explore',
  'tiny-lm',
];

/** The fingerprint of that code, as it is loaded. */
export function sweepFingerprint(): string {
  return codeFingerprint(
    MAKERS.map((name) => {
      const entry = fileURLToPath(import.meta.resolve(`@gatewright/${name}`));
      return join(dirname(entry));
    }),
  );
}
