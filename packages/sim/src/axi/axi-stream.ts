// Frames of bytes over AXI4-Stream (ARM IHI 0051): payloads with `data`, `last` and optionally `keep`.
// Invariant: bytes go in order from the lowest lane; only the last beat of a frame has lanes without a byte.

import { AxiError, Channel, type ChannelIn, type ChannelOut } from './channel.ts';

/** Sends frames into a design. */
export class AxiStreamSource {
  readonly #stream: ChannelIn;
  readonly #channel: Channel;
  readonly #lanes: number;

  /** Throws an AxiError when the payload has no `data` and `last`, or its data are no bytes. */
  constructor(stream: ChannelIn) {
    this.#stream = stream;
    this.#channel = new Channel('the stream', stream, 'data', ['data', 'last']);
    this.#lanes = lanesOf(this.#channel);
  }

  /** Offers a frame; resolves when it was accepted. Without `keep` its length must be a multiple of the bus. */
  send(frame: Uint8Array): Promise<void> {
    const lanes = this.#lanes;
    const [keeps, rest] = [this.#channel.has('keep'), frame.length % lanes];
    if (frame.length === 0) return Promise.reject(new AxiError('a frame has at least one byte'));
    if (rest !== 0 && !keeps)
      return Promise.reject(
        new AxiError(`${frame.length} bytes do not fill beats of ${lanes}, and there is no keep`),
      );
    const beats = Array.from({ length: Math.ceil(frame.length / lanes) }, (_, i) => {
      const bytes = frame.subarray(i * lanes, (i + 1) * lanes);
      let data = 0n;
      bytes.forEach((byte, lane) => {
        data |= BigInt(byte) << BigInt(8 * lane);
      });
      const keep = (1n << BigInt(bytes.length)) - 1n;
      return this.#channel.payload({ data, keep, last: (i + 1) * lanes >= frame.length });
    });
    return this.#stream.sendAll(beats as never[]);
  }
}

/** Takes frames from a design. */
export class AxiStreamSink {
  readonly #stream: ChannelOut;
  readonly #channel: Channel;
  readonly #lanes: number;

  /** Throws an AxiError when the payload has no `data` and `last`, or its data are no bytes. */
  constructor(stream: ChannelOut) {
    this.#stream = stream;
    this.#channel = new Channel('the stream', stream, 'data', ['data', 'last']);
    this.#lanes = lanesOf(this.#channel);
  }

  /** The next frame. Throws an AxiError when `keep` leaves a byte out before the end of the frame. */
  async recv(): Promise<Uint8Array> {
    const bytes: number[] = [];
    for (;;) {
      const { data, keep, last } = this.#channel.fields(await this.#stream.recv());
      const kept = keep === undefined ? this.#lanes : bitsSet(keep);
      const whole =
        last === 1n ? keep === undefined || keep === (1n << BigInt(kept)) - 1n : kept === this.#lanes;
      if (!whole)
        throw new AxiError(
          `keep ${keep!.toString(2)} leaves bytes out before the end of the frame (after ${bytes.length} bytes)`,
        );
      for (let lane = 0; lane < kept; lane++) bytes.push(Number((data! >> BigInt(8 * lane)) & 0xffn));
      if (last === 1n) return Uint8Array.from(bytes);
    }
  }
}

function lanesOf(channel: Channel): number {
  const width = channel.width('data');
  if (width % 8 === 0 && width > 0) return width / 8;
  throw new AxiError(`${width} bits of data are no bytes`);
}

const bitsSet = (value: bigint): number => [...value.toString(2)].filter((bit) => bit === '1').length;
