"""Philox4x32-10, as splitvote's SeededRandom has it: random numbers that are found from a counter alone.

Works on arrays of numpy and tensors of torch alike, of type int64: products of two 32-bit words wrap around as they should.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), doi:10.1145/2063384.2063405.
"""

import numpy

WORD = 0xFFFFFFFF
LONG = 0xFFFFFFFFFFFFFFFF


def mixed(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & LONG
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & LONG
    return value ^ (value >> 31)


def stream_key(seed: int, stream: str) -> tuple[int, int]:
    """The key of the numbers of a seed for one purpose."""
    digest = 0xCBF29CE484222325  # FNV-1a
    for byte in stream.encode():
        digest = ((digest ^ byte) * 0x100000001B3) & LONG
    word = mixed(mixed((seed + 0x9E3779B97F4A7C15) & LONG) ^ digest)
    return word & WORD, word >> 32


def words(c0, c1, c2, c3, key: tuple[int, int]) -> tuple:
    """The four random words of each counter: int64, 0 ... 2^32 - 1. Counters broadcast."""
    k0, k1 = key
    for _ in range(10):
        a, b = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = ((b >> 32) & WORD) ^ c1 ^ k0, b & WORD, ((a >> 32) & WORD) ^ c3 ^ k1, a & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


def stream(seed: int, name: str, first: int, count: int) -> numpy.ndarray:
    """The 64-bit values ``first ..< first + count`` of a stream, as uint64."""
    blocks = numpy.arange(first // 2, (first + count + 1) // 2, dtype=numpy.int64)
    zero = numpy.zeros_like(blocks)
    w0, w1, w2, w3 = words(blocks & WORD, blocks >> 32, zero, zero, stream_key(seed, name))
    pairs = numpy.stack([w0, w1, w2, w3], axis=1).astype(numpy.uint64).reshape(-1, 2)
    values = pairs[:, 0] | (pairs[:, 1] << numpy.uint64(32))
    skipped = first % 2
    return values[skipped : skipped + count]
