// The kernels for x86-64 CPUs with AVX2, FMA, F16C.
#if defined(__x86_64__)
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define VARIANT_NAME "avx2"
#define FEATURES "avx2,fma,f16c"
#pragma clang attribute push(__attribute__((target(FEATURES))), apply_to = function)
#include "../bodies/table.h"
#pragma clang attribute pop

const ck_kernel_table ck_avx2_kernels = TABLE;
#endif
