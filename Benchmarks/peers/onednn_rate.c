/* oneDNN alone: the rate of its matrix products at the shapes of BERT-base, in layouts that it chooses itself.

       cc -O2 -o onednn_rate onednn_rate.c -ldnnl && ./onednn_rate bf16|fp32 TOKENS

   For each weight of a layer the three products of a training step: forward, gradient of the input, gradient of the
   weight. Prints the operations of all of them by the time they took, in GFLOP/s; each time is the median of nine. */
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(call)                                                  \
    do {                                                             \
        if ((call) != dnnl_success) {                                \
            fprintf(stderr, "onednn_rate: %s failed\n", #call);      \
            exit(1);                                                 \
        }                                                            \
    } while (0)

enum { REPEATS = 9, COPIES = 4 }; /* several copies, so that operands come from memory as in training */

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t layout;
#else
typedef const dnnl_memory_desc_t *layout;
#endif

static dnnl_primitive_desc_t describe(dnnl_dim_t m, dnnl_dim_t n, dnnl_dim_t k, dnnl_data_type_t type) {
    dnnl_dims_t a_dims = {m, k}, b_dims = {k, n}, c_dims = {m, n};
    dnnl_primitive_desc_t product;
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_t a, b, c;
    CHECK(dnnl_memory_desc_create_with_tag(&a, 2, a_dims, type, dnnl_format_tag_any));
    CHECK(dnnl_memory_desc_create_with_tag(&b, 2, b_dims, type, dnnl_format_tag_any));
    CHECK(dnnl_memory_desc_create_with_tag(&c, 2, c_dims, type, dnnl_format_tag_any));
    CHECK(dnnl_matmul_primitive_desc_create(&product, engine, a, b, NULL, c, NULL));
#else
    dnnl_memory_desc_t a, b, c;
    dnnl_matmul_desc_t operation;
    CHECK(dnnl_memory_desc_init_by_tag(&a, 2, a_dims, type, dnnl_format_tag_any));
    CHECK(dnnl_memory_desc_init_by_tag(&b, 2, b_dims, type, dnnl_format_tag_any));
    CHECK(dnnl_memory_desc_init_by_tag(&c, 2, c_dims, type, dnnl_format_tag_any));
    CHECK(dnnl_matmul_desc_init(&operation, &a, &b, NULL, &c));
    CHECK(dnnl_primitive_desc_create(&product, &operation, NULL, engine, NULL));
#endif
    return product;
}

static dnnl_memory_t zeroed(layout description) {
    dnnl_memory_t memory;
    void *bytes;
    CHECK(dnnl_memory_create(&memory, description, engine, DNNL_MEMORY_ALLOCATE));
    CHECK(dnnl_memory_get_data_handle(memory, &bytes));
    memset(bytes, 0, dnnl_memory_desc_get_size(description));
    return memory;
}

/* Seconds of one product: the median of several. */
static double seconds_of(dnnl_dim_t m, dnnl_dim_t n, dnnl_dim_t k, dnnl_data_type_t type) {
    dnnl_primitive_desc_t product = describe(m, n, k, type);
    dnnl_primitive_t primitive;
    CHECK(dnnl_primitive_create(&primitive, product));
    dnnl_memory_t a[COPIES], b[COPIES], c[COPIES];
    for (int i = 0; i < COPIES; i++) {
        a[i] = zeroed(dnnl_primitive_desc_query_md(product, dnnl_query_src_md, 0));
        b[i] = zeroed(dnnl_primitive_desc_query_md(product, dnnl_query_weights_md, 0));
        c[i] = zeroed(dnnl_primitive_desc_query_md(product, dnnl_query_dst_md, 0));
    }
    double times[REPEATS];
    for (int repeat = -2; repeat < REPEATS; repeat++) { /* two to warm up */
        int i = (repeat + 2) % COPIES;
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, a[i]}, {DNNL_ARG_WEIGHTS, b[i]}, {DNNL_ARG_DST, c[i]}};
        double start = now();
        CHECK(dnnl_primitive_execute(primitive, stream, 3, arguments));
        CHECK(dnnl_stream_wait(stream));
        if (repeat >= 0) times[repeat] = now() - start;
    }
    for (int i = 0; i < COPIES; i++) {
        dnnl_memory_destroy(a[i]);
        dnnl_memory_destroy(b[i]);
        dnnl_memory_destroy(c[i]);
    }
    dnnl_primitive_destroy(primitive);
    dnnl_primitive_desc_destroy(product);
    qsort(times, REPEATS, sizeof *times, by_size);
    return times[REPEATS / 2];
}

int main(int count, char **arguments) {
    long tokens = count == 3 ? atol(arguments[2]) : 0;
    int is_bf16 = count == 3 && strcmp(arguments[1], "bf16") == 0;
    if (tokens < 1 || (!is_bf16 && strcmp(arguments[1], "fp32") != 0)) {
        fprintf(stderr, "usage: onednn_rate bf16|fp32 TOKENS\n");
        return 2;
    }
    CHECK(dnnl_engine_create(&engine, dnnl_cpu, 0));
    CHECK(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    static const long weights[][2] = {{2304, 768}, {768, 768}, {3072, 768}, {768, 3072}}; /* out, in */
    dnnl_data_type_t type = is_bf16 ? dnnl_bf16 : dnnl_f32;
    double seconds = 0, operations = 0;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        long out = weights[i][0], in = weights[i][1];
        seconds += seconds_of(tokens, out, in, type) + seconds_of(tokens, in, out, type) + seconds_of(out, in, tokens, type);
        operations += 6.0 * (double)tokens * (double)out * (double)in;
    }
    const dnnl_version_t *version = dnnl_version();
    printf("{\"peer\": \"oneDNN %d.%d.%d\", \"gigaflops\": %.1f}\n", version->major, version->minor, version->patch,
           operations / seconds / 1e9);
    return 0;
}
