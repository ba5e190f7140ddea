package import Models

/// Rows that go through an encoder together: those of similar length, so that none waits for a long one.
package enum FeatureBatches {
    /// Features of rows, `[rows, features]`, row-major, in the order of the rows.
    ///
    /// - Parameters:
    ///   - lengths: tokens of each row.
    ///   - batch: gives some of the rows, by their places.
    package static func features(
        of model: any TrainableModel, lengths: [Int], batch: ([Int]) -> PackedTokens
    ) throws -> [Float] {
        let width = model.configuration.featureWidth
        // One where the others would decide about its last bits.
        let together = ComputeEnvironment.computesRowsAlone(model.precision) ? 32 : 1
        var features = [Float](repeating: 0, count: lengths.count * width)
        let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        for start in stride(from: 0, to: order.count, by: together) {
            let places = Array(order[start..<min(start + together, order.count)])
            let found = try model.features(batch(places))
            for (number, place) in places.enumerated() {
                for column in 0..<width {
                    features[place * width + column] = found[number * width + column]
                }
            }
        }
        return features
    }
}
