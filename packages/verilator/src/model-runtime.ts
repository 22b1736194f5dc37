// The C++ that every model is linked with: it turns $finish, $stop, $fatal and failed assertions into a status that the
// shim can read, where Verilator's own handlers would end the host process.
// Invariant: no call of the simulated design leaves the process. It knows nothing of ports, clocks or JavaScript.

/** Included first in every C++ file of a model, before any Verilator header. */
export const modelRuntimeHeader = `// Linked into every Gatewright model; see gw_model_guard for the contract.
#ifndef GW_MODEL_RUNTIME_H
#define GW_MODEL_RUNTIME_H

// Ask verilated.cpp to leave these three, and its printing, to us.
#define VL_USER_FINISH
#define VL_USER_STOP
#define VL_USER_FATAL
#define VL_PRINTF gw_model_printf

extern "C" {
int gw_model_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));

// 0: running. 1: $finish was called (the design may still be evaluated).
// 2: $stop, $fatal, a failed assertion or no convergence: the evaluation was cut short, the model's state is undefined.
// The status belongs to the library, not to one instance, and stays until gw_model_clear().
int gw_model_status(void);
// Why the status is not 0: one or more lines with file and line number. Valid until the next call of the model.
const char* gw_model_message(void);
void gw_model_clear(void);
}

// Thrown by the handlers of $stop and $fatal; only gw_model_guard catches it.
struct gw_model_stopped {};

// Runs \`body\` (evaluations of the model) and returns gw_model_status(). The shim wraps every eval() in it: an exception
// must not reach the caller of the library.
template <class Body>
inline int gw_model_guard(Body&& body) {
    try {
        body();
    } catch (const gw_model_stopped&) {
    }
    return gw_model_status();
}

#endif
`;

/** Compiled once per Verilator and compiler, next to verilated.cpp. */
export const modelRuntimeSource = `#include "model-runtime.h"

#include "verilated.h"

#include <cstdarg>
#include <cstdio>
#include <string>

namespace {
int status = 0;
std::string message;
std::string printed;  // what the design printed last: $fatal prints its text, then stops

// The last printed line if it already tells this place, else the place and the reason.
std::string describe(const char* file, int line, const char* reason) {
    const std::string place = std::string{file ? file : ""} + ":" + std::to_string(line);
    const std::size_t end = printed.find_last_not_of('\\n');
    if (end != std::string::npos) {
        const std::size_t newline = printed.rfind('\\n', end);
        const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
        const std::string last = printed.substr(begin, end + 1 - begin);
        if (last.find(place) != std::string::npos) return last;
    }
    return place + ": " + reason;
}

[[noreturn]] void stop(const char* file, int line, const char* reason) {
    message = describe(file, line, reason);
    status = 2;
    Verilated::threadContextp()->gotError(true);
    Verilated::threadContextp()->gotFinish(true);
    throw gw_model_stopped{};
}
}  // namespace

extern "C" int gw_model_printf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    const int length = std::vsnprintf(nullptr, 0, format, args);
    va_end(args);
    std::string text(length > 0 ? length + 1 : 1, '\\0');
    std::vsnprintf(&text[0], text.size(), format, again);
    va_end(again);
    text.pop_back();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    printed += text;
    if (printed.size() > 8192) printed.erase(0, printed.size() - 4096);
    return length;
}

extern "C" int gw_model_status(void) { return status; }
extern "C" const char* gw_model_message(void) { return message.c_str(); }
extern "C" void gw_model_clear(void) {
    status = 0;
    message.clear();
    printed.clear();
}

void vl_finish(const char* file, int line, const char*) {
    if (status == 0) {
        status = 1;
        message = describe(file, line, "$finish");
    }
    Verilated::threadContextp()->gotFinish(true);
}

void vl_stop(const char* file, int line, const char*) { stop(file, line, "$stop"); }

void vl_fatal(const char* file, int line, const char*, const char* reason) { stop(file, line, reason); }
`;
