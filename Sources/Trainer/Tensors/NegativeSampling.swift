internal import CKernels
internal import CLibrary

/// Steps of word2vec with negative sampling: the mean of some rows of one table is to predict rows of another.
///
/// Shapes: V = words, N = numbers of a word, a multiple of 16, E = examples, W = targets of an example.
package struct NegativeSampling {
    /// Numbers of a row are a multiple of this.
    package static let lanes = 16

    /// Rows that are averaged, `[V, N]`, contiguous.
    package let input: Tensor
    /// Rows that are predicted, `[V, N]`, contiguous.
    package let output: Tensor
    /// Examples that see the same numbers, and whose changes are then added in order; at 1, each example sees what
    /// those before it changed, and one thread does all.
    package let block: Int
    private let width: Int
    private let scratch: AlignedBuffer
    private let sigmoid: [Float]

    /// - Parameters:
    ///   - width: W, the word to be predicted included.
    ///   - block: at least 1.
    package init(input: Tensor, output: Tensor, width: Int, block: Int) throws(ShapeError) {
        precondition(
            width > 0 && block > 0 && input.columns % Self.lanes == 0, "rows of whole vectors are needed")
        try expect("negativeSampling", "output", output, input.shape, "that of 'input' \(input.shape)")
        self.input = input
        self.output = output
        self.width = width
        self.block = block
        scratch = AlignedBuffer(bytes: 4 * block * (2 * input.columns + width))
        sigmoid = Self.table
    }

    /// σ at 1,000 places from -6 to 6, in `Float32` as word2vec computes it.
    private static let table: [Float] = (0..<Int(CK_SAMPLING_ENTRIES)).map { entry in
        let place = Float(entry) / Float(CK_SAMPLING_ENTRIES) * 2 - 1
        let power = Float(CLibrary.exp(Double(place * Float(CK_SAMPLING_EDGE))))
        return power / (power + 1)
    }

    /// Examples in the order in which they are learned.
    package struct Examples {
        /// The word to be predicted and those drawn, `[E, W]`; below 0 for none.
        package var targets: [Int32] = []
        /// Words that predict it, example by example.
        package var contexts: [Int32] = []
        /// Where each example's contexts begin, `[E + 1]`.
        package var offsets: [Int64] = [0]

        package init() {}

        package var count: Int { offsets.count - 1 }
    }

    /// Learns from all examples. The caller vouches for the ranges of their numbers.
    /// - Parameters:
    ///   - rate: learning rate.
    ///   - threads: decide nothing but the time.
    package func learn(_ examples: Examples, rate: Float, threads: Int) {
        let count = examples.count
        precondition(examples.targets.count == count * width, "each example has \(width) targets")
        let hidden = scratch.base.assumingMemoryBound(to: Float.self)
        let errors = hidden + block * input.columns
        examples.targets.withUnsafeBufferPointer { targets in
            examples.contexts.withUnsafeBufferPointer { contexts in
                examples.offsets.withUnsafeBufferPointer { offsets in
                    sigmoid.withUnsafeBufferPointer { sigmoid in
                        var operation = ck_sampling(
                            n: Int64(input.columns), input: input.floats, output: output.floats,
                            examples: Int64(count), width: Int64(width), targets: targets.baseAddress,
                            contexts: contexts.baseAddress, offsets: offsets.baseAddress, rate: rate,
                            sigmoid: sigmoid.baseAddress, block: Int64(block), hidden: hidden,
                            errors: errors,
                            gains: errors + block * input.columns)
                        ck_sampling_run(&operation, Int32(clamping: max(1, threads)))
                    }
                }
            }
        }
    }
}
