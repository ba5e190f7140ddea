import Foundation
import Tensors
import Testing

@Suite struct AttentionTests {
    struct Sizes: CustomTestStringConvertible, Sendable {
        var lengths: [Int]
        var heads: Int
        var width: Int
        var testDescription: String { "\(lengths) \(heads)x\(width)" }
        var offsets: [Int32] { lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1)) } }
        var tokens: Int { lengths.reduce(0, +) }
        var channels: Int { heads * width }
    }

    static let sizes = [
        Sizes(lengths: [1], heads: 1, width: 16), Sizes(lengths: [5, 1, 17], heads: 2, width: 8),
        Sizes(lengths: [3, 16], heads: 3, width: 20), Sizes(lengths: [65, 2], heads: 1, width: 4),
        Sizes(lengths: [7, 33], heads: 1, width: 64),
    ]
    static let dropout = Dropout(key: [7, 8], step: 9, kind: .attention, layer: 1, rate: 0.3)

    /// The twin. `qkv` is [T, 3 A·D]; gives [T, A·D].
    private func twin(
        _ qkv: [Double], _ sizes: Sizes, drops: Bool, isCausal: Bool = false, firstRow: UInt32
    ) -> [Double] {
        let (channels, width) = (sizes.channels, sizes.width)
        var result = [Double](repeating: 0, count: sizes.tokens * channels)
        for (row, length) in sizes.lengths.enumerated() {
            let start = Int(sizes.offsets[row])
            for head in 0..<sizes.heads {
                func at(_ token: Int, _ part: Int, _ c: Int) -> Double {
                    qkv[(start + token) * 3 * channels + part * channels + head * width + c]
                }
                for i in 0..<length {
                    let scores = (0..<(isCausal ? i + 1 : length)).map { j in
                        (0..<width).reduce(0) { $0 + at(i, 0, $1) * at(j, 1, $1) }
                            / Double(width).squareRoot()
                    }
                    let largest = scores.max() ?? 0
                    let total = scores.reduce(0) { $0 + exp($1 - largest) }
                    for j in scores.indices {
                        var p = exp(scores[j] - largest) / total
                        if drops {
                            let padded = (length + 15) / 16 * 16
                            p *= naiveMask(
                                Self.dropout, head: UInt32(head), row: firstRow + UInt32(row), line: 0,
                                count: 64,
                                element: i * padded + j)
                        }
                        for c in 0..<width {
                            result[(start + i) * channels + head * width + c] += p * at(j, 2, c)
                        }
                    }
                }
            }
        }
        return result
    }

    private func run(
        _ qkv: Tensor, _ sizes: Sizes, drops: Bool, isCausal: Bool = false, gradient: Tensor?, _ arena: Arena
    ) throws -> (output: [Float], gradient: [Float]) {
        let (tokens, channels) = (sizes.tokens, sizes.channels)
        let attention = Attention(
            heads: sizes.heads, offsets: arena.copy(sizes.offsets), sequences: sizes.lengths.count,
            isCausal: isCausal, dropout: drops ? Self.dropout : nil, firstRow: 5)
        let parts = (0..<3).map { qkv.columns($0 * channels..<($0 + 1) * channels) }
        let output = arena.unwritten([tokens, channels])
        let logSums = arena.unwritten([sizes.heads, tokens])
        try attention.forward(
            queries: parts[0], keys: parts[1], values: parts[2], output: output, logSums: logSums,
            arena: arena)
        guard let gradient else { return (output.array(), []) }
        let back = arena.unwritten([tokens, 3 * channels])
        let backParts = (0..<3).map { back.columns($0 * channels..<($0 + 1) * channels) }
        try attention.backward(
            queries: parts[0], keys: parts[1], values: parts[2], logSums: logSums,
            outputGradient: gradient, queryGradient: backParts[0], keyGradient: backParts[1],
            valueGradient: backParts[2], arena: arena)
        return (output.array(), back.array())
    }

    @Test(arguments: sizes, [true, false])
    func agreesWithItsTwinBothWays(sizes: Sizes, drops: Bool) throws {
        try check(sizes, drops: drops, isCausal: false)
    }

    /// The second block of 64 queries reads keys that the first does not.
    @Test(arguments: sizes, [true, false])
    func tokensThatSeeThoseBeforeThemAgreeBothWays(sizes: Sizes, drops: Bool) throws {
        try check(sizes, drops: drops, isCausal: true)
    }

    private func check(_ sizes: Sizes, drops: Bool, isCausal: Bool) throws {
        let qkv = normals(sizes.tokens * 3 * sizes.channels, seed: 1)
        let direction = normals(sizes.tokens * sizes.channels, seed: 2)
        let forward = { (x: [Double]) in
            twin(x, sizes, drops: drops, isCausal: isCausal, firstRow: 5)
        }
        let expected = forward(doubles(qkv))
        let wanted = numericGradient(at: doubles(qkv)) { dot(forward($0), direction) }
        try forEachVariant { arena in
            let input = arena.tensor(qkv, [sizes.tokens, 3 * sizes.channels])
            let outputGradient = arena.tensor(direction, [sizes.tokens, sizes.channels])
            let (output, gradient) = try run(
                input, sizes, drops: drops, isCausal: isCausal, gradient: outputGradient, arena)
            #expect(distance(output, expected) < 2e-6)
            #expect(distance(gradient, wanted) < 5e-6)
        }
    }

    /// What is behind a token changes no bit of it, however many blocks of queries there are.
    @Test(arguments: [false, true])
    func laterTokensChangeNothing(drops: Bool) throws {
        let sizes = Sizes(lengths: [150], heads: 2, width: 16)
        let qkv = normals(sizes.tokens * 96, seed: 4)
        let kept = 70
        var changed = qkv
        for place in kept * 96..<changed.count { changed[place] *= -3 }
        let expected = twin(doubles(qkv), sizes, drops: drops, isCausal: true, firstRow: 5)
        try forEachVariant { arena in
            func output(_ values: [Float]) throws -> [Float] {
                try run(
                    arena.tensor(values, [150, 96]), sizes, drops: drops, isCausal: true, gradient: nil,
                    arena
                ).output
            }
            let (whole, other) = (try output(qkv), try output(changed))
            #expect(distance(whole, expected) < 2e-6)
            #expect(whole.prefix(kept * 32) == other.prefix(kept * 32))
            #expect(whole.dropFirst(kept * 32) != other.dropFirst(kept * 32))
        }
    }

    /// Rounded inputs give what their values give in `Float32`; only results are rounded again.
    @Test(arguments: sizes + [Sizes(lengths: [130, 40], heads: 2, width: 16)], [true, false])
    func halvesAreReadExactly(sizes: Sizes, drops: Bool) throws {
        for isCausal in [false, true] { try checkHalves(sizes, drops: drops, isCausal: isCausal) }
    }

    private func checkHalves(_ sizes: Sizes, drops: Bool, isCausal: Bool) throws {
        let (tokens, channels) = (sizes.tokens, sizes.channels)
        try forEachVariant { arena in
            func halves(_ count: Int, seed: UInt64) -> (rounded: Tensor, values: [Float]) {
                let rounded = arena.tensor([tokens, count / tokens], type: .bfloat16)
                normals(count, seed: seed).withUnsafeBufferPointer {
                    Elementwise.round($0, into: rounded.halves)
                }
                return (rounded, rounded.array())
            }
            let (input, values) = halves(tokens * 3 * channels, seed: 1)
            let (outputGradient, direction) = halves(tokens * channels, seed: 2)
            let whole = arena.tensor(values, [tokens, 3 * channels])
            let expected = try run(
                whole, sizes, drops: drops, isCausal: isCausal,
                gradient: arena.tensor(direction, [tokens, channels]), arena)
            let found = try run(
                input, sizes, drops: drops, isCausal: isCausal, gradient: outputGradient, arena)
            #expect(distance(found.output, doubles(expected.output)) < 1e-6)
            #expect(distance(found.gradient, doubles(expected.gradient)) < 1e-6)
        }
    }

    /// Long rows are worked on in blocks of 64 queries.
    @Test(arguments: [64, 128, 200])
    func longRowsAgreeForward(length: Int) throws {
        let sizes = Sizes(lengths: [length], heads: 2, width: 16)
        let qkv = normals(sizes.tokens * 3 * sizes.channels, seed: 4)
        let expected = twin(doubles(qkv), sizes, drops: true, firstRow: 5)
        try forEachVariant { arena in
            let input = arena.tensor(qkv, [sizes.tokens, 3 * sizes.channels])
            let found = try run(input, sizes, drops: true, gradient: nil, arena).output
            #expect(distance(found, expected) < 2e-6)
        }
    }

    @Test func largeScoresDoNotOverflow() throws {
        let sizes = Sizes(lengths: [9], heads: 1, width: 16)
        let qkv = normals(9 * 48, seed: 1, spread: 60)
        try forEachVariant { arena in
            let (output, gradient) = try run(
                arena.tensor(qkv, [9, 48]), sizes, drops: false,
                gradient: arena.tensor(normals(9 * 16, seed: 3), [9, 16]),
                arena)
            #expect(distance(output, twin(doubles(qkv), sizes, drops: false, firstRow: 5)) < 1e-4)
            let finite = gradient.allSatisfy(\.isFinite)
            #expect(finite)
        }
    }

    @Test func firstTokensAloneAreTheFirstTokensOfAll() throws {
        let sizes = Sizes(lengths: [4, 1, 19], heads: 2, width: 8)
        let qkv = normals(sizes.tokens * 48, seed: 1)
        try forEachVariant { arena in
            let input = arena.tensor(qkv, [sizes.tokens, 48])
            let all = try run(input, sizes, drops: true, gradient: nil, arena).output
            let queries = arena.tensor([3, 16])
            try Elementwise.gather(input, rows: arena.copy(sizes.offsets), into: arena.tensor([3, 48]))
            for (row, offset) in sizes.offsets.dropLast().enumerated() {
                for c in 0..<16 { queries.floats[row * 16 + c] = qkv[Int(offset) * 48 + c] }
            }
            let attention = Attention(
                heads: 2, offsets: arena.copy(sizes.offsets), sequences: 3, firstTokensOnly: true,
                dropout: Self.dropout, firstRow: 5)
            let output = arena.unwritten([3, 16])
            try attention.forward(
                queries: queries, keys: input.columns(16..<32), values: input.columns(32..<48),
                output: output,
                logSums: arena.unwritten([2, 3]), arena: arena)
            for (row, offset) in sizes.offsets.dropLast().enumerated() {
                let wanted = doubles(Array(all[Int(offset) * 16..<Int(offset) * 16 + 16]))
                #expect(distance(Array(output.array()[row * 16..<row * 16 + 16]), wanted) < 1e-6)
            }
        }
    }

    @Test func anUnfittingWidthIsExplained() {
        let arena = Arena()
        let attention = Attention(heads: 3, offsets: arena.copy([0, 2]), sequences: 1)
        let tensor = arena.tensor([2, 16])
        let error = #expect(throws: ShapeError.self) {
            try attention.forward(
                queries: tensor, keys: tensor, values: tensor, output: tensor, logSums: tensor, arena: arena)
        }
        #expect(
            error?.description
                == "attention: 'queries' has shape [2, 16]; expected [Q, A·D], its last dimension a multiple of 3 heads"
        )
    }
}
