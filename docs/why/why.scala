// The counter, FIFO and controller of why.md in Chisel 7.14.0 (Scala 2.13.16, firtool 1.155.0).
// `circt.stage.ChiselStage.emitSystemVerilog(new Counter, firtoolOpts = Array("--strip-debug-info",
//  "--disable-all-randomization", "--default-layer-specialization=disable"))`, and the same for the others.

import chisel3._
import chisel3.util._

class Counter(width: Int = 8) extends Module {
  val io = IO(new Bundle {
    val enable = Input(Bool())
    val count = Output(UInt(width.W))
  })
  val value = RegInit(0.U(width.W))
  when(io.enable) { value := value + 1.U }
  io.count := value
}

class Fifo(width: Int = 8, depth: Int = 16) extends Module {
  val io = IO(new Bundle {
    val in = Flipped(Decoupled(UInt(width.W)))
    val out = Decoupled(UInt(width.W))
  })
  val slots = Mem(depth, UInt(width.W))
  val head = RegInit(0.U(log2Ceil(depth).W))
  val tail = RegInit(0.U(log2Ceil(depth).W))
  val used = RegInit(0.U(log2Ceil(depth + 1).W))

  io.in.ready := used =/= depth.U
  io.out.valid := used =/= 0.U
  io.out.bits := slots(head)
  when(io.in.fire) {
    slots(tail) := io.in.bits
    tail := tail + 1.U
  }
  when(io.out.fire) { head := head + 1.U }
  when(io.in.fire && !io.out.fire) { used := used + 1.U }
    .elsewhen(io.out.fire && !io.in.fire) { used := used - 1.U }
}

object Controller {
  object State extends ChiselEnum { val Idle, Run, Drain = Value }
}

class Controller(steps: Int = 10) extends Module {
  import Controller.State
  val io = IO(new Bundle {
    val start = Input(Bool())
    val ack = Input(Bool())
    val busy = Output(Bool())
    val done = Output(Bool())
  })
  val state = RegInit(State.Idle)
  val step = RegInit(0.U(log2Ceil(steps).W))

  io.busy := state =/= State.Idle
  io.done := state === State.Drain
  switch(state) {
    is(State.Idle) {
      when(io.start) {
        step := 0.U
        state := State.Run
      }
    }
    is(State.Run) {
      step := step + 1.U
      when(step === (steps - 1).U) { state := State.Drain }
    }
    is(State.Drain) {
      when(io.ack) { state := State.Idle }
    }
  }
}
