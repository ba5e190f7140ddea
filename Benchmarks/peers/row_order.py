"""The order in which splitvote trains on rows, written again from its definition: Philox4x32-10 and Fisher-Yates."""

MASK32 = (1 << 32) - 1
MASK64 = (1 << 64) - 1


def mix(value):
    """The output function of SplitMix64."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK64
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK64
    return value ^ (value >> 31)


def key(seed, stream):
    """The Philox key of one purpose of one seed."""
    hashed = 0xCBF29CE484222325  # FNV-1a
    for byte in stream.encode():
        hashed = (hashed ^ byte) * 0x100000001B3 & MASK64
    mixed = mix(mix((seed + 0x9E3779B97F4A7C15) & MASK64) ^ hashed)
    return mixed & MASK32, mixed >> 32


def philox(counter, keys):
    c0, c1, c2, c3 = counter
    k0, k1 = keys
    for _ in range(10):
        a, b = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & MASK32, (a >> 32) ^ c3 ^ k1, a & MASK32
        k0, k1 = (k0 + 0x9E3779B9) & MASK32, (k1 + 0xBB67AE85) & MASK32
    return c0, c1, c2, c3


def numbers(seed, stream):
    """The 64-bit numbers of a named stream, in order."""
    keys = key(seed, stream)
    block = 0
    while True:
        w0, w1, w2, w3 = philox((block & MASK32, block >> 32, 0, 0), keys)
        yield w0 | w1 << 32
        yield w2 | w3 << 32
        block += 1


def below(bound, stream):
    """A number in 0 ..< bound (Lemire, doi:10.1145/3230636)."""
    product = next(stream) * bound
    if product & MASK64 < bound:
        threshold = ((1 << 64) - bound) % bound
        while product & MASK64 < threshold:
            product = next(stream) * bound
    return product >> 64


def epoch_order(rows, seed, epoch):
    """All rows in the order of an epoch, counted from 0."""
    order = list(range(rows))
    stream = numbers(seed, f"row order of epoch {epoch}")
    for left in range(rows, 1, -1):
        other = below(left, stream)
        order[left - 1], order[other] = order[other], order[left - 1]
    return order
