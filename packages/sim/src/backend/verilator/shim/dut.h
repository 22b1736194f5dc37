// A running copy of a design, and how its clocks move.
// Invariant: nothing here is called outside gw_model_guard but `record`'s reader in JavaScript. It knows nothing of Node.

#pragma once

#include "design.h"

#if VM_TRACE && VM_TRACE_FST
#include "verilated_fst_c.h"
using Trace = VerilatedFstC;
#elif VM_TRACE
#include "verilated_vcd_c.h"
using Trace = VerilatedVcdC;
#endif

#include <cstring>
#include <memory>
#include <vector>

namespace {
struct Dut {
    std::unique_ptr<VerilatedContext> context;
    std::unique_ptr<Vdut> owner;
    Vdut& model;
    // The one that opened it, and that alone runs it.
    gw_model_thread& thread = gw_model_here();
    bool begun = false;
    bool broken = false;
    // Edges that the call under way has passed.
    std::uint32_t passed = 0;
    // Where the ports are, and the ring of their copies: see Ring in backend.ts.
    const unsigned char* ports = nullptr;
    std::size_t portBytes = 0;
    std::uint32_t* ring = nullptr;
    // The parts of that memory that hold ports, as pairs (begin, end) in bytes, multiples of 8: Verilator may put much of
    // the design's state between them.
    std::vector<std::uint32_t> parts;
    alignas(64) unsigned char bulk[design::bulkBytes] = {};
#if VM_TRACE
    Trace trace;
    std::uint64_t time = 0;
#endif
    Dut(std::unique_ptr<VerilatedContext> c, Vdut* m) : context{std::move(c)}, owner{m}, model{*m} {}
};

// Called with settled low clocks and after each edge: a cycle is two time units.
inline void dump(Dut& d) {
#if VM_TRACE
    if (d.trace.isOpen()) d.trace.dump(d.time);
    ++d.time;
#else
    (void)d;
#endif
}

// Bit k of `levels` is clock k.
inline void evaluate(Dut& d, std::uint32_t levels) {
    design::setClocks(d.model, levels);
    d.model.eval();
    d.thread.beat = d.thread.beat + 1;
}

// The first evaluation: all clocks low and no reset active, so that what either of them does next is an edge. A flip-flop
// takes an asynchronous reset by its level, but its Verilog waits for the edge.
void begin(Dut& d) {
    d.begun = true;
    const std::uint32_t resets = design::resets(d.model);
    design::setResets(d.model, 0);
    evaluate(d, 0);
    design::setResets(d.model, resets);
}

// With one clock, and nothing that looks at its falling edge, a rising edge need not be preceded by an evaluation at low
// clock: Verilator compares the clock with its value at the last evaluation, which we set to 0. Inputs are looked at first
// in any evaluation. Where the variable has another name, or waves shall show the clock, nothing is forgotten.
#if !VM_TRACE && !VM_COVERAGE
template <class Root> auto forgets(Root& root, int) -> decltype(root.__Vtrigrprev__TOP__clk0 = 0, true) {
    root.__Vtrigrprev__TOP__clk0 = 0;
    return true;
}
template <class Root> auto forgets(Root& root, int) -> decltype(root.__Vtrigprevexpr___TOP__clk0__0 = 0, true) {
    root.__Vtrigprevexpr___TOP__clk0__0 = 0;
    return true;
}
#endif
template <class Root> bool forgets(Root&, long) { return false; }

// Copies the ports into the next row, and returns it.
inline unsigned char* record(Dut& d) {
    std::uint32_t* const ring = d.ring;
    unsigned char* const row = reinterpret_cast<unsigned char*>(ring + 4) + ring[0] * d.portBytes;
    const unsigned char* const ports = d.ports;
    const std::uint32_t* const parts = d.parts.data();
    for (std::size_t k = 0, count = d.parts.size(); k < count; k += 2) {
        // A row is bytes and could be anything for the compiler, so the end is read once.
        const std::uint32_t end = parts[k + 1];
        for (std::uint32_t i = parts[k]; i < end; i += 8) std::memcpy(row + i, ports + i, 8);
    }
    if (++ring[0] == ring[2]) ring[0] = 0;
    if (ring[1] < ring[2]) ++ring[1];
    return row;
}

// `count` rising edges of all clocks at once.
void rise(Dut& d, std::uint32_t count) {
    const std::uint32_t depth = d.ring ? d.ring[2] : 0;
    for (std::uint32_t i = 0; i < count && d.thread.status == 0; ++i) {
        d.passed = i;
        if (count - i <= depth) record(d);
        if (design::anyClockHigh(d.model) && !(design::risesAlone && forgets(*d.model.rootp, 0))) evaluate(d, 0);
        dump(d);
        evaluate(d, design::allClocks);
        dump(d);
    }
}
}  // namespace
