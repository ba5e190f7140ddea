// Philox4x32-10, sixteen counters at a time.
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011),
// doi:10.1145/2063384.2063405.

// x · multiplier in 64 bits: products of even and odd lanes apart, as the CPUs have them.
INLINE void multiply_wide(vu x, uint32_t multiplier, vu *high, vu *low) {
    vul pairs, upper, lower;
    memcpy(&pairs, &x, sizeof pairs);
    vul even = (pairs & 0xFFFFFFFFull) * (uint64_t)multiplier;
    vul odd = (pairs >> 32) * (uint64_t)multiplier;
    upper = (even >> 32) | (odd & 0xFFFFFFFF00000000ull);
    lower = (even & 0xFFFFFFFFull) | (odd << 32);
    memcpy(high, &upper, sizeof upper);
    memcpy(low, &lower, sizeof lower);
}

INLINE void philox(vu c0, vu c1, vu c2, vu c3, uint32_t k0, uint32_t k1, vu words[4]) {
    for (int round = 0; round < 10; round++) {
        vu high0, low0, high1, low1;
        multiply_wide(c0, 0xD2511F53u, &high0, &low0);
        multiply_wide(c2, 0xCD9E8D57u, &high1, &low1);
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
}

// The 64 multipliers of group `group`, counted from the first line of the row.
INLINE void dropout_group(const ck_dropout *d, uint32_t row, uint32_t group, vf mask[4]) {
    vu words[4];
    vu c0 = (vu)lane_numbers() + group * 16u;
    philox(c0, (vu)row, (vu)d->step, (vu)d->site, d->key[0], d->key[1], words);
    for (int w = 0; w < 4; w++)
        mask[w] = words[w] < (vu)d->threshold ? splat(d->scale) : splat(0);
}

static void body_dropout_line(const ck_dropout *d, uint32_t row, uint32_t line, float *mask, int64_t n) {
    uint32_t groups = (uint32_t)((n + 63) / 64);
    for (uint32_t g = 0; g < groups; g++) {
        vf m[4];
        dropout_group(d, row, line * groups + g, m);
        for (int w = 0; w < 4; w++) {
            int64_t at = (int64_t)g * 64 + w * 16;
            if (at < n) store_part(mask + at, m[w], n - at);
        }
    }
}
