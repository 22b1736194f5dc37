// AXI channels as port types: the names and payloads of AXI4-Stream (ARM IHI 0051) and of AXI4-Lite (ARM IHI 0022, part B).
// Invariant: a wire of a port has the name that the standard gives it: `<port>_tdata`, `s_axi_awaddr`.

import {
  type Bool,
  type Bundle,
  bool,
  bundle,
  type Stream,
  stream,
  type UInt,
  uint,
} from '@gatewright/hdl-core';

export type AxiStreamPayload = Bundle<{ data: UInt; last: Bool }> | Bundle<{ data: UInt }>;

/** An AXI4-Stream of `bits` data bits, filled up to whole bytes with zeros; `last` gives it TLAST. */
export function axiStream(bits: number, last: boolean): Stream<AxiStreamPayload> {
  const data = uint(8 * Math.max(1, Math.ceil(bits / 8)));
  const payload: AxiStreamPayload = last ? bundle({ data, last: bool }) : bundle({ data });
  return stream(payload, { infix: '_t' });
}

/** Bits of a register, and bytes of an address step. */
export const WORD_BITS = 32;
export const WORD_BYTES = WORD_BITS / 8;

/** xRESP (A3.4.4). */
export const AXI_OKAY = 0;
export const AXI_SLVERR = 2;

const channel = { infix: '' };

/** The payloads of the five channels of an AXI4-Lite subordinate with 32 bits of data. */
export const axiLitePayloads = (addressBits: number) => ({
  address: bundle({ addr: uint(addressBits), prot: uint(3) }),
  write: bundle({ data: uint(WORD_BITS), strb: uint(WORD_BYTES) }),
  response: bundle({ resp: uint(2) }),
  read: bundle({ data: uint(WORD_BITS), resp: uint(2) }),
});

/** The types of its ports, by the letters of the standard. */
export function axiLiteChannels(addressBits: number) {
  const { address, write, response, read } = axiLitePayloads(addressBits);
  return {
    aw: stream(address, channel),
    w: stream(write, channel),
    b: stream(response, channel),
    ar: stream(address, channel),
    r: stream(read, channel),
  };
}
