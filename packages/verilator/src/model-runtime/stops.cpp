// How a model ends by its own word: $finish, $stop, $fatal, failed assertions, no convergence, exceptions.

#include "thread.h"

#include "verilated.h"

#include <cstdarg>
#include <cstdio>
#include <exception>

namespace {
// Thrown by the handlers of $stop and $fatal; only gw_model_guard catches it.
struct Stopped {};

// The last printed line if it already tells this place, else the place and the reason.
std::string describe(const char* file, int line, const char* reason) {
    const std::string& printed = ownThread().printed;
    const std::string place = std::string{file ? file : ""} + ":" + std::to_string(line);
    const std::size_t end = printed.find_last_not_of('\n');
    if (end != std::string::npos) {
        const std::size_t newline = printed.rfind('\n', end);
        const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
        const std::string last = printed.substr(begin, end + 1 - begin);
        if (last.find(place) != std::string::npos) return last;
    }
    return place + ": " + reason;
}

[[noreturn]] void stop(const char* file, int line, const char* reason) {
    ownThread().message = describe(file, line, reason);
    ownThread().status = 2;
    Verilated::threadContextp()->gotError(true);
    Verilated::threadContextp()->gotFinish(true);
    throw Stopped{};
}
}  // namespace

void vl_finish(const char* file, int line, const char*) {
    ModelThread& thread = ownThread();
    if (thread.status == 0) {
        thread.status = 1;
        thread.message = describe(file, line, "$finish");
    }
    Verilated::threadContextp()->gotFinish(true);
}

void vl_stop(const char* file, int line, const char*) { stop(file, line, "$stop"); }

void vl_fatal(const char* file, int line, const char*, const char* reason) { stop(file, line, reason); }

void gw_model_threw() {
    ModelThread& thread = ownThread();
    try {
        throw;
    } catch (const Stopped&) {
        return;
    } catch (const std::exception& error) {
        thread.message = modelName() + " threw an exception: " + error.what();
    } catch (...) {
        thread.message = modelName() + " threw an exception";
    }
    thread.status = 2;
}

extern "C" int gw_model_printf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    const int length = std::vsnprintf(nullptr, 0, format, args);
    va_end(args);
    std::string text(length > 0 ? length + 1 : 1, '\0');
    std::vsnprintf(&text[0], text.size(), format, again);
    va_end(again);
    text.pop_back();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    std::string& printed = ownThread().printed;
    printed += text;
    if (printed.size() > 8192) printed.erase(0, printed.size() - 4096);
    return length;
}

extern "C" int gw_model_status(void) { return ownThread().status; }
extern "C" const char* gw_model_message(void) { return ownThread().message.c_str(); }
extern "C" void gw_model_clear(void) {
    ModelThread& thread = ownThread();
    thread.status = 0;
    thread.message.clear();
    thread.printed.clear();
}
