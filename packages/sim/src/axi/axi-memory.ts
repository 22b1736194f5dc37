// A memory behind the AXI4 or AXI4-Lite master ports of a design, with random latency (ARM IHI 0022, A3).
// Invariant: requests are answered in their order; a request that breaks a rule of AXI fails the simulation, one outside
// the memory answers DecErr. Back-pressure on the channels comes from the run's `stalls`.

import type { Testbench } from '../testbench/dut.ts';
import { defaultSeed } from '../testbench/environment.ts';
import { Random } from '../testbench/random.ts';
import { type Burst, beatAddresses, burstOf } from './burst.ts';
import { AxiError, Channel, type ChannelIn, type ChannelOut } from './channel.ts';

/** The channels of a master; a read-only or write-only one has its half. */
export interface AxiMasterPorts {
  /** `addr`; AXI4: also `id`, `len`, `size`, `burst`. */
  readonly aw?: ChannelOut;
  /** `data`, optionally `strb`; AXI4: also `last`. */
  readonly w?: ChannelOut;
  /** `resp`, optionally `id`. */
  readonly b?: ChannelIn;
  readonly ar?: ChannelOut;
  /** `data`, optionally `resp`, `id`, `last`. */
  readonly r?: ChannelIn;
}

/** What the memory is like. */
export interface AxiMemoryOptions {
  /** In bytes; 64 KiB by default. */
  readonly size?: number | undefined;
  /** Of the first byte; 0 by default. */
  readonly base?: number | bigint | undefined;
  /** Cycles from a request to its answer, drawn between the two; none by default. */
  readonly latency?: readonly [least: number, most: number] | undefined;
  /** Of the latencies; GATEWRIGHT_SEED, or 1, by default. */
  readonly seed?: number | undefined;
}

/** A memory that answers while the simulation runs. */
export class AxiMemory {
  readonly bytes: Uint8Array;
  /** Bursts answered so far. */
  readonly count = { reads: 0, writes: 0 };
  readonly #base: bigint;
  readonly #latency: readonly [number, number];
  readonly #random: Random;

  /** Starts to answer. Throws an AxiError when a channel lacks a field. */
  constructor(t: Testbench, ports: AxiMasterPorts, options: AxiMemoryOptions = {}) {
    const { size = 1 << 16, base = 0, latency = [0, 0], seed = defaultSeed() } = options;
    this.bytes = new Uint8Array(size);
    this.#base = BigInt(base);
    this.#latency = latency;
    this.#random = new Random(seed, 'AxiMemory');
    const { aw, w, b, ar, r } = ports;
    if (aw && w && b) t.fork((task) => this.#writes(task, aw, w, b));
    else if (aw || w || b) throw new AxiError('a write needs the channels aw, w and b');
    if (ar && r) t.fork((task) => this.#reads(task, ar, r));
    else if (ar || r) throw new AxiError('a read needs the channels ar and r');
  }

  /** The little-endian integer of `bytes` bytes at a byte address. */
  read(address: number | bigint, bytes: number): bigint {
    let value = 0n;
    for (let k = bytes - 1; k >= 0; k--)
      value = (value << 8n) | BigInt(this.bytes[this.#at(address, k)] ?? 0);
    return value;
  }

  /** Writes a little-endian integer. */
  write(address: number | bigint, bytes: number, value: number | bigint): void {
    for (let k = 0; k < bytes; k++)
      this.bytes[this.#at(address, k)] = Number((BigInt(value) >> BigInt(8 * k)) & 0xffn);
  }

  async #reads(t: Testbench, ar: ChannelOut, r: ChannelIn): Promise<void> {
    const [ask, answer] = [new Channel('ar', ar, 'addr', ['addr']), new Channel('r', r, 'data', ['data'])];
    const bytes = bytesOf('r', answer.width('data'));
    for (;;) {
      const request = ask.fields(await ar.recv());
      const burst = burstOf('ar', request, bytes);
      await this.#wait(t);
      const beats = beatAddresses(burst).map((address, i): unknown => {
        const word = address - (address % BigInt(bytes));
        const there = this.#holds(address, burst.size);
        return answer.payload({
          id: request.id ?? 0n,
          data: there ? this.read(word, bytes) : 0n,
          resp: there ? 0n : 3n,
          last: i === burst.beats - 1,
        });
      });
      await r.sendAll(beats as never[]);
      this.count.reads++;
    }
  }

  async #writes(t: Testbench, aw: ChannelOut, w: ChannelOut, b: ChannelIn): Promise<void> {
    const ask = new Channel('aw', aw, 'addr', ['addr']);
    const [data, answer] = [new Channel('w', w, 'data', ['data']), new Channel('b', b, 'resp', ['resp'])];
    const bytes = bytesOf('w', data.width('data'));
    for (;;) {
      const request = ask.fields(await aw.recv());
      const burst = burstOf('aw', request, bytes);
      let there = true;
      for (const [i, address] of beatAddresses(burst).entries()) {
        const beat = data.fields(await w.recv());
        if (data.has('last') && (beat.last === 1n) !== (i === burst.beats - 1))
          throw new AxiError(
            `w: last is ${beat.last} in beat ${i + 1} of the ${burst.beats} that aw announced`,
          );
        there &&= this.#store(address, burst, beat, data.has('strb'), bytes);
      }
      await this.#wait(t);
      await answer.send(b, { id: request.id ?? 0n, resp: there ? 0n : 3n });
      this.count.writes++;
    }
  }

  /** Writes the bytes whose strobes are set; false when the beat lies outside. */
  #store(
    address: bigint,
    { size }: Burst,
    { data, strb }: Readonly<Record<string, bigint>>,
    strobed: boolean,
    bytes: number,
  ): boolean {
    if (!this.#holds(address, size)) return false;
    const word = address - (address % BigInt(bytes));
    const first = Number(address - word);
    const end = first - (first % size) + size;
    for (let lane = 0; lane < bytes; lane++) {
      const set = strobed ? ((strb! >> BigInt(lane)) & 1n) === 1n : lane >= first && lane < end;
      if (!set) continue;
      if (lane < first || lane >= end)
        throw new AxiError(
          `w: strb ${strb!.toString(2)} sets byte ${lane}, outside the ${size} of the transfer at ${hex(address)}`,
        );
      this.bytes[this.#at(word, lane)] = Number((data! >> BigInt(8 * lane)) & 0xffn);
    }
    return true;
  }

  #at = (address: number | bigint, offset: number): number => Number(BigInt(address) - this.#base) + offset;

  #holds(address: bigint, size: number): boolean {
    const at = address - this.#base;
    return at >= 0n && at + BigInt(size) <= BigInt(this.bytes.length);
  }

  async #wait(t: Testbench): Promise<void> {
    const [least, most] = this.#latency;
    const cycles = least + (this.#random.next() % (most - least + 1));
    if (cycles > 0) await t.step(cycles);
  }
}

function bytesOf(channel: string, width: number): number {
  if (width % 8 === 0 && width >= 8 && (width & (width - 1)) === 0) return width / 8;
  throw new AxiError(`${channel}: ${width} bits of data; AXI has 8, 16, 32, … 1024`);
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;
