// Activations and their derivatives.
//
// GELU, exact (x Φ(x)) and by tanh: Hendrycks, Gimpel, "Gaussian error linear units" (2016), arXiv:1606.08415.
// x/2 (1 + tanh u) is written x / (1 + e^-2u), which keeps its digits for negative x.

// What CK_GELU_ERF is where x is bfloat16, and with it whatever is made of x.
enum { GELU_ERF_BRIEF = 100 };
INLINE int activation_kind(int kind, int x_type) {
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

INLINE vf sigmoid(vf x) { return 1.0f / (1.0f + vexp(-x)); }

// x tanh(log(1 + e^x)): with n = e^x (e^x + 2) the tanh is n / (n + 2). Misra, "Mish" (2019), arXiv:1908.08681.
INLINE vf mish(vf x, vf *derivative) {
    vf e = vexp(x > splat(30.0f) ? splat(30.0f) : x);
    vf n = e * (e + 2.0f);
    vf t = n / (n + 2.0f);
    *derivative = t + x * (4.0f * e * (1.0f + e) / ((n + 2.0f) * (n + 2.0f)));
    return x * t;
}

// Comparisons are written so that NaN stays NaN. At a kink the derivative is PyTorch's.
INLINE vf activation(int kind, vf x, vf *derivative) {
    const vf zero = splat(0), one = splat(1);
    switch (kind) {
        case CK_GELU_CLIPPED: {
            vf y = gelu(CK_GELU_ERF, x, derivative);
            *derivative = y > splat(10.0f) ? zero : *derivative;
            return y > splat(10.0f) ? splat(10.0f) : y;
        }
        case CK_QUICK_GELU: {
            vf s = sigmoid(1.702f * x);
            *derivative = s + 1.702f * x * s * (1.0f - s);
            return x * s;
        }
        case CK_SILU: {
            vf s = sigmoid(x);
            *derivative = s + x * s * (1.0f - s);
            return x * s;
        }
        case CK_MISH: return mish(x, derivative);
        case CK_HARD_SWISH: {
            *derivative = x <= splat(-3.0f) ? zero : x >= splat(3.0f) ? one : x * (1.0f / 3.0f) + 0.5f;
            return x <= splat(-3.0f) ? zero : x >= splat(3.0f) ? x : x * (x + 3.0f) * (1.0f / 6.0f);
        }
        case CK_RELU: {
            *derivative = x > zero ? one : zero;
            return x <= zero ? zero : x;
        }
        case CK_RELU6: {
            *derivative = x > zero ? (x < splat(6.0f) ? one : zero) : zero;
            return x <= zero ? zero : x >= splat(6.0f) ? splat(6.0f) : x;
        }
        case CK_RELU_SQUARED: {
            vf y = x <= zero ? zero : x;
            *derivative = 2.0f * y;
            return y * y;
        }
        case CK_LEAKY_RELU: {
            *derivative = x > zero ? one : splat(0.01f);
            return x > zero ? x : x * 0.01f;
        }
        case CK_TANH: {
            vf y = vtanh(x);
            *derivative = 1.0f - y * y;
            return y;
        }
        case CK_SIGMOID: {
            vf y = sigmoid(x);
            *derivative = y * (1.0f - y);
            return y;
        }
        case CK_LINEAR: *derivative = one; return x;
        default: return gelu(kind, x, derivative);
    }
}

// The loops are inlined below for either GELU and each number type, so that neither is asked about inside; for the other
// kinds, which few models have, once.

INLINE void activation_forward_rows(int kind, const void *x, int x_type, const float *bias, void *y, int y_type,
                              int64_t first, int64_t last, int64_t n) {
    for (int64_t t = first; t < last; t++) {
        int64_t c = 0;
        vf unused;
        for (; c + LANES <= n; c += LANES) {
            vf v = load_any(x, x_type, t * n + c, LANES) + load(bias + c);
            store_any(y, y_type, t * n + c, activation(kind, v, &unused), LANES);
        }
        if (c < n) {
            vf v = load_any(x, x_type, t * n + c, n - c) + load_part(bias + c, n - c);
            store_any(y, y_type, t * n + c, activation(kind, v, &unused), n - c);
        }
    }
}

INLINE void activation_backward_rows(int kind, const void *x, int x_type, const float *bias, const void *dy, int dy_type,
                               void *dx, int dx_type, void *y, float *dbias, int64_t first, int64_t last,
                               int64_t n) {
    for (int64_t t = first; t < last; t++) {
        int64_t c = 0;
        vf derivative;
        for (; c + LANES <= n; c += LANES) {
            vf value = activation(kind, load_any(x, x_type, t * n + c, LANES) + load(bias + c), &derivative);
            if (y) store_any(y, x_type, t * n + c, value, LANES);
            vf d = load_any(dy, dy_type, t * n + c, LANES) * derivative;
            store_any(dx, dx_type, t * n + c, d, LANES);
            store(dbias + c, load(dbias + c) + d);
        }
        if (c < n) {
            vf value = activation(kind, load_any(x, x_type, t * n + c, n - c) + load_part(bias + c, n - c), &derivative);
            if (y) store_any(y, x_type, t * n + c, value, n - c);
            vf d = load_any(dy, dy_type, t * n + c, n - c) * derivative;
            store_any(dx, dx_type, t * n + c, d, n - c);
            store_part(dbias + c, load_part(dbias + c, n - c) + d, n - c);
        }
    }
}

static void body_activation_forward(int kind, const void *x, int x_type, const float *bias, void *y, int y_type,
                              int64_t first, int64_t last, int64_t n) {
#define FORWARD(K, T) activation_forward_rows(K, x, T, bias, y, T, first, last, n)
    if (x_type != y_type || kind > CK_GELU_TANH) {
        activation_forward_rows(activation_kind(kind, x_type), x, x_type, bias, y, y_type, first, last, n);
    } else if (kind == CK_GELU_ERF) {
        x_type == CK_F32 ? FORWARD(CK_GELU_ERF, CK_F32) : FORWARD(GELU_ERF_BRIEF, CK_BF16);
    } else {
        x_type == CK_F32 ? FORWARD(CK_GELU_TANH, CK_F32) : FORWARD(CK_GELU_TANH, CK_BF16);
    }
#undef FORWARD
}

// Adds column sums into dbias, [n].
static void body_activation_backward(int kind, const void *x, int x_type, const float *bias, const void *dy, int dy_type,
                               void *dx, int dx_type, void *y, float *dbias, int64_t first, int64_t last,
                               int64_t n) {
#define BACKWARD(K, T) activation_backward_rows(K, x, T, bias, dy, T, dx, T, y, dbias, first, last, n)
    if (x_type != dy_type || x_type != dx_type || kind > CK_GELU_TANH) {
        activation_backward_rows(activation_kind(kind, x_type), x, x_type, bias, dy, dy_type, dx, dx_type, y, dbias, first, last, n);
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
