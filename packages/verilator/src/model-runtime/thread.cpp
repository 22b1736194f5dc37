// The list of threads that evaluate models, and the model's name.

#include "thread.h"

thread_local ModelThread* modelThread = nullptr;
ModelThread* modelThreads = nullptr;
pthread_mutex_t modelThreadsLock = PTHREAD_MUTEX_INITIALIZER;

namespace {
std::string name;

// Takes the thread off the list when it ends.
struct Membership {
    ~Membership() {
        // The process ends within an evaluation: see the net in exits.cpp.
        if (modelThread->refuge) return;
        pthread_mutex_lock(&modelThreadsLock);
        for (ModelThread** link = &modelThreads; *link; link = &(*link)->next)
            if (*link == modelThread) {
                *link = modelThread->next;
                break;
            }
        pthread_mutex_unlock(&modelThreadsLock);
        delete modelThread;
        modelThread = nullptr;
    }
};
}  // namespace

ModelThread& ownThread() {
    if (__builtin_expect(modelThread != nullptr, 1)) return *modelThread;
    static thread_local Membership membership;
    (void)membership;
    modelThread = new ModelThread;
    pthread_mutex_lock(&modelThreadsLock);
    modelThread->next = modelThreads;
    modelThreads = modelThread;
    pthread_mutex_unlock(&modelThreadsLock);
    return *modelThread;
}

gw_model_thread& gw_model_here() { return ownThread(); }

std::string modelName() {
    pthread_mutex_lock(&modelThreadsLock);
    const std::string text = name.empty() ? "the model" : "the model of " + name;
    pthread_mutex_unlock(&modelThreadsLock);
    return text;
}
void setModelName(const char* given) {
    pthread_mutex_lock(&modelThreadsLock);
    name = given;
    pthread_mutex_unlock(&modelThreadsLock);
}
