#include "include/COneDNN.h"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#endif

// ---- The library, looked for when it is first needed

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#if defined(__APPLE__)
// dlopen does not look where Homebrew keeps libraries.
#define LIBRARY "libdnnl." TEXT(DNNL_VERSION_MAJOR) ".dylib"
static const char *const names[] = {LIBRARY, "/opt/homebrew/lib/" LIBRARY, "/usr/local/lib/" LIBRARY};
#else
// Its interface is that of the header: another major version has another name.
#define LIBRARY "libdnnl.so." TEXT(DNNL_VERSION_MAJOR)
static const char *const names[] = {LIBRARY};
#endif

#define FUNCTIONS(each)                                                                                          \
    each(engine_create) each(engine_destroy) each(get_effective_cpu_isa) each(memory_create)                     \
    each(memory_destroy) each(memory_set_data_handle) each(post_ops_append_sum) each(post_ops_create)            \
    each(post_ops_destroy) each(primitive_attr_create) each(primitive_attr_destroy)                              \
    each(primitive_attr_set_post_ops) each(primitive_create) each(primitive_desc_destroy)                        \
    each(primitive_destroy) each(primitive_execute) each(stream_create) each(stream_destroy) each(stream_wait)   \
    each(version) FUNCTIONS_OF_VERSION(each)
#if DNNL_VERSION_MAJOR >= 3
#define FUNCTIONS_OF_VERSION(each)                                                                               \
    each(matmul_primitive_desc_create) each(memory_desc_create_with_strides) each(memory_desc_destroy)
#else
#define FUNCTIONS_OF_VERSION(each)                                                                               \
    each(matmul_desc_init) each(memory_desc_init_by_strides) each(primitive_desc_create)
#endif

#define POINTER(name) __typeof__(dnnl_##name) *name;
static struct { FUNCTIONS(POINTER) } dnnl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char problem[512];

static void note_problem(void) {
    const char *words = dlerror();
    if (!problem[0]) snprintf(problem, sizeof problem, "%s", words ? words : LIBRARY " cannot be used");
}

static void load(void) {
    void *library = NULL;
    for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++) {
        // Global, so that the kernels find the OpenMP runtime that it brings along.
        library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
        if (!library) note_problem();
    }
    if (!library) return;
    problem[0] = '\0';
#define FIND(name)                                                                                               \
    dnnl.name = (__typeof__(dnnl.name))dlsym(library, "dnnl_" #name);                                            \
    if (!dnnl.name) note_problem();
    FUNCTIONS(FIND)
}

const char *cod_problem(void) {
    pthread_once(&once, load);
    return problem[0] ? problem : NULL;
}

// ---- The two versions of the C interface

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t description;

static dnnl_status_t describe(description *d, const dnnl_dims_t dims, dnnl_data_type_t type,
                              const dnnl_dims_t strides) {
    return dnnl.memory_desc_create_with_strides(d, 2, dims, type, strides);
}
static void forget(description d) {
    if (d) dnnl.memory_desc_destroy(d);
}
static dnnl_status_t make_memory(dnnl_memory_t *memory, description d, dnnl_engine_t engine) {
    return dnnl.memory_create(memory, d, engine, DNNL_MEMORY_NONE);
}
static dnnl_status_t append_sum(dnnl_post_ops_t operations) {
    return dnnl.post_ops_append_sum(operations, 1.0f, 0, dnnl_data_type_undef);
}
static dnnl_status_t describe_product(dnnl_primitive_desc_t *product, dnnl_engine_t engine, description a,
                                      description b, description bias, description c,
                                      const_dnnl_primitive_attr_t attributes) {
    return dnnl.matmul_primitive_desc_create(product, engine, a, b, bias, c, attributes);
}
#else
typedef struct {
    dnnl_memory_desc_t value;
    int present;
} description;

static dnnl_status_t describe(description *d, const dnnl_dims_t dims, dnnl_data_type_t type,
                              const dnnl_dims_t strides) {
    d->present = 1;
    return dnnl.memory_desc_init_by_strides(&d->value, 2, dims, type, strides);
}
static void forget(description d) { (void)d; }
static dnnl_status_t make_memory(dnnl_memory_t *memory, description d, dnnl_engine_t engine) {
    return dnnl.memory_create(memory, &d.value, engine, DNNL_MEMORY_NONE);
}
static dnnl_status_t append_sum(dnnl_post_ops_t operations) { return dnnl.post_ops_append_sum(operations, 1.0f); }
static dnnl_status_t describe_product(dnnl_primitive_desc_t *product, dnnl_engine_t engine, description a,
                                      description b, description bias, description c,
                                      const_dnnl_primitive_attr_t attributes) {
    dnnl_matmul_desc_t operation;
    dnnl_status_t status =
        dnnl.matmul_desc_init(&operation, &a.value, &b.value, bias.present ? &bias.value : NULL, &c.value);
    if (status != dnnl_success) return status;
    return dnnl.primitive_desc_create(product, &operation, attributes, engine, NULL);
}
#endif

// ---- Prepared products

typedef struct {
    cod_product product;
    int threads;
    uint64_t used;  // 0: free place
    dnnl_primitive_t primitive;
    dnnl_memory_t a, b, bias, c;
} prepared;

struct cod_context {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    int capacity;
    int64_t made;
    uint64_t clock;
    int *buckets;  // first place of a chain, -1 for none
    int *next;
    prepared *places;
};

static int same_product(const cod_product *x, const cod_product *y) {
    return x->m == y->m && x->n == y->n && x->k == y->k && x->lda == y->lda && x->ldb == y->ldb &&
           x->ldc == y->ldc && x->transpose_a == y->transpose_a && x->transpose_b == y->transpose_b &&
           x->input_type == y->input_type && x->output_type == y->output_type && x->bias == y->bias &&
           x->accumulate == y->accumulate;
}

static int bucket_of(const cod_context *context, const cod_product *p, int threads) {
    uint64_t numbers[] = {(uint64_t)p->m, (uint64_t)p->n, (uint64_t)p->k, (uint64_t)p->lda,
                          (uint64_t)p->ldb ^ (uint64_t)p->ldc << 20,
                          (uint64_t)(p->transpose_a | p->transpose_b << 1 | p->input_type << 2 |
                                     p->output_type << 3 | p->bias << 4 | p->accumulate << 5) +
                              ((uint64_t)threads << 8)};
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        hash = (hash ^ numbers[i]) * 1099511628211u;
        hash ^= hash >> 29;
    }
    return (int)(hash % (uint64_t)context->capacity);
}

static void release(prepared *p) {
    if (p->primitive) dnnl.primitive_destroy(p->primitive);
    if (p->a) dnnl.memory_destroy(p->a);
    if (p->b) dnnl.memory_destroy(p->b);
    if (p->bias) dnnl.memory_destroy(p->bias);
    if (p->c) dnnl.memory_destroy(p->c);
    memset(p, 0, sizeof *p);
}

static dnnl_data_type_t number_type(uint8_t type) { return type == COD_BF16 ? dnnl_bf16 : dnnl_f32; }

static dnnl_status_t prepare(cod_context *context, const cod_product *p, prepared *place) {
    description a = {0}, b = {0}, bias = {0}, c = {0};
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_post_ops_t operations = NULL;
    dnnl_primitive_desc_t product = NULL;
    dnnl_dims_t a_dims = {p->m, p->k}, b_dims = {p->k, p->n}, c_dims = {p->m, p->n}, bias_dims = {1, p->n};
    dnnl_dims_t a_strides = {p->transpose_a ? 1 : p->lda, p->transpose_a ? p->lda : 1};
    dnnl_dims_t b_strides = {p->transpose_b ? 1 : p->ldb, p->transpose_b ? p->ldb : 1};
    dnnl_dims_t c_strides = {p->ldc, 1}, bias_strides = {p->n, 1};

    dnnl_status_t status = describe(&a, a_dims, number_type(p->input_type), a_strides);
    if (status == dnnl_success) status = describe(&b, b_dims, number_type(p->input_type), b_strides);
    if (status == dnnl_success) status = describe(&c, c_dims, number_type(p->output_type), c_strides);
    if (status == dnnl_success && p->bias) status = describe(&bias, bias_dims, dnnl_f32, bias_strides);
    if (status == dnnl_success) status = dnnl.primitive_attr_create(&attributes);
    if (status == dnnl_success && p->accumulate) {
        status = dnnl.post_ops_create(&operations);
        if (status == dnnl_success) status = append_sum(operations);
        if (status == dnnl_success) status = dnnl.primitive_attr_set_post_ops(attributes, operations);
    }
    if (status == dnnl_success) status = describe_product(&product, context->engine, a, b, bias, c, attributes);
    if (status == dnnl_success) status = dnnl.primitive_create(&place->primitive, product);
    if (status == dnnl_success) status = make_memory(&place->a, a, context->engine);
    if (status == dnnl_success) status = make_memory(&place->b, b, context->engine);
    if (status == dnnl_success) status = make_memory(&place->c, c, context->engine);
    if (status == dnnl_success && p->bias) status = make_memory(&place->bias, bias, context->engine);

    if (product) dnnl.primitive_desc_destroy(product);
    if (operations) dnnl.post_ops_destroy(operations);
    if (attributes) dnnl.primitive_attr_destroy(attributes);
    forget(a);
    forget(b);
    forget(bias);
    forget(c);
    if (status != dnnl_success) release(place);
    return status;
}

// A free place, or the least recently used one, taken out of its chain.
static int free_place(cod_context *context) {
    int oldest = 0;
    for (int i = 0; i < context->capacity; i++) {
        if (context->places[i].used == 0) return i;
        if (context->places[i].used < context->places[oldest].used) oldest = i;
    }
    prepared *p = &context->places[oldest];
    int *link = &context->buckets[bucket_of(context, &p->product, p->threads)];
    while (*link != oldest) link = &context->next[*link];
    *link = context->next[oldest];
    release(p);
    return oldest;
}

static dnnl_status_t find(cod_context *context, const cod_product *product, int threads, prepared **found) {
    int bucket = bucket_of(context, product, threads);
    for (int i = context->buckets[bucket]; i >= 0; i = context->next[i]) {
        prepared *p = &context->places[i];
        if (p->threads == threads && same_product(&p->product, product)) {
            *found = p;
            return dnnl_success;
        }
    }
    int place = free_place(context);
    prepared *p = &context->places[place];
    dnnl_status_t status = prepare(context, product, p);
    if (status != dnnl_success) return status;
    p->product = *product;
    p->threads = threads;
    p->used = 1;
    context->next[place] = context->buckets[bucket];
    context->buckets[bucket] = place;
    context->made++;
    *found = p;
    return dnnl_success;
}

// ---- Interface

cod_context *cod_create(int capacity) {
    if (cod_problem()) return NULL;
    cod_context *context = calloc(1, sizeof *context);
    if (!context) return NULL;
    context->capacity = capacity > 0 ? capacity : 1;
    context->places = calloc((size_t)context->capacity, sizeof *context->places);
    context->buckets = malloc((size_t)context->capacity * sizeof(int));
    context->next = malloc((size_t)context->capacity * sizeof(int));
    if (!context->places || !context->buckets || !context->next ||
        dnnl.engine_create(&context->engine, dnnl_cpu, 0) != dnnl_success ||
        dnnl.stream_create(&context->stream, context->engine, dnnl_stream_default_flags) != dnnl_success) {
        cod_destroy(context);
        return NULL;
    }
    for (int i = 0; i < context->capacity; i++) context->buckets[i] = -1;
    return context;
}

void cod_destroy(cod_context *context) {
    if (!context) return;
    for (int i = 0; context->places && i < context->capacity; i++) release(&context->places[i]);
    if (context->stream) dnnl.stream_destroy(context->stream);
    if (context->engine) dnnl.engine_destroy(context->engine);
    free(context->places);
    free(context->buckets);
    free(context->next);
    free(context);
}

int cod_multiply(cod_context *context, const cod_product *product, int threads, const void *a, const void *b,
                 const float *bias, void *c) {
    if (product->m == 0 || product->n == 0) return 0;
    prepared *p = NULL;
    dnnl_status_t status = find(context, product, threads, &p);
    if (status != dnnl_success) return (int)status;
    p->used = ++context->clock + 1;
    status = dnnl.memory_set_data_handle(p->a, (void *)(uintptr_t)a);
    if (status == dnnl_success) status = dnnl.memory_set_data_handle(p->b, (void *)(uintptr_t)b);
    if (status == dnnl_success) status = dnnl.memory_set_data_handle(p->c, c);
    if (status == dnnl_success && p->bias) status = dnnl.memory_set_data_handle(p->bias, (void *)(uintptr_t)bias);
    if (status != dnnl_success) return (int)status;
    dnnl_exec_arg_t arguments[4] = {
        {DNNL_ARG_SRC, p->a}, {DNNL_ARG_WEIGHTS, p->b}, {DNNL_ARG_DST, p->c}, {DNNL_ARG_BIAS, p->bias}};
    status = dnnl.primitive_execute(p->primitive, context->stream, p->bias ? 4 : 3, arguments);
    if (status == dnnl_success) status = dnnl.stream_wait(context->stream);
    return (int)status;
}

int64_t cod_prepared(const cod_context *context) { return context->made; }

const char *cod_status_text(int status) {
    switch (status) {
        case dnnl_success: return "success";
        case dnnl_out_of_memory: return "out of memory";
        case dnnl_invalid_arguments: return "invalid arguments";
        case dnnl_unimplemented: return "not implemented on this CPU";
        default: return "runtime error";
    }
}

const char *cod_remedy(void) {
#if defined(__APPLE__)
    return "brew install onednn";
#else
    return "sudo apt install libdnnl" TEXT(DNNL_VERSION_MAJOR);
#endif
}

void cod_version(int *major, int *minor, int *patch) {
    *major = *minor = *patch = 0;
    if (cod_problem()) return;
    const dnnl_version_t *version = dnnl.version();
    *major = version->major;
    *minor = version->minor;
    *patch = version->patch;
}

// ---- What the CPU has

int cod_has_tile_unit(void) {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 22 & 1) && (d >> 24 & 1);  // AMX-BF16, AMX-TILE
#else
    return 0;
#endif
}

#if defined(__x86_64__)
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

const char *cod_instruction_set(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (cod_has_tiles()) return "avx512_core_amx";
    if (cod_has_bf16()) return "avx512_core_bf16";
    if (has_avx512()) return __builtin_cpu_supports("avx512vnni") ? "avx512_core_vnni" : "avx512_core";
    if (__builtin_cpu_supports("avx2")) return "avx2";
    return __builtin_cpu_supports("avx") ? "avx" : "sse41";
#elif defined(__aarch64__)
    return cod_has_bf16() ? "neon, bf16" : "neon";
#else
    return "portable";
#endif
}

int cod_has_bf16(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return has_avx512() && __builtin_cpu_supports("avx512bf16");
#elif defined(__aarch64__) && defined(__linux__)
    return (getauxval(AT_HWCAP2) >> 14 & 1) != 0;  // HWCAP2_BF16
#else
    return 0;
#endif
}

int cod_has_tiles(void) {
#if defined(__x86_64__)
    if (!cod_has_tile_unit() || cod_problem()) return 0;
    int wanted = (int)dnnl_cpu_isa_avx512_core_amx;
    return ((int)dnnl.get_effective_cpu_isa() & wanted) == wanted;
#else
    return 0;
#endif
}
