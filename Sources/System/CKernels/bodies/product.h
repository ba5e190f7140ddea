// One tile of a matrix product and the layouts it reads, in AVX-512. Included with TWO_BYTES 0 for Float32 or 1 for
// bfloat16, after the target attribute.
//
// The loop over the sum issues 24 multiply-adds for 11 loads, more than their latency times their rate on every CPU
// there is, so it runs at the multipliers' rate while the panel comes from the second-level cache.
#include "../product_kernel.h"

#define INLINE static inline __attribute__((always_inline))
enum { LANES = 16, VECTORS = TILE_COLUMNS / LANES, ATOM = TWO_BYTES ? 2 : 1 };

typedef uint32_t __attribute__((aligned(1), may_alias)) atom_unaligned;

INLINE __mmask16 first_lanes(int64_t count) {
    return count >= LANES ? (__mmask16)0xFFFF : count <= 0 ? 0 : (__mmask16)((1u << count) - 1);
}
INLINE __mmask32 first_halves(int64_t count) {
    return count >= 32 ? ~(__mmask32)0 : count <= 0 ? 0 : ((__mmask32)1 << count) - 1;
}

INLINE __m512 multiply_add(__m512 sum, __m512i a, __m512i b) {
#if TWO_BYTES
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
#else
    return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
#endif
}

// ---- Layouts

// Sixteen lines of sixteen atoms become sixteen columns.
INLINE void turn_atoms(__m512i r[LANES]) {
    __m512i t[LANES];
    for (int i = 0; i < 8; i++) {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 4; i++) {
        r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xDD);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xDD);
    }
    for (int i = 0; i < 8; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xDD);
    }
}

// Up to sixteen atoms of a line that has `left` numbers more.
INLINE __m512i atoms_of_line(const void *line, int64_t at, int64_t left) {
#if TWO_BYTES
    return _mm512_maskz_loadu_epi16(first_halves(left), (const uint16_t *)line + at);
#else
    return _mm512_maskz_loadu_epi32(first_lanes(left), (const float *)line + at);
#endif
}

// Asks for the cache line of a number, which need not exist.
INLINE void ask_for(const void *x, int64_t at) {
    __builtin_prefetch((const char *)((uintptr_t)x + (uintptr_t)(at * (TWO_BYTES ? 2 : 4))), 0, 2);
}

static void turn(const void *x, int64_t ldx, int64_t lanes, int64_t sum, uint32_t *out, int64_t width) {
    for (int64_t lane = 0; lane < width; lane += LANES) {
        __mmask16 keep = first_lanes(width - lane);
        for (int64_t k = 0; k < sum; k += LANES * ATOM) {
            __m512i r[LANES];
            for (int i = 0; i < LANES; i++) {
                r[i] = lane + i < lanes ? atoms_of_line(x, (lane + i) * ldx + k, sum - k) : _mm512_setzero_si512();
                ask_for(x, (lane + LANES + i) * ldx + k);  // sixteen lines at once are more than a CPU foresees
            }
            turn_atoms(r);
            int64_t atoms = (sum - k + ATOM - 1) / ATOM;
            for (int i = 0; i < (atoms < LANES ? atoms : LANES); i++)
                _mm512_mask_storeu_epi32(out + (k / ATOM + i) * width + lane, keep, r[i]);
        }
    }
}

// Sixteen atoms at `at` of the lines k ..< k + ATOM, of which `left` columns are there.
INLINE __m512i atoms_of_columns(const void *x, int64_t ldx, int64_t k, int64_t sum, int64_t at, int64_t left) {
#if TWO_BYTES
    const uint16_t *line = (const uint16_t *)x + k * ldx + at;
    __mmask16 there = first_lanes(left);
    __m512i first = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(there, line));
    if (k + 1 == sum) return first;
    __m512i second = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(there, line + ldx));
    return _mm512_or_si512(first, _mm512_slli_epi32(second, 16));
#else
    (void)sum;
    return _mm512_maskz_loadu_epi32(first_lanes(left), (const float *)x + k * ldx + at);
#endif
}

enum { LINES_AHEAD = 32 };

static void panels(const void *x, int64_t ldx, int64_t columns, int64_t sum, uint32_t *out) {
    int64_t depth = (sum + ATOM - 1) / ATOM;
    for (int64_t d = 0; d < depth; d++) {
        for (int64_t at = 0; at < columns; at += LANES) {
            uint32_t *panel = out + at / TILE_COLUMNS * TILE_COLUMNS * depth + d * TILE_COLUMNS;
            _mm512_storeu_si512(panel + at % TILE_COLUMNS,
                                atoms_of_columns(x, ldx, d * ATOM, sum, at, columns - at));
            for (int i = 0; i < ATOM; i++) ask_for(x, (d * ATOM + LINES_AHEAD + i) * ldx + at);
        }
    }
    // What is beyond the last column.
    for (int64_t at = (columns + LANES - 1) / LANES * LANES; at % TILE_COLUMNS != 0; at += LANES)
        for (int64_t d = 0; d < depth; d++)
            _mm512_storeu_si512(out + at / TILE_COLUMNS * TILE_COLUMNS * depth + d * TILE_COLUMNS + at % TILE_COLUMNS,
                                _mm512_setzero_si512());
}

static void strips(const void *x, int64_t ldx, int64_t rows, int64_t sum, uint32_t *out) {
    int64_t depth = (sum + ATOM - 1) / ATOM;
    for (int64_t d = 0; d < depth; d++) {
        for (int64_t at = 0; at < rows; at += LANES) {
            __m512i atoms = atoms_of_columns(x, ldx, d * ATOM, sum, at, rows - at);
            uint32_t *strip = out + at * depth + d * TILE_ROWS;
            _mm256_storeu_si256((__m256i *)strip, _mm512_castsi512_si256(atoms));
            if (at + TILE_ROWS < rows)
                _mm256_storeu_si256((__m256i *)(strip + depth * TILE_ROWS), _mm512_extracti64x4_epi64(atoms, 1));
            for (int i = 0; i < ATOM; i++) ask_for(x, (d * ATOM + LINES_AHEAD + i) * ldx + at);
        }
    }
}

// ---- The tile

enum { LINES_OF_ROW = 4 };  // cache lines that a tile's row may need: three and one that they begin inside of

// Asks for one of the result's lines, numbered down the tile's rows.
INLINE void prepare_line(const ck_tile_end *end, int64_t number) {
    int64_t size = end->type == CK_F32 ? 4 : 2, at = number % LINES_OF_ROW * 64;
    const char *row = (const char *)end->c + number / LINES_OF_ROW * end->ldc * size;
    if (at <= TILE_COLUMNS * size) __builtin_prefetch(row + at, 1, 3);
}

// Asks for what comes next, little by little lest it keep the operands waiting: two of the result's lines, and of the
// rows of A below those that sixteen steps need.
enum { STEPS = 16 };
INLINE void prepare(const int rows, const ck_tile_end *end, int64_t k, int64_t row_step, int64_t depth_step) {
    int64_t line = k / STEPS * 2;
    if (!end->far && line < rows * LINES_OF_ROW) {
        prepare_line(end, line);
        prepare_line(end, line + 1);
    }
    if (end->next)
        for (int i = 0; i < TILE_ROWS; i++)
            __builtin_prefetch(end->next + k * depth_step + i * (depth_step == 1 ? row_step : LANES), 0, 3);
}

INLINE void end_line(const ck_tile_end *end, int row, int at, __m512 sum) {
    __mmask16 there = first_lanes(end->columns - at);
    if (end->bias) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(there, end->bias + at));
    if (end->type == CK_F32) {
        float *c = (float *)end->c + row * end->ldc + at;
        if (end->accumulate) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(there, c));
        if (end->far && there == 0xFFFF && (uintptr_t)c % 64 == 0) {
            _mm512_stream_ps(c, sum);
        } else {
            _mm512_mask_storeu_ps(c, there, sum);
        }
        return;
    }
    uint16_t *c = (uint16_t *)end->c + row * end->ldc + at;
    if (end->accumulate) {
        __m512i before = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(there, c)), 16);
        sum = _mm512_add_ps(sum, _mm512_castsi512_ps(before));
    }
#if TWO_BYTES
    _mm256_mask_storeu_epi16(c, there, (__m256i)_mm512_cvtneps_pbh(sum));
#else
    // To nearest even; a NaN stays one.
    __m512i bits = _mm512_castps_si512(sum), upper = _mm512_srli_epi32(bits, 16);
    __m512i odd = _mm512_and_si512(upper, _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7FFF)), odd);
    __m512i result = _mm512_mask_or_epi32(_mm512_srli_epi32(rounded, 16), _mm512_cmp_ps_mask(sum, sum, _CMP_UNORD_Q),
                                          upper, _mm512_set1_epi32(0x40));
    _mm256_mask_storeu_epi16(c, there, _mm512_cvtepi32_epi16(result));
#endif
}

// The sums stay in registers only where every loop over them is unrolled.
#define EVERY _Pragma("clang loop unroll(full)")

INLINE void tile_of(const int rows, const uint32_t *a, int64_t row_step, int64_t depth_step, const uint32_t *panel,
                    int64_t depth, const ck_tile_end *end) {
    __m512 sums[TILE_ROWS][VECTORS];
    EVERY for (int i = 0; i < rows; i++)
        EVERY for (int v = 0; v < VECTORS; v++) sums[i][v] = _mm512_setzero_ps();
    for (int64_t k = 0; k < depth; k++) {
        if (k % STEPS == 0) prepare(rows, end, k, row_step, depth_step);
        __m512i b[VECTORS];
        EVERY for (int v = 0; v < VECTORS; v++) b[v] = _mm512_loadu_si512(panel + k * TILE_COLUMNS + v * LANES);
        EVERY for (int i = 0; i < rows; i++) {
            const atom_unaligned *atom = a + i * row_step + k * depth_step;
            __m512i x = _mm512_set1_epi32((int)*atom);
            EVERY for (int v = 0; v < VECTORS; v++) sums[i][v] = multiply_add(sums[i][v], x, b[v]);
        }
    }
    EVERY for (int i = 0; i < rows; i++)
        EVERY for (int v = 0; v < VECTORS; v++)
            if (v * LANES < end->columns) end_line(end, i, v * LANES, sums[i][v]);
}

static void tile(const uint32_t *a, int64_t row_step, int64_t depth_step, const uint32_t *panel, int64_t depth,
                 const ck_tile_end *end) {
    switch (end->rows) {
        case 8: return tile_of(8, a, row_step, depth_step, panel, depth, end);
        case 7: return tile_of(7, a, row_step, depth_step, panel, depth, end);
        case 6: return tile_of(6, a, row_step, depth_step, panel, depth, end);
        case 5: return tile_of(5, a, row_step, depth_step, panel, depth, end);
        case 4: return tile_of(4, a, row_step, depth_step, panel, depth, end);
        case 3: return tile_of(3, a, row_step, depth_step, panel, depth, end);
        case 2: return tile_of(2, a, row_step, depth_step, panel, depth, end);
        case 1: return tile_of(1, a, row_step, depth_step, panel, depth, end);
        default: return;
    }
}

#define PRODUCT_KERNEL {.atom = ATOM, .turn = turn, .panels = panels, .strips = strips, .tile = tile}
