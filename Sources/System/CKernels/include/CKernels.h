// Arithmetic of the trainer that is not a matrix product, on raw buffers.
//
// Matrices are row-major. Sums are taken in fixed blocks and a fixed order, so results depend neither on the number
// of threads nor on how work was shared out; between kinds of CPU they differ where one has fused multiply-add.
// Functions check nothing: the Swift wrappers in Tensors do.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Threads -------------------------------------------------------------------------------------------------

// Runs `body(context)` on the process's one compute thread with this many threads at its disposal, and waits.
// Callers queue. On the compute thread itself it runs at once.
//
// OpenMP runtimes keep a team of workers for each thread that starts parallel work; one starter means one team.
void ck_compute(int threads, void (*body)(void *context), void *context);

// Threads that parallel kernels may use now: those of the running `ck_compute`, 1 outside of it.
int ck_threads(void);

// Calls `body(context, item, worker)` for each item in 0 ..< items; workers are numbered from 0 below ck_threads().
// An item must write only what no other item touches.
void ck_parallel(int64_t items, void (*body)(void *context, int64_t item, int worker), void *context);

// Calls `body(context, worker, workers)` on this thread and on others that are started for it, and waits for all; there may
// be fewer than `threads` where the system gives no more. Unlike the pool's workers they may wait for each other.
void ck_on_threads(int threads, void (*body)(void *context, int worker, int workers), void *context);

// "openmp" when the workers are those of an OpenMP runtime, oneDNN's or GCC's, else "pthreads".
const char *ck_pool_name(void);

// ---- Variants ------------------------------------------------------------------------------------------------

// Best variant of this CPU: "avx512_bf16", "avx512", "avx2" or "portable" (vector extensions: NEON on Arm).
const char *ck_variant_name(void);

// Makes kernels use this variant from now on, for tests. Returns 0, or -1 when this CPU cannot run it.
int ck_use_variant(const char *name);

// ---- Numbers -------------------------------------------------------------------------------------------------

// Type of the numbers after a `void *`.
enum { CK_F32 = 0, CK_BF16 = 1 };

// Rounds to bfloat16, to nearest even; NaN stays NaN. Numbers below 2^-126 may become 0.
void ck_to_bf16(const float *x, uint16_t *y, int64_t count);
void ck_from_bf16(const uint16_t *x, float *y, int64_t count);

// Elementwise functions, for tests and small vectors.
// exp: 1 ulp, 0 below -87.33, largest argument 88.02. tanh: 2 ulp. normal_cdf, Φ: 4 ulp within ±3, 8 ulp down the left
// tail to -12.9; 0 below -13.2.
void ck_exp(const float *x, float *y, int64_t count);
void ck_tanh(const float *x, float *y, int64_t count);
void ck_normal_cdf(const float *x, float *y, int64_t count);

// y = tanh(x + bias), x and y [rows, n].
void ck_bias_tanh(const float *x, const float *bias, float *y, int64_t rows, int64_t n);
// dx = dy (1 - y²).
void ck_tanh_backward(const float *y, const float *dy, float *dx, int64_t count);

// ---- Dropout -------------------------------------------------------------------------------------------------

// One place where dropout happens. An element of token `pos` of row `row` is kept when a word of
// Philox4x32-10(counter, key) is below `threshold`, and then multiplied by `scale`.
//
// Elements e of a line of n come in groups of 64, g = e / 64: lane l = e % 16 and word w = e % 64 / 16 of
// counter (line · 16 ceil(n / 64) + 16 g + l, row, step, site).
typedef struct {
    uint32_t key[2];
    uint32_t step;
    uint32_t site;       // bits 0-3 kind of place, 4-15 layer, 16-31 head
    uint32_t threshold;  // keep rate · 2^32
    float scale;         // 1 / keep rate
} ck_dropout;

// Writes the multipliers (0 or scale) of one line.
void ck_dropout_line(const ck_dropout *dropout, uint32_t row, uint32_t line, float *mask, int64_t n);

// y = x · mask for lines of n; token t is line pos[t] of row[t]. y may be x.
void ck_dropout_apply(const ck_dropout *dropout, const float *x, float *y, const uint32_t *row, const uint32_t *pos,
                      int64_t tokens, int64_t n);

// Words of Philox4x32-10 for a counter and key, the plain way.
void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]);

// ---- Layer normalization -------------------------------------------------------------------------------------

// sum = dropout_in(x + bias) + residual;  y = dropout_out((sum - mean) · rstd · gain + shift).
typedef struct {
    int64_t tokens, n;
    float epsilon;
    const float *gain, *shift;         // [n]
    const uint32_t *row, *pos;         // [tokens], only read with dropout
    const ck_dropout *drop_in, *drop_out;  // either may be NULL
    // forward
    const float *x;         // [tokens, n]
    const float *bias;      // [n] or NULL
    const float *residual;  // [tokens, n] or NULL
    float *sum;             // [tokens, n], may be x; kept for the backward pass
    float *mean, *rstd;     // [tokens], kept
    float *y;               // [tokens, n] or NULL
    uint16_t *y16;          // the same as bfloat16, or NULL
    // backward
    const float *dy;   // [tokens, n]
    const float *dstream;  // [tokens, n] or NULL: gradient of sum from elsewhere, where more than y reads it
    float *dsum;       // [tokens, n], gradient of sum and of residual; may be dy or dstream
    void *dx;          // [tokens, n], gradient of x, or NULL
    int dx_type;
    float *dgain, *dshift;  // [n]
    float *dbias;           // [n] or NULL: column sums of dx
    int accumulate;         // whether dgain, dshift, dbias are added to
} ck_layernorm;

void ck_layernorm_forward(const ck_layernorm *op);
// `scratch`: ck_layernorm_scratch floats.
void ck_layernorm_backward(const ck_layernorm *op, float *scratch);
int64_t ck_layernorm_scratch(int64_t tokens, int64_t n);

// ---- Activations ---------------------------------------------------------------------------------------------

// x Φ(x); the same by tanh; the same at most 10; x σ(1.702 x); x σ(x); x tanh(log(1 + e^x)); x min(max(x + 3, 0), 6) / 6;
// max(x, 0); min(max(x, 0), 6); max(x, 0)²; x or, below 0, 0.01 x; tanh x; σ(x) = 1 / (1 + e^-x); x.
enum {
    CK_GELU_ERF = 0, CK_GELU_TANH = 1, CK_GELU_CLIPPED = 2, CK_QUICK_GELU = 3, CK_SILU = 4, CK_MISH = 5,
    CK_HARD_SWISH = 6, CK_RELU = 7, CK_RELU6 = 8, CK_RELU_SQUARED = 9, CK_LEAKY_RELU = 10, CK_TANH = 11,
    CK_SIGMOID = 12, CK_LINEAR = 13
};

// y = f(x + bias); all [tokens, n], bias [n]. Where x is bfloat16, relative errors of the exact GELU up to 6e-5 come to
// its rounding.
void ck_activation_forward(int kind, const void *x, int x_type, const float *bias, void *y, int y_type,
                           int64_t tokens, int64_t n);
// dx = dy f'(x + bias); dbias = column sums of dx; y, unless NULL, is that of the forward pass once more, of x's
// type. dx may be dy when the types are equal. `scratch`: ck_column_scratch floats.
void ck_activation_backward(int kind, const void *x, int x_type, const float *bias, const void *dy, int dy_type,
                            void *dx, int dx_type, void *y, float *dbias, int accumulate, int64_t tokens, int64_t n,
                            float *scratch);

// ---- Sums ----------------------------------------------------------------------------------------------------

// sums[c] (+)= Σ over tokens of x[t, c], row by row inside blocks of 32 tokens, then block by block.
void ck_column_sums(const void *x, int x_type, float *sums, int accumulate, int64_t tokens, int64_t n,
                    float *scratch);
int64_t ck_column_scratch(int64_t tokens, int64_t n);

// Σ x² in double, in blocks of 65,536.
double ck_sum_of_squares(const float *x, int64_t count);

// y += x.
void ck_add(const float *x, float *y, int64_t count);
void ck_fill_zero(float *x, int64_t count);

// ---- Embeddings ----------------------------------------------------------------------------------------------

// sum[t] = word[ids[t]] + position[pos[t]] + segment[segments[t]]; segments may be NULL for all 0, segment (and
// dsegment) where there is no such table.
void ck_embedding_forward(const float *word, const float *position, const float *segment, const int32_t *ids,
                          const uint32_t *pos, const uint8_t *segments, float *sum, int64_t tokens, int64_t n);
// Adds dsum into the tables' gradients, token by token in order.
void ck_embedding_backward(const float *dsum, const int32_t *ids, const uint32_t *pos, const uint8_t *segments,
                           float *dword, float *dposition, float *dsegment, int64_t tokens, int64_t n);
// y[i] = x[rows[i]], lines of n.
void ck_gather(const float *x, const int32_t *rows, float *y, int64_t count, int64_t n);

// ---- Attention -----------------------------------------------------------------------------------------------

// softmax(scale · q kᵀ) v for each (sequence, head); the softmax is dropped out when asked.
typedef struct {
    int64_t sequences, heads, width;  // width: channels of a head
    const int32_t *offsets;           // [sequences + 1]
    int first_only;                   // one query a sequence, its first token; then q, out, dq, dout have a row each
    int causal;                       // a token asks itself and those before it; not with first_only
    float scale;
    uint32_t first_row;         // number of the first sequence in dropout counters
    const ck_dropout *dropout;  // or NULL
    const void *q, *k, *v;
    int in_type;        // of q, k, v and dout
    int64_t ldq, ldkv;  // distance of rows, in numbers
    void *out;          // [queries, heads · width]
    int out_type;
    float *lse;  // [heads, queries]: log of each query's sum of exp, kept for the backward pass
    // backward
    const void *dout;  // [queries, heads · width]
    void *dq, *dk, *dv;
    int d_type;
    int64_t lddq, lddkv;
} ck_attention;

// `scratch`: ck_attention_scratch floats.
void ck_attention_forward(const ck_attention *op, float *scratch);
void ck_attention_backward(const ck_attention *op, float *scratch);
int64_t ck_attention_scratch(const ck_attention *op, int threads);

// ---- Loss ----------------------------------------------------------------------------------------------------

// Σ weight · cross-entropy of softmax(logits), and its gradient times `gradient_scale`.
// Targets are class numbers, or rows of probabilities when `soft` is not NULL. weights, dlogits may be NULL.
double ck_cross_entropy(const float *logits, const int32_t *labels, const float *soft, const float *weights,
                        float gradient_scale, float *dlogits, int64_t rows, int64_t classes);

// ---- Convolution over time -----------------------------------------------------------------------------------

// Where the largest sum of a filter starts when it is not at a token: nowhere, since none is above 0, or in the zeros
// around the row, where it is the bias.
enum { CK_CONVOLUTION_NONE = -(1 << 30), CK_CONVOLUTION_PADDING = CK_CONVOLUTION_NONE + 1 };

// For each row and filter max(0, largest sum), over all places of the filter's window on the row with zeros on both
// sides without end. Filters of one width follow each other; `filters` of each of `widths` widths.
typedef struct {
    int64_t rows, channels, filters, widths, columns;  // columns: Σ width · filters
    const int32_t *width;    // [widths]
    const int32_t *offsets;  // [rows + 1], tokens of each row
    // forward
    const float *products;  // [tokens, columns]: weights times tokens
    const float *bias;      // [widths · filters]
    float *out;             // [rows, widths · filters]
    int32_t *starts;        // the same: where the largest sum starts, from the row's first token; kept
    // backward
    const float *x;        // [tokens, channels]
    const float *weights;  // [columns, channels]: by width, place in the window, filter
    const float *dout;     // [rows, widths · filters]
    float *dx;             // [tokens, channels] or NULL
    float *dweights;       // as weights; added to
    float *dbias;          // as bias; added to
} ck_convolution;

void ck_convolution_forward(const ck_convolution *op);
void ck_convolution_backward(const ck_convolution *op);

// ---- Word vectors --------------------------------------------------------------------------------------------

// Products at or beyond ±6 are skipped; σ is looked up in a table of 1,000, as word2vec and gensim do.
enum { CK_SAMPLING_EDGE = 6, CK_SAMPLING_ENTRIES = 1000 };

// Examples of word2vec with negative sampling. The mean of some rows of `input`, the contexts, is multiplied with some rows
// of `output`, the targets, of which the first should come to 1 and the others to 0.
typedef struct {
    int64_t n;               // numbers of a row, a multiple of 16
    float *input, *output;   // tables
    int64_t examples, width; // targets of an example
    const int32_t *targets;  // [examples, width]; below 0 for none
    const int32_t *contexts;
    const int64_t *offsets;  // [examples + 1] into contexts
    float rate;
    const float *sigmoid;    // [1000]
    int64_t block;           // examples that see the same numbers; at most 1: each sees what those before it changed
    float *hidden, *errors;  // [max(1, block), n], scratch
    float *gains;            // [max(1, block), width], scratch
} ck_sampling;

void ck_sampling_run(const ck_sampling *op, int threads);

// ---- Products ------------------------------------------------------------------------------------------------

// c (+)= a · b + bias. a [m, k], or [k, m] when transposed; b [k, n], or [n, k]; c [m, n]; rows may be apart. Sums are
// Float32, in the order of k.
typedef struct {
    int64_t m, n, k;
    const void *a, *b;
    int type;  // of a and b
    int64_t lda, ldb;
    int transpose_a, transpose_b;
    const float *bias;  // [n] or NULL
    void *c;
    int c_type;
    int64_t ldc;
    int accumulate;
    int far;  // whether c is so large, or read so late, that it should not fill the caches
} ck_product;

// Whether there are kernels for operands of this type: AVX-512 for Float32, AVX512_BF16 for bfloat16.
int ck_has_product(int type);

// `scratch`: ck_product_scratch bytes for ck_threads threads, best on a cache line's border. m, n, k above 0.
void ck_multiply(const ck_product *op, void *scratch);
int64_t ck_product_scratch(const ck_product *op, int threads);

// ---- Optimizer -----------------------------------------------------------------------------------------------

typedef struct {
    float beta2, epsilon;
    float take1, take2;    // 1 - beta1, 1 - beta2
    float gradient_scale;  // clipping
    float decay;           // 1 - learning rate · weight decay
    float rate;            // learning rate / (1 - beta1^t)
    float root_scale;      // 1 / sqrt(1 - beta2^t)
} ck_adamw;

// One step on `count` values; also writes them as bfloat16 when `p16` is not NULL.
void ck_adamw_step(const ck_adamw *op, float *p, const float *g, float *m, float *v, uint16_t *p16, int64_t count);

// squares and deltas: running means of gradients² and steps², ρ of each kept.
typedef struct {
    float rho, take;  // take: 1 - ρ
    float epsilon;    // inside both roots
    float rate, gradient_scale;
    float decay;      // added to the gradient times the value
} ck_adadelta;

void ck_adadelta_step(const ck_adadelta *op, float *p, const float *g, float *square, float *delta, int64_t count);

#ifdef __cplusplus
}
#endif

#endif
