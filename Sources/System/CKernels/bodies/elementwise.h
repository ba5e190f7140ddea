// Small loops: sums, conversions, functions of vectors.

static void body_column_sums(const void *x, int x_type, float *sums, int64_t first, int64_t last, int64_t n) {
    for (int64_t t = first; t < last; t++)
        for (int64_t c = 0; c < n; c += LANES)
            store_part(sums + c, load_part(sums + c, n - c) + load_any(x, x_type, t * n + c, n - c), n - c);
}

static double body_sum_of_squares(const float *x, int64_t count) {
    vd low = (vd)0.0, high = (vd)0.0;
    for (int64_t i = 0; i < count; i += LANES) {
        vf v = load_part(x + i, count - i);
        vd a = __builtin_convertvector(v.lo, vd);
        vd b = __builtin_convertvector(v.hi, vd);
        low += a * a;
        high += b * b;
    }
    vd s = low + high;
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void body_add(const float *x, float *y, int64_t count) {
    for (int64_t i = 0; i < count; i += LANES)
        store_part(y + i, load_part(y + i, count - i) + load_part(x + i, count - i), count - i);
}

static void body_multiply(const float *x, const float *mask, float *y, int64_t count) {
    for (int64_t i = 0; i < count; i += LANES)
        store_part(y + i, load_part(x + i, count - i) * load_part(mask + i, count - i), count - i);
}

static void body_to_bf16(const float *x, uint16_t *y, int64_t count) {
    for (int64_t i = 0; i < count; i += LANES) store_any(y, CK_BF16, i, load_part(x + i, count - i), count - i);
}

static void body_from_bf16(const uint16_t *x, float *y, int64_t count) {
    for (int64_t i = 0; i < count; i += LANES) store_part(y + i, load_any(x, CK_BF16, i, count - i), count - i);
}

// which: 0 exp, 1 tanh, 2 Φ
static void body_function(int which, const float *x, float *y, int64_t count) {
    for (int64_t i = 0; i < count; i += LANES) {
        vf density;
        vf v = load_part(x + i, count - i);
        store_part(y + i, which == 0 ? vexp(v) : which == 1 ? vtanh(v) : normal_cdf(v, &density), count - i);
    }
}

static void body_embedding_forward(const float *word, const float *position, const float *segment,
                                   const int32_t *ids, const uint32_t *pos, const uint8_t *segments, float *sum,
                                   int64_t first, int64_t last, int64_t n) {
    for (int64_t t = first; t < last; t++) {
        const float *w = word + (int64_t)ids[t] * n;
        const float *p = position + (int64_t)pos[t] * n;
        const float *s = segment ? segment + (segments ? (int64_t)segments[t] * n : 0) : NULL;
        for (int64_t c = 0; c < n; c += LANES) {
            // Hugging Face's order: (word + segment) + position
            vf v = load_part(w + c, n - c);
            if (s) v = v + load_part(s + c, n - c);
            store_part(sum + t * n + c, v + load_part(p + c, n - c), n - c);
        }
    }
}

// Columns first ..< last of the tables.
static void body_embedding_backward(const float *dsum, const int32_t *ids, const uint32_t *pos,
                                    const uint8_t *segments, float *dword, float *dposition, float *dsegment,
                                    int64_t tokens, int64_t first, int64_t last, int64_t n) {
    for (int64_t t = 0; t < tokens; t++) {
        const float *d = dsum + t * n;
        float *w = dword + (int64_t)ids[t] * n;
        float *p = dposition + (int64_t)pos[t] * n;
        float *s = dsegment ? dsegment + (segments ? (int64_t)segments[t] * n : 0) : NULL;
        for (int64_t c = first; c < last; c += LANES) {
            int64_t left = last - c;
            vf v = load_part(d + c, left);
            store_part(w + c, load_part(w + c, left) + v, left);
            store_part(p + c, load_part(p + c, left) + v, left);
            if (s) store_part(s + c, load_part(s + c, left) + v, left);
        }
    }
}

// m + (1 - beta1) (g - m): PyTorch's form of the first moment.
static void body_adadelta_step(const ck_adadelta *op, float *p, const float *g, float *square, float *delta,
                               int64_t count) {
    for (int64_t i = 0; i < count; i += LANES) {
        int64_t left = count - i;
        vf value = load_part(p + i, left);
        vf grad = load_part(g + i, left) * op->gradient_scale + op->decay * value;
        vf squares = op->rho * load_part(square + i, left) + op->take * (grad * grad);
        vf deltas = load_part(delta + i, left);
        vf move = __builtin_elementwise_sqrt(deltas + op->epsilon) / __builtin_elementwise_sqrt(squares + op->epsilon)
                  * grad;
        store_part(square + i, squares, left);
        store_part(delta + i, op->rho * deltas + op->take * (move * move), left);
        store_part(p + i, value - op->rate * move, left);
    }
}

static void body_adamw_step(const ck_adamw *op, float *p, const float *g, float *m, float *v, uint16_t *p16,
                            int64_t count) {
    for (int64_t i = 0; i < count; i += LANES) {
        int64_t left = count - i;
        vf grad = load_part(g + i, left) * op->gradient_scale;
        vf first = load_part(m + i, left);
        vf second = load_part(v + i, left);
        first = first + op->take1 * (grad - first);
        second = op->beta2 * second + op->take2 * (grad * grad);
        vf root = __builtin_elementwise_sqrt(second) * op->root_scale + op->epsilon;
        vf value = load_part(p + i, left) * op->decay - op->rate * first / root;
        store_part(m + i, first, left);
        store_part(v + i, second, left);
        store_part(p + i, value, left);
        if (p16) store_any(p16, CK_BF16, i, value, left);
    }
}

// Rows first ..< last of a softmax cross-entropy; losses[r] = weight · loss.
static void body_cross_entropy(const float *logits, const int32_t *labels, const float *soft, const float *weights,
                               float gradient_scale, float *dlogits, double *losses, int64_t first, int64_t last,
                               int64_t n) {
    for (int64_t r = first; r < last; r++) {
        const float *x = logits + r * n;
        float weight = weights ? weights[r] : 1.0f;
        float largest = x[0];
        for (int64_t c = 1; c < n; c++) largest = x[c] > largest ? x[c] : largest;
        vf total = splat(0);
        for (int64_t c = 0; c < n; c += LANES)
            total += keep_part(vexp(load_part(x + c, n - c) - largest), n - c);
        float sum = sum_lanes(total);
        double log_sum = (double)largest + __builtin_log((double)sum);
        double loss = 0;
        if (soft) {
            for (int64_t c = 0; c < n; c++)
                if (soft[r * n + c] != 0) loss += (double)soft[r * n + c] * (log_sum - (double)x[c]);
        } else {
            loss = log_sum - (double)x[labels[r]];
        }
        losses[r] = (double)weight * loss;
        if (!dlogits) continue;
        float scale = weight * gradient_scale;
        for (int64_t c = 0; c < n; c += LANES) {
            vf d = vexp(load_part(x + c, n - c) - largest) / sum;
            if (soft) d -= load_part(soft + r * n + c, n - c);
            store_part(dlogits + r * n + c, d * scale, n - c);
        }
        if (!soft) {
            float p = dlogits[r * n + labels[r]];
            dlogits[r * n + labels[r]] = p - scale;
        }
    }
}
