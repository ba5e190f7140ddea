// Word vectors by negative sampling: one example predicts its target among drawn words. Rows hold a multiple of 16 numbers.

INLINE float row_product(const float *a, const float *b, int64_t n) {
    vf even = splat(0), odd = splat(0);
    int64_t i = 0;
    for (; i + 2 * LANES <= n; i += 2 * LANES) {
        even += load(a + i) * load(b + i);
        odd += load(a + i + LANES) * load(b + i + LANES);
    }
    if (i < n) even += load(a + i) * load(b + i);
    return sum_lanes(even + odd);
}

// y += scale · x
INLINE void add_scaled(float scale, const float *x, float *y, int64_t n) {
    vf factor = splat(scale);
    for (int64_t i = 0; i < n; i += LANES) store(y + i, load(y + i) + factor * load(x + i));
}

INLINE void prefetch_row(const float *row, int64_t n) {
    for (int64_t i = 0; i < n; i += LANES) __builtin_prefetch(row + i, 1);
}

// The mean of an example's input rows.
INLINE void mean_of_contexts(const ck_sampling *op, int64_t example, float *hidden) {
    int64_t n = op->n, first = op->offsets[example], last = op->offsets[example + 1];
    if (last - first == 1) {
        memcpy(hidden, op->input + op->contexts[first] * n, (size_t)n * sizeof(float));
        return;
    }
    memset(hidden, 0, (size_t)n * sizeof(float));
    for (int64_t c = first; c < last; c++) {
        const float *row = op->input + op->contexts[c] * n;
        for (int64_t i = 0; i < n; i += LANES) store(hidden + i, load(hidden + i) + load(row + i));
    }
    if (last == first) return;
    vf share = splat(1.0f / (float)(last - first));
    for (int64_t i = 0; i < n; i += LANES) store(hidden + i, load(hidden + i) * share);
}

// (label - σ(f)) · rate; 0 where the table ends.
INLINE float gain_of(const ck_sampling *op, float f, int positive) {
    if (!(f > -CK_SAMPLING_EDGE && f < CK_SAMPLING_EDGE)) return 0;
    int place = (int)((f + CK_SAMPLING_EDGE) * (CK_SAMPLING_ENTRIES / CK_SAMPLING_EDGE / 2));
    return ((positive ? 1.0f : 0.0f) - op->sigmoid[place]) * op->rate;
}

static void body_sampling_gains(const ck_sampling *op, int64_t start, int64_t first, int64_t last) {
    int64_t n = op->n, width = op->width;
    for (int64_t e = first; e < last; e++) {
        float *hidden = op->hidden + (e - start) * n, *errors = op->errors + (e - start) * n;
        float *gains = op->gains + (e - start) * width;
        const int32_t *targets = op->targets + e * width;
        if (e + 1 < last)
            for (int64_t d = 0; d < width; d++)
                if (targets[width + d] >= 0) prefetch_row(op->output + targets[width + d] * n, n);
        mean_of_contexts(op, e, hidden);
        for (int64_t d = 0; d < width; d++)
            gains[d] = targets[d] < 0 ? 0 : gain_of(op, row_product(hidden, op->output + targets[d] * n, n), d == 0);
        memset(errors, 0, (size_t)n * sizeof(float));
        for (int64_t d = 0; d < width; d++)
            if (gains[d] != 0) add_scaled(gains[d], op->output + targets[d] * n, errors, n);
    }
}

// y[rows[i]] += scales[i] · x[sources[i]] in order; scales may be NULL for 1.
INLINE void add_rows(const float *x, float *y, const int32_t *rows, const int32_t *sources, const float *scales,
                     int64_t count, int64_t n) {
    for (int64_t i = 0; i < count; i++) {
        if (i + 4 < count) prefetch_row(y + rows[i + 4] * n, n);
        add_scaled(scales ? scales[i] : 1, x + sources[i] * n, y + rows[i] * n, n);
    }
}

// Adds to those rows of both tables whose number is `owner` modulo `owners`, a power of two.
static void body_sampling_updates(const ck_sampling *op, int64_t first, int64_t last, int64_t owner, int64_t owners,
                                  int32_t *rows, int32_t *sources, float *scales) {
    int64_t n = op->n, width = op->width, count = 0;
    int32_t mask = (int32_t)(owners - 1), mine = (int32_t)owner;
    for (int64_t e = first; e < last; e++)
        for (int64_t d = 0; d < width; d++) {
            int32_t target = op->targets[e * width + d];
            float gain = op->gains[(e - first) * width + d];
            rows[count] = target;
            sources[count] = (int32_t)(e - first);
            scales[count] = gain;
            count += (gain != 0) & ((target & mask) == mine);
        }
    add_rows(op->hidden, op->output, rows, sources, scales, count, n);
    count = 0;
    for (int64_t e = first; e < last; e++)
        for (int64_t c = op->offsets[e]; c < op->offsets[e + 1]; c++) {
            rows[count] = op->contexts[c];
            sources[count] = (int32_t)(e - first);
            count += (op->contexts[c] & mask) == mine;
        }
    add_rows(op->errors, op->input, rows, sources, NULL, count, n);
}

// One example after the other, each with what those before it have changed.
static void body_sampling_in_turn(const ck_sampling *op) {
    int64_t n = op->n, width = op->width;
    for (int64_t e = 0; e < op->examples; e++) {
        float *hidden = op->hidden, *errors = op->errors;
        mean_of_contexts(op, e, hidden);
        memset(errors, 0, (size_t)n * sizeof(float));
        for (int64_t d = 0; d < width; d++) {
            int32_t target = op->targets[e * width + d];
            if (target < 0) continue;
            float *row = op->output + target * n, gain = gain_of(op, row_product(hidden, row, n), d == 0);
            if (gain == 0) continue;
            add_scaled(gain, row, errors, n);
            add_scaled(gain, hidden, row, n);
        }
        for (int64_t c = op->offsets[e]; c < op->offsets[e + 1]; c++)
            add_scaled(1, errors, op->input + op->contexts[c] * n, n);
    }
}
