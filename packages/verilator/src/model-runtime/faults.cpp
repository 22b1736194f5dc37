// How a model ends against its will: crashes, and evaluations that do not end.
// Invariant: a fault outside an evaluation goes to whoever had the signal before.

#include "thread.h"

#include <csignal>
#include <cstring>
#include <ctime>

namespace {
constexpr int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
constexpr const char* names[] = {"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGTRAP"};
struct sigaction before[65];
// Sent by the watch. Nobody else uses it, and whoever does not expect it ignores it.
constexpr int overdue = SIGURG;

void handle(int signal, siginfo_t* info, void* context) {
    ModelThread* const thread = modelThread;
    if (thread && thread->refuge && (signal != overdue || thread->overdue == thread->beat)) {
        sigjmp_buf* const refuge = thread->refuge;
        thread->refuge = nullptr;
        thread->signal = signal;
        siglongjmp(*refuge, 1);
    }
    const struct sigaction& other = before[signal];
    if (other.sa_flags & SA_SIGINFO) other.sa_sigaction(signal, info, context);
    else if (other.sa_handler == SIG_DFL && signal != overdue) {
        sigaction(signal, &other, nullptr);  // the instruction is tried again and ends the process
        if (signal == SIGABRT) raise(signal);
    } else if (other.sa_handler != SIG_DFL && other.sa_handler != SIG_IGN) other.sa_handler(signal);
}

// Ends the evaluation of a thread that has made no beat for as long as it may take.
void look(ModelThread& thread) {
    const unsigned beat = thread.beat;
    if (!thread.refuge || beat != thread.seen) thread.halves = 0;
    else if (++thread.halves >= 2 * thread.limit) {
        thread.halves = 0;
        thread.overdue = beat;
        pthread_kill(thread.id, overdue);
    }
    thread.seen = beat;
}

void* watch(void*) {
    for (;;) {
        const timespec half{0, 500000000};
        nanosleep(&half, nullptr);
        pthread_mutex_lock(&modelThreadsLock);
        for (ModelThread* thread = modelThreads; thread; thread = thread->next) look(*thread);
        pthread_mutex_unlock(&modelThreadsLock);
    }
    return nullptr;
}

void catchFaults() {
    struct sigaction action;
    std::memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    // The handler leaves by a jump: the signal must not stay blocked.
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART;
    for (int signal : faults) sigaction(signal, &action, &before[signal]);
    sigaction(overdue, &action, &before[overdue]);
}

void startWatch() {
    pthread_t thread;
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (pthread_create(&thread, nullptr, watch, nullptr) == 0) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

// A model that runs out of stack has none left for the handler.
void provideStack() {
    static thread_local char* stack = nullptr;
    stack_t now;
    if (stack || sigaltstack(nullptr, &now) != 0 || !(now.ss_flags & SS_DISABLE)) return;
    constexpr std::size_t size = 65536;
    stack = new char[size];
    const stack_t own{stack, 0, size};
    sigaltstack(&own, nullptr);
}

const char* signalName(int signal) {
    for (std::size_t i = 0; i < sizeof faults / sizeof *faults; ++i)
        if (faults[i] == signal) return names[i];
    return "a signal";
}
}  // namespace

void gw_model_faulted() {
    ModelThread& thread = ownThread();
    thread.status = 3;
    if (thread.called)
        thread.message = modelName() + " called " + thread.called;
    else if (thread.signal == overdue)
        thread.message = "an evaluation of " + modelName() + " did not end within " + std::to_string(thread.limit) + " s";
    else
        thread.message = modelName() + " crashed (" + signalName(thread.signal) + ")";
    thread.called = nullptr;
}

extern "C" void gw_model_begin(const char* name, unsigned seconds) {
    ownThread().limit = seconds == 0 ? 1 : seconds;
    setModelName(name);
    provideStack();
    static const bool once = (catchFaults(), startWatch(), true);
    (void)once;
}
