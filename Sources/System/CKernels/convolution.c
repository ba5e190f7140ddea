// Convolution over time, shared out by rows and by filters; each sum in one thread and one order.
#include "kernel_table.h"

static void forward_row(void *context, int64_t row, int worker) {
    (void)worker;
    ck_kernels()->convolution_forward(context, row);
}

static void backward_row(void *context, int64_t row, int worker) {
    (void)worker;
    ck_kernels()->convolution_row(context, row);
}

static void backward_filter(void *context, int64_t item, int worker) {
    (void)worker;
    const ck_convolution *op = context;
    int64_t width = item / op->filters, column = 0;
    for (int64_t w = 0; w < width; w++) column += op->width[w] * op->filters;
    ck_kernels()->convolution_filter(op, width, column, item % op->filters);
}

void ck_convolution_forward(const ck_convolution *op) { ck_parallel(op->rows, forward_row, (void *)op); }

void ck_convolution_backward(const ck_convolution *op) {
    if (op->dx) ck_parallel(op->rows, backward_row, (void *)op);
    ck_parallel(op->widths * op->filters, backward_filter, (void *)op);
}
