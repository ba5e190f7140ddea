// Kernels that look things up by token: dropout on its own, embeddings, attention, loss.
#include <stdlib.h>
#include <string.h>

#include "kernel_table.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// ---- Dropout

void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]) {
    uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]}, k[2] = {key[0], key[1]};
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k[0], (uint32_t)b, (uint32_t)(a >> 32) ^ c[3] ^ k[1],
                            (uint32_t)a};
        memcpy(c, next, sizeof c);
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
    memcpy(words, c, sizeof c);
}

void ck_dropout_line(const ck_dropout *dropout, uint32_t row, uint32_t line, float *mask, int64_t n) {
    ck_kernels()->dropout_line(dropout, row, line, mask, n);
}

void ck_dropout_apply(const ck_dropout *dropout, const float *x, float *y, const uint32_t *row, const uint32_t *pos,
                      int64_t tokens, int64_t n) {
    float *mask = malloc((size_t)n * sizeof(float));
    for (int64_t t = 0; t < tokens; t++) {
        ck_kernels()->dropout_line(dropout, row[t], pos[t], mask, n);
        ck_kernels()->multiply(x + t * n, mask, y + t * n, n);
    }
    free(mask);
}

// ---- Embeddings

typedef struct {
    const float *word, *position, *segment;
    float *dword, *dposition, *dsegment;
    const int32_t *ids;
    const uint32_t *pos;
    const uint8_t *segments;
    const float *dsum;
    float *sum;
    int64_t tokens, n;
} embedding_work;

enum { TOKENS = 32, COLUMNS = 64 };

static void embedding_forward_block(void *context, int64_t item, int worker) {
    (void)worker;
    const embedding_work *w = context;
    int64_t first = item * TOKENS;
    ck_kernels()->embedding_forward(w->word, w->position, w->segment, w->ids, w->pos, w->segments, w->sum, first,
                                    smaller(first + TOKENS, w->tokens), w->n);
}

void ck_embedding_forward(const float *word, const float *position, const float *segment, const int32_t *ids,
                          const uint32_t *pos, const uint8_t *segments, float *sum, int64_t tokens, int64_t n) {
    embedding_work work = {.word = word, .position = position, .segment = segment, .ids = ids, .pos = pos,
                           .segments = segments, .sum = sum, .tokens = tokens, .n = n};
    ck_parallel((tokens + TOKENS - 1) / TOKENS, embedding_forward_block, &work);
}

// Workers own columns, so each sum is taken token by token whatever their number.
static void embedding_backward_columns(void *context, int64_t item, int worker) {
    (void)worker;
    const embedding_work *w = context;
    int64_t first = item * COLUMNS;
    ck_kernels()->embedding_backward(w->dsum, w->ids, w->pos, w->segments, w->dword, w->dposition, w->dsegment,
                                     w->tokens, first, smaller(first + COLUMNS, w->n), w->n);
}

void ck_embedding_backward(const float *dsum, const int32_t *ids, const uint32_t *pos, const uint8_t *segments,
                           float *dword, float *dposition, float *dsegment, int64_t tokens, int64_t n) {
    embedding_work work = {.dsum = dsum, .ids = ids, .pos = pos, .segments = segments, .dword = dword,
                           .dposition = dposition, .dsegment = dsegment, .tokens = tokens, .n = n};
    ck_parallel((n + COLUMNS - 1) / COLUMNS, embedding_backward_columns, &work);
}

void ck_gather(const float *x, const int32_t *rows, float *y, int64_t count, int64_t n) {
    for (int64_t i = 0; i < count; i++) memcpy(y + i * n, x + (int64_t)rows[i] * n, (size_t)n * sizeof(float));
}

// ---- Attention

// A worker takes several heads of a sequence one after the other, where there are enough for all: they lie side by side,
// and each asks for the next one's rows.
typedef struct {
    const ck_attention *op;
    float *scratch;
    int64_t scratch_each;
    int64_t heads_each, groups;
    void (*body)(const ck_attention *, int64_t sequence, int64_t head, float *scratch);
} attention_call;

static int64_t longest_sequence(const ck_attention *op) {
    int64_t longest = 1;
    for (int64_t s = 0; s < op->sequences; s++) {
        int64_t length = op->offsets[s + 1] - op->offsets[s];
        if (length > longest) longest = length;
    }
    return longest;
}

int64_t ck_attention_scratch(const ck_attention *op, int threads) {
    return ck_kernels()->attention_scratch(longest_sequence(op), op->width) * threads;
}

static void attention_item(void *context, int64_t item, int worker) {
    const attention_call *call = context;
    int64_t first = item % call->groups * call->heads_each;
    int64_t last = smaller(first + call->heads_each, call->op->heads);
    for (int64_t head = first; head < last; head++)
        call->body(call->op, item / call->groups, head, call->scratch + worker * call->scratch_each);
}

static void attention(const ck_attention *op, float *scratch,
                      void (*body)(const ck_attention *, int64_t, int64_t, float *)) {
    enum { ITEMS_EACH = 16 };
    int64_t wanted = (ITEMS_EACH * (int64_t)ck_threads() + op->sequences - 1) / op->sequences;
    attention_call call = {.op = op, .scratch = scratch, .scratch_each = ck_attention_scratch(op, 1), .body = body};
    call.heads_each = wanted < op->heads ? op->heads / wanted : 1;
    call.groups = (op->heads + call.heads_each - 1) / call.heads_each;
    ck_parallel(op->sequences * call.groups, attention_item, &call);
}

void ck_attention_forward(const ck_attention *op, float *scratch) {
    if (op->sequences > 0) attention(op, scratch, ck_kernels()->attention_forward);
}

void ck_attention_backward(const ck_attention *op, float *scratch) {
    if (op->sequences > 0) attention(op, scratch, ck_kernels()->attention_backward);
}

// ---- Loss

typedef struct {
    const float *logits, *soft, *weights;
    const int32_t *labels;
    float gradient_scale;
    float *dlogits;
    double *losses;
    int64_t rows, classes;
} loss_work;

enum { LOSS_ROWS = 16 };

static void loss_block(void *context, int64_t item, int worker) {
    (void)worker;
    const loss_work *w = context;
    int64_t first = item * LOSS_ROWS;
    ck_kernels()->cross_entropy(w->logits, w->labels, w->soft, w->weights, w->gradient_scale, w->dlogits, w->losses,
                                first, smaller(first + LOSS_ROWS, w->rows), w->classes);
}

double ck_cross_entropy(const float *logits, const int32_t *labels, const float *soft, const float *weights,
                        float gradient_scale, float *dlogits, int64_t rows, int64_t classes) {
    double *losses = malloc((size_t)(rows > 0 ? rows : 1) * sizeof(double));
    loss_work work = {.logits = logits, .soft = soft, .weights = weights, .labels = labels,
                      .gradient_scale = gradient_scale, .dlogits = dlogits, .losses = losses, .rows = rows,
                      .classes = classes};
    ck_parallel((rows + LOSS_ROWS - 1) / LOSS_ROWS, loss_block, &work);
    double total = 0;
    for (int64_t r = 0; r < rows; r++) total += losses[r];
    free(losses);
    return total;
}
