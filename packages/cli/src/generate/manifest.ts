// The manifest `<Top>.json`: what was generated, from what, and the checksum of every file beside it.
// Invariant: it names each file that a generation wrote except itself, which is how a later one knows its own files.

import { createHash } from 'node:crypto';
import { clockOf, typeText } from '@gatewright/hdl-core';
import type { ShellMap } from '@gatewright/parts';
import { z } from 'zod';
import { resetOf } from '../unit/port-rows.ts';
import { isWritable, registerText } from './bus-section.ts';
import type { GeneratedFile } from './render-unit-files.ts';
import type { UnitDesign } from './unit-design.ts';

const manifestSchema = z.object({
  generator: z.object({ name: z.literal('gatewright'), version: z.string() }),
  unit: z.string(),
  top: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  clock: z.object({ port: z.string(), mhz: z.number() }).nullable(),
  reset: z
    .object({ port: z.string(), active: z.enum(['high', 'low']), kind: z.enum(['sync', 'async']) })
    .nullable(),
  /** As written in TypeScript. */
  ports: z.array(
    z.object({
      name: z.string(),
      direction: z.enum(['in', 'out']),
      type: z.string(),
      description: z.string(),
      /** As in the Verilog. */
      signals: z.array(
        z.object({
          name: z.string(),
          direction: z.enum(['in', 'out']),
          part: z.enum(['data', 'valid', 'ready']),
          path: z.array(z.string()),
          width: z.number(),
          signed: z.boolean(),
        }),
      ),
    }),
  ),
  /** Of a unit behind AXI ports. */
  axi: z
    .object({
      streams: z.array(
        z.object({
          port: z.string(),
          of: z.string(),
          last: z.boolean(),
          fields: z.array(
            z.object({ name: z.string(), type: z.string(), low: z.number(), width: z.number() }),
          ),
        }),
      ),
      registers: z.array(
        z.object({
          name: z.string(),
          offset: z.number(),
          words: z.number(),
          access: z.enum(['read', 'read-write']),
          type: z.string(),
          meaning: z.string(),
        }),
      ),
    })
    .optional(),
  files: z.array(z.object({ name: z.string().regex(/^[^/\\]+$/), sha256: z.string() })),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest of a design and the files made of it. */
export function manifestOf(design: UnitDesign, files: readonly GeneratedFile[]): Manifest {
  const { unit, top, parameters, clockMhz, version } = design;
  const module = design.circuit.top;
  const clock = clockOf(module);
  const reset = resetOf(module);
  return {
    generator: { name: 'gatewright', version },
    unit: unit.name,
    top,
    parameters,
    clock: clock === undefined ? null : { port: clock, mhz: clockMhz },
    reset: reset ? { port: reset.name, active: reset.active, kind: reset.kind } : null,
    ports: module.groups.map((group) => ({
      name: group.name,
      direction: group.direction,
      type: typeText(group.type),
      description: group.doc ?? '',
      signals: module.ports
        .filter((port) => port.group.name === group.name)
        .map(({ decl, direction, part, path }) => ({
          name: decl.name,
          direction,
          part,
          path: [...path],
          width: decl.width,
          signed: decl.signed,
        })),
    })),
    ...(design.shell && { axi: axiOf(design.shell) }),
    files: files.map(({ name, text }) => ({ name, sha256: sha256(text) })),
  };
}

const axiOf = ({ streams, registers }: ShellMap): Manifest['axi'] => ({
  streams: streams.map(({ port, of, last, fields }) => ({
    ...{ port, of, last },
    fields: fields.map(({ name, type, low }) => ({ name, type: typeText(type), low, width: type.width })),
  })),
  registers: registers.map((r) => ({
    ...{ name: r.name, offset: r.offset, words: r.words, access: isWritable(r) ? 'read-write' : 'read' },
    ...{ type: typeText(r.type), meaning: registerText(r).replaceAll('`', '') },
  })),
});

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

/** A manifest from its text; undefined when it is not one of ours. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The checksum that a manifest holds, of a text or of a file's bytes. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');
