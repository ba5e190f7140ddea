// What each variant of the kernels fills in: work of one thread on a range.
#ifndef CK_KERNEL_TABLE_H
#define CK_KERNEL_TABLE_H

#include "include/CKernels.h"

typedef struct {
    const char *name;
    void (*dropout_line)(const ck_dropout *, uint32_t row, uint32_t line, float *mask, int64_t n);
    void (*layernorm_forward)(const ck_layernorm *, int64_t first, int64_t last, float *mask);
    void (*layernorm_backward)(const ck_layernorm *, int64_t first, int64_t last, float *dgain, float *dshift,
                               float *dbias, float *mask);
    void (*activation_forward)(int kind, const void *x, int x_type, const float *bias, void *y, int y_type,
                               int64_t first, int64_t last, int64_t n);
    void (*activation_backward)(int kind, const void *x, int x_type, const float *bias, const void *dy, int dy_type,
                                void *dx, int dx_type, void *y, float *dbias, int64_t first, int64_t last, int64_t n);
    void (*bias_tanh)(const float *x, const float *bias, float *y, int64_t first, int64_t last, int64_t n);
    void (*tanh_backward)(const float *y, const float *dy, float *dx, int64_t count);
    void (*column_sums)(const void *x, int x_type, float *sums, int64_t first, int64_t last, int64_t n);
    double (*sum_of_squares)(const float *x, int64_t count);
    void (*add)(const float *x, float *y, int64_t count);
    void (*multiply)(const float *x, const float *mask, float *y, int64_t count);
    void (*to_bf16)(const float *x, uint16_t *y, int64_t count);
    void (*from_bf16)(const uint16_t *x, float *y, int64_t count);
    void (*function)(int which, const float *x, float *y, int64_t count);
    void (*embedding_forward)(const float *word, const float *position, const float *segment, const int32_t *ids,
                              const uint32_t *pos, const uint8_t *segments, float *sum, int64_t first, int64_t last,
                              int64_t n);
    void (*embedding_backward)(const float *dsum, const int32_t *ids, const uint32_t *pos, const uint8_t *segments,
                               float *dword, float *dposition, float *dsegment, int64_t tokens, int64_t first,
                               int64_t last, int64_t n);
    void (*adamw_step)(const ck_adamw *, float *p, const float *g, float *m, float *v, uint16_t *p16, int64_t count);
    void (*cross_entropy)(const float *logits, const int32_t *labels, const float *soft, const float *weights,
                          float gradient_scale, float *dlogits, double *losses, int64_t first, int64_t last,
                          int64_t n);
    int64_t (*attention_scratch)(int64_t longest, int64_t width);
    void (*attention_forward)(const ck_attention *, int64_t sequence, int64_t head, float *scratch);
    void (*attention_backward)(const ck_attention *, int64_t sequence, int64_t head, float *scratch);
    void (*adadelta_step)(const ck_adadelta *, float *p, const float *g, float *square, float *delta, int64_t count);
    void (*convolution_forward)(const ck_convolution *, int64_t row);
    void (*convolution_filter)(const ck_convolution *, int64_t width, int64_t column, int64_t filter);
    void (*convolution_row)(const ck_convolution *, int64_t row);
    void (*sampling_gains)(const ck_sampling *, int64_t start, int64_t first, int64_t last);
    void (*sampling_updates)(const ck_sampling *, int64_t first, int64_t last, int64_t owner, int64_t owners,
                             int32_t *rows, int32_t *sources, float *scales);
    void (*sampling_in_turn)(const ck_sampling *);
} ck_kernel_table;

// The variant in use.
const ck_kernel_table *ck_kernels(void);

extern const ck_kernel_table ck_portable_kernels;
#if defined(__x86_64__)
extern const ck_kernel_table ck_avx2_kernels;
extern const ck_kernel_table ck_avx512_kernels;
extern const ck_kernel_table ck_avx512_bf16_kernels;
#endif

#endif
