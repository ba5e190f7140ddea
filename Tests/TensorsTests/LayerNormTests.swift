import Tensors
import Testing

@Suite struct LayerNormTests {
    static let epsilon = 1e-3
    static let shapes: [(tokens: Int, channels: Int)] = [(1, 1), (3, 16), (5, 20), (70, 33), (9, 768)]

    /// The twin: one token after the other, in Double.
    private func twin(
        _ x: [Double], bias: [Double], residual: [Double], gain: [Double], shift: [Double], channels: Int,
        inMask: [Double], outMask: [Double]
    ) -> [Double] {
        var result: [Double] = []
        for start in stride(from: 0, to: x.count, by: channels) {
            let sum = (0..<channels).map {
                (x[start + $0] + bias[$0]) * inMask[start + $0] + residual[start + $0]
            }
            let mean = sum.reduce(0, +) / Double(channels)
            let variance = sum.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
            for c in 0..<channels {
                let normal = (sum[c] - mean) / (variance + Self.epsilon).squareRoot()
                result.append((normal * gain[c] + shift[c]) * outMask[start + c])
            }
        }
        return result
    }

    private func mask(_ dropout: Dropout, _ tokens: Int, _ channels: Int) -> [Double] {
        (0..<tokens).flatMap { token in
            (0..<channels).map {
                naiveMask(dropout, row: UInt32(token / 2), line: token % 2, count: channels, element: $0)
            }
        }
    }

    @Test(arguments: shapes, [true, false])
    func agreesWithItsTwinBothWays(shape: (tokens: Int, channels: Int), drops: Bool) throws {
        let (tokens, channels) = shape
        let count = tokens * channels
        let x = normals(count, seed: 1, spread: 2)
        let residual = normals(count, seed: 2)
        let (bias, gain, shift) = (
            normals(channels, seed: 3), normals(channels, seed: 4), normals(channels, seed: 5)
        )
        let direction = normals(count, seed: 6)
        let inside = Dropout(key: [1, 2], step: 3, kind: .attentionOutput, layer: 4, rate: 0.25)
        let outside = Dropout(key: [1, 2], step: 3, kind: .embeddings, rate: 0.5)
        let ones = [Double](repeating: 1, count: count)
        let inMask = drops ? mask(inside, tokens, channels) : ones
        let outMask = drops ? mask(outside, tokens, channels) : ones

        func forward(
            _ x: [Double], _ bias: [Double], _ residual: [Double], _ gain: [Double], _ shift: [Double]
        ) -> [Double] {
            twin(
                x, bias: bias, residual: residual, gain: gain, shift: shift, channels: channels,
                inMask: inMask,
                outMask: outMask)
        }
        let (dx, db, dr, dg, ds) = (
            doubles(x), doubles(bias), doubles(residual), doubles(gain), doubles(shift)
        )

        try forEachVariant { arena in
            let rows = (0..<tokens).map { UInt32($0 / 2) }
            let positions = (0..<tokens).map { UInt32($0 % 2) }
            let places = TokenPlaces(rows: arena.copy(rows), positions: arena.copy(positions), count: tokens)
            let norm = LayerNorm(
                gain: arena.tensor(gain, [channels]), shift: arena.tensor(shift, [channels]),
                epsilon: Self.epsilon)
            let around = LayerNorm.FusedInputs(
                bias: arena.tensor(bias, [channels]), residual: arena.tensor(residual, [tokens, channels]),
                inputDropout: drops ? inside : nil, outputDropout: drops ? outside : nil, places: places)
            let saved = LayerNorm.Saved(sum: arena.unwritten([tokens, channels]), in: arena)
            let output = arena.unwritten([tokens, channels])
            let halves = arena.tensor([tokens, channels], type: .bfloat16)
            try norm.forward(
                arena.tensor(x, [tokens, channels]), around, saved: saved, output: output, halves: halves)
            let expected = forward(dx, db, dr, dg, ds)
            #expect(distance(output.array(), expected) < 2e-6)
            #expect(distance(halves.array(), expected) < 4e-3)

            let gradient = arena.tensor(direction, [tokens, channels])
            let (stream, branch) = (
                arena.unwritten([tokens, channels]), arena.unwritten([tokens, channels])
            )
            let sums = (0..<3).map { _ in arena.tensor([Float](repeating: 1, count: channels), [channels]) }
            try norm.backward(
                gradient, around, saved: saved, residualGradient: stream, inputGradient: branch,
                gradients: (sums[0], sums[1], sums[2]), accumulate: true, arena: arena)
            guard tokens * channels < 300 else { return }
            let checks: [(String, [Float], [Double])] = [
                (
                    "residual", stream.array(),
                    numericGradient(at: dr) { dot(forward(dx, db, $0, dg, ds), direction) }
                ),
                (
                    "input", branch.array(),
                    numericGradient(at: dx) { dot(forward($0, db, dr, dg, ds), direction) }
                ),
                (
                    "gain", sums[0].array().map { $0 - 1 },
                    numericGradient(at: dg) { dot(forward(dx, db, dr, $0, ds), direction) }
                ),
                (
                    "shift", sums[1].array().map { $0 - 1 },
                    numericGradient(at: ds) { dot(forward(dx, db, dr, dg, $0), direction) }
                ),
                (
                    "bias", sums[2].array().map { $0 - 1 },
                    numericGradient(at: db) { dot(forward(dx, $0, dr, dg, ds), direction) }
                ),
            ]
            for (name, found, wanted) in checks {
                // One channel is always normalised to 0: nothing flows.
                if channels == 1, name != "shift" { continue }
                #expect(distance(found, wanted) < 5e-6, "\(name)")
            }
        }
    }

    @Test func epsilonOutsideTheRootWouldBeNoticed() throws {
        let x = normals(20, seed: 1)
        let mean = doubles(x).reduce(0, +) / 20
        let variance = doubles(x).reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20
        let wrong = doubles(x).map { ($0 - mean) / (variance.squareRoot() + Self.epsilon) }
        try forEachVariant { arena in
            let output = arena.unwritten([1, 20])
            let saved = LayerNorm.Saved(sum: arena.tensor([1, 20]), in: arena)
            let gain = arena.tensor([Float](repeating: 1, count: 20), [20])
            let shift = arena.tensor([Float](repeating: 0, count: 20), [20])
            try LayerNorm(gain: gain, shift: shift, epsilon: Self.epsilon).forward(
                arena.tensor(x, [1, 20]), saved: saved, output: output)
            #expect(distance(output.array(), wrong) > 2e-6)
        }
    }

    @Test func aWrongShapeIsExplained() throws {
        let arena = Arena()
        let norm = LayerNorm(gain: arena.tensor([512]), shift: arena.tensor([768]), epsilon: 1e-12)
        let input = arena.tensor([8, 128, 768])
        let error = #expect(throws: ShapeError.self) {
            try norm.forward(input, saved: LayerNorm.Saved(sum: input, in: arena), output: nil)
        }
        #expect(
            error?.description
                == "layerNorm: 'gain' has shape [512]; expected [C] with C = 768, the last dimension of 'input' [8, 128, 768]"
        )
    }
}
