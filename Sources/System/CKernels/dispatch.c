// Chooses the kernels for this CPU, once.
#include <stdatomic.h>
#include <string.h>

#include "kernel_table.h"

static _Atomic(const ck_kernel_table *) chosen;

static int can_run(const ck_kernel_table *table) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (table == &ck_avx2_kernels) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (table == &ck_avx512_bf16_kernels && !__builtin_cpu_supports("avx512bf16")) return 0;
    if (table == &ck_avx512_bf16_kernels || table == &ck_avx512_kernels)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("fma");
#endif
    return table == &ck_portable_kernels;
}

static const ck_kernel_table *const variants[] = {
#if defined(__x86_64__)
    &ck_avx512_bf16_kernels,
    &ck_avx512_kernels,
    &ck_avx2_kernels,
#endif
    &ck_portable_kernels,
};
enum { VARIANTS = sizeof variants / sizeof *variants };

const ck_kernel_table *ck_kernels(void) {
    const ck_kernel_table *table = atomic_load_explicit(&chosen, memory_order_relaxed);
    for (int i = 0; !table && i < VARIANTS; i++)
        if (can_run(variants[i])) table = variants[i];
    atomic_store_explicit(&chosen, table, memory_order_relaxed);
    return table;
}

const char *ck_variant_name(void) { return ck_kernels()->name; }

int ck_use_variant(const char *name) {
    for (int i = 0; i < VARIANTS; i++)
        if (strcmp(variants[i]->name, name) == 0 && can_run(variants[i])) {
            atomic_store_explicit(&chosen, variants[i], memory_order_relaxed);
            return 0;
        }
    return -1;
}
