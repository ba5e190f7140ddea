// The kernels in vector extensions, for whatever the compiler's target has: SSE2, NEON.
#define VARIANT_NAME "portable"
#include "../bodies/table.h"

const ck_kernel_table ck_portable_kernels = TABLE;
