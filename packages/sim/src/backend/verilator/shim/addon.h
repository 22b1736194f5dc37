// The functions that JavaScript calls on a running copy: `Running` in verilator.ts.
// Invariant: every evaluation runs inside gw_model_guard; after a fault the model is not touched again, not even to free it.

#pragma once

#include "calls.h"

#if VM_COVERAGE
#include "verilated_cov.h"
#endif

#include <cstdio>

namespace {
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
// The cycles run, or text when the model stopped.
napi_value js_run(napi_env env, napi_callback_info info) {
    const Call call = numbers(env, info, 1);
    std::uint32_t cycles = 0;
    const napi_value stopped = guarded(env, *call.dut, [&] { cycles = run(*call.dut, call.a); });
    return stopped ? stopped : number(env, cycles);
}
// Begins to record into the given array buffer.
napi_value js_record(napi_env env, napi_callback_info info) {
    const Call call{env, info, 1};
    call.dut->ring = static_cast<std::uint32_t*>(memoryOf(env, call.values[0]));
    return nullptr;
}
napi_value js_passed(napi_env env, napi_callback_info info) { return number(env, Call(env, info, 0).dut->passed); }
constexpr std::uint32_t allResets = 0xffff;
// reset(1 for active, which one).
napi_value js_reset(napi_env env, napi_callback_info info) {
    const Call call = numbers(env, info, 2);
    Vdut& m = call.dut->model;
    const std::uint32_t mask = call.b == allResets ? ~0u : 1u << call.b;
    design::setResets(m, call.a ? design::resets(m) | mask : design::resets(m) & ~mask);
    return nullptr;
}
// Writes the state of the design into the given array buffer.
napi_value js_tell(napi_env env, napi_callback_info info) {
    const Call call{env, info, 1};
    Dut& d = *call.dut;
    return guarded(env, d, [&] {
        design::setState(d.model, memoryOf(env, call.values[0]));
        for (const bool level : {true, false}) {
            design::setTell(d.model, level);
            d.model.eval();
        }
    });
}
#if VM_TRACE
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
    const int status = gw_model_guard([&] {
        d->model.final();
#if VM_TRACE
        if (d->trace.isOpen()) {
            dump(*d);
            d->trace.close();
        }
#endif
    });
    if (status != 3) gw_model_guard([&] { delete d; });
    gw_model_clear();
    return nullptr;
}

// The memory that holds the ports, and where each of them is in it.
void placePorts(napi_env env, napi_value object, Dut& d) {
    const auto places = design::places(d.model);
    // Pins are the testbench's: none powers up by itself.
    for (const design::Place& p : places) std::memset(p.address, 0, p.bytes);
    design::setResets(d.model, 0);
    std::uintptr_t low = UINTPTR_MAX, high = 0;
    for (const design::Place& p : places) {
        const auto at = reinterpret_cast<std::uintptr_t>(p.address);
        if (at < low) low = at;
        if (at + p.bytes > high) high = at + p.bytes;
    }
    low &= ~static_cast<std::uintptr_t>(7);
    d.ports = reinterpret_cast<const unsigned char*>(low);
    d.portBytes = (high - low + 7) & ~static_cast<std::size_t>(7);
    std::vector<bool> used(d.portBytes / 8);
    for (const design::Place& p : places) {
        const std::size_t offset = reinterpret_cast<std::uintptr_t>(p.address) - low;
        for (std::size_t word = offset / 8; word * 8 < offset + p.bytes; ++word) used[word] = true;
    }
    for (std::uint32_t word = 0; word < used.size(); ++word) {
        if (!used[word]) continue;
        if (d.parts.empty() || d.parts.back() != word * 8) d.parts.insert(d.parts.end(), {word * 8, word * 8});
        d.parts.back() += 8;
    }
    buffer(env, object, "memory", reinterpret_cast<void*>(low), d.portBytes);
    for (std::size_t i = 0; i < design::pinCount; ++i) {
        const auto offset = reinterpret_cast<std::uintptr_t>(places[i].address) - low;
        const std::uint32_t place[] = {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(places[i].bytes)};
        for (std::size_t k = 0; k < 2; ++k) {
            char name[16];
            std::snprintf(name, sizeof name, "%zu", 2 * i + k);
            napi_set_named_property(env, object, name, number(env, place[k]));
        }
    }
}

// open(what the design does not know of itself: 0, or 1 for random values; their seed; seconds that one evaluation may take;
// the state to begin with). Text when the model stopped.
napi_value js_open(napi_env env, napi_callback_info info) {
    std::size_t count = 4;
    napi_value values[4];
    std::uint32_t random = 0, seed = 0, limit = 0;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
    napi_get_value_uint32(env, values[0], &random);
    napi_get_value_uint32(env, values[1], &seed);
    napi_get_value_uint32(env, values[2], &limit);
    gw_model_begin(design::name, limit);
    Dut* d = nullptr;
    const int status = gw_model_guard([&] {
        auto context = std::make_unique<VerilatedContext>();
        context->randReset(random ? 2 : 0);
        context->randSeed(static_cast<int>(seed));
        Vdut* const model = new Vdut{context.get(), "TOP"};
        d = new Dut{std::move(context), model};
    });
    if (status != 0) return outcome(env, status);
    napi_value object;
    napi_create_object(env, &object);
    placePorts(env, object, *d);
    if (design::hasState) design::setState(d->model, memoryOf(env, values[3]));
    design::setTell(d->model, false);
    buffer(env, object, "bulk", d->bulk, sizeof d->bulk);
    method(env, object, "settle", js_settle, d);
    method(env, object, "cycle", js_cycle, d);
    method(env, object, "rise", js_rise, d);
    method(env, object, "clocks", js_clocks, d);
    method(env, object, "run", js_run, d);
    method(env, object, "reset", js_reset, d);
    method(env, object, "record", js_record, d);
    method(env, object, "passed", js_passed, d);
    method(env, object, "tell", js_tell, d);
#if VM_TRACE
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
