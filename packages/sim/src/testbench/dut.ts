// The testbench's view of a design: one handle per port, typed by inference from the ports record.
//
// The ordering rule, here and nowhere else. Time is a sequence of rising clock edges; a testbench runs between two.
//   - A poke takes effect before the next rising edge. Until then a peek of a combinational output already follows it.
//   - `t.step()` passes one rising edge. After it, peeks show the settled state after that edge.
//   - On a stream, a value moves at a rising edge where valid and ready are both high just before it. The testbench sets
//     its side (valid and payload, or ready) together with the pokes, before the edge; valid is held with a stable
//     payload until accepted; ready is high only while somebody wants a value.
//   - When an edge completes several waits, all of them resume, and every task runs until it waits again, before time
//     goes on.
// Types only.

import type { Bool, HwType, In, InputValue, Out, Ports, Stream, ValueOf } from '@gatewright/hdl-core';
import type { WaveRequest } from '../wave/view.ts';
import type { WaveDrom } from '../wave/wavedrom.ts';

/** A plain output: may be looked at. */
export interface OutputPort<T extends HwType> {
  /** The value now. An enum code without a label reads as `<code>`. */
  peek(): ValueOf<T>;
}

/** A plain input: holds what was poked last; all bits are 0 at the start. */
export interface InputPort<T extends HwType> extends OutputPort<T> {
  /** Sets the input before the next rising edge. Throws a ValueError when the value does not fit. */
  poke(value: InputValue<T>): void;
}

/** The testbench's end of an input stream. */
export interface InputStream<T extends HwType> {
  /** Offers the values one after the other, after those of earlier calls; resolves when all were accepted. */
  send(...values: InputValue<T>[]): Promise<void>;
  /** The same for a list of any length; it is read while it is sent, so leave it alone until then. */
  sendAll(values: readonly InputValue<T>[]): Promise<void>;
  readonly valid: OutputPort<Bool>;
  readonly ready: OutputPort<Bool>;
  /** The payload wires: what is offered, or anything while valid is low. */
  readonly data: OutputPort<T>;
}

/** The testbench's end of an output stream. */
export interface OutputStream<T extends HwType> {
  /** The next value, after those wanted by earlier calls. */
  recv(): Promise<ValueOf<T>>;
  /** The next `count` values. */
  take(count: number): Promise<ValueOf<T>[]>;
  readonly valid: OutputPort<Bool>;
  readonly ready: OutputPort<Bool>;
  /** The payload wires, which mean something only while valid is high. */
  readonly data: OutputPort<T>;
}

/** The design under test, one handle per port. */
export type Dut<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends In<Stream<infer T>>
    ? InputStream<T>
    : P[K] extends Out<Stream<infer T>>
      ? OutputStream<T>
      : P[K] extends In<infer T>
        ? InputPort<T>
        : P[K] extends Out<infer T>
          ? OutputPort<T>
          : never;
};

/** A task that runs beside the body. */
export interface Task<R> {
  /** What it returned, or its error. An error that nobody is joining for fails the whole simulation at once. */
  join(): Promise<R>;
  readonly done: boolean;
}

/** Time and tasks. */
export interface Testbench {
  /** Rising edges since reset. */
  readonly cycle: number;
  /** Passes `cycles` rising edges, one by default. */
  step(cycles?: number): Promise<void>;
  /** Resumes as soon as `condition` holds: now, or after some rising edge. `timeout` in cycles. */
  until(condition: () => boolean, options?: { readonly timeout?: number }): Promise<void>;
  /** Starts a task. It is abandoned if it still waits when the body returns. */
  fork<R>(body: () => Promise<R>): Task<R>;
  /**
   * The last cycles as text (as many as the run's `history` keeps), of the signals whose Verilog names match a pattern,
   * such as `in_*`; all when none is given. Each column is the moment just before a rising edge, the last one is now.
   * Throws a RangeError for a pattern that matches nothing.
   */
  wave(...patternsAndOptions: WaveRequest): string;
  /** The same as WaveJSON, for documents; `waveSvg` draws it. */
  waveDrom(...patternsAndOptions: WaveRequest): WaveDrom;
}

/** A test: drives the design, and returns whatever it wants. */
export type Body<P extends Ports, R> = (dut: Dut<P>, t: Testbench) => Promise<R> | R;
