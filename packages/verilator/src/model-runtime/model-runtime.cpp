#include "model-runtime.h"

#include "verilated.h"

#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <pthread.h>
#include <string>

int gw_model_state = 0;
volatile unsigned gw_model_beat = 0;
thread_local sigjmp_buf* volatile gw_model_refuge = nullptr;

namespace {
int& status = gw_model_state;
std::string message;
std::string printed;  // what the design printed last: $fatal prints its text, then stops

// The last printed line if it already tells this place, else the place and the reason.
std::string describe(const char* file, int line, const char* reason) {
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
    message = describe(file, line, reason);
    status = 2;
    Verilated::threadContextp()->gotError(true);
    Verilated::threadContextp()->gotFinish(true);
    throw gw_model_stopped{};
}

// What is evaluated now, for the watch. One evaluation at a time is watched.
volatile bool inside = false;
pthread_t evaluating;
volatile int fault = 0;
unsigned limit = 0;
constexpr int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
struct sigaction before[65];
// Sent by the watch. Nobody else uses it, and whoever does not expect it ignores it.
constexpr int overdue = SIGURG;

// A fault of a model goes back to its guard, any other to who had the signal before.
void handle(int signal, siginfo_t* info, void* context) {
    if (gw_model_refuge) {
        sigjmp_buf* const refuge = gw_model_refuge;
        gw_model_refuge = nullptr;
        fault = signal;
        siglongjmp(*refuge, 1);
    }
    const struct sigaction& other = before[signal];
    if (other.sa_flags & SA_SIGINFO) other.sa_sigaction(signal, info, context);
    else if (other.sa_handler == SIG_DFL && signal != overdue) {
        sigaction(signal, &other, nullptr);  // the instruction is tried again and ends the process
        if (signal == SIGABRT) raise(signal);
    } else if (other.sa_handler != SIG_DFL && other.sa_handler != SIG_IGN) other.sa_handler(signal);
}

void* watch(void*) {
    unsigned seen = 0;
    unsigned halves = 0;
    for (;;) {
        const timespec half{0, 500000000};
        nanosleep(&half, nullptr);
        const unsigned beat = gw_model_beat;
        if (!inside || beat != seen) halves = 0;
        else if (++halves >= 2 * limit) {
            halves = 0;
            pthread_kill(evaluating, overdue);
        }
        seen = beat;
    }
    return nullptr;
}

const char* signalName(int signal) {
    switch (signal) {
        case SIGSEGV: return "SIGSEGV";
        case SIGBUS: return "SIGBUS";
        case SIGFPE: return "SIGFPE";
        case SIGILL: return "SIGILL";
        default: return "SIGABRT";
    }
}
}  // namespace

void gw_model_enter(sigjmp_buf* refuge) {
    gw_model_refuge = refuge;
    evaluating = pthread_self();
    ++gw_model_beat;
    inside = true;
}
void gw_model_leave() {
    inside = false;
    gw_model_refuge = nullptr;
}
void gw_model_faulted() {
    inside = false;
    status = 3;
    message = fault == overdue
        ? "an evaluation of the model did not end within " + std::to_string(limit) + " s"
        : std::string{"the model crashed ("} + signalName(fault) + ")";
}

extern "C" void gw_model_watch(unsigned seconds) {
    const bool first = limit == 0;
    limit = seconds == 0 ? 1 : seconds;
    // A model that runs out of stack has none left for the handler.
    static thread_local char* stack = nullptr;
    stack_t now;
    if (!stack && sigaltstack(nullptr, &now) == 0 && (now.ss_flags & SS_DISABLE)) {
        constexpr std::size_t size = 65536;
        stack = new char[size];
        const stack_t own{stack, 0, size};
        sigaltstack(&own, nullptr);
    }
    if (!first) return;
    struct sigaction action;
    std::memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    // The handler leaves by a jump: the signal must not stay blocked.
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART;
    for (int signal : faults) sigaction(signal, &action, &before[signal]);
    sigaction(overdue, &action, &before[overdue]);
    pthread_t thread;
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (pthread_create(&thread, nullptr, watch, nullptr) == 0) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
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
