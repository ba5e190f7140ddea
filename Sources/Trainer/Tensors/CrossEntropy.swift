internal import CKernels

/// Softmax cross-entropy of rows of scores.
///
/// Shapes: R = rows, K = classes.
package enum CrossEntropy {
    /// What each row should be.
    package enum Targets {
        /// Class of each row, `[R]`, 0 ..< K.
        case classes([Int32])
        /// Probability of each class, `[R, K]`, rows summing to 1.
        case probabilities([Float])
    }

    /// Σ weight · -Σ target · log softmax(logits), in nats, and its gradient.
    ///
    /// - Parameters:
    ///   - logits: `[R, K]`, contiguous.
    ///   - weights: weight of each row, `[R]`; `nil` means all 1.
    ///   - gradient: receives the gradient times `gradientScale`, `[R, K]`, contiguous; `nil` for the loss
    ///     alone.
    /// - Throws: ``ShapeError``. Classes outside 0 ..< K are the caller's mistake.
    package static func forwardBackward(
        logits: Tensor, targets: Targets, weights: [Float]?, gradientScale: Double = 1, gradient: Tensor?
    ) throws(ShapeError) -> Double {
        let (rows, classes) = (logits.rows, logits.columns)
        if let gradient {
            try expect("crossEntropy", "gradient", gradient, logits.shape, "that of 'logits' \(logits.shape)")
        }
        if let weights {
            let text = "[R] with R = \(rows), from 'logits' \(logits.shape)"
            try expectCount("crossEntropy", "weights", weights.count, rows, text)
        }
        switch targets {
        case .classes(let labels):
            let text = "[R] with R = \(rows), from 'logits' \(logits.shape)"
            try expectCount("crossEntropy", "targets", labels.count, rows, text)
            precondition(
                labels.allSatisfy { $0 >= 0 && Int($0) < classes }, "a class is outside 0 ..< \(classes)")
            return run(logits, labels, nil, weights, gradientScale, gradient)
        case .probabilities(let soft):
            let text = "[R·K] with R·K = \(rows * classes), from 'logits' \(logits.shape)"
            try expectCount("crossEntropy", "targets", soft.count, rows * classes, text)
            return run(logits, nil, soft, weights, gradientScale, gradient)
        }
    }

    private static func run(
        _ logits: Tensor, _ labels: [Int32]?, _ soft: [Float]?, _ weights: [Float]?, _ scale: Double,
        _ gradient: Tensor?
    ) -> Double {
        withOptionalPointer(labels) { labels in
            withOptionalPointer(soft) { soft in
                withOptionalPointer(weights) { weights in
                    ck_cross_entropy(
                        logits.floats, labels, soft, weights, Float(scale), gradient?.floats,
                        Int64(logits.rows),
                        Int64(logits.columns))
                }
            }
        }
    }
}

private func withOptionalPointer<Element, Result>(
    _ values: [Element]?, _ body: (UnsafePointer<Element>?) -> Result
) -> Result {
    guard let values else { return body(nil) }
    return values.withUnsafeBufferPointer { body($0.baseAddress) }
}
