// Kernels over tokens: cut into blocks of fixed size, shared out, partial sums added in the order of the blocks.
#include <stdlib.h>
#include <string.h>

#include "kernel_table.h"

enum { BLOCK = 32 };         // tokens
enum { PIECE = 1 << 14 };    // numbers of an elementwise loop
enum { SUM_BLOCK = 1 << 16 };

static int64_t blocks_of(int64_t tokens) { return (tokens + BLOCK - 1) / BLOCK; }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// ---- Adding up partial sums: item = 512 columns of all blocks

typedef struct {
    const float *partial;  // [blocks, stride]
    float *sums;
    int64_t blocks, stride, n;
    int accumulate;
} column_total;

enum { COLUMNS = 512 };

static void add_columns(void *context, int64_t item, int worker) {
    (void)worker;
    const column_total *op = context;
    int64_t first = item * COLUMNS, count = smaller(COLUMNS, op->n - first);
    float sum[COLUMNS] = {0};
    for (int64_t b = 0; b < op->blocks; b++) ck_kernels()->add(op->partial + b * op->stride + first, sum, count);
    if (op->accumulate) {
        ck_kernels()->add(sum, op->sums + first, count);
    } else {
        memcpy(op->sums + first, sum, (size_t)count * sizeof(float));
    }
}

static void total_columns(const float *partial, int64_t blocks, int64_t stride, float *sums, int64_t n,
                          int accumulate) {
    column_total op = {partial, sums, blocks, stride, n, accumulate};
    int64_t items = (n + COLUMNS - 1) / COLUMNS;
    for (int64_t i = 0; i < items; i++) add_columns(&op, i, 0);
}

// ---- Layer normalization

// Longest line whose masks fit on the stack; longer ones are rare and take them from the heap.
enum { STACK_LINE = 4096 };

typedef struct {
    const ck_layernorm *op;
    float *scratch;
} layernorm_work;

static void layernorm_forward_block(void *context, int64_t item, int worker) {
    (void)worker;
    const layernorm_work *work = context;
    int64_t n = work->op->n, first = item * BLOCK, last = smaller(first + BLOCK, work->op->tokens);
    float stack[2 * STACK_LINE];
    float *mask = n <= STACK_LINE ? stack : malloc((size_t)n * 2 * sizeof(float));
    ck_kernels()->layernorm_forward(work->op, first, last, mask);
    if (mask != stack) free(mask);
}

void ck_layernorm_forward(const ck_layernorm *op) {
    layernorm_work work = {op, NULL};
    ck_parallel(blocks_of(op->tokens), layernorm_forward_block, &work);
}

int64_t ck_layernorm_scratch(int64_t tokens, int64_t n) { return blocks_of(tokens) * 3 * n; }

static void layernorm_backward_block(void *context, int64_t item, int worker) {
    (void)worker;
    const layernorm_work *work = context;
    int64_t n = work->op->n, first = item * BLOCK, last = smaller(first + BLOCK, work->op->tokens);
    float *sums = work->scratch + item * 3 * n;
    memset(sums, 0, (size_t)n * 3 * sizeof(float));
    float stack[2 * STACK_LINE];
    float *mask = n <= STACK_LINE ? stack : malloc((size_t)n * 2 * sizeof(float));
    ck_kernels()->layernorm_backward(work->op, first, last, sums, sums + n, work->op->dbias ? sums + 2 * n : NULL,
                                     mask);
    if (mask != stack) free(mask);
}

void ck_layernorm_backward(const ck_layernorm *op, float *scratch) {
    layernorm_work work = {op, scratch};
    int64_t blocks = blocks_of(op->tokens), n = op->n;
    ck_parallel(blocks, layernorm_backward_block, &work);
    total_columns(scratch, blocks, 3 * n, op->dgain, n, op->accumulate);
    total_columns(scratch + n, blocks, 3 * n, op->dshift, n, op->accumulate);
    if (op->dbias) total_columns(scratch + 2 * n, blocks, 3 * n, op->dbias, n, op->accumulate);
}

// ---- Activations, column sums

typedef struct {
    int kind, x_type, y_type, dy_type, dx_type;
    const void *x, *dy;
    void *y, *dx;
    const float *bias;
    float *scratch;
    int64_t tokens, n;
} activation_work;

static void activation_forward_block(void *context, int64_t item, int worker) {
    (void)worker;
    const activation_work *w = context;
    int64_t first = item * BLOCK, last = smaller(first + BLOCK, w->tokens);
    ck_kernels()->activation_forward(w->kind, w->x, w->x_type, w->bias, w->y, w->y_type, first, last, w->n);
}

void ck_activation_forward(int kind, const void *x, int x_type, const float *bias, void *y, int y_type,
                           int64_t tokens, int64_t n) {
    activation_work work = {.kind = kind, .x_type = x_type, .y_type = y_type, .x = x, .y = y, .bias = bias,
                            .tokens = tokens, .n = n};
    ck_parallel(blocks_of(tokens), activation_forward_block, &work);
}

static void activation_backward_block(void *context, int64_t item, int worker) {
    (void)worker;
    const activation_work *w = context;
    int64_t first = item * BLOCK, last = smaller(first + BLOCK, w->tokens);
    float *sums = w->scratch + item * w->n;
    memset(sums, 0, (size_t)w->n * sizeof(float));
    ck_kernels()->activation_backward(w->kind, w->x, w->x_type, w->bias, w->dy, w->dy_type, w->dx, w->dx_type, w->y,
                                      sums, first, last, w->n);
}

void ck_activation_backward(int kind, const void *x, int x_type, const float *bias, const void *dy, int dy_type,
                            void *dx, int dx_type, void *y, float *dbias, int accumulate, int64_t tokens, int64_t n,
                            float *scratch) {
    activation_work work = {.kind = kind, .x_type = x_type, .dy_type = dy_type, .dx_type = dx_type, .x = x, .dy = dy,
                            .dx = dx, .y = y, .bias = bias, .scratch = scratch, .tokens = tokens, .n = n};
    ck_parallel(blocks_of(tokens), activation_backward_block, &work);
    total_columns(scratch, blocks_of(tokens), n, dbias, n, accumulate);
}

int64_t ck_column_scratch(int64_t tokens, int64_t n) { return blocks_of(tokens) * n; }

static void column_sums_block(void *context, int64_t item, int worker) {
    (void)worker;
    const activation_work *w = context;
    int64_t first = item * BLOCK, last = smaller(first + BLOCK, w->tokens);
    float *sums = w->scratch + item * w->n;
    memset(sums, 0, (size_t)w->n * sizeof(float));
    ck_kernels()->column_sums(w->x, w->x_type, sums, first, last, w->n);
}

void ck_column_sums(const void *x, int x_type, float *sums, int accumulate, int64_t tokens, int64_t n,
                    float *scratch) {
    activation_work work = {.x = x, .x_type = x_type, .scratch = scratch, .tokens = tokens, .n = n};
    ck_parallel(blocks_of(tokens), column_sums_block, &work);
    total_columns(scratch, blocks_of(tokens), n, sums, n, accumulate);
}

// ---- Long vectors

typedef struct {
    int64_t count;
    const void *x;
    void *y;
    double *sums;
    int what;
} vector_work;

enum { TO_BF16, FROM_BF16, ADD, ZERO };

static void vector_piece(void *context, int64_t item, int worker) {
    (void)worker;
    const vector_work *w = context;
    int64_t first = item * PIECE, count = smaller(PIECE, w->count - first);
    const float *x = (const float *)w->x + first;
    float *y = (float *)w->y + first;
    switch (w->what) {
        case TO_BF16: ck_kernels()->to_bf16(x, (uint16_t *)w->y + first, count); break;
        case FROM_BF16: ck_kernels()->from_bf16((const uint16_t *)w->x + first, y, count); break;
        case ADD: ck_kernels()->add(x, y, count); break;
        default: memset(y, 0, (size_t)count * sizeof(float));
    }
}

static void vector_run(int what, const void *x, void *y, int64_t count) {
    vector_work work = {.count = count, .x = x, .y = y, .what = what};
    ck_parallel((count + PIECE - 1) / PIECE, vector_piece, &work);
}

void ck_to_bf16(const float *x, uint16_t *y, int64_t count) { vector_run(TO_BF16, x, y, count); }
void ck_from_bf16(const uint16_t *x, float *y, int64_t count) { vector_run(FROM_BF16, x, y, count); }
void ck_add(const float *x, float *y, int64_t count) { vector_run(ADD, x, y, count); }
void ck_fill_zero(float *x, int64_t count) { vector_run(ZERO, x, x, count); }

static void square_block(void *context, int64_t item, int worker) {
    (void)worker;
    const vector_work *w = context;
    int64_t first = item * SUM_BLOCK;
    w->sums[item] = ck_kernels()->sum_of_squares((const float *)w->x + first, smaller(SUM_BLOCK, w->count - first));
}

double ck_sum_of_squares(const float *x, int64_t count) {
    int64_t blocks = (count + SUM_BLOCK - 1) / SUM_BLOCK;
    double stack[256];
    double *sums = blocks <= 256 ? stack : malloc((size_t)blocks * sizeof(double));
    vector_work work = {.count = count, .x = x, .sums = sums};
    ck_parallel(blocks, square_block, &work);
    double total = 0;
    for (int64_t b = 0; b < blocks; b++) total += sums[b];
    if (sums != stack) free(sums);
    return total;
}

typedef struct {
    const ck_adamw *op;
    float *p, *m, *v;
    const float *g;
    uint16_t *p16;
    int64_t count;
} adamw_work;

static void adamw_piece(void *context, int64_t item, int worker) {
    (void)worker;
    const adamw_work *w = context;
    int64_t first = item * PIECE;
    ck_kernels()->adamw_step(w->op, w->p + first, w->g + first, w->m + first, w->v + first,
                             w->p16 ? w->p16 + first : NULL, smaller(PIECE, w->count - first));
}

void ck_adamw_step(const ck_adamw *op, float *p, const float *g, float *m, float *v, uint16_t *p16, int64_t count) {
    adamw_work work = {op, p, m, v, g, p16, count};
    ck_parallel((count + PIECE - 1) / PIECE, adamw_piece, &work);
}

typedef struct {
    const ck_adadelta *op;
    float *p, *square, *delta;
    const float *g;
    int64_t count;
} adadelta_work;

static void adadelta_piece(void *context, int64_t item, int worker) {
    (void)worker;
    const adadelta_work *w = context;
    int64_t first = item * PIECE;
    ck_kernels()->adadelta_step(w->op, w->p + first, w->g + first, w->square + first, w->delta + first,
                                smaller(PIECE, w->count - first));
}

void ck_adadelta_step(const ck_adadelta *op, float *p, const float *g, float *square, float *delta, int64_t count) {
    adadelta_work work = {op, p, square, delta, g, count};
    ck_parallel((count + PIECE - 1) / PIECE, adadelta_piece, &work);
}

// ---- Small vectors

void ck_exp(const float *x, float *y, int64_t count) { ck_kernels()->function(0, x, y, count); }
void ck_tanh(const float *x, float *y, int64_t count) { ck_kernels()->function(1, x, y, count); }
void ck_normal_cdf(const float *x, float *y, int64_t count) { ck_kernels()->function(2, x, y, count); }
void ck_bias_tanh(const float *x, const float *bias, float *y, int64_t rows, int64_t n) {
    ck_kernels()->bias_tanh(x, bias, y, 0, rows, n);
}
void ck_tanh_backward(const float *y, const float *dy, float *dx, int64_t count) {
    ck_kernels()->tanh_backward(y, dy, dx, count);
}
