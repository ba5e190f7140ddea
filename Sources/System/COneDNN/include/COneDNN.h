// Matrix products by oneDNN, versions 2 and 3, behind one small interface.
//
// The library is not linked: it is looked for when it is first needed, which on most CPUs with AVX-512 is never.
#ifndef CONEDNN_H
#define CONEDNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { COD_F32 = 0, COD_BF16 = 1 };

// C [m, n] (+)= A [m, k] · B [k, n] (+ bias [n]), row-major with these distances between rows.
//
// A transposed operand is stored the other way round: A as [k, m], B as [n, k]. A and B have one type; sums are taken
// in float. Every field counts in the cache of primitives, so let shapes repeat.
typedef struct {
    int64_t m, n, k;
    int64_t lda, ldb, ldc;
    uint8_t transpose_a, transpose_b;
    uint8_t input_type, output_type;
    uint8_t bias;        // float bias, one number for each column of C
    uint8_t accumulate;  // C += instead of C =
} cod_product;

typedef struct cod_context cod_context;

// Why the library cannot be used, in the words of the system; NULL when it can. The first call loads it.
const char *cod_problem(void);

// What installs the library here, such as "sudo apt install libdnnl2".
const char *cod_remedy(void);

// Keeps up to `capacity` prepared products, the least recently used leaving first. NULL when oneDNN is missing or cannot
// start.
// One thread at a time may use a context.
cod_context *cod_create(int capacity);
void cod_destroy(cod_context *context);

// Returns 0, or a oneDNN status for cod_status_text. `threads` only names the setting in force: oneDNN prepares a
// product for a number of threads.
int cod_multiply(cod_context *context, const cod_product *product, int threads, const void *a, const void *b,
                 const float *bias, void *c);

// Products prepared so far, those forgotten since included: a measure of how well shapes repeat.
int64_t cod_prepared(const cod_context *context);

const char *cod_status_text(int status);

// Version of the library that is running, such as 2.6.3; 0.0.0 when there is none.
void cod_version(int *major, int *minor, int *patch);

// Best instruction set for products on this CPU, by oneDNN's names, such as "avx512_core_bf16".
const char *cod_instruction_set(void);

// Whether this CPU has instructions for bfloat16 products; elsewhere they are slower than float.
int cod_has_bf16(void);

// Whether this CPU has tile instructions (AMX), which only oneDNN uses.
int cod_has_tile_unit(void);

// Whether products run on tile instructions (AMX): the CPU has them, and the system and the library can use
// them.
int cod_has_tiles(void);

#ifdef __cplusplus
}
#endif

#endif
