// The C++ and the Verilog that go around a design for the verilator back end.
// Invariant: neither mentions a name of the user's design except the top module's: ports are p0, p1, … in leaf order,
// so no port name can clash with a member of Verilator's class. It does not build or load anything.

import { controlPorts, type Module } from '@gatewright/hdl-core';

/** The name of the wrapping module. */
export const wrapperName = (top: Module): string => `${top.name}_bench`;

/** A module around the design, with ports that are safe as C++ names. */
export function wrapperVerilog(top: Module): string {
  const range = (width: number): string => (width === 1 ? '' : ` [${width - 1}:0]`);
  const ports = [
    // Waves show the design, not this.
    '/* verilator tracing_off */ input wire clk',
    'input wire rst',
    ...top.ports.map((p, i) => `${p.direction}put wire${range(p.decl.width)} p${i}`),
  ];
  const pins = [
    ...controlPorts(top).map(({ kind, name, domain }) =>
      kind === 'clock' ? `.${name}(clk)` : `.${name}(${domain.reset!.active === 'low' ? '~' : ''}rst)`,
    ),
    ...top.ports.map((p, i) => `.${p.decl.name}(p${i})`),
  ];
  return [
    `module ${wrapperName(top)} (`,
    `  ${ports.join(',\n  ')}`,
    ');',
    '  /* verilator tracing_on */',
    `  ${top.name} dut (`,
    `    ${pins.join(',\n    ')}`,
    '  );',
    'endmodule',
    '',
  ].join('\n');
}

/** The functions that the library exports; `gw_dut_*` take what `gw_dut_open` returned. */
export function shimSource(top: Module): string {
  const cases = top.ports.map((_, i) => `        case ${i}: return {&m.p${i}, sizeof(m.p${i})};`);
  return `#include "Vdut.h"
#include "verilated.h"
#if VM_TRACE && VM_TRACE_FST
#include "verilated_fst_c.h"
using Trace = VerilatedFstC;
#elif VM_TRACE
#include "verilated_vcd_c.h"
using Trace = VerilatedVcdC;
#endif
#if VM_COVERAGE
#include "verilated_cov.h"
#endif

#include <cstdint>

namespace {
struct Dut {
    VerilatedContext context;
    Vdut model{&context, "TOP"};
#if VM_TRACE
    Trace trace;
    std::uint64_t time = 0;
#endif
};
// Called with settled low clocks and after each edge: a cycle is two time units.
void dump(Dut& d) {
#if VM_TRACE
    if (d.trace.isOpen()) d.trace.dump(d.time);
    ++d.time;
#else
    (void)d;
#endif
}
struct Place {
    void* address;
    std::size_t bytes;
};
constexpr std::uint32_t ports = ${top.ports.length};
Place place(Vdut& m, std::uint32_t port) {
    switch (port) {
${cases.join('\n')}
        default: return {&m.clk, sizeof(m.clk)};
    }
}
std::uintptr_t begin(Dut& d, std::uint32_t port) {
    return reinterpret_cast<std::uintptr_t>(place(d.model, port).address);
}
void evaluate(Dut& d, CData clock) {
    d.model.clk = clock;
    d.model.eval();
    d.context.timeInc(1);
}
}  // namespace

extern "C" {
void* gw_dut_open() {
    Dut* d = new Dut;
    return d;
}
void gw_dut_close(void* dut) {
    Dut* d = static_cast<Dut*>(dut);
    d->model.final();
#if VM_TRACE
    if (d->trace.isOpen()) {
        dump(*d);
        d->trace.close();
    }
#endif
    delete d;
}
#if VM_TRACE
std::int32_t gw_dut_trace(void* dut, const char* path) {
    Dut& d = *static_cast<Dut*>(dut);
    d.context.traceEverOn(true);
    d.model.trace(&d.trace, 99);
    d.trace.open(path);
    return d.trace.isOpen();
}
#endif
#if VM_COVERAGE
void gw_dut_coverage(void* dut, const char* path) { static_cast<Dut*>(dut)->context.coveragep()->write(path); }
#endif
// The memory that holds every port, from an address that is a multiple of 8.
void* gw_dut_base(void* dut) {
    Dut& d = *static_cast<Dut*>(dut);
    std::uintptr_t low = begin(d, ports);
    for (std::uint32_t i = 0; i < ports; ++i) if (begin(d, i) < low) low = begin(d, i);
    return reinterpret_cast<void*>(low & ~static_cast<std::uintptr_t>(7));
}
std::uint32_t gw_dut_span(void* dut) {
    Dut& d = *static_cast<Dut*>(dut);
    const std::uintptr_t base = reinterpret_cast<std::uintptr_t>(gw_dut_base(dut));
    std::uintptr_t high = base;
    for (std::uint32_t i = 0; i < ports; ++i) {
        const std::uintptr_t end = begin(d, i) + place(d.model, i).bytes;
        if (end > high) high = end;
    }
    return static_cast<std::uint32_t>((high - base + 7) & ~static_cast<std::uintptr_t>(7));
}
std::uint32_t gw_dut_offset(void* dut, std::uint32_t port) {
    return static_cast<std::uint32_t>(begin(*static_cast<Dut*>(dut), port) -
                                      reinterpret_cast<std::uintptr_t>(gw_dut_base(dut)));
}
std::uint32_t gw_dut_bytes(void* dut, std::uint32_t port) {
    return static_cast<std::uint32_t>(place(static_cast<Dut*>(dut)->model, port).bytes);
}
void gw_dut_reset(void* dut, std::int32_t active, std::int32_t) { static_cast<Dut*>(dut)->model.rst = active; }
std::int32_t gw_dut_clocks(void* dut, std::uint32_t levels) {
    Dut& d = *static_cast<Dut*>(dut);
    return gw_model_guard([&] {
        evaluate(d, levels & 1);
        dump(d);
    });
}
std::int32_t gw_dut_settle(void* dut) {
    Dut& d = *static_cast<Dut*>(dut);
    return gw_model_guard([&] { evaluate(d, 0); });
}
std::int32_t gw_dut_rise(void* dut, std::uint32_t count) {
    Dut& d = *static_cast<Dut*>(dut);
    return gw_model_guard([&] {
        for (std::uint32_t i = 0; i < count && gw_model_status() == 0; ++i) {
            if (d.model.clk) evaluate(d, 0);
            dump(d);
            evaluate(d, 1);
            dump(d);
        }
    });
}
}
`;
}
