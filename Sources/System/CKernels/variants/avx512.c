// The kernels for x86-64 CPUs with AVX512F, AVX512BW, AVX512DQ, AVX512VL, AVX512CD, FMA.
#if defined(__x86_64__)
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define VARIANT_NAME "avx512"
#define FEATURES "avx512f,avx512bw,avx512dq,avx512vl,avx512cd,fma"
#pragma clang attribute push(__attribute__((target(FEATURES))), apply_to = function)
#include "../bodies/table.h"
#pragma clang attribute pop

const ck_kernel_table ck_avx512_kernels = TABLE;
#endif
