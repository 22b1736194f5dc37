// C++ of a model that would end the process it runs in: exit() and its like are ours within the library, and a fault of the
// model within an evaluation. What other libraries do in its name cannot be undone, but does not pass for success.
// Invariant: no symbol of this file is seen outside the library.

#include "thread.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

namespace {
// What of the C library a call within this library would have reached.
template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// The runtime's own way out, past exit handlers.
[[noreturn]] void endAsFailure(const std::string& what) {
    const std::string text = "error: " + what + ", which ends the process\n";
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) {}
    real<void(int)>("_exit")(1);
    for (;;) {}
}

[[noreturn]] void leave(const char* what) {
    ModelThread* const thread = modelThread;
    if (!thread || !thread->refuge) endAsFailure("the C++ of " + modelName() + " called " + what + " outside an evaluation");
    sigjmp_buf* const refuge = thread->refuge;
    thread->refuge = nullptr;
    thread->called = what;
    siglongjmp(*refuge, 1);
}

[[noreturn]] void leave(const char* function, int code) {
    static thread_local char text[32];
    std::snprintf(text, sizeof text, "%s(%d)", function, code);
    leave(text);
}

// Runs first of all exit handlers that were there when the model was loaded.
const int net = std::atexit([] {
    if (modelThread && modelThread->refuge) endAsFailure("a library that " + modelName() + " uses called exit()");
});
}  // namespace

// Named by their symbols, so that no header's declaration has to be matched.
#define GW_TEXT_OF(x) #x
#define GW_TEXT(x) GW_TEXT_OF(x)
#define GW_INSTEAD_OF(name) __asm__(GW_TEXT(__USER_LABEL_PREFIX__) #name) GW_MODEL_LOCAL
#define GW_EXIT(name)                                                     \
    extern "C" [[noreturn]] void instead_of_##name(int) GW_INSTEAD_OF(name); \
    extern "C" void instead_of_##name(int code) { leave(#name, code); }
GW_EXIT(exit)
GW_EXIT(_exit)
GW_EXIT(_Exit)
GW_EXIT(quick_exit)

extern "C" [[noreturn]] void instead_of_abort() GW_INSTEAD_OF(abort);
extern "C" void instead_of_abort() { leave("abort()"); }
extern "C" [[noreturn]] void instead_of_pthread_exit(void*) GW_INSTEAD_OF(pthread_exit);
extern "C" void instead_of_pthread_exit(void*) { leave("pthread_exit()"); }
