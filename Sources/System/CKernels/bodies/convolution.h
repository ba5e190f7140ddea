// Convolution over time: sums of products at neighboring tokens, their maximum over the row, and the way back.

// The largest sum of one row for filters `first` ..< `first` + 16 of a width, and where it starts.
INLINE void largest_of_row(const ck_convolution *op, int64_t width, int64_t column, int64_t bias, int64_t first,
                           int64_t lanes, int64_t row, float *out, int32_t *starts) {
    int64_t begin = op->offsets[row], length = op->offsets[row + 1] - begin, stride = op->columns;
    vf shift = load_part(op->bias + bias + first, lanes);
    vf best = vmax(shift, splat(0));
    vi place = shift > splat(0) ? (vi)(int32_t)CK_CONVOLUTION_PADDING : (vi)(int32_t)CK_CONVOLUTION_NONE;
    for (int64_t start = 1 - width; start < length; start++) {
        vf sum = shift;
        for (int64_t j = start < 0 ? -start : 0; j < width && start + j < length; j++)
            sum += load_part(op->products + (begin + start + j) * stride + column + j * op->filters + first, lanes);
        vi larger = sum > best;
        best = larger ? sum : best;
        place = larger ? (vi)(int32_t)start : place;
    }
    store_part(out + first, best, lanes);
    memcpy(starts + first, &place, (size_t)lanes * sizeof(int32_t));
}

static void body_convolution_forward(const ck_convolution *op, int64_t row) {
    int64_t column = 0, outputs = op->widths * op->filters;
    for (int64_t w = 0; w < op->widths; w++) {
        int64_t width = op->width[w], bias = w * op->filters;
        float *out = op->out + row * outputs + bias;
        int32_t *starts = op->starts + row * outputs + bias;
        for (int64_t first = 0; first < op->filters; first += LANES) {
            // The last sixteen overlap those before them: a maximum may be taken twice.
            int64_t left = op->filters - first;
            if (left >= LANES || op->filters < LANES) {
                largest_of_row(op, width, column, bias, first, left < LANES ? left : LANES, row, out, starts);
            } else {
                largest_of_row(op, width, column, bias, op->filters - LANES, LANES, row, out, starts);
            }
        }
        column += width * op->filters;
    }
}

INLINE void add_part(float scale, const float *x, float *y, int64_t n) {
    vf factor = splat(scale);
    for (int64_t i = 0; i < n; i += LANES)
        store_part(y + i, load_part(y + i, n - i) + factor * load_part(x + i, n - i), n - i);
}

// The part of a window that lies in its row: its first and last token, counted from the window's first.
INLINE int64_t window_first(int64_t start) { return start < 0 ? -start : 0; }
INLINE int64_t window_last(int64_t start, int64_t width, int64_t length) {
    return start + width <= length ? width : length - start;
}

// Adds the gradients of one filter, row by row.
static void body_convolution_filter(const ck_convolution *op, int64_t w, int64_t column, int64_t filter) {
    int64_t outputs = op->widths * op->filters, n = op->channels, width = op->width[w];
    int64_t output = w * op->filters + filter;
    for (int64_t row = 0; row < op->rows; row++) {
        int32_t start = op->starts[row * outputs + output];
        float gradient = op->dout[row * outputs + output];
        if (start == CK_CONVOLUTION_NONE || gradient == 0) continue;
        op->dbias[output] += gradient;
        if (start == CK_CONVOLUTION_PADDING) continue;
        int64_t begin = op->offsets[row], last = window_last(start, width, op->offsets[row + 1] - begin);
        for (int64_t j = window_first(start); j < last; j++)
            add_part(gradient, op->x + (begin + start + j) * n,
                     op->dweights + (column + j * op->filters + filter) * n, n);
    }
}

// Adds the gradient of one row's tokens, filter by filter.
static void body_convolution_row(const ck_convolution *op, int64_t row) {
    int64_t outputs = op->widths * op->filters, n = op->channels, column = 0;
    int64_t begin = op->offsets[row], length = op->offsets[row + 1] - begin;
    memset(op->dx + begin * n, 0, (size_t)(length * n) * sizeof(float));
    for (int64_t w = 0; w < op->widths; w++) {
        int64_t width = op->width[w];
        for (int64_t filter = 0; filter < op->filters; filter++) {
            int32_t start = op->starts[row * outputs + w * op->filters + filter];
            float gradient = op->dout[row * outputs + w * op->filters + filter];
            if (start == CK_CONVOLUTION_NONE || start == CK_CONVOLUTION_PADDING || gradient == 0) continue;
            int64_t last = window_last(start, width, length);
            for (int64_t j = window_first(start); j < last; j++)
                add_part(gradient, op->weights + (column + j * op->filters + filter) * n,
                         op->dx + (begin + start + j) * n, n);
        }
        column += width * op->filters;
    }
}
