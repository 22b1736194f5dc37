// A module behind AXI ports: its streams as AXI4-Streams, its other ports and its commands as AXI4-Lite registers.
// Invariant: transfers pass one to one and in order, each end cut by a register stage that loses no cycle, so that no path
// leads through the shell from one port to another. What goes where is said by shell-map.ts.

import {
  canonicalJson,
  cat,
  defineModule,
  domain,
  type HwType,
  input,
  literal,
  type ModuleDefinition,
  output,
  type Ports,
  pack,
  type SigOf,
  type StreamSink,
  type StreamSource,
  uint,
  unpack,
} from '@gatewright/hdl-core';
import type { z } from 'zod';
import { type AxiStreamPayload, axiLiteChannels, axiStream } from './axi-channels.ts';
import { type AxiLiteEnds, axiLiteRegisters } from './axi-lite-registers.ts';
import { type ShellMap, type ShellStream, shellMap } from './shell-map.ts';

/** What a shell is put around; every `ModuleDefinition` is one. */
export interface ShellModule {
  readonly name: string;
  readonly params: z.ZodObject;
  ports(params: Record<string, unknown>): Ports;
  inst(name: string, params?: Record<string, unknown>): unknown;
}

export interface ShellOptions {
  /** Input streams that software sends by registers: `['command']`. */
  readonly commands?: readonly string[];
}

type Ends = Record<string, StreamSink<HwType> & StreamSource<HwType>>;

/**
 * `<Module>Axi`, with the parameters of the module. `aclk` is its clock, `aresetn` its reset (synchronous, active low); an input
 * stream `in` is the AXI4-Stream `s_axis_in`, an output stream `out` is `m_axis_out`: TDATA has the payload's fields from bit 0
 * up, without a gap, filled up to whole bytes with zeros; a field `last` of type bool is TLAST. With commands or ports that are
 * no streams there is an AXI4-Lite port `s_axi`, 32 bits wide; see `shellMap` for the addresses.
 */
export function axiShell(module: ShellModule, { commands = [] }: ShellOptions = {}): ModuleDefinition {
  const mapOf = (p: Record<string, unknown>): ShellMap => shellMap(module.ports(p), commands);
  return defineModule({
    name: `${module.name}Axi`,
    doc: `${module.name} behind AXI ports.`,
    params: module.params,
    domain: domain('axi', { clock: 'aclk', reset: { name: 'aresetn', active: 'low' } }),
    ports: (p) => shellPorts(module.ports(p), mapOf(p)),
    build(io, p) {
      const map = mapOf(p);
      const ports = module.ports(p);
      const unit = module.inst('u_unit', p) as Record<string, unknown>;
      const outside = io as unknown as Ends;
      for (const s of map.streams) {
        const end = unit[s.of] as StreamSink<HwType> & StreamSource<HwType>;
        if (s.direction === 'in') unitPayload(outside[s.port]!, s).to(end);
        else axiPayload(end, s).to(outside[s.port]!);
      }
      if (map.registers.length === 0) return;
      const bus = Object.fromEntries(['aw', 'w', 'b', 'ar', 'r'].map((c) => [c, outside[`s_axi_${c}`]]));
      axiLiteRegisters(
        bus as unknown as AxiLiteEnds,
        map.registers,
        map.addressBits,
        shellIdentity(module.name, p),
        {
          output: (port) => unit[port] as SigOf<HwType>,
          input: (port, value) => (unit[port] as { set(v: unknown): void }).set(value),
          command: (port) => ({
            payload: (ports[port]!.type as HwType & { readonly payload: HwType }).payload,
            to: unit[port] as StreamSource<HwType>,
          }),
        },
      );
    },
  });
}

function shellPorts(ports: Ports, { streams, registers, addressBits }: ShellMap): Ports {
  const made: Ports = {};
  for (const s of streams) {
    const type = axiStream(s.data?.width ?? 0, s.last);
    const doc = ports[s.of]!.doc;
    made[s.port] = s.direction === 'in' ? input(type, doc) : output(type, doc);
  }
  if (registers.length === 0) return made;
  const { aw, w, b, ar, r } = axiLiteChannels(addressBits);
  const lite = { aw: input(aw), w: input(w), b: output(b), ar: input(ar), r: output(r) };
  return {
    ...Object.fromEntries(Object.entries(lite).map(([name, port]) => [`s_axi_${name}`, port])),
    ...made,
  };
}

/** What comes in, as the unit wants it. */
function unitPayload(from: StreamSink<HwType>, s: ShellStream): StreamSink<HwType> {
  const staged = from.stage('full', { name: `${s.of}_slice` }) as unknown as StreamSink<AxiStreamPayload>;
  return staged.map(s.payload, (beat) => {
    const rest = s.data && unpack(s.data, beat.data.trunc(s.data.width));
    if (!s.last) return rest as never;
    const fields = Object.keys((s.payload as HwType & { readonly fields: object }).fields);
    const part = (name: string): unknown =>
      name === 'last'
        ? (beat as unknown as { last: unknown }).last
        : (rest as unknown as Record<string, unknown>)[name];
    return Object.fromEntries(fields.map((name) => [name, part(name)])) as never;
  });
}

/** What goes out, as a beat of AXI4-Stream. */
function axiPayload(from: StreamSink<HwType>, s: ShellStream): StreamSink<HwType> {
  const { payload } = axiStream(s.data?.width ?? 0, s.last);
  const width = (payload as HwType & { readonly fields: { data: HwType } }).fields.data.width;
  return from
    .map(payload, (value) => {
      const record = value as unknown as Record<string, SigOf<HwType>>;
      // The first field is in the lowest bits.
      const parts = s.fields.map(({ name }) =>
        pack(name === '' ? (value as never) : (record[name] as never)),
      );
      const data = parts.length > 0 ? cat(...parts.reverse()).extend(width) : literal(0, uint(width));
      return (s.last ? { data, last: record.last } : { data }) as never;
    })
    .stage('full', { name: `${s.of}_slice` }) as unknown as StreamSink<HwType>;
}

/** 32 bits that tell one module and its parameters from another: FNV-1a of its name and its parameters as canonical JSON. */
export function shellIdentity(name: string, params: unknown): number {
  let hash = 0x811c9dc5;
  for (const char of `${name} ${canonicalJson(params as never)}`)
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  return hash;
}
