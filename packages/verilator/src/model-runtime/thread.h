// What the runtime keeps of each thread that evaluates models.
// Invariant: a thread writes to its own alone; the watch reads those of all, under `lock`.
#pragma once

#include "model-runtime.h"

#include <pthread.h>
#include <string>

struct GW_MODEL_LOCAL ModelThread : gw_model_thread {
    std::string message;
    // What the design printed last: $fatal prints its text, then stops.
    std::string printed;
    // Of the fault: the signal, or what was called instead.
    int signal = 0;
    const char* called = nullptr;
    int code = 0;

    // For the watch: the seconds of an evaluation, and the beat at which one is to be ended.
    unsigned limit = 0;
    unsigned seen = 0;
    unsigned halves = 0;
    volatile unsigned overdue = 0;
    pthread_t id = pthread_self();
    ModelThread* next = nullptr;
};

// Of the calling thread; null before its first evaluation. A signal handler may look at it.
extern GW_MODEL_LOCAL thread_local ModelThread* modelThread;
// The first of all threads.
extern GW_MODEL_LOCAL ModelThread* modelThreads;
extern GW_MODEL_LOCAL pthread_mutex_t modelThreadsLock;
// Of the calling thread, made if need be.
GW_MODEL_LOCAL ModelThread& ownThread();

// "the model of Top"
GW_MODEL_LOCAL std::string modelName();
GW_MODEL_LOCAL void setModelName(const char* name);
