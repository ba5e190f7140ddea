// exp, tanh and the normal distribution function. Polynomials are minimax fits on the ranges named; the bounds in
// CKernels.h are measured over those ranges by the tests.

// e^(x + low), low small beside x. Cody-Waite reduction, degree 6.
INLINE vf exp_two(vf x, vf low) {
    vf shifted = x * 1.44269504088896341f + 12582912.0f;  // 1.5 · 2^23: rounds to an integer
    vf n = shifted - 12582912.0f;
    vf r = (x - n * 0.693359375f) + n * 2.12194440e-4f + low;
    vf p = ((((1.381446476e-03f * r + 8.368780623e-03f) * r + 4.166839426e-02f) * r + 1.666652011e-01f) * r +
            4.999999341e-01f);
    p = (r * r) * p + r + 1.0f;
    vi power = (__builtin_convertvector(n, vi) + 127) << 23;
    return p * as_float(power);
}
INLINE vf vexp(vf x) {
    vf inside = vmin(vmax(x, splat(-87.33f)), splat(88.02f));
    vf y = exp_two(inside, splat(0));
    return x < splat(-87.33f) ? splat(0) : (x == x ? y : x);
}

// tanh x = x + x³ P(x²) below 0.6; 1 - 2 / (e^2x + 1) above.
INLINE vf vtanh(vf x) {
    vf a = __builtin_elementwise_abs(x);
    vf s = x * x;
    vf p = (((-5.515167622e-03f * s + 2.046942397e-02f) * s + -5.368802467e-02f) * s + 1.333083037e-01f) * s +
           -3.333325985e-01f;
    vf small = x + (x * s) * p;
    vf large = 1.0f - 2.0f / (exp_two(vmin(a + a, splat(40.0f)), splat(0)) + 1.0f);
    vi sign = as_int(x) & (vi)(int32_t)0x80000000;
    large = as_float(as_int(large) | sign);
    vf y = a < splat(0.6f) ? small : large;
    return x == x ? y : x;
}

// Φ(x) and, in *density, φ(x) = e^(-x²/2) / sqrt(2π).
//
// The tail beyond t = |x| is φ-shaped: Φ(-t) = e^(-t²/2) M(t), with M a polynomial in (t - 3) / (t + 3). The square
// is taken exactly, its rounding error going into exp as a second argument, so the left tail keeps its digits.
INLINE vf normal_cdf(vf x, vf *density) {
    vf t = vmin(__builtin_elementwise_abs(x), splat(13.2f));
    vf high = as_float(as_int(t) & (vi)(int32_t)0xFFFFF000);
    vf low = t - high;
    vf e = exp_two(-0.5f * (high * high), -0.5f * (low * (t + high)));
    vf u = (t - 3.0f) / (t + 3.0f);
    vf m = 5.415087107e-05f;
    m = m * u + 1.160374005e-04f;
    m = m * u + -3.399113403e-04f;
    m = m * u + -9.841827887e-04f;
    m = m * u + 2.904702626e-03f;
    m = m * u + 6.132183070e-03f;
    m = m * u + -4.621331381e-02f;
    m = m * u + 1.232250217e-01f;
    m = m * u + -2.064026179e-01f;
    m = m * u + 1.215139477e-01f;
    vf tail = e * m;
    tail = t < splat(13.2f) ? tail : splat(0);
    *density = e * 0.398942280401432678f;
    vf y = x < splat(0) ? tail : 1.0f - tail;
    return x == x ? y : x;
}

// The same for results that are rounded to bfloat16, whose own error is a hundred times larger: relative errors of Φ and
// φ below 6e-5, in two thirds of the operations. NaN is not kept.
INLINE vf normal_cdf_brief(vf x, vf *density) {
    vf t = vmin(__builtin_elementwise_abs(x), splat(13.2f));
    vf square = -0.5f * t * t;
    vf shifted = square * 1.44269504088896341f + 12582912.0f;
    vf n = shifted - 12582912.0f;
    vf r = square - n * 0.693147180559945309f;
    vf e = 4.146039002e-02f;
    e = e * r + 1.679105822e-01f;
    e = e * r + 5.000433502e-01f;
    e = e * r + 9.999632532e-01f;
    e = e * r + 9.999992676e-01f;
    e *= as_float((__builtin_convertvector(n, vi) + 127) << 23);
    vf u = (t - 3.0f) / (t + 3.0f);
    vf m = 2.903906222e-03f;
    m = m * u + 5.379934307e-03f;
    m = m * u + -4.624085010e-02f;
    m = m * u + 1.233861489e-01f;
    m = m * u + -2.064084608e-01f;
    m = m * u + 1.215092268e-01f;
    vf tail = t < splat(13.2f) ? e * m : splat(0);
    *density = e * 0.398942280401432678f;
    return x < splat(0) ? tail : 1.0f - tail;
}
