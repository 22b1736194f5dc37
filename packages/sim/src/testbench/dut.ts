// The testbench's view of a design: one handle per port, typed by inference from the ports record.
//
// The ordering rule, here and nowhere else. Time is a sequence of instants: the rising edges of the clocks, and the times
// that somebody waits for. In each instant, in this order:
//   1. Clocks. The clocks of this instant rise together; registers take the values their inputs had just before; the
//      design settles. On a stream, a value moves when valid and ready were both high just before the edge.
//   2. Write. Every task whose wait is over by this runs until it waits again; time stands still until all of them wait.
//      A poke is seen at once by peeks of combinational outputs, and by registers at their next edge.
//   3. Settle. Tasks that wait for a change of a signal that has come about by now resume: back to 2.
//   4. readWrite. When 3 resumes nobody, tasks in `t.readWrite()` resume. What they poke leads back to 3.
//   5. Streams. The testbench's ends of the streams set their side for the coming edge: valid and payload, held until they
//      are accepted, and ready, high only while somebody wants a value. Changes lead back to 3.
//   6. readOnly. When nothing more changes, tasks in `t.readOnly()` resume and see exactly what the coming edge will see.
//      A poke is an error now.
// Then time goes on. A task that another one resumes (`Event`, `Lock`, `Queue`, `join`) runs in the same instant.
// Types only.

import type { Bool, HwType, In, InputValue, Out, Ports, Stream, UInt, ValueOf } from '@gatewright/hdl-core';
import type { ColumnsOf } from '../value/typed-columns.ts';
import type { WaveRequest } from '../wave/view.ts';
import type { WaveDrom } from '../wave/wavedrom.ts';
import type { Event, Lock, Queue } from './synchronise.ts';
import type { Time } from './time.ts';

/** A plain output: may be looked at. */
export interface OutputPort<T extends HwType> {
  readonly type: T;
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
  /**
   * The same for typed arrays, one per leaf or vector of the payload: `sendColumns({ a: new Int8Array(8 * n), last: … })`.
   * Throws a ValueError at once when something does not fit.
   */
  sendColumns(columns: ColumnsOf<T>): Promise<void>;
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
  /** The next `count` values as typed arrays, or as many as fill the given ones, which it gives back. */
  takeColumns(count: number): Promise<ColumnsOf<T>>;
  takeColumns<C extends ColumnsOf<T>>(columns: C): Promise<C>;
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

/** A port of one bit. */
export type OneBit = OutputPort<Bool> | OutputPort<UInt>;

/** Waits or tasks, with what they give. */
export type Waits<T extends readonly unknown[]> = {
  readonly [K in keyof T]: Promise<T[K]> | Task<T[K]>;
};

/** A task that runs beside the body. */
export interface Task<R> {
  /** What it returned, or its error. An error that nobody is joining for fails the whole simulation at once. */
  join(): Promise<R>;
  readonly done: boolean;
  /**
   * Ends it: the wait that it made through its own `t` throws a TaskCancelled there, and so do later ones. A wait on a
   * port belongs to it when it is written `t.own(dut.out.recv())`. What it waits for otherwise goes on first.
   */
  cancel(reason?: string): void;
}

/** A clock of the design, to wait for. */
export interface ClockHandle {
  readonly name: string;
  /** Its rising edges since reset. */
  readonly cycle: number;
  /** In ps. */
  readonly period: number;
}

/** Time and tasks. */
export interface Testbench {
  /** Rising edges of the first clock since reset. */
  readonly cycle: number;
  /** The time since reset, in ps: 10 ns a cycle unless `clocks` says otherwise. */
  readonly time: number;
  /** Passes `cycles` rising edges of the first clock, one by default. */
  step(cycles?: number): Promise<void>;
  /** The same at once, without a promise: for loops that nothing else runs beside. Throws when a task or stream waits. */
  tick(cycles?: number): void;
  /** Resumes as soon as `condition` holds: now, or after some instant. `timeout` in cycles. */
  until(condition: () => boolean, options?: { readonly timeout?: number }): Promise<void>;
  /** The clock of that name (its port), the first one by default. */
  clock(name?: string): ClockHandle;
  /** Passes rising edges of a clock, the first one by default. */
  clockCycles(cycles: number, clock?: ClockHandle): Promise<void>;
  /** Resumes when the clock rises next, or when the one-bit port goes from 0 to 1. */
  risingEdge(signal: OneBit | ClockHandle): Promise<void>;
  /** Resumes when the clock falls next, or when the one-bit port goes from 1 to 0. */
  fallingEdge(signal: OneBit | ClockHandle): Promise<void>;
  /** Resumes when the clock rises or falls next, or when the port has another value. */
  edge(signal: OutputPort<HwType> | ClockHandle): Promise<void>;
  /** Lets a time pass. */
  timer(time: Time): Promise<void>;
  /** Resumes in this instant when every other task has done what it does at once: see the ordering rule. */
  readWrite(): Promise<void>;
  /** Resumes in this instant when nothing more changes: see the ordering rule. */
  readOnly(): Promise<void>;
  /** Drives a reset for some cycles of the first clock (2 by default): the one of a name, or all. */
  reset(options?: { readonly cycles?: number; readonly name?: string }): Promise<void>;
  /**
   * Starts a task. It is abandoned if it still waits when the body returns. Waits that it makes through the `t` it is given
   * end when it is cancelled.
   */
  fork<R>(body: (t: Testbench) => Promise<R>): Task<R>;
  /** A wait of a port that belongs to this task: it ends when the task is cancelled. */
  own<R>(wait: Promise<R>): Promise<R>;
  /** The result of whichever is over first. The other waits are taken back; tasks go on. */
  first<T extends readonly unknown[]>(...waits: Waits<T>): Promise<T[number]>;
  /** The results of all. */
  all<T extends readonly unknown[]>(...waits: Waits<T>): Promise<T>;
  /** What the wait gives, or a SimTimeout when it is not over within so many cycles of the first clock, or so much time. */
  withTimeout<R>(wait: Promise<R> | Task<R>, limit: number | Time): Promise<R>;
  /** Something that one task announces to others; the name is for messages. */
  event<T = void>(name?: string): Event<T>;
  /** Something that one task holds at a time. */
  lock(name?: string): Lock;
  /** Values from tasks to tasks; `put` waits while it is full. */
  queue<T>(options?: { readonly capacity?: number; readonly name?: string }): Queue<T>;
  /**
   * A register or a word of a memory, by its name in the Verilog: `t.inside('row_0.acc', sint(24)).peek()`. It must be
   * among what the run was told to `watch`, and of that type: otherwise throws a RangeError or a TypeError.
   */
  inside<T extends HwType>(name: string, type: T): OutputPort<T>;
  /** Prints the values behind the cycle and the time. */
  log(...values: readonly unknown[]): void;
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
