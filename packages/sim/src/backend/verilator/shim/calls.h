// Arguments and results of calls from JavaScript, and the guard around what they run.
// Invariant: a model that has broken is not run again.

#pragma once

#include "dut.h"
#include "node-api.h"

namespace {
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
napi_value string(napi_env env, const char* characters) {
    napi_value text;
    napi_create_string_utf8(env, characters, static_cast<std::size_t>(-1), &text);
    return text;
}
// Of an array buffer.
void* memoryOf(napi_env env, napi_value buffer) {
    void* at = nullptr;
    std::size_t bytes = 0;
    napi_get_arraybuffer_info(env, buffer, &at, &bytes);
    return at;
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

// Why the model stopped, as text; undefined while it runs.
inline napi_value outcome(napi_env env, int status) {
    if (__builtin_expect(status == 0, 1)) return nullptr;
    const napi_value text = string(env, gw_model_message());
    gw_model_clear();
    return text;
}
// Runs `body` on a model that can still be run.
template <class Body> inline napi_value guarded(napi_env env, Dut& d, Body&& body) {
    if (__builtin_expect(d.broken, 0)) return string(env, "the model is not usable after its fault");
    const int status = d.begun ? gw_model_guard(body) : gw_model_guard([&] {
        begin(d);
        body();
    });
    d.broken = status == 3;
    return outcome(env, status);
}
}  // namespace
