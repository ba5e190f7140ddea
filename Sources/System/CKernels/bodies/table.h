// Everything a variant offers, for one thread. Included by each variant behind its target attribute.
#include "../include/CKernels.h"
#include "../kernel_table.h"

#include "vector.h"

#include "math.h"

#include "philox.h"

#include "activation.h"
#include "attention.h"
#include "convolution.h"
#include "elementwise.h"
#include "layernorm.h"
#include "sampling.h"

#define TABLE                                                                                                       \
    {                                                                                                               \
        .name = VARIANT_NAME, .dropout_line = body_dropout_line, .layernorm_forward = body_layernorm_forward,      \
        .layernorm_backward = body_layernorm_backward, .activation_forward = body_activation_forward,              \
        .activation_backward = body_activation_backward, .bias_tanh = body_bias_tanh,                              \
        .tanh_backward = body_tanh_backward,                                                                       \
        .column_sums = body_column_sums, .sum_of_squares = body_sum_of_squares, .add = body_add,                   \
        .multiply = body_multiply, .to_bf16 = body_to_bf16, .from_bf16 = body_from_bf16, .function = body_function, \
        .embedding_forward = body_embedding_forward, .embedding_backward = body_embedding_backward,                \
        .adamw_step = body_adamw_step, .cross_entropy = body_cross_entropy,                                        \
        .attention_scratch = body_attention_scratch, .attention_forward = body_attention_forward,                  \
        .attention_backward = body_attention_backward, .adadelta_step = body_adadelta_step,                        \
        .convolution_forward = body_convolution_forward, .convolution_filter = body_convolution_filter,            \
        .convolution_row = body_convolution_row, .sampling_gains = body_sampling_gains,                            \
        .sampling_updates = body_sampling_updates, .sampling_in_turn = body_sampling_in_turn,                      \
    }
