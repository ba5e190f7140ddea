// What a variant offers for matrix products: laying operands out, and one tile of the result.
#ifndef CK_PRODUCT_KERNEL_H
#define CK_PRODUCT_KERNEL_H

#include "include/CKernels.h"

// A tile is TILE_ROWS rows of TILE_COLUMNS columns: 24 registers of sums beside three of B and the numbers of A.
enum { TILE_ROWS = 8, TILE_COLUMNS = 48 };
// Where a tile's sums go, and what comes after it.
typedef struct {
    void *c;
    int type, accumulate, far;
    int64_t ldc;
    const float *bias;  // of the first column, or NULL
    int rows, columns;
    const uint32_t *next;  // the rows of A that are read next, where they are not near yet
} ck_tile_end;

// One lane multiplies one atom at a time: a Float32, or two bfloat16 that follow each other along the sum. Depth is
// counted in atoms. A strip holds eight rows of A, [depth][8]; a panel 48 columns of B, [depth][48]; what is beyond
// the matrix is 0.
typedef struct {
    int atom;  // numbers of an atom
    // Strips or panels, `width` lanes wide, of x [lanes, sum].
    void (*turn)(const void *x, int64_t ldx, int64_t lanes, int64_t sum, uint32_t *out, int64_t width);
    // Panels, one after the other, of x [sum, columns].
    void (*panels)(const void *x, int64_t ldx, int64_t columns, int64_t sum, uint32_t *out);
    // Strips, one after the other, of x [sum, rows].
    void (*strips)(const void *x, int64_t ldx, int64_t rows, int64_t sum, uint32_t *out);
    // Row i, atom k of A is a[i · row_step + k · depth_step].
    void (*tile)(const uint32_t *a, int64_t row_step, int64_t depth_step, const uint32_t *panel, int64_t depth,
                 const ck_tile_end *end);
} ck_product_kernel;

#if defined(__x86_64__)
extern const ck_product_kernel ck_avx512_product, ck_avx512_bf16_product;
#endif

#endif
