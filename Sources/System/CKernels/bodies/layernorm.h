// Tokens first ..< last of a layer normalization with what surrounds it.

// `mask` holds 2 n floats.
static void body_layernorm_forward(const ck_layernorm *op, int64_t first, int64_t last, float *mask) {
    int64_t n = op->n;
    for (int64_t t = first; t < last; t++) {
        const float *x = op->x + t * n;
        const float *residual = op->residual ? op->residual + t * n : NULL;
        float *sum = op->sum + t * n;
        if (op->drop_in) body_dropout_line(op->drop_in, op->row[t], op->pos[t], mask, n);
        vf total = splat(0);
        for (int64_t c = 0; c < n; c += LANES) {
            vf v = load_part(x + c, n - c);
            if (op->bias) v += load_part(op->bias + c, n - c);
            if (op->drop_in) v *= load_part(mask + c, n - c);
            if (residual) v += load_part(residual + c, n - c);
            store_part(sum + c, v, n - c);
            total += v;
        }
        float mean = sum_lanes(total) / (float)n;
        vf squares = splat(0);
        for (int64_t c = 0; c < n; c += LANES) {
            vf d = keep_part(load_part(sum + c, n - c) - mean, n - c);
            squares += d * d;
        }
        float rstd = 1.0f / __builtin_sqrtf(sum_lanes(squares) / (float)n + op->epsilon);
        op->mean[t] = mean;
        op->rstd[t] = rstd;
        if (!op->y && !op->y16) continue;
        if (op->drop_out) body_dropout_line(op->drop_out, op->row[t], op->pos[t], mask, n);
        for (int64_t c = 0; c < n; c += LANES) {
            vf v = (load_part(sum + c, n - c) - mean) * rstd;
            v = v * load_part(op->gain + c, n - c) + load_part(op->shift + c, n - c);
            if (op->drop_out) v *= load_part(mask + c, n - c);
            if (op->y) store_part(op->y + t * n + c, v, n - c);
            if (op->y16) store_any(op->y16, CK_BF16, t * n + c, v, n - c);
        }
    }
}

// Adds into the partial sums dgain, dshift, dbias (or NULL), [n] each. `mask` holds 2 n floats.
static void body_layernorm_backward(const ck_layernorm *op, int64_t first, int64_t last, float *dgain, float *dshift,
                                    float *dbias, float *mask) {
    int64_t n = op->n;
    float *masked = mask + n;  // dy behind the output dropout
    for (int64_t t = first; t < last; t++) {
        const float *dy = op->dy + t * n;
        const float *sum = op->sum + t * n;
        const float *dstream = op->dstream ? op->dstream + t * n : NULL;
        float *dsum = op->dsum + t * n;
        float mean = op->mean[t], rstd = op->rstd[t];
        if (op->drop_out) {
            body_dropout_line(op->drop_out, op->row[t], op->pos[t], mask, n);
            for (int64_t c = 0; c < n; c += LANES)
                store_part(masked + c, load_part(dy + c, n - c) * load_part(mask + c, n - c), n - c);
            dy = masked;
        }
        vf total = splat(0), along = splat(0);
        for (int64_t c = 0; c < n; c += LANES) {
            vf d = load_part(dy + c, n - c);
            vf h = keep_part((load_part(sum + c, n - c) - mean) * rstd, n - c);
            vf g = d * load_part(op->gain + c, n - c);
            total += g;
            along += g * h;
            store_part(dgain + c, load_part(dgain + c, n - c) + d * h, n - c);
            store_part(dshift + c, load_part(dshift + c, n - c) + d, n - c);
        }
        float a = sum_lanes(total) / (float)n;
        float b = sum_lanes(along) / (float)n;
        if (op->drop_in && op->dx) body_dropout_line(op->drop_in, op->row[t], op->pos[t], mask, n);
        for (int64_t c = 0; c < n; c += LANES) {
            vf h = (load_part(sum + c, n - c) - mean) * rstd;
            vf g = load_part(dy + c, n - c) * load_part(op->gain + c, n - c);
            vf d = (g - a - h * b) * rstd;
            if (dstream) d += load_part(dstream + c, n - c);
            store_part(dsum + c, d, n - c);
            if (!op->dx) continue;
            if (op->drop_in) d *= load_part(mask + c, n - c);
            store_any(op->dx, op->dx_type, t * n + c, d, n - c);
            if (dbias) store_part(dbias + c, load_part(dbias + c, n - c) + d, n - c);
        }
    }
}
