internal import SeededRandom

/// A number in 0 ..< 1 for each token of a step, found from the step's key, the row and the token alone.
struct UniformDraws {
    private let key: (UInt32, UInt32)
    private let step: UInt32
    private let firstRow: UInt32

    init(_ key: DropoutKey) {
        self.key = Philox.key(seed: key.seed, stream: "replaced tokens")
        step = key.step
        firstRow = key.firstRow
    }

    subscript(row: Int, token: Int) -> Double {
        let counter = (UInt32(token), firstRow &+ UInt32(row), step, UInt32(0))
        let words = Philox.words(counter: counter, key: key)
        return Double((UInt64(words.0) << 21) ^ (UInt64(words.1) >> 11)) * 0x1p-53
    }
}
