// The kernels for x86-64 CPUs with AVX512_BF16 besides what avx512.c names.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define VARIANT_NAME "avx512_bf16"
#define ROUNDS_TO_BF16 1
#define FEATURES "avx512f,avx512bw,avx512dq,avx512vl,avx512cd,avx512bf16,fma"
#pragma clang attribute push(__attribute__((target(FEATURES))), apply_to = function)
#include "../bodies/table.h"
#pragma clang attribute pop

const ck_kernel_table ck_avx512_bf16_kernels = TABLE;
#endif
