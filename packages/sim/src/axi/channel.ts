// A stream of a design as an AXI channel: named fields, whatever the payload's type calls optional.
// Invariant: a field that the type does not have is 0 when read and dropped when written; a payload that is no bundle is
// the channel's first field. Responses are labels or codes on the port, and labels here.

import type { AnyType, EnumType, HwType } from '@gatewright/hdl-core';

/** A channel on which the design answers or asks: an output stream. */
export interface ChannelOut {
  recv(): Promise<unknown>;
  readonly data: { readonly type: HwType };
}

/** A channel that the testbench drives: an input stream. */
export interface ChannelIn {
  sendAll(values: readonly never[]): Promise<void>;
  readonly data: { readonly type: HwType };
}

/** The design, or the model, breaks a rule of AXI; or its ports are no AXI channels. */
export class AxiError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AxiError';
  }
}

/** Response codes, in the order of their encoding. */
export const responses = ['Okay', 'ExOkay', 'SlvErr', 'DecErr'] as const;
export type Response = (typeof responses)[number];

/** Fields by name, integers as bigints. */
export type Fields = Readonly<Record<string, bigint | boolean>>;

/** The fields of a channel and how to make and read its payload. */
export class Channel {
  readonly #name: string;
  readonly #bare: string | undefined;
  readonly #fields: Readonly<Record<string, AnyType>>;

  /** `first` is the field that a payload without fields carries. Throws an AxiError when a needed field is missing. */
  constructor(name: string, stream: ChannelIn | ChannelOut, first: string, needed: readonly string[]) {
    const type = stream.data.type as AnyType;
    this.#name = name;
    this.#bare = type.kind === 'bundle' ? undefined : first;
    this.#fields = (type.kind === 'bundle' ? type.fields : { [first]: type }) as Record<string, AnyType>;
    for (const field of needed) {
      if (field in this.#fields) continue;
      const there = Object.keys(this.#fields).join(', ');
      throw new AxiError(`${name} needs the field ${field}; its payload has ${there}`);
    }
  }

  /** Bits of a field; 0 when there is none. */
  width(field: string): number {
    return this.#fields[field]?.width ?? 0;
  }

  has(field: string): boolean {
    return field in this.#fields;
  }

  /** A payload with these fields; those that it does not name are 0. */
  payload(values: Fields): unknown {
    const value = (field: string, type: AnyType): unknown => {
      const given = values[field] ?? 0n;
      if (type.kind === 'bool') return given === true || given === 1n;
      if (type.kind === 'enum') return (type as EnumType).labels[Number(given)];
      if (type.kind === 'uint' || type.kind === 'sint') return BigInt(given);
      throw new AxiError(`${this.#name}: the field ${field} must be an integer, a bool or an enum`);
    };
    if (this.#bare !== undefined) return value(this.#bare, this.#fields[this.#bare]!);
    return Object.fromEntries(Object.entries(this.#fields).map(([name, type]) => [name, value(name, type)]));
  }

  /** The fields of a payload; enums as their codes. */
  fields(payload: unknown): Record<string, bigint> {
    const code = (value: unknown, type: AnyType): bigint => {
      if (type.kind === 'enum') return BigInt((type as EnumType).labels.indexOf(value as string));
      return typeof value === 'boolean' ? BigInt(value) : (value as bigint);
    };
    const record =
      this.#bare === undefined ? (payload as Record<string, unknown>) : { [this.#bare]: payload };
    return Object.fromEntries(
      Object.entries(this.#fields).map(([name, type]) => [name, code(record[name], type)]),
    );
  }

  /** Sends a payload made of these fields. */
  send(stream: ChannelIn, values: Fields): Promise<void> {
    const payloads: unknown[] = [this.payload(values)];
    return stream.sendAll(payloads as never[]);
  }
}

/** The label of a response code. */
export const responseOf = (code: bigint | undefined): Response => responses[Number(code ?? 0n)] ?? 'DecErr';
