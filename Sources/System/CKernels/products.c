// Matrix products: blocks of the result shared out, operands laid out for tiles, tiles computed.
//
// Sums run over the whole of K in one order wherever a tile is, so a row's result depends on that row of A and on B
// alone: neither on the other rows, nor on the number of threads, nor on the caches' sizes.
// Blocking after Goto, van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): a block of B stays in
// the second-level cache while A passes by.
#include <stdatomic.h>
#include <unistd.h>

#include "kernel_table.h"
#include "product_kernel.h"

static const ck_product_kernel *kernel_for(int type) {
#if defined(__x86_64__)
    const ck_kernel_table *kernels = ck_kernels();
    if (type == CK_BF16) return kernels == &ck_avx512_bf16_kernels ? &ck_avx512_bf16_product : NULL;
    if (kernels == &ck_avx512_bf16_kernels || kernels == &ck_avx512_kernels) return &ck_avx512_product;
#endif
    (void)type;
    return NULL;
}

int ck_has_product(int type) { return kernel_for(type) != NULL; }

// ---- The plan

enum { ITEMS_EACH = 8 };  // blocks of a worker

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t parts(int64_t count, int64_t each) { return (count + each - 1) / each; }

// Bytes of B that a worker keeps near: three fifths of the second-level cache.
static int64_t near_bytes(void) {
#if defined(_SC_LEVEL2_CACHE_SIZE)
    static _Atomic int64_t known = 0;
    int64_t bytes = known;
    if (bytes == 0) {
        int64_t cache = sysconf(_SC_LEVEL2_CACHE_SIZE);
        bytes = (cache > 0 ? cache : 1 << 20) / 5 * 3;
        known = bytes;
    }
    return bytes;
#else
    return 600 << 10;
#endif
}

// What a worker holds near while it works on an item, and what all of them pass along it.
typedef struct {
    const ck_product *op;
    const ck_product_kernel *kernel;
    int64_t depth;               // atoms of the sum
    int64_t tiles_down, panels;  // of the result
    int near_a;                  // whether strips of A are held near and panels of B shared, or the other way round
    int laid_out;                // whether A is read from strips; else its rows serve as they lie
    int64_t block_tiles, block_panels;  // of an item
    int64_t items_down, items_across;
    int64_t shared_size, near_size;  // in atoms; near: of one worker
    uint32_t *shared, *near;
} product_work;

// A's rows serve as they are where every atom is of one row.
static int needs_strips(const ck_product *op, const ck_product_kernel *kernel) {
    return op->transpose_a || op->k % kernel->atom != 0 || op->lda % kernel->atom != 0;
}

// Cuts `count` into blocks, each `fitting` at most and each worker having its share of them: of the sizes down to half
// of what these ask for, the one by which the busiest worker has least to do.
static int64_t block_of(int64_t count, int64_t fitting, int64_t threads) {
    int64_t most = smaller(larger(1, fitting), parts(count, smaller(count, ITEMS_EACH * threads)));
    int64_t best = most, least = INT64_MAX;
    for (int64_t each = most; each > most / 2; each--) {
        int64_t busiest = parts(parts(count, each), threads) * each;
        if (busiest < least) {
            best = each;
            least = busiest;
        }
    }
    return best;
}

static product_work plan(const ck_product *op, int threads) {
    enum { FEWEST_TILES = 16, TILES_TOGETHER = 4 };
    product_work w = {.op = op, .kernel = kernel_for(op->type)};
    w.depth = parts(op->k, w.kernel->atom);
    w.tiles_down = parts(op->m, TILE_ROWS);
    w.panels = parts(op->n, TILE_COLUMNS);
    w.laid_out = needs_strips(op, w.kernel);
    w.near_a = w.laid_out && op->m > op->n;
    int64_t near = near_bytes() / (int64_t)sizeof(uint32_t);
    int64_t strip_size = w.depth * TILE_ROWS, panel_size = w.depth * TILE_COLUMNS;
    if (w.near_a) {
        int64_t groups = parts(w.tiles_down, TILES_TOGETHER);
        w.block_tiles = block_of(groups, near / (strip_size * TILES_TOGETHER), threads) * TILES_TOGETHER;
        w.block_panels = w.panels;
        w.shared_size = w.panels * panel_size;
        w.near_size = w.block_tiles * strip_size;
    } else {
        w.block_panels = block_of(w.panels, near / panel_size, threads);
        // Blocks of rows lay the same panels out again: only for lack of items, and not too low.
        int64_t across = parts(w.panels, w.block_panels);
        int64_t down = threads == 1 ? 1 : smaller(w.tiles_down / FEWEST_TILES, ITEMS_EACH * (int64_t)threads / across);
        w.block_tiles = parts(w.tiles_down, larger(1, down));
        w.shared_size = w.laid_out ? w.tiles_down * strip_size : 0;
        w.near_size = w.block_panels * panel_size;
    }
    w.items_down = parts(w.tiles_down, w.block_tiles);
    w.items_across = parts(w.panels, w.block_panels);
    return w;
}

// ---- Its two phases

// A address by numbers of its type.
static const void *number_at(const void *x, int type, int64_t at) {
    return (const char *)x + at * (type == CK_F32 ? 4 : 2);
}

static void lay_out_strips(const product_work *w, int64_t first_tile, int64_t last_tile, uint32_t *out) {
    const ck_product *op = w->op;
    int64_t first = first_tile * TILE_ROWS, last = smaller(last_tile * TILE_ROWS, op->m);
    if (op->transpose_a) {
        w->kernel->strips(number_at(op->a, op->type, first), op->lda, last - first, op->k, out);
        return;
    }
    for (int64_t row = first; row < last; row += TILE_ROWS)
        w->kernel->turn(number_at(op->a, op->type, row * op->lda), op->lda, smaller(TILE_ROWS, last - row), op->k,
                        out + (row - first) * w->depth, TILE_ROWS);
}

static void lay_out_panels(const product_work *w, int64_t first_panel, int64_t last_panel, uint32_t *out) {
    const ck_product *op = w->op;
    int64_t first = first_panel * TILE_COLUMNS, last = smaller(last_panel * TILE_COLUMNS, op->n);
    if (!op->transpose_b) {
        w->kernel->panels(number_at(op->b, op->type, first), op->ldb, last - first, op->k, out);
        return;
    }
    for (int64_t column = first; column < last; column += TILE_COLUMNS)
        w->kernel->turn(number_at(op->b, op->type, column * op->ldb), op->ldb, smaller(TILE_COLUMNS, last - column),
                        op->k, out + (column - first) * w->depth, TILE_COLUMNS);
}

enum { SHARED_TILES = 8, SHARED_PANELS = 2 };  // of an item of the first phase

static void lay_out_shared(void *context, int64_t item, int worker) {
    (void)worker;
    const product_work *w = context;
    if (w->near_a) {
        int64_t first = item * SHARED_PANELS, last = smaller(first + SHARED_PANELS, w->panels);
        lay_out_panels(w, first, last, w->shared + first * TILE_COLUMNS * w->depth);
    } else {
        int64_t first = item * SHARED_TILES, last = smaller(first + SHARED_TILES, w->tiles_down);
        lay_out_strips(w, first, last, w->shared + first * TILE_ROWS * w->depth);
    }
}

static void multiply_tile(const product_work *w, int64_t tile, int64_t panel, const uint32_t *columns,
                          const uint32_t *a, const uint32_t *next) {
    const ck_product *op = w->op;
    int64_t row = tile * TILE_ROWS, column = panel * TILE_COLUMNS;
    ck_tile_end end = {.c = (void *)(uintptr_t)number_at(op->c, op->c_type, row * op->ldc + column),
                       .type = op->c_type,
                       .accumulate = op->accumulate,
                       .far = op->far && !op->accumulate,
                       .ldc = op->ldc,
                       .bias = op->bias ? op->bias + column : NULL,
                       .rows = (int)smaller(TILE_ROWS, op->m - row),
                       .columns = (int)smaller(TILE_COLUMNS, op->n - column),
                       .next = next};
    if (w->laid_out) {
        w->kernel->tile(a, 1, TILE_ROWS, columns, w->depth, &end);
    } else {
        w->kernel->tile(a, op->lda / w->kernel->atom, 1, columns, w->depth, &end);
    }
}

// The rows of A of a tile, where they are not held near.
static const uint32_t *shared_rows(const product_work *w, int64_t tile) {
    const ck_product *op = w->op;
    if (w->laid_out) return w->shared + tile * TILE_ROWS * w->depth;
    return number_at(op->a, op->type, tile * TILE_ROWS * op->lda);
}

static void multiply_block(void *context, int64_t item, int worker) {
    const product_work *w = context;
    int64_t first_panel = item % w->items_across * w->block_panels;
    int64_t first_tile = item / w->items_across * w->block_tiles;
    int64_t last_panel = smaller(first_panel + w->block_panels, w->panels);
    int64_t last_tile = smaller(first_tile + w->block_tiles, w->tiles_down);
    int64_t strip_size = w->depth * TILE_ROWS, panel_size = w->depth * TILE_COLUMNS;
    uint32_t *near = w->near + worker * w->near_size;
    if (w->near_a) {
        lay_out_strips(w, first_tile, last_tile, near);
        for (int64_t p = first_panel; p < last_panel; p++)
            for (int64_t t = first_tile; t < last_tile; t++)
                multiply_tile(w, t, p, w->shared + p * panel_size, near + (t - first_tile) * strip_size, NULL);
    } else {
        lay_out_panels(w, first_panel, last_panel, near);
        for (int64_t t = first_tile; t < last_tile; t++)
            for (int64_t p = first_panel; p < last_panel; p++)
                multiply_tile(w, t, p, near + (p - first_panel) * panel_size, shared_rows(w, t),
                              p == last_panel - 1 && t + 1 < last_tile ? shared_rows(w, t + 1) : NULL);
    }
    // Non-temporal stores are not ordered after this thread's other stores, so each item ends them itself.
    if (w->op->far) atomic_thread_fence(memory_order_seq_cst);
}

// ---- Interface

int64_t ck_product_scratch(const ck_product *op, int threads) {
    product_work w = plan(op, threads);
    return (w.shared_size + threads * w.near_size) * (int64_t)sizeof(uint32_t);
}

void ck_multiply(const ck_product *op, void *scratch) {
    product_work w = plan(op, ck_threads());
    w.shared = scratch;
    w.near = w.shared + w.shared_size;
    if (w.shared_size > 0) {
        ck_parallel(w.near_a ? parts(w.panels, SHARED_PANELS) : parts(w.tiles_down, SHARED_TILES), lay_out_shared, &w);
    }
    ck_parallel(w.items_across * w.items_down, multiply_block, &w);
}
