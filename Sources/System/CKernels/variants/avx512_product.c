// Products of Float32 for x86-64 CPUs with AVX512F, AVX512BW, AVX512DQ, AVX512VL, FMA.
#if defined(__x86_64__)
#include <immintrin.h>
#define TWO_BYTES 0
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#include "../bodies/product.h"
#pragma clang attribute pop

const ck_product_kernel ck_avx512_product = PRODUCT_KERNEL;
#endif
