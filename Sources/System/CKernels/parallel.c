// One compute thread and one pool of workers.
//
// oneDNN's usual build runs on OpenMP. A second pool would fight its spinning workers for the cores, so kernels borrow
// them through GOMP_parallel, whose ABI GCC's and LLVM's runtimes both keep stable. It is looked up at run time in
// whatever runtime oneDNN brought along, or in GCC's where there is one; if there is none, a small pthread pool does the
// work.
#define _GNU_SOURCE
#include "include/CKernels.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

typedef void (*gomp_parallel)(void (*body)(void *), void *data, unsigned threads, unsigned flags);
typedef void (*omp_set_threads)(int);

static gomp_parallel openmp_parallel;
static omp_set_threads openmp_set_threads;

// ---- Work shared out item by item

typedef struct {
    void (*body)(void *, int64_t, int);
    void *context;
    int64_t items;
    _Atomic int64_t next;
    _Atomic int workers;
} shared_work;

static void take_items(void *data) {
    shared_work *work = data;
    int worker = atomic_fetch_add(&work->workers, 1);
    for (;;) {
        int64_t item = atomic_fetch_add(&work->next, 1);
        if (item >= work->items) return;
        work->body(work->context, item, worker);
    }
}

// ---- The pthread pool

enum { MOST_THREADS = 256 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t start, done;
    int threads;  // workers started so far
    int wanted;   // workers of this round
    int running;
    uint64_t round;
    shared_work *work;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .start = PTHREAD_COND_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};

static void *pool_worker(void *argument) {
    int number = (int)(intptr_t)argument;
    uint64_t seen = 0;
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        while (pool.round == seen) pthread_cond_wait(&pool.start, &pool.lock);
        seen = pool.round;
        if (number >= pool.wanted) continue;
        shared_work *work = pool.work;
        pthread_mutex_unlock(&pool.lock);
        take_items(work);
        pthread_mutex_lock(&pool.lock);
        if (--pool.running == 0) pthread_cond_signal(&pool.done);
    }
    return NULL;
}

static void pool_run(shared_work *work, int threads) {
    pthread_mutex_lock(&pool.lock);
    while (pool.threads < threads - 1) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, pool_worker, (void *)(intptr_t)pool.threads) != 0) break;
        pthread_detach(thread);
        pool.threads++;
    }
    pool.wanted = pool.threads < threads - 1 ? pool.threads : threads - 1;
    pool.running = pool.wanted;
    pool.work = work;
    pool.round++;
    pthread_cond_broadcast(&pool.start);
    pthread_mutex_unlock(&pool.lock);
    take_items(work);
    pthread_mutex_lock(&pool.lock);
    while (pool.running > 0) pthread_cond_wait(&pool.done, &pool.lock);
    pthread_mutex_unlock(&pool.lock);
}

// ---- The compute thread

static struct {
    pthread_mutex_t callers;  // held by the caller being served
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int started;
    void (*body)(void *);
    void *context;
    int threads;
} compute = {
    .callers = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static _Thread_local int threads_here = 0;  // 0: not the compute thread

static void *compute_loop(void *unused) {
    (void)unused;
    int set = 0;
    pthread_mutex_lock(&compute.lock);
    for (;;) {
        while (!compute.body) pthread_cond_wait(&compute.changed, &compute.lock);
        threads_here = compute.threads;
        void (*body)(void *) = compute.body;
        void *context = compute.context;
        pthread_mutex_unlock(&compute.lock);
        if (openmp_set_threads && set != threads_here) openmp_set_threads(threads_here);
        set = threads_here;
        body(context);
        pthread_mutex_lock(&compute.lock);
        compute.body = NULL;
        pthread_cond_broadcast(&compute.changed);
    }
    return NULL;
}

static int start_compute_thread(void) {
#if defined(__linux__)
    if (!dlsym(RTLD_DEFAULT, "GOMP_parallel")) dlopen("libgomp.so.1", RTLD_NOW | RTLD_GLOBAL);
#endif
    openmp_parallel = (gomp_parallel)dlsym(RTLD_DEFAULT, "GOMP_parallel");
    openmp_set_threads = (omp_set_threads)dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (!openmp_parallel || !openmp_set_threads) openmp_parallel = NULL;
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16 << 20);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int status = pthread_create(&thread, &attributes, compute_loop, NULL);
    pthread_attr_destroy(&attributes);
    return status;
}

void ck_compute(int threads, void (*body)(void *), void *context) {
    if (threads_here) {
        body(context);
        return;
    }
    if (threads < 1) threads = 1;
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    pthread_mutex_lock(&compute.callers);
    if (!compute.started) {
        if (start_compute_thread() != 0) {  // no thread to be had: the caller's own must do
            pthread_mutex_unlock(&compute.callers);
            body(context);
            return;
        }
        compute.started = 1;
    }
    pthread_mutex_lock(&compute.lock);
    compute.context = context;
    compute.threads = threads;
    compute.body = body;
    pthread_cond_broadcast(&compute.changed);
    while (compute.body) pthread_cond_wait(&compute.changed, &compute.lock);
    pthread_mutex_unlock(&compute.lock);
    pthread_mutex_unlock(&compute.callers);
}

int ck_threads(void) { return threads_here ? threads_here : 1; }

void ck_parallel(int64_t items, void (*body)(void *, int64_t, int), void *context) {
    int threads = ck_threads();
    if (threads > items) threads = (int)items;
    if (threads <= 1) {
        for (int64_t item = 0; item < items; item++) body(context, item, 0);
        return;
    }
    shared_work work = {.body = body, .context = context, .items = items};
    if (openmp_parallel) {
        openmp_parallel(take_items, &work, (unsigned)threads, 0);
    } else {
        pool_run(&work, threads);
    }
}

static void nothing(void *context) { (void)context; }

const char *ck_pool_name(void) {
    ck_compute(1, nothing, NULL);  // looks for the runtime
    return openmp_parallel ? "openmp" : "pthreads";
}
