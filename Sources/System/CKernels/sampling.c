// Negative sampling in blocks: what an example adds does not depend on the other examples of its block, and each row of a
// table is changed by one thread, in the order of the examples. So the numbers do not depend on how many threads there are.
//
// A block is some ten microseconds of work. The pool's OpenMP workers wait for each other without letting go of their cores,
// which costs milliseconds a block where other programs want them too; so these threads are of their own kind.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_table.h"

enum { EXAMPLES = 16 };  // shared out at a time
enum { LOOKS = 400 };    // that a thread takes for the others before it sleeps

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// ---- Threads that start, work and end

typedef struct {
    void (*body)(void *, int, int);
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t open;
    int workers;  // 0 until it is known how many there are
} thread_gate;

typedef struct {
    thread_gate *gate;
    pthread_t thread;
    int number;
} gate_worker;

static void *work_behind_gate(void *argument) {
    gate_worker *worker = argument;
    thread_gate *gate = worker->gate;
    pthread_mutex_lock(&gate->lock);
    while (!gate->workers) pthread_cond_wait(&gate->open, &gate->lock);
    int workers = gate->workers;
    pthread_mutex_unlock(&gate->lock);
    gate->body(gate->context, worker->number, workers);
    return NULL;
}

void ck_on_threads(int threads, void (*body)(void *, int, int), void *context) {
    thread_gate gate = {body, context, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
    gate_worker *others = threads > 1 ? malloc((size_t)threads * sizeof(gate_worker)) : NULL;
    int started = 0;
    while (others && started < threads - 1) {
        others[started] = (gate_worker){.gate = &gate, .number = started + 1};
        if (pthread_create(&others[started].thread, NULL, work_behind_gate, &others[started]) != 0) break;
        started++;
    }
    pthread_mutex_lock(&gate.lock);
    gate.workers = started + 1;
    pthread_cond_broadcast(&gate.open);
    pthread_mutex_unlock(&gate.lock);
    body(context, 0, started + 1);
    for (int i = 0; i < started; i++) pthread_join(others[i].thread, NULL);
    free(others);
}

// ---- Waiting for each other

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t turned;
    _Atomic int waiting;
    _Atomic unsigned turn;
    _Atomic int64_t next;  // item that is taken next; 0 again after each turn
} meeting;

static void look_again(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void meet(meeting *here, int workers) {
    unsigned turn = atomic_load(&here->turn);
    if (atomic_fetch_add(&here->waiting, 1) + 1 == workers) {
        atomic_store(&here->waiting, 0);
        atomic_store(&here->next, 0);
        pthread_mutex_lock(&here->lock);
        atomic_store(&here->turn, turn + 1);
        pthread_cond_broadcast(&here->turned);
        pthread_mutex_unlock(&here->lock);
        return;
    }
    for (int look = 0; look < LOOKS; look++) {
        if (atomic_load(&here->turn) != turn) return;
        look_again();
    }
    pthread_mutex_lock(&here->lock);
    while (atomic_load(&here->turn) == turn) pthread_cond_wait(&here->turned, &here->lock);
    pthread_mutex_unlock(&here->lock);
}

// ---- Blocks

typedef struct {
    const ck_sampling *op;
    int64_t most;  // entries of a thread's lists
    int32_t *rows, *sources;
    float *scales;
    meeting here;
} sampling_work;

static void learn_blocks(void *context, int worker, int workers) {
    sampling_work *work = context;
    const ck_sampling *op = work->op;
    int64_t owners = 1, list = worker * work->most;
    while (owners < workers) owners *= 2;
    for (int64_t first = 0; first < op->examples; first += op->block) {
        int64_t last = smaller(first + op->block, op->examples), item;
        while ((item = first + EXAMPLES * atomic_fetch_add(&work->here.next, 1)) < last)
            ck_kernels()->sampling_gains(op, first, item, smaller(item + EXAMPLES, last));
        meet(&work->here, workers);
        while ((item = atomic_fetch_add(&work->here.next, 1)) < owners)
            ck_kernels()->sampling_updates(op, first, last, item, owners, work->rows + list, work->sources + list,
                                           work->scales + list);
        meet(&work->here, workers);
    }
}

// Most targets or contexts that a block has, and room for one more.
static int64_t most_entries(const ck_sampling *op) {
    int64_t most = op->block * op->width;
    for (int64_t first = 0; first < op->examples; first += op->block) {
        int64_t contexts = op->offsets[smaller(first + op->block, op->examples)] - op->offsets[first];
        if (contexts > most) most = contexts;
    }
    return most + 1;
}

void ck_sampling_run(const ck_sampling *op, int threads) {
    if (op->block <= 1) {
        ck_kernels()->sampling_in_turn(op);
        return;
    }
    sampling_work work = {.op = op, .most = most_entries(op)};
    pthread_mutex_init(&work.here.lock, NULL);
    pthread_cond_init(&work.here.turned, NULL);
    work.rows = malloc((size_t)(threads * work.most) * 2 * sizeof(int32_t));
    work.scales = malloc((size_t)(threads * work.most) * sizeof(float));
    work.sources = work.rows + threads * work.most;
    ck_on_threads(threads, learn_blocks, &work);
    free(work.rows);
    free(work.scales);
    pthread_cond_destroy(&work.here.turned);
    pthread_mutex_destroy(&work.here.lock);
}
