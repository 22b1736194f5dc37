// Included first in every C++ file of a model, before any Verilator header; see gw_model_guard for the contract.
#ifndef GW_MODEL_RUNTIME_H
#define GW_MODEL_RUNTIME_H

// Ask verilated.cpp to leave these three, and its printing, to us.
#define VL_USER_FINISH
#define VL_USER_STOP
#define VL_USER_FATAL
#define VL_PRINTF gw_model_printf

#include <csetjmp>

extern "C" {
int gw_model_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));

// 0: running. 1: $finish was called (the design may still be evaluated).
// 2: $stop, $fatal, a failed assertion, no convergence or an exception: the evaluation was cut short, the model's state is
// undefined.
// 3: the model crashed, called exit() or its like, or an evaluation did not end: its memory may be broken, so leave it alone
// and do not free it.
// The status belongs to the calling thread, not to one instance, and stays until gw_model_clear().
int gw_model_status(void);
// Why the status is not 0: one or more lines, with file and line number for 1 and 2. Valid until the next call of the
// model.
const char* gw_model_message(void);
void gw_model_clear(void);
// What messages call the model; from now on an evaluation of this thread that takes longer than so many seconds is ended
// (status 3). Without it crashes are not caught.
void gw_model_begin(const char* name, unsigned seconds);
}

#define GW_MODEL_LOCAL __attribute__((visibility("hidden")))

// What a thread does with models.
struct gw_model_thread {
    int status = 0;
    // Evaluations so far: loops of them add 1 each, and the watch sees that they get on.
    volatile unsigned beat = 0;
    // Where a fault goes on; null while no model is evaluated.
    sigjmp_buf* volatile refuge = nullptr;
};
// Of the calling thread.
GW_MODEL_LOCAL gw_model_thread& gw_model_here();
GW_MODEL_LOCAL void gw_model_faulted();
// Called with the exception being handled.
GW_MODEL_LOCAL void gw_model_threw();

// A function of its own: the compiler keeps no variable in a register where sigsetjmp may return twice.
template <class Body>
__attribute__((noinline)) void gw_model_call(Body& body) {
    body();
}

// Runs `body` (evaluations of the model) and returns gw_model_status(). The shim wraps every eval() in it: neither an
// exception, a signal of a fault nor an exit() must reach the caller of the library.
template <class Body>
inline int gw_model_guard(Body&& body) {
    gw_model_thread& thread = gw_model_here();
    sigjmp_buf refuge;
    if (__builtin_expect(sigsetjmp(refuge, 0) != 0, 0)) {
        gw_model_faulted();
        return thread.status;
    }
    thread.beat = thread.beat + 1;
    thread.refuge = &refuge;
    try {
        gw_model_call(body);
    } catch (...) {
        gw_model_threw();
    }
    thread.refuge = nullptr;
    return thread.status;
}

#endif
