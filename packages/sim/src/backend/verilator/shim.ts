// The C++ that goes around a Verilated design: an addon for Node that maps ports into JavaScript and moves clocks.
// Invariant: every evaluation runs inside gw_model_guard; after a fault the model is not touched again, not even to free
// it. It builds and loads nothing.

import { type Module, modulesOf } from '@gatewright/hdl-core';
import type { BulkLayout } from '../bulk-layout.ts';
import { topResets } from '../controls.ts';
import { bulkSource } from './bulk.ts';
import { nodeApi } from './node-api.ts';
import { clockNumbers } from './wrapper.ts';

/**
 * With one clock, and nothing that looks at its falling edge, a rising edge need not be preceded by an evaluation at low
 * clock: Verilator compares the clock with its value at the last evaluation, which we set to 0. Inputs are looked at first
 * in any evaluation. Where the variable has another name, or waves shall show the clock, nothing is forgotten.
 */
const oneEdge = `#if VM_TRACE || VM_COVERAGE
template <class Root> bool forgets(Root&, long) { return false; }
#else
template <class Root> auto forgets(Root& root, int) -> decltype(root.__Vtrigrprev__TOP__clk0 = 0, true) {
    root.__Vtrigrprev__TOP__clk0 = 0;
    return true;
}
template <class Root> auto forgets(Root& root, int) -> decltype(root.__Vtrigprevexpr___TOP__clk0__0 = 0, true) {
    root.__Vtrigprevexpr___TOP__clk0__0 = 0;
    return true;
}
template <class Root> bool forgets(Root&, long) { return false; }
#endif
`;

/** The addon's source; `pins` are the ports p0, p1, … of the wrapper. Its one function `open` is `Addon.open` in verilator.ts. */
export function shimSource(top: Module, bulk: BulkLayout | undefined, pins: number): string {
  const clocks = clockNumbers(top);
  const resets = topResets(top).map(({ index }) => index);
  const hasExtern = modulesOf(top).some((module) => module.extern !== undefined);
  const single = clocks.length === 1 && clocks[0] === 0;
  const lines = (count: number, text: (k: number) => string): string =>
    Array.from({ length: count }, (_, k) => `    ${text(k)}\n`).join('');
  return `#include "Vdut.h"
#include "Vdut___024root.h"
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
#include <cstring>
#include <memory>

${nodeApi}
namespace {
struct Dut {
    std::unique_ptr<VerilatedContext> context;
    std::unique_ptr<Vdut> owner;
    Vdut& model;
    bool begun = false;
    bool broken = false;
    // Edges that the call under way has passed.
    std::uint32_t passed = 0;
    // Where the ports are, and the ring of their copies: see Ring in backend.ts.
    const unsigned char* ports = nullptr;
    std::size_t portBytes = 0;
    std::uint32_t* ring = nullptr;
    std::uint32_t places[${2 * pins + 1}];
    alignas(64) unsigned char bulk[${bulk?.bytes ?? 8}] = {};
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
// Bit k of \`levels\` is clock k.
inline void evaluate(Dut& d, std::uint32_t levels) {
${clocks
  .map(
    (k) => `    d.model.clk${k} = ${single ? 'levels' : `(levels >> ${k}) & 1`};
`,
  )
  .join('')}    d.model.eval();
    ++gw_model_beat;
}
// The first evaluation: all clocks low and no reset active, so that what either of them does next is an edge. A flip-flop
// takes an asynchronous reset by its level, but its Verilog waits for the edge.
void begin(Dut& d) {
    d.begun = true;
${resets.map((k) => `    const auto rst${k} = d.model.rst${k};\n    d.model.rst${k} = 0;\n`).join('')}    evaluate(d, 0);
${resets.map((k) => `    d.model.rst${k} = rst${k};\n`).join('')}}
${single ? oneEdge : ''}// Copies the ports into the next row, and returns it.
inline unsigned char* record(Dut& d) {
    std::uint32_t* const ring = d.ring;
    unsigned char* const row = reinterpret_cast<unsigned char*>(ring + 4) + ring[0] * d.portBytes;
    const unsigned char* const ports = d.ports;
    for (std::size_t i = 0; i < d.portBytes; i += 8) std::memcpy(row + i, ports + i, 8);
    if (++ring[0] == ring[2]) ring[0] = 0;
    if (ring[1] < ring[2]) ++ring[1];
    return row;
}
void rise(Dut& d, std::uint32_t count) {
    const std::uint32_t depth = d.ring ? d.ring[2] : 0;
    for (std::uint32_t i = 0; i < count && gw_model_state == 0; ++i) {
        d.passed = i;
        if (count - i <= depth) record(d);
        if (${clocks.map((k) => `d.model.clk${k}`).join(' || ')}) {
            if (${single && !hasExtern ? '!forgets(*d.model.rootp, 0)' : 'true'}) evaluate(d, 0);
        }
        dump(d);
        evaluate(d, ${single ? 1 : 0xffffffff});
        dump(d);
    }
}
${bulk ? bulkSource(top, bulk, single && !hasExtern) : ''}
struct Call {
    Dut* dut;
    std::uint32_t a = 0, b = 0;
    napi_value values[2] = {};
    Call(napi_env env, napi_callback_info info, std::size_t count) {
        void* data;
        napi_get_cb_info(env, info, &count, values, nullptr, &data);
        dut = static_cast<Dut*>(data);
    }
};
Call numbers(napi_env env, napi_callback_info info, std::size_t count) {
    Call call{env, info, count};
    napi_get_value_uint32(env, call.values[0], &call.a);
    if (count > 1) napi_get_value_uint32(env, call.values[1], &call.b);
    return call;
}
napi_value number(napi_env env, std::uint32_t n) {
    napi_value value;
    napi_create_uint32(env, n, &value);
    return value;
}
// Why the model stopped, as text; undefined while it runs.
inline napi_value outcome(napi_env env, Dut& d, int status) {
    if (__builtin_expect(status == 0, 1)) return nullptr;
    if (status == 3) d.broken = true;
    napi_value text;
    napi_create_string_utf8(env, gw_model_message(), static_cast<std::size_t>(-1), &text);
    gw_model_clear();
    return text;
}
// Runs \`body\` on a model that can still be run.
template <class Body> inline napi_value guarded(napi_env env, Dut& d, Body&& body) {
    if (__builtin_expect(d.broken, 0)) {
        napi_value text;
        napi_create_string_utf8(env, "the model is not usable after its fault", static_cast<std::size_t>(-1), &text);
        return text;
    }
    if (__builtin_expect(!d.begun, 0))
        return outcome(env, d, gw_model_guard([&] {
            begin(d);
            body();
        }));
    return outcome(env, d, gw_model_guard(body));
}
napi_value js_settle(napi_env env, napi_callback_info info) {
    Dut& d = *Call(env, info, 0).dut;
    return guarded(env, d, [&] { evaluate(d, 0); });
}
napi_value js_cycle(napi_env env, napi_callback_info info) {
    Dut& d = *Call(env, info, 0).dut;
    return guarded(env, d, [&] { rise(d, 1); });
}
napi_value js_rise(napi_env env, napi_callback_info info) {
    const Call call = numbers(env, info, 1);
    return guarded(env, *call.dut, [&] { rise(*call.dut, call.a); });
}
napi_value js_clocks(napi_env env, napi_callback_info info) {
    const Call call = numbers(env, info, 1);
    return guarded(env, *call.dut, [&] {
        dump(*call.dut);
        evaluate(*call.dut, call.a);
        dump(*call.dut);
    });
}
// Begins to record into the given array buffer.
napi_value js_record(napi_env env, napi_callback_info info) {
    const Call call{env, info, 1};
    void* at = nullptr;
    std::size_t bytes = 0;
    napi_get_arraybuffer_info(env, call.values[0], &at, &bytes);
    call.dut->ring = static_cast<std::uint32_t*>(at);
    return nullptr;
}
napi_value js_passed(napi_env env, napi_callback_info info) { return number(env, Call(env, info, 0).dut->passed); }
napi_value js_reset(napi_env env, napi_callback_info info) {
    const Call call = numbers(env, info, 2);
    (void)call;
${resets
  .map(
    (k) => `    if (call.b == ${k} || call.b == 0xffff) call.dut->model.rst${k} = call.a;
`,
  )
  .join('')}    return nullptr;
}
${
  bulk
    ? `// The cycles run, or text when the model stopped.
napi_value js_run(napi_env env, napi_callback_info info) {
    const Call call = numbers(env, info, 1);
    std::uint32_t cycles = 0;
    const napi_value stopped = guarded(env, *call.dut, [&] { cycles = run(*call.dut, call.a); });
    return stopped ? stopped : number(env, cycles);
}
`
    : ''
}#if VM_TRACE
napi_value js_trace(napi_env env, napi_callback_info info) {
    Call call{env, info, 1};
    char path[4096];
    napi_get_value_string_utf8(env, call.values[0], path, sizeof path, nullptr);
    Dut& d = *call.dut;
    d.context->traceEverOn(true);
    d.model.trace(&d.trace, 99);
    d.trace.open(path);
    return number(env, d.trace.isOpen());
}
#endif
#if VM_COVERAGE
napi_value js_coverage(napi_env env, napi_callback_info info) {
    Call call{env, info, 1};
    char path[4096];
    napi_get_value_string_utf8(env, call.values[0], path, sizeof path, nullptr);
    call.dut->context->coveragep()->write(path);
    return nullptr;
}
#endif
// Takes the two array buffers: they have no memory afterwards.
napi_value js_close(napi_env env, napi_callback_info info) {
    Call call{env, info, 2};
    for (napi_value buffer : call.values) napi_detach_arraybuffer(env, buffer);
    Dut* d = call.dut;
    if (d->broken) return nullptr;
    gw_model_guard([&] {
        d->model.final();
#if VM_TRACE
        if (d->trace.isOpen()) {
            dump(*d);
            d->trace.close();
        }
#endif
    });
    gw_model_clear();
    delete d;
    return nullptr;
}
void method(napi_env env, napi_value object, const char* name, napi_callback function, Dut* d) {
    napi_value value;
    napi_create_function(env, name, static_cast<std::size_t>(-1), function, d, &value);
    napi_set_named_property(env, object, name, value);
}
void buffer(napi_env env, napi_value object, const char* name, void* memory, std::size_t bytes) {
    napi_value value;
    napi_create_external_arraybuffer(env, memory, bytes, nullptr, nullptr, &value);
    napi_set_named_property(env, object, name, value);
}
struct Place {
    void* address;
    std::size_t bytes;
};
// open(power-up values: 0, or 1 for random ones; their seed; seconds that one evaluation may take).
napi_value js_open(napi_env env, napi_callback_info info) {
    std::size_t count = 3;
    napi_value values[3];
    std::uint32_t random = 0, seed = 0, limit = 0;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
    napi_get_value_uint32(env, values[0], &random);
    napi_get_value_uint32(env, values[1], &seed);
    napi_get_value_uint32(env, values[2], &limit);
    gw_model_watch(limit);
    auto context = std::make_unique<VerilatedContext>();
    context->randReset(random ? 2 : 0);
    context->randSeed(static_cast<int>(seed));
    Vdut* const model = new Vdut{context.get(), "TOP"};
    Dut* const d = new Dut{std::move(context), model};
    Vdut& m = *model;
    const Place ports[] = {
${lines(pins, (i) => `    {&m.p${i}, sizeof(m.p${i})},`)}        {&m.clk${clocks[0]}, sizeof(m.clk${clocks[0]})},
    };
    // Pins are the testbench's: none powers up by itself.
    for (const Place& p : ports) std::memset(p.address, 0, p.bytes);
${resets.map((k) => `    m.rst${k} = 0;\n`).join('')}    std::uintptr_t low = UINTPTR_MAX, high = 0;
    for (const Place& p : ports) {
        const auto at = reinterpret_cast<std::uintptr_t>(p.address);
        if (at < low) low = at;
        if (at + p.bytes > high) high = at + p.bytes;
    }
    low &= ~static_cast<std::uintptr_t>(7);
    for (std::size_t i = 0; i < ${pins}; ++i) {
        d->places[2 * i] = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(ports[i].address) - low);
        d->places[2 * i + 1] = static_cast<std::uint32_t>(ports[i].bytes);
    }
    d->ports = reinterpret_cast<const unsigned char*>(low);
    d->portBytes = (high - low + 7) & ~static_cast<std::size_t>(7);
    napi_value object;
    napi_create_object(env, &object);
    buffer(env, object, "memory", reinterpret_cast<void*>(low), (high - low + 7) & ~static_cast<std::uintptr_t>(7));
    buffer(env, object, "bulk", d->bulk, sizeof d->bulk);
    for (std::size_t i = 0; i < ${2 * pins}; ++i) {
        char name[16];
        std::snprintf(name, sizeof name, "%zu", i);
        napi_set_named_property(env, object, name, number(env, d->places[i]));
    }
    method(env, object, "settle", js_settle, d);
    method(env, object, "cycle", js_cycle, d);
    method(env, object, "rise", js_rise, d);
    method(env, object, "clocks", js_clocks, d);
    method(env, object, "reset", js_reset, d);
    method(env, object, "record", js_record, d);
    method(env, object, "passed", js_passed, d);
${bulk ? '    method(env, object, "run", js_run, d);\n' : ''}#if VM_TRACE
    method(env, object, "trace", js_trace, d);
#endif
#if VM_COVERAGE
    method(env, object, "coverage", js_coverage, d);
#endif
    method(env, object, "close", js_close, d);
    return object;
}
}  // namespace

napi_value napi_register_module_v1(napi_env env, napi_value exports) {
    method(env, exports, "open", js_open, nullptr);
    return exports;
}
`;
}
