// Sixteen lanes on every CPU: one AVX-512 register, two of AVX2, four of NEON or SSE.
#include <stdint.h>
#include <string.h>

// Vectors wider than the CPU's registers are passed between inlined functions only.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float vf __attribute__((ext_vector_type(16)));
typedef int32_t vi __attribute__((ext_vector_type(16)));
typedef uint32_t vu __attribute__((ext_vector_type(16)));
typedef uint16_t vh __attribute__((ext_vector_type(16)));
typedef uint64_t vul __attribute__((ext_vector_type(8)));
typedef double vd __attribute__((ext_vector_type(8)));
typedef float vf_unaligned __attribute__((ext_vector_type(16), aligned(4)));
typedef uint16_t vh_unaligned __attribute__((ext_vector_type(16), aligned(2)));

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

INLINE vf splat(float x) { return (vf)x; }
INLINE vf load(const float *p) { return *(const vf_unaligned *)p; }
INLINE void store(float *p, vf x) { *(vf_unaligned *)p = x; }
INLINE vi lane_numbers(void) { return (vi){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}; }

// The first `count` lanes, 0 in the others. count in 1 ... 16.
INLINE vf load_part(const float *p, int64_t count) {
    if (count >= LANES) return load(p);
    vf x = splat(0);
    memcpy(&x, p, (size_t)count * sizeof(float));
    return x;
}
INLINE void store_part(float *p, vf x, int64_t count) {
    if (count >= LANES) {
        store(p, x);
        return;
    }
    memcpy(p, &x, (size_t)count * sizeof(float));
}
// Keeps the first `count` lanes, 0 in the others.
INLINE vf keep_part(vf x, int64_t count) {
    if (count >= LANES) return x;
    return lane_numbers() < (vi)(int32_t)count ? x : splat(0);
}

INLINE vf as_float(vi x) {
    vf y;
    memcpy(&y, &x, sizeof y);
    return y;
}
INLINE vi as_int(vf x) {
    vi y;
    memcpy(&y, &x, sizeof y);
    return y;
}

// bfloat16: the upper half of a float, rounded to nearest even; NaN stays NaN.
INLINE vh to_bf16(vf x) {
#ifdef ROUNDS_TO_BF16
    return (vh)_mm512_cvtneps_pbh((__m512)x);  // takes numbers below 2^-126 for 0
#else
    vu bits = (vu)as_int(x);
    vu rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
    vu nan = (bits >> 16) | 0x40u;
    vu result = (vu)((vi)(bits & 0x7FFFFFFFu) > (vi)0x7F800000 ? (vi)nan : (vi)rounded);
    return __builtin_convertvector(result, vh);
#endif
}
INLINE vf from_bf16(vh x) { return as_float((vi)(__builtin_convertvector(x, vu) << 16)); }

// The same for either type of number; `type` is the same for a whole matrix, so the branch costs nothing.
INLINE vf load_any(const void *p, int type, int64_t i, int64_t count) {
    if (type == CK_F32) return load_part((const float *)p + i, count);
    const uint16_t *h = (const uint16_t *)p + i;
    if (count >= LANES) return from_bf16(*(const vh_unaligned *)h);
    vh x = (vh)(uint16_t)0;
    memcpy(&x, h, (size_t)count * sizeof(uint16_t));
    return from_bf16(x);
}
INLINE void store_any(void *p, int type, int64_t i, vf x, int64_t count) {
    if (type == CK_F32) {
        store_part((float *)p + i, x, count);
        return;
    }
    uint16_t *h = (uint16_t *)p + i;
    vh y = to_bf16(x);
    if (count >= LANES) {
        *(vh_unaligned *)h = y;
    } else {
        memcpy(h, &y, (size_t)count * sizeof(uint16_t));
    }
}

// Sum and maximum over lanes, halves first: the same tree on every CPU.
INLINE float sum_lanes(vf x) {
    typedef float v8 __attribute__((ext_vector_type(8)));
    typedef float v4 __attribute__((ext_vector_type(4)));
    v8 a = x.lo + x.hi;
    v4 b = a.lo + a.hi;
    return (b.x + b.z) + (b.y + b.w);
}
INLINE float max_lanes(vf x) { return __builtin_reduce_max(x); }
INLINE vf vmax(vf a, vf b) { return __builtin_elementwise_max(a, b); }
INLINE vf vmin(vf a, vf b) { return __builtin_elementwise_min(a, b); }
