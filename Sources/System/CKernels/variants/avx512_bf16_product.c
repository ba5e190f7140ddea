// Products of bfloat16 for x86-64 CPUs with AVX512_BF16 besides AVX512F, AVX512BW, AVX512DQ, AVX512VL.
#if defined(__x86_64__)
#include <immintrin.h>
#define TWO_BYTES 1
#define FEATURES "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"
#pragma clang attribute push(__attribute__((target(FEATURES))), apply_to = function)
#include "../bodies/product.h"
#pragma clang attribute pop

const ck_product_kernel ck_avx512_bf16_product = PRODUCT_KERNEL;
#endif
