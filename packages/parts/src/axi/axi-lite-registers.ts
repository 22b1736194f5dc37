// The registers of an AXI shell: an AXI4-Lite subordinate that drives the inputs of a module, shows its outputs and sends it
// commands.
// Invariant: every output of the bus comes from a register. A word that is not there, or is written though it can only be
// read, is answered by SLVERR. A write of `<command>_send` waits while two earlier commands have not been taken: none is lost.

import {
  type BoolSig,
  bool,
  cat,
  type HwType,
  literal,
  mux,
  named,
  pack,
  type Reg,
  regs,
  type SigOf,
  type StreamSink,
  type StreamSource,
  type StreamWire,
  stream,
  type UInt,
  type UIntSig,
  uint,
  unpack,
  unused,
  when,
  wires,
} from '@gatewright/hdl-core';
import { AXI_OKAY, AXI_SLVERR, axiLitePayloads, WORD_BITS, WORD_BYTES } from './axi-channels.ts';
import type { ShellRegister } from './shell-map.ts';

type Payloads = ReturnType<typeof axiLitePayloads>;

/** The ports of the bus, seen from inside the shell. */
export interface AxiLiteEnds {
  readonly aw: StreamSink<Payloads['address']>;
  readonly w: StreamSink<Payloads['write']>;
  readonly b: StreamSource<Payloads['response']>;
  readonly ar: StreamSink<Payloads['address']>;
  readonly r: StreamSource<Payloads['read']>;
}

/** What the registers are connected to: ports of an instance, by the module's names of them. */
export interface RegisteredPorts {
  /** The value of an output that is no stream. */
  output(port: string): SigOf<HwType>;
  input(port: string, value: SigOf<HwType>): void;
  /** Where commands go. */
  command(port: string): { readonly payload: HwType; readonly to: StreamSource<HwType> };
}

const widthOf = (register: ShellRegister, word: number): number =>
  Math.min(WORD_BITS, register.type.width - WORD_BITS * word);

/** Builds the registers; `identity` is what the first one reads as. */
export function axiLiteRegisters(
  bus: AxiLiteEnds,
  registers: readonly ShellRegister[],
  addressBits: number,
  identity: number,
  ports: RegisteredPorts,
): void {
  const [aw, w] = [bus.aw.stage('full', { name: 'aw' }), bus.w.stage('full', { name: 'w' })];
  const ar = bus.ar.stage('full', { name: 'ar' });
  unused(aw.data.prot, ar.data.prot);
  const { response } = wires({ response: stream(axiLitePayloads(addressBits).response) });
  const [writeWord, readWord] = [aw, ar].map((channel) => channel.data.addr.shr(2).trunc(addressBits - 2));
  const written = named('written', aw.valid.and(w.valid));
  const stored = new Map<ShellRegister, Reg<UInt>[]>();
  const readable: { readonly word: number; readonly value: UIntSig }[] = [];
  const writable: number[] = [];
  const refusals: BoolSig[] = [];
  const show = (register: ShellRegister, word: number, value: UIntSig): void =>
    void readable.push({ word: register.offset / WORD_BYTES + word, value: value.extend(WORD_BITS) });

  const keep = (register: ShellRegister): void => {
    const words = Array.from({ length: register.words }, (_, i) => {
      const name = register.words === 1 ? `${register.name}_register` : `${register.name}_register_${i}`;
      const type = uint(widthOf(register, i));
      const word = regs({ [name]: type }, { [name]: 0 })[name] as Reg<UInt>;
      const at = register.offset / WORD_BYTES + i;
      writable.push(at);
      when(response.fire.and(writeWord!.eq(at)), () => word.next(strobed(word, w.data.data, w.data.strb)));
      show(register, i, word);
      return word;
    });
    stored.set(register, words);
  };
  const storedValue = (register: ShellRegister): SigOf<HwType> =>
    unpack(register.type, cat(...[...stored.get(register)!].reverse()));

  for (const register of registers) {
    const { kind, port, offset } = register;
    if (kind === 'id') show(register, 0, literal(identity, uint(WORD_BITS)));
    if (kind === 'output') {
      const bits = pack(ports.output(port));
      for (let i = 0; i < register.words; i++)
        show(register, i, bits.bits(WORD_BITS * i + widthOf(register, i) - 1, WORD_BITS * i));
    }
    if (kind === 'input') {
      keep(register);
      ports.input(port, storedValue(register));
    }
    if (kind === 'field') keep(register);
    if (kind !== 'send') continue;
    const { payload, to } = ports.command(port);
    const { [port]: command } = wires({ [port]: stream(payload) }) as Record<string, StreamWire<HwType>>;
    const at = offset / WORD_BYTES;
    const sends = named(
      `${port}_sends`,
      written.and(writeWord!.eq(at)).and(w.data.data.bit(0)).and(w.data.strb.bit(0)),
    );
    writable.push(at);
    command!.valid.set(sends.and(response.ready));
    const fields = registers.filter((r) => r.kind === 'field' && r.port === port);
    const single = fields.length === 1 && fields[0]!.field === '';
    const data = single
      ? storedValue(fields[0]!)
      : Object.fromEntries(fields.map((r) => [r.field, storedValue(r)] as const));
    command!.data.set(withEmpty(payload, data) as never);
    refusals.push(sends.and(command!.ready.not()));
    show(register, 0, command!.ready.asUInt());
    command!.stage('full', { name: `${port}_queue` }).to(to);
  }

  const refused = refusals.reduce((a, b) => a.or(b), literal(false, bool));
  const known = writable.map((at) => writeWord!.eq(at)).reduce((a, b) => a.or(b), literal(false, bool));
  response.valid.set(written.and(refused.not()));
  response.data.resp.set(mux(known, literal(AXI_OKAY, uint(2)), literal(AXI_SLVERR, uint(2))));
  aw.ready.set(response.fire);
  w.ready.set(response.fire);
  response.stage('full', { name: 'b' }).to(bus.b);

  const { read } = wires(
    { read: axiLitePayloads(addressBits).read },
    { read: { data: 0, resp: AXI_SLVERR } },
  );
  for (const { word, value } of readable)
    when(readWord!.eq(word), () => read.set({ data: value, resp: AXI_OKAY }));
  ar.map(axiLitePayloads(addressBits).read, () => read as never)
    .stage('full', { name: 'r' })
    .to(bus.r);
}

/** Fields without bits have no register. */
function withEmpty(payload: HwType, data: unknown): unknown {
  if (payload.kind !== 'bundle') return data;
  const { fields } = payload as HwType & { readonly fields: Readonly<Record<string, HwType>> };
  const empty = Object.entries(fields).filter(([, type]) => type.width === 0);
  return { ...(data as object), ...Object.fromEntries(empty.map(([name]) => [name, 0])) };
}

/** The bytes of `data` whose strobe is set, the others as they are. */
function strobed(old: UIntSig, data: UIntSig, strobe: UIntSig): UIntSig {
  const width = old.type.width;
  const bytes = Array.from({ length: Math.ceil(width / 8) }, (_, i) => {
    const high = Math.min(8 * i + 7, width - 1);
    return mux(strobe.bit(i), data.bits(high, 8 * i), old.bits(high, 8 * i));
  });
  return cat(...bytes.reverse());
}
