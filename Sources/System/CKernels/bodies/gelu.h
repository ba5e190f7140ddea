// GELU, exact (x Φ(x)) and by tanh: Hendrycks, Gimpel, "Gaussian error linear units" (2016), arXiv:1606.08415.
//
// x/2 (1 + tanh u) is written x / (1 + e^-2u), which keeps its digits for negative x.

// What CK_GELU_ERF is where x is bfloat16, and with it whatever is made of x.
enum { GELU_ERF_BRIEF = 2 };
INLINE int gelu_kind(int kind, int x_type) {
    return kind == CK_GELU_ERF && x_type == CK_BF16 ? GELU_ERF_BRIEF : kind;
}

INLINE vf gelu(int kind, vf x, vf *derivative) {
    if (kind != CK_GELU_TANH) {
        vf density;
        vf phi = kind == CK_GELU_ERF ? normal_cdf(x, &density) : normal_cdf_brief(x, &density);
        *derivative = phi + x * density;
        return x * phi;
    }
    vf s = x * x;
    vf u2 = x * (1.5957691216057308f + 0.071354816272600237f * s);  // 2 u, u = sqrt(2/π) (x + 0.044715 x³)
    vf sigmoid = 1.0f / (1.0f + vexp(vmin(-u2, splat(88.0f))));
    vf slope = 1.5957691216057308f + 0.21406444881780071f * s;
    *derivative = sigmoid + x * sigmoid * (1.0f - sigmoid) * slope;
    return x * sigmoid;
}

// The loops are inlined below once for each kind and number type, so that neither is asked about inside.

INLINE void gelu_forward_rows(int kind, const void *x, int x_type, const float *bias, void *y, int y_type,
                              int64_t first, int64_t last, int64_t n) {
    for (int64_t t = first; t < last; t++) {
        int64_t c = 0;
        vf unused;
        for (; c + LANES <= n; c += LANES) {
            vf v = load_any(x, x_type, t * n + c, LANES) + load(bias + c);
            store_any(y, y_type, t * n + c, gelu(kind, v, &unused), LANES);
        }
        if (c < n) {
            vf v = load_any(x, x_type, t * n + c, n - c) + load_part(bias + c, n - c);
            store_any(y, y_type, t * n + c, gelu(kind, v, &unused), n - c);
        }
    }
}

INLINE void gelu_backward_rows(int kind, const void *x, int x_type, const float *bias, const void *dy, int dy_type,
                               void *dx, int dx_type, void *y, float *dbias, int64_t first, int64_t last,
                               int64_t n) {
    for (int64_t t = first; t < last; t++) {
        int64_t c = 0;
        vf derivative;
        for (; c + LANES <= n; c += LANES) {
            vf value = gelu(kind, load_any(x, x_type, t * n + c, LANES) + load(bias + c), &derivative);
            if (y) store_any(y, x_type, t * n + c, value, LANES);
            vf d = load_any(dy, dy_type, t * n + c, LANES) * derivative;
            store_any(dx, dx_type, t * n + c, d, LANES);
            store(dbias + c, load(dbias + c) + d);
        }
        if (c < n) {
            vf value = gelu(kind, load_any(x, x_type, t * n + c, n - c) + load_part(bias + c, n - c), &derivative);
            if (y) store_any(y, x_type, t * n + c, value, n - c);
            vf d = load_any(dy, dy_type, t * n + c, n - c) * derivative;
            store_any(dx, dx_type, t * n + c, d, n - c);
            store_part(dbias + c, load_part(dbias + c, n - c) + d, n - c);
        }
    }
}

static void body_gelu_forward(int kind, const void *x, int x_type, const float *bias, void *y, int y_type,
                              int64_t first, int64_t last, int64_t n) {
#define FORWARD(K, T) gelu_forward_rows(K, x, T, bias, y, T, first, last, n)
    if (x_type != y_type) {
        gelu_forward_rows(gelu_kind(kind, x_type), x, x_type, bias, y, y_type, first, last, n);
    } else if (kind == CK_GELU_ERF) {
        x_type == CK_F32 ? FORWARD(CK_GELU_ERF, CK_F32) : FORWARD(GELU_ERF_BRIEF, CK_BF16);
    } else {
        x_type == CK_F32 ? FORWARD(CK_GELU_TANH, CK_F32) : FORWARD(CK_GELU_TANH, CK_BF16);
    }
#undef FORWARD
}

// Adds column sums into dbias, [n].
static void body_gelu_backward(int kind, const void *x, int x_type, const float *bias, const void *dy, int dy_type,
                               void *dx, int dx_type, void *y, float *dbias, int64_t first, int64_t last,
                               int64_t n) {
#define BACKWARD(K, T) gelu_backward_rows(K, x, T, bias, dy, T, dx, T, y, dbias, first, last, n)
    if (x_type != dy_type || x_type != dx_type) {
        gelu_backward_rows(gelu_kind(kind, x_type), x, x_type, bias, dy, dy_type, dx, dx_type, y, dbias, first, last, n);
    } else if (kind == CK_GELU_ERF) {
        x_type == CK_F32 ? BACKWARD(CK_GELU_ERF, CK_F32) : BACKWARD(GELU_ERF_BRIEF, CK_BF16);
    } else {
        x_type == CK_F32 ? BACKWARD(CK_GELU_TANH, CK_F32) : BACKWARD(CK_GELU_TANH, CK_BF16);
    }
#undef BACKWARD
}

static void body_bias_tanh(const float *x, const float *bias, float *y, int64_t first, int64_t last, int64_t n) {
    for (int64_t t = first; t < last; t++)
        for (int64_t c = 0; c < n; c += LANES)
            store_part(y + t * n + c, vtanh(load_part(x + t * n + c, n - c) + load_part(bias + c, n - c)), n - c);
}

static void body_tanh_backward(const float *y, const float *dy, float *dx, int64_t count) {
    for (int64_t i = 0; i < count; i += LANES) {
        vf v = load_part(y + i, count - i);
        store_part(dx + i, load_part(dy + i, count - i) * (1.0f - v * v), count - i);
    }
}
