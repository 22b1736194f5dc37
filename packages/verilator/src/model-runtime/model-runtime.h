// Linked into every Gatewright model; see gw_model_guard for the contract.
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
// 2: $stop, $fatal, a failed assertion or no convergence: the evaluation was cut short, the model's state is undefined.
// 3: the model crashed, or an evaluation did not end: its memory may be broken, so leave it alone and do not free it.
// The status belongs to the library, not to one instance, and stays until gw_model_clear().
int gw_model_status(void);
// Why the status is not 0: one or more lines, with file and line number for 1 and 2. Valid until the next call of the
// model.
const char* gw_model_message(void);
void gw_model_clear(void);
// From now on an evaluation that takes longer than so many seconds is ended (status 3).
void gw_model_watch(unsigned seconds);
}

#define GW_MODEL_LOCAL __attribute__((visibility("hidden")))
// The status, for loops that look at it after every evaluation.
extern GW_MODEL_LOCAL int gw_model_state;
// Such loops add 1 per evaluation: the watch sees that it gets on.
extern GW_MODEL_LOCAL volatile unsigned gw_model_beat;
// Where a fault goes on: null while no model is evaluated by this thread.
extern GW_MODEL_LOCAL thread_local sigjmp_buf* volatile gw_model_refuge;
GW_MODEL_LOCAL void gw_model_enter(sigjmp_buf* refuge);
GW_MODEL_LOCAL void gw_model_leave();
GW_MODEL_LOCAL void gw_model_faulted();

// Thrown by the handlers of $stop and $fatal; only gw_model_guard catches it.
struct gw_model_stopped {};

// A function of its own: the compiler keeps no variable in a register where sigsetjmp may return twice.
template <class Body>
__attribute__((noinline)) void gw_model_call(Body& body) {
    body();
}

// Runs `body` (evaluations of the model) and returns gw_model_status(). The shim wraps every eval() in it: neither an
// exception nor a signal of a fault must reach the caller of the library.
template <class Body>
inline int gw_model_guard(Body&& body) {
    sigjmp_buf refuge;
    if (__builtin_expect(sigsetjmp(refuge, 0) != 0, 0)) {
        gw_model_faulted();
        return gw_model_state;
    }
    gw_model_enter(&refuge);
    try {
        gw_model_call(body);
    } catch (const gw_model_stopped&) {
    }
    gw_model_leave();
    return gw_model_state;
}

#endif
