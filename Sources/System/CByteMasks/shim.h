// Questions to 64 bytes at once, answered with a bit for each: bit i is that of byte i. All 64 bytes have to be readable.
//
// The vector forms need no more than every x86-64 processor has. Those named `plain` say the same without vectors.
#ifndef CBYTEMASKS_H
#define CBYTEMASKS_H

#include <stdint.h>
#include <string.h>

// Asks for the line of the cache that holds an address; the address need not be valid.
static inline void byte_masks_fetch(const void *address) { __builtin_prefetch(address); }

static inline uint64_t byte_masks_plain_spaces(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) mask |= (uint64_t)(bytes[i] == ' ') << i;
    return mask;
}

static inline uint64_t byte_masks_plain_alphanumeric(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) {
        uint8_t letter = (uint8_t)((bytes[i] | 0x20) - 'a'), digit = (uint8_t)(bytes[i] - '0');
        mask |= (uint64_t)(letter < 26 || digit < 10) << i;
    }
    return mask;
}

static inline uint64_t byte_masks_plain_beyond_ascii(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) mask |= (uint64_t)(bytes[i] >> 7) << i;
    return mask;
}

#if defined(__SSE2__)

typedef uint8_t byte_masks_16 __attribute__((vector_size(16)));
typedef char byte_masks_signed_16 __attribute__((vector_size(16)));

static inline byte_masks_16 byte_masks_load(const uint8_t *bytes, int quarter) {
    byte_masks_16 loaded;
    memcpy(&loaded, bytes + 16 * quarter, sizeof loaded);
    return loaded;
}

static inline uint64_t byte_masks_tops(byte_masks_16 bytes, int quarter) {
    return (uint64_t)(uint16_t)__builtin_ia32_pmovmskb128((byte_masks_signed_16)bytes) << 16 * quarter;
}

// U+0020.
static inline uint64_t byte_masks_spaces(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int quarter = 0; quarter < 4; quarter++) {
        byte_masks_16 loaded = byte_masks_load(bytes, quarter);
        mask |= byte_masks_tops((byte_masks_16)(loaded == (uint8_t)' '), quarter);
    }
    return mask;
}

// Letters and digits of ASCII.
static inline uint64_t byte_masks_alphanumeric(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int quarter = 0; quarter < 4; quarter++) {
        byte_masks_16 loaded = byte_masks_load(bytes, quarter);
        byte_masks_16 letter = (loaded | (uint8_t)0x20) - (uint8_t)'a', digit = loaded - (uint8_t)'0';
        mask |= byte_masks_tops((byte_masks_16)((letter < (uint8_t)26) | (digit < (uint8_t)10)), quarter);
    }
    return mask;
}

// Bytes of at least 0x80.
static inline uint64_t byte_masks_beyond_ascii(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int quarter = 0; quarter < 4; quarter++) mask |= byte_masks_tops(byte_masks_load(bytes, quarter), quarter);
    return mask;
}

#else

static inline uint64_t byte_masks_spaces(const uint8_t *bytes) { return byte_masks_plain_spaces(bytes); }
static inline uint64_t byte_masks_alphanumeric(const uint8_t *bytes) { return byte_masks_plain_alphanumeric(bytes); }
static inline uint64_t byte_masks_beyond_ascii(const uint8_t *bytes) { return byte_masks_plain_beyond_ascii(bytes); }

#endif
#endif
