// One (sequence, head) of attention. Every product is the same small one: C = A B with A read number by number
// through two strides, so that a transpose costs nothing, and B and C read in vectors along their rows.
//
// Queries are taken in blocks of ATTENTION_BLOCK, so scratch grows with the length of a sequence, not its square.

#define ATTENTION_BLOCK 64

// C[i][0 ..< 16 V] (+)= Σ_k A[i · row + k · column] B[k][0 ..< 16 V], for R rows.
#define SMALL_PRODUCT(R, V)                                                                                         \
    static void small_product_##R##_##V(int64_t depth, const float *a, int64_t row, int64_t column, const float *b, \
                                        int64_t ldb, float *c, int64_t ldc, int add) {                              \
        vf sum[R][V];                                                                                               \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++)                                              \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++)                                          \
                sum[i][j] = add ? load(c + i * ldc + j * LANES) : splat(0);                                         \
        for (int64_t k = 0; k < depth; k++) {                                                                       \
            vf line[V];                                                                                             \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) line[j] = load(b + k * ldb + j * LANES); \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++) {                                        \
                vf factor = splat(a[i * row + k * column]);                                                         \
                _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) sum[i][j] += factor * line[j];       \
            }                                                                                                       \
        }                                                                                                           \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++)                                              \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) store(c + i * ldc + j * LANES, sum[i][j]); \
    }
SMALL_PRODUCT(6, 4)
SMALL_PRODUCT(6, 2)
SMALL_PRODUCT(6, 1)
SMALL_PRODUCT(2, 4)
SMALL_PRODUCT(2, 2)
SMALL_PRODUCT(2, 1)
SMALL_PRODUCT(1, 4)
SMALL_PRODUCT(1, 2)
SMALL_PRODUCT(1, 1)

// rows × width, width a multiple of 16; rows of B and C must be readable and writable up to width.
static void small_product(int64_t rows, int64_t width, int64_t depth, const float *a, int64_t row, int64_t column,
                          const float *b, int64_t ldb, float *c, int64_t ldc, int add) {
    for (int64_t j = 0; j < width;) {
        int64_t left = width - j;
        int vectors = left >= 64 ? 4 : left >= 32 ? 2 : 1;
        for (int64_t i = 0; i < rows;) {
            int64_t lines = rows - i >= 6 ? 6 : rows - i >= 2 ? 2 : 1;
            const float *ai = a + i * row;
            float *ci = c + i * ldc + j;
#define CASE(R, V) \
    if (lines == R && vectors == V) small_product_##R##_##V(depth, ai, row, column, b + j, ldb, ci, ldc, add);
            CASE(6, 4) CASE(6, 2) CASE(6, 1) CASE(2, 4) CASE(2, 2) CASE(2, 1) CASE(1, 4) CASE(1, 2) CASE(1, 1)
#undef CASE
            i += lines;
        }
        j += vectors * LANES;
    }
}

// The same for bfloat16 where the CPU multiplies pairs of them: A [rows, pairs] as it is, B [pairs, width], a pair of
// two rows in each number.
#ifdef ROUNDS_TO_BF16
enum { MULTIPLIES_PAIRS = 1 };
typedef uint32_t __attribute__((aligned(2), may_alias)) pair_unaligned;

#define SMALL_PAIRS(R, V)                                                                                           \
    static void small_pairs_##R##_##V(int64_t pairs, const pair_unaligned *a, int64_t lda, const float *b,          \
                                      int64_t ldb, float *c, int64_t ldc) {                                         \
        vf sum[R][V];                                                                                               \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++)                                              \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) sum[i][j] = splat(0);                    \
        for (int64_t k = 0; k < pairs; k++) {                                                                       \
            vf line[V];                                                                                             \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) line[j] = load(b + k * ldb + j * LANES); \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++) {                                        \
                __m512bh pair = (__m512bh)_mm512_set1_epi32((int)a[i * lda + k]);                                   \
                _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) sum[i][j] =                          \
                    (vf)_mm512_dpbf16_ps((__m512)sum[i][j], pair, (__m512bh)line[j]);                               \
            }                                                                                                       \
        }                                                                                                           \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++)                                              \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) store(c + i * ldc + j * LANES, sum[i][j]); \
    }
SMALL_PAIRS(6, 4)
SMALL_PAIRS(6, 3)
SMALL_PAIRS(6, 2)
SMALL_PAIRS(6, 1)
SMALL_PAIRS(1, 4)
SMALL_PAIRS(1, 3)
SMALL_PAIRS(1, 2)
SMALL_PAIRS(1, 1)
SMALL_PAIRS(3, 4)
SMALL_PAIRS(3, 3)
SMALL_PAIRS(3, 2)
SMALL_PAIRS(3, 1)

static void small_pairs(int64_t rows, int64_t width, int64_t pairs, const void *a, int64_t lda, const float *b,
                        int64_t ldb, float *c, int64_t ldc) {
    for (int64_t j = 0; j < width;) {
        int64_t left = (width - j) / LANES, vectors = left > 4 ? 4 : left;
        for (int64_t i = 0; i < rows;) {
            int64_t lines = rows - i >= 6 ? 6 : rows - i >= 3 ? 3 : 1;
            const pair_unaligned *ai = (const pair_unaligned *)a + i * lda;
            float *ci = c + i * ldc + j;
#define CASE(R, V) \
    if (lines == R && vectors == V) small_pairs_##R##_##V(pairs, ai, lda, b + j, ldb, ci, ldc);
            CASE(6, 4) CASE(6, 3) CASE(6, 2) CASE(6, 1) CASE(3, 4) CASE(3, 3) CASE(3, 2) CASE(3, 1)
            CASE(1, 4) CASE(1, 3) CASE(1, 2) CASE(1, 1)
#undef CASE
            i += lines;
        }
        j += vectors * LANES;
    }
}
#else
enum { MULTIPLIES_PAIRS = 0 };

static void small_pairs(int64_t rows, int64_t width, int64_t pairs, const void *a, int64_t lda, const float *b,
                        int64_t ldb, float *c, int64_t ldc) {
    (void)rows, (void)width, (void)pairs, (void)a, (void)lda, (void)b, (void)ldb, (void)c, (void)ldc;
}
#endif

// What a (sequence, head) works with. Widths are rounded up to 16 and padded with zeros.
typedef struct {
    int64_t length, padded;      // keys; rounded up
    int64_t width, wide;         // channels; rounded up
    int64_t queries;
    int causal;                  // query i reads keys 0 ... i
    const float *q, *k, *v;      // first number of the first row
    int64_t ldq, ldkv;           // distance of their rows
    int pairs;                   // whether scores are made of pairs of bfloat16
    const uint16_t *q16;         // with pairs: the queries as they lie, op->ldq apart
    float *kt, *vt;              // [wide, padded], or [wide / 2, padded] of pairs
    float *keys, *values;        // [padded, wide]
    float *asking;               // [padded, wide], queries that had to be converted
    float *p, *mask, *dp;        // [block, padded]
    float *rows, *rows2;         // [block, wide]
    float *dk, *dv;              // [padded, wide]
} attention_work;

static int64_t body_attention_scratch(int64_t longest, int64_t width) {
    int64_t padded = (longest + 15) / 16 * 16, wide = (width + 15) / 16 * 16;
    return 7 * wide * padded + 3 * ATTENTION_BLOCK * padded + 2 * ATTENTION_BLOCK * wide + 64;
}

// Rows of a matrix as vectors: in place where they can be read there, else copied. Short sequences stay in the first
// cache where they are; rows of long ones lie a multiple of a page apart and would throw each other out of it.
static const float *packed_rows(const float *x, int64_t ld, int64_t rows, int64_t width, float *copy, int64_t wide,
                                int64_t *distance) {
    if (x == copy || (width == wide && rows <= 32)) {
        *distance = ld;
        return x;
    }
    for (int64_t i = 0; i < rows; i++)
        for (int64_t c = 0; c < wide; c += LANES) {
            int64_t left = width - c;
            store(copy + i * wide + c, left > 0 ? load_part(x + i * ld + c, left) : splat(0));
        }
    *distance = wide;
    return copy;
}

// y [rows, wide] = rows of bfloat16, zeros beyond their width.
static void convert_rows(const void *x, int64_t at, int64_t ld, int64_t rows, int64_t width, float *y, int64_t wide) {
    for (int64_t i = 0; i < rows; i++)
        for (int64_t c = 0; c < wide; c += LANES)
            store(y + i * wide + c,
                  width > c ? load_any(x, CK_BF16, at + i * ld + c, width - c) : splat(0));
}

INLINE void transpose_square(vf line[16]) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++)
        if (!(i & 1)) {
            vf a = line[i], b = line[i + 1];
            line[i] = __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
            line[i + 1] = __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
        }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++)
        if (!(i & 2)) {
            vf a = line[i], b = line[i + 2];
            line[i] = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
            line[i + 2] = __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
        }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++)
        if (!(i & 4)) {
            vf a = line[i], b = line[i + 4];
            line[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
            line[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
        }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++)
        if (!(i & 8)) {
            vf a = line[i], b = line[i + 8];
            line[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
            line[i + 8] = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
        }
}

// y [wide, padded] = transpose of rows × width numbers, zeros around them.
static void transpose_rows(const float *x, int64_t ld, int64_t rows, int64_t width, float *y, int64_t padded) {
    for (int64_t i = 0; i < padded; i += LANES)
        for (int64_t c = 0; c < width; c += LANES) {
            vf line[16];
            for (int r = 0; r < 16; r++)
                line[r] = i + r < rows ? load_part(x + (i + r) * ld + c, width - c) : splat(0);
            transpose_square(line);
            for (int r = 0; r < 16 && c + r < width; r++) store(y + (c + r) * padded + i, line[r]);
        }
}

// Asks for the rows of the next head, which is beside this one: pieces this short escape the CPU's own prefetcher.
INLINE void prefetch_rows(const void *x, int type, int64_t at, int64_t ld, int64_t rows, int64_t width) {
    int64_t bytes = type == CK_F32 ? 4 : 2;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t c = 0; c < width * bytes; c += 64)
            __builtin_prefetch((const char *)x + (at + i * ld + width) * bytes + c);
}

static attention_work attention_begin(const ck_attention *op, int64_t sequence, int64_t head, float *scratch,
                                      int backward) {
    attention_work w;
    int64_t start = op->offsets[sequence];
    w.length = op->offsets[sequence + 1] - start;
    w.padded = (w.length + 15) / 16 * 16;
    w.width = op->width;
    w.wide = (w.width + 15) / 16 * 16;
    w.queries = op->first_only ? 1 : w.length;
    w.causal = op->causal;
    int64_t q_at = (op->first_only ? sequence : start) * op->ldq + head * w.width;
    int64_t kv_at = start * op->ldkv + head * w.width;
    int64_t square = w.wide * w.padded, block = ATTENTION_BLOCK;
    w.kt = scratch;
    w.vt = w.kt + square;
    w.keys = w.vt + square;
    w.values = w.keys + square;
    w.dk = w.values + square;
    w.dv = w.dk + square;
    w.asking = w.dv + square;
    w.p = w.asking + square;
    w.mask = w.p + block * w.padded;
    w.dp = w.mask + block * w.padded;
    w.rows = w.dp + block * w.padded;
    w.rows2 = w.rows + block * w.wide;
    if (head + 1 < op->heads && w.length <= 64) {
        prefetch_rows(op->q, op->in_type, q_at, op->ldq, w.queries, w.width);
        prefetch_rows(op->k, op->in_type, kv_at, op->ldkv, w.length, w.width);
        prefetch_rows(op->v, op->in_type, kv_at, op->ldkv, w.length, w.width);
    }
    if (op->in_type == CK_F32) {
        w.q = (const float *)op->q + q_at;
        w.k = (const float *)op->k + kv_at;
        w.v = (const float *)op->v + kv_at;
        w.q16 = NULL;
        w.pairs = 0;
        w.ldq = op->ldq;
        w.ldkv = op->ldkv;
    } else {
        w.q16 = (const uint16_t *)op->q + q_at;
        w.pairs = MULTIPLIES_PAIRS && w.width % 2 == 0 && op->ldq % 2 == 0 && op->ldkv % 2 == 0;
        // Pairs are enough for scores; the backward pass needs the numbers of Q and K too, the forward one those of V.
        if (backward || !w.pairs) {
            convert_rows(op->q, q_at, op->ldq, w.queries, w.width, w.asking, w.wide);
            convert_rows(op->k, kv_at, op->ldkv, w.length, w.width, w.keys, w.wide);
        }
        if (!backward || !w.pairs) convert_rows(op->v, kv_at, op->ldkv, w.length, w.width, w.values, w.wide);
        w.q = w.asking;
        w.k = w.keys;
        w.v = w.values;
        w.ldq = w.ldkv = w.wide;
    }
    if (w.pairs) {
        const uint16_t *k = (const uint16_t *)op->k + kv_at, *v = (const uint16_t *)op->v + kv_at;
        transpose_rows((const float *)k, op->ldkv / 2, w.length, w.width / 2, w.kt, w.padded);
        if (backward) transpose_rows((const float *)v, op->ldkv / 2, w.length, w.width / 2, w.vt, w.padded);
    } else {
        transpose_rows(w.k, w.ldkv, w.length, w.width, w.kt, w.padded);
        if (backward) transpose_rows(w.v, w.ldkv, w.length, w.width, w.vt, w.padded);
    }
    return w;
}

// Keys that queries first ..< first + count read, as the last of them does, and those that one query reads.
INLINE int64_t attention_span(const attention_work *w, int64_t first, int64_t count) {
    return w->causal ? first + count : w->length;
}
INLINE int64_t attention_limit(const attention_work *w, int64_t query) { return w->causal ? query + 1 : w->length; }

// Q Kᵀ of queries first ..< first + count.
static void attention_scores(const attention_work *w, const ck_attention *op, int64_t first, int64_t count) {
    int64_t span = (attention_span(w, first, count) + 15) / 16 * 16;
    if (w->pairs) {
        small_pairs(count, span, w->width / 2, w->q16 + first * op->ldq, op->ldq / 2, w->kt, w->padded, w->p,
                    w->padded);
    } else {
        small_product(count, span, w->width, w->q + first * w->ldq, w->ldq, 1, w->kt, w->padded, w->p, w->padded,
                      0);
    }
}

// Multipliers of queries first ..< last: element (i, j) is i · padded + j of one line.
static void attention_mask(const ck_attention *op, const attention_work *w, int64_t sequence, int64_t head,
                           int64_t first, int64_t last) {
    ck_dropout d = *op->dropout;
    d.site |= (uint32_t)head << 16;
    int64_t begin = first * w->padded, end = last * w->padded;
    for (int64_t group = begin / 64; group * 64 < end; group++) {
        vf m[4];
        dropout_group(&d, op->first_row + (uint32_t)sequence, (uint32_t)group, m);
        for (int i = 0; i < 4; i++) {
            int64_t at = group * 64 + i * 16;
            if (at >= begin && at < end) store(w->mask + at - begin, m[i]);
        }
    }
}

static void store_rows(const float *x, int64_t wide, int64_t rows, int64_t width, void *y, int type, int64_t at,
                       int64_t ld) {
    for (int64_t i = 0; i < rows; i++)
        for (int64_t c = 0; c < width; c += LANES)
            store_any(y, type, at + i * ld + c, load(x + i * wide + c), width - c);
}

static void body_attention_forward(const ck_attention *op, int64_t sequence, int64_t head, float *scratch) {
    attention_work w = attention_begin(op, sequence, head, scratch, 0);
    int64_t n = op->heads * w.width;
    int64_t row0 = op->first_only ? sequence : op->offsets[sequence];
    int64_t queries = op->first_only ? op->sequences : op->offsets[op->sequences];
    int64_t ldv;
    const float *values = packed_rows(w.v, w.ldkv, w.length, w.width, w.values, w.wide, &ldv);
    int in_place = op->out_type == CK_F32 && w.width == w.wide;
    for (int64_t first = 0; first < w.queries; first += ATTENTION_BLOCK) {
        int64_t count = w.queries - first < ATTENTION_BLOCK ? w.queries - first : ATTENTION_BLOCK;
        attention_scores(&w, op, first, count);
        if (op->dropout) attention_mask(op, &w, sequence, head, first, first + count);
        int64_t span = attention_span(&w, first, count);
        for (int64_t i = 0; i < count; i++) {
            float *p = w.p + i * w.padded;
            int64_t limit = attention_limit(&w, first + i);
            vf most = splat(-3.0e38f);
            for (int64_t j = 0; j < limit; j += LANES) {
                vf s = load(p + j) * op->scale;
                store(p + j, s);
                vi inside = lane_numbers() + (vi)(int32_t)j < (vi)(int32_t)limit;
                most = vmax(most, inside ? s : splat(-3.0e38f));
            }
            float largest = max_lanes(most);
            vf total = splat(0);
            for (int64_t j = 0; j < limit; j += LANES) {
                vf e = keep_part(vexp(load(p + j) - largest), limit - j);
                store(p + j, e);
                total += e;
            }
            float sum = sum_lanes(total);
            if (op->lse) op->lse[head * queries + row0 + first + i] = largest + __builtin_logf(sum);
            for (int64_t j = 0; j < limit; j += LANES) {
                vf e = load(p + j) * (1.0f / sum);
                if (op->dropout) e *= load(w.mask + i * w.padded + j);
                store(p + j, e);
            }
            for (int64_t j = (limit + 15) / 16 * 16; j < span; j += LANES) store(p + j, splat(0));
        }
        int64_t at = (row0 + first) * n + head * w.width;
        float *out = in_place ? (float *)op->out + at : w.rows;
        small_product(count, w.wide, span, w.p, w.padded, 1, values, ldv, out, in_place ? n : w.wide, 0);
        if (!in_place) store_rows(w.rows, w.wide, count, w.width, op->out, op->out_type, at, n);
    }
}

// Adds Aᵀ B to the gradients of the keys, or the values, that a block of queries reads; those that no block before it
// read are overwritten. A [count, padded], B and C rows of `wide`.
static void attention_add(const attention_work *w, int64_t first, int64_t count, const float *a, const float *b,
                          int64_t ldb, float *c) {
    int64_t span = attention_span(w, first, count), known = first == 0 ? 0 : w->causal ? first : span;
    if (known > 0) small_product(known, w->wide, count, a, 1, w->padded, b, ldb, c, w->wide, 1);
    if (known < span) {
        small_product(span - known, w->wide, count, a + known, 1, w->padded, b, ldb, c + known * w->wide, w->wide, 0);
    }
}

// With P the softmax and M the mask: dP = dO Vᵀ · M, dV = (P M)ᵀ dO, dS = P (dP - Σ_j P dP) · scale, dQ = dS K,
// dK = dSᵀ Q.
static void body_attention_backward(const ck_attention *op, int64_t sequence, int64_t head, float *scratch) {
    attention_work w = attention_begin(op, sequence, head, scratch, 1);
    int64_t n = op->heads * w.width;
    int64_t start = op->offsets[sequence];
    int64_t row0 = op->first_only ? sequence : start;
    int64_t queries = op->first_only ? op->sequences : op->offsets[op->sequences];
    int64_t ldk, ld_rows;
    const float *keys = packed_rows(w.k, w.ldkv, w.length, w.width, w.keys, w.wide, &ldk);
    if (head + 1 < op->heads && w.length <= 64) {
        int64_t at = start * op->lddkv + head * w.width;
        prefetch_rows(op->dout, op->in_type, row0 * n + head * w.width, n, w.queries, w.width);
        prefetch_rows(op->dk, op->d_type, at, op->lddkv, w.length, w.width);
        prefetch_rows(op->dv, op->d_type, at, op->lddkv, w.length, w.width);
        prefetch_rows(op->dq, op->d_type, row0 * op->lddq + head * w.width, op->lddq, w.queries, w.width);
    }
    for (int64_t first = 0; first < w.queries; first += ATTENTION_BLOCK) {
        int64_t count = w.queries - first < ATTENTION_BLOCK ? w.queries - first : ATTENTION_BLOCK;
        int64_t out_at = (row0 + first) * n + head * w.width, ldo = n;
        const float *dout = (const float *)op->dout + out_at;
        if (op->in_type == CK_BF16) {
            convert_rows(op->dout, out_at, n, count, w.width, w.rows, w.wide);
            dout = w.rows;
            ldo = w.wide;
        }
        attention_scores(&w, op, first, count);
        int64_t span = attention_span(&w, first, count), wide_span = (span + 15) / 16 * 16;
        if (w.pairs) {
            small_pairs(count, wide_span, w.width / 2, (const uint16_t *)op->dout + out_at, n / 2, w.vt, w.padded, w.dp,
                        w.padded);
        } else {
            small_product(count, wide_span, w.width, dout, ldo, 1, w.vt, w.padded, w.dp, w.padded, 0);
        }
        if (op->dropout) attention_mask(op, &w, sequence, head, first, first + count);
        for (int64_t i = 0; i < count; i++) {
            float *p = w.p + i * w.padded, *dp = w.dp + i * w.padded, *mask = w.mask + i * w.padded;
            float lse = op->lse[head * queries + row0 + first + i];
            int64_t limit = attention_limit(&w, first + i);
            vf along = splat(0);
            for (int64_t j = 0; j < limit; j += LANES) {
                vf e = keep_part(vexp(load(p + j) * op->scale - lse), limit - j);
                vf d = load(dp + j);
                if (op->dropout) d *= load(mask + j);
                store(p + j, e);
                store(dp + j, d);
                along += e * d;
            }
            float dot = sum_lanes(along);
            for (int64_t j = 0; j < limit; j += LANES) {
                vf e = load(p + j);
                store(dp + j, e * (load(dp + j) - dot) * op->scale);
                if (op->dropout) store(p + j, e * load(mask + j));
            }
            for (int64_t j = (limit + 15) / 16 * 16; j < span; j += LANES) {
                store(p + j, splat(0));
                store(dp + j, splat(0));
            }
        }
        const float *rows = packed_rows(dout, ldo, count, w.width, w.rows, w.wide, &ld_rows);
        attention_add(&w, first, count, w.p, rows, ld_rows, w.dv);
        if (op->in_type == CK_F32) {
            rows = packed_rows(w.q + first * w.ldq, w.ldq, count, w.width, w.rows, w.wide, &ld_rows);
        } else {
            rows = w.q + first * w.ldq;
        }
        attention_add(&w, first, count, w.dp, rows, ld_rows, w.dk);
        small_product(count, w.wide, span, w.dp, w.padded, 1, keys, ldk, w.rows2, w.wide, 0);
        store_rows(w.rows2, w.wide, count, w.width, op->dq, op->d_type, (row0 + first) * op->lddq + head * w.width,
                   op->lddq);
    }
    int64_t at = start * op->lddkv + head * w.width;
    store_rows(w.dk, w.wide, w.length, w.width, op->dk, op->d_type, at, op->lddkv);
    store_rows(w.dv, w.wide, w.length, w.width, op->dv, op->d_type, at, op->lddkv);
}
