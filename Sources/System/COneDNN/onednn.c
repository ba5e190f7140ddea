#include "include/COneDNN.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

// ---- The two versions of the C interface

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t description;

static dnnl_status_t describe(description *d, const dnnl_dims_t dims, dnnl_data_type_t type,
                              const dnnl_dims_t strides) {
    return dnnl_memory_desc_create_with_strides(d, 2, dims, type, strides);
}
static void forget(description d) {
    if (d) dnnl_memory_desc_destroy(d);
}
static dnnl_status_t make_memory(dnnl_memory_t *memory, description d, dnnl_engine_t engine) {
    return dnnl_memory_create(memory, d, engine, DNNL_MEMORY_NONE);
}
static dnnl_status_t append_sum(dnnl_post_ops_t operations) {
    return dnnl_post_ops_append_sum(operations, 1.0f, 0, dnnl_data_type_undef);
}
static dnnl_status_t describe_product(dnnl_primitive_desc_t *product, dnnl_engine_t engine, description a,
                                      description b, description bias, description c,
                                      const_dnnl_primitive_attr_t attributes) {
    return dnnl_matmul_primitive_desc_create(product, engine, a, b, bias, c, attributes);
}
#else
typedef struct {
    dnnl_memory_desc_t value;
    int present;
} description;

static dnnl_status_t describe(description *d, const dnnl_dims_t dims, dnnl_data_type_t type,
                              const dnnl_dims_t strides) {
    d->present = 1;
    return dnnl_memory_desc_init_by_strides(&d->value, 2, dims, type, strides);
}
static void forget(description d) { (void)d; }
static dnnl_status_t make_memory(dnnl_memory_t *memory, description d, dnnl_engine_t engine) {
    return dnnl_memory_create(memory, &d.value, engine, DNNL_MEMORY_NONE);
}
static dnnl_status_t append_sum(dnnl_post_ops_t operations) { return dnnl_post_ops_append_sum(operations, 1.0f); }
static dnnl_status_t describe_product(dnnl_primitive_desc_t *product, dnnl_engine_t engine, description a,
                                      description b, description bias, description c,
                                      const_dnnl_primitive_attr_t attributes) {
    dnnl_matmul_desc_t operation;
    dnnl_status_t status =
        dnnl_matmul_desc_init(&operation, &a.value, &b.value, bias.present ? &bias.value : NULL, &c.value);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(product, &operation, attributes, engine, NULL);
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
    if (p->primitive) dnnl_primitive_destroy(p->primitive);
    if (p->a) dnnl_memory_destroy(p->a);
    if (p->b) dnnl_memory_destroy(p->b);
    if (p->bias) dnnl_memory_destroy(p->bias);
    if (p->c) dnnl_memory_destroy(p->c);
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
    if (status == dnnl_success) status = dnnl_primitive_attr_create(&attributes);
    if (status == dnnl_success && p->accumulate) {
        status = dnnl_post_ops_create(&operations);
        if (status == dnnl_success) status = append_sum(operations);
        if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    }
    if (status == dnnl_success) status = describe_product(&product, context->engine, a, b, bias, c, attributes);
    if (status == dnnl_success) status = dnnl_primitive_create(&place->primitive, product);
    if (status == dnnl_success) status = make_memory(&place->a, a, context->engine);
    if (status == dnnl_success) status = make_memory(&place->b, b, context->engine);
    if (status == dnnl_success) status = make_memory(&place->c, c, context->engine);
    if (status == dnnl_success && p->bias) status = make_memory(&place->bias, bias, context->engine);

    if (product) dnnl_primitive_desc_destroy(product);
    if (operations) dnnl_post_ops_destroy(operations);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
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
    cod_context *context = calloc(1, sizeof *context);
    if (!context) return NULL;
    context->capacity = capacity > 0 ? capacity : 1;
    context->places = calloc((size_t)context->capacity, sizeof *context->places);
    context->buckets = malloc((size_t)context->capacity * sizeof(int));
    context->next = malloc((size_t)context->capacity * sizeof(int));
    if (!context->places || !context->buckets || !context->next ||
        dnnl_engine_create(&context->engine, dnnl_cpu, 0) != dnnl_success ||
        dnnl_stream_create(&context->stream, context->engine, dnnl_stream_default_flags) != dnnl_success) {
        cod_destroy(context);
        return NULL;
    }
    for (int i = 0; i < context->capacity; i++) context->buckets[i] = -1;
    return context;
}

void cod_destroy(cod_context *context) {
    if (!context) return;
    for (int i = 0; context->places && i < context->capacity; i++) release(&context->places[i]);
    if (context->stream) dnnl_stream_destroy(context->stream);
    if (context->engine) dnnl_engine_destroy(context->engine);
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
    status = dnnl_memory_set_data_handle(p->a, (void *)(uintptr_t)a);
    if (status == dnnl_success) status = dnnl_memory_set_data_handle(p->b, (void *)(uintptr_t)b);
    if (status == dnnl_success) status = dnnl_memory_set_data_handle(p->c, c);
    if (status == dnnl_success && p->bias) status = dnnl_memory_set_data_handle(p->bias, (void *)(uintptr_t)bias);
    if (status != dnnl_success) return (int)status;
    dnnl_exec_arg_t arguments[4] = {
        {DNNL_ARG_SRC, p->a}, {DNNL_ARG_WEIGHTS, p->b}, {DNNL_ARG_DST, p->c}, {DNNL_ARG_BIAS, p->bias}};
    status = dnnl_primitive_execute(p->primitive, context->stream, p->bias ? 4 : 3, arguments);
    if (status == dnnl_success) status = dnnl_stream_wait(context->stream);
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

void cod_version(int *major, int *minor, int *patch) {
    const dnnl_version_t *version = dnnl_version();
    *major = version->major;
    *minor = version->minor;
    *patch = version->patch;
}

static int includes(dnnl_cpu_isa_t have, dnnl_cpu_isa_t want) { return ((int)have & (int)want) == (int)want; }

const char *cod_instruction_set(void) {
#if defined(__x86_64__)
    static const struct {
        dnnl_cpu_isa_t set;
        const char *name;
    } known[] = {
        {dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"},   {dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"},
        {dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"}, {dnnl_cpu_isa_avx512_core, "avx512_core"},
        {dnnl_cpu_isa_avx2, "avx2"},                         {dnnl_cpu_isa_avx, "avx"},
    };
    dnnl_cpu_isa_t have = dnnl_get_effective_cpu_isa();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (includes(have, known[i].set)) return known[i].name;
    return "sse41";
#elif defined(__aarch64__)
    return cod_has_bf16() ? "neon, bf16" : "neon";
#else
    return "portable";
#endif
}

int cod_has_bf16(void) {
#if defined(__x86_64__)
    return includes(dnnl_get_effective_cpu_isa(), dnnl_cpu_isa_avx512_core_bf16);
#elif defined(__aarch64__) && defined(__linux__)
    return (getauxval(AT_HWCAP2) >> 14 & 1) != 0;  // HWCAP2_BF16
#else
    return 0;
#endif
}

int cod_has_tiles(void) {
#if defined(__x86_64__)
    return includes(dnnl_get_effective_cpu_isa(), dnnl_cpu_isa_avx512_core_amx);
#else
    return 0;
#endif
}
