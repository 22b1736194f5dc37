// An AXI4-Lite master: the testbench reads and writes the registers of a design (ARM IHI 0022, part B).
// Invariant: address and data of a write are offered together and independently; answers come in the order of requests.

import { Channel, type ChannelIn, type ChannelOut, type Response, responseOf } from './channel.ts';

/** The five channels of a slave. A design whose ports are called so can be passed as it is. */
export interface AxiLiteSlavePorts {
  /** `addr` (or the plain address), optionally `prot`. */
  readonly aw: ChannelIn;
  /** `data`, optionally `strb`. */
  readonly w: ChannelIn;
  /** `resp` (or the plain response). */
  readonly b: ChannelOut;
  readonly ar: ChannelIn;
  /** `data`, optionally `resp`. */
  readonly r: ChannelOut;
}

/** Reads and writes over AXI4-Lite. */
export class AxiLiteMaster {
  readonly #ports: AxiLiteSlavePorts;
  readonly #channels: Readonly<Record<keyof AxiLiteSlavePorts, Channel>>;

  /** Throws an AxiError when a channel lacks a field. */
  constructor(ports: AxiLiteSlavePorts) {
    this.#ports = ports;
    this.#channels = {
      aw: new Channel('aw', ports.aw, 'addr', ['addr']),
      w: new Channel('w', ports.w, 'data', ['data']),
      b: new Channel('b', ports.b, 'resp', ['resp']),
      ar: new Channel('ar', ports.ar, 'addr', ['addr']),
      r: new Channel('r', ports.r, 'data', ['data']),
    };
  }

  /** Writes a word at a byte address; `strobe` has a bit per byte, all by default. Resolves to the response. */
  async write(address: number | bigint, data: number | bigint, strobe?: number | bigint): Promise<Response> {
    const { aw, w, b } = this.#channels;
    const all = (1n << BigInt(w.width('strb'))) - 1n;
    const sent = [
      aw.send(this.#ports.aw, { addr: BigInt(address) }),
      w.send(this.#ports.w, { data: BigInt(data), strb: BigInt(strobe ?? all) }),
    ];
    const [answer] = await Promise.all([this.#ports.b.recv(), ...sent]);
    return responseOf(b.fields(answer).resp);
  }

  /** Reads the word at a byte address. */
  async read(address: number | bigint): Promise<{ readonly data: bigint; readonly resp: Response }> {
    const { ar, r } = this.#channels;
    const sent = ar.send(this.#ports.ar, { addr: BigInt(address) });
    const [answer] = await Promise.all([this.#ports.r.recv(), sent]);
    const { data, resp } = r.fields(answer);
    return { data: data!, resp: responseOf(resp) };
  }
}
