package import LinearModels
package import TextBasics
package import Training

/// A linear model of features that are counted, not learned.
package struct BaselineModel: Sendable {
    package let features: BaselineFeatures
    package let task: TrainingTask
    /// Names of the classes, of a regression the one of its score.
    package let labels: [String]
    /// `[scores, columns]`, row-major.
    package let coefficients: [Double]
    /// `[scores]`.
    package let intercepts: [Double]

    package init(
        features: BaselineFeatures, task: TrainingTask, labels: [String], coefficients: [Double],
        intercepts: [Double]
    ) {
        precondition(intercepts.count == labels.count, "a score for each name")
        precondition(coefficients.count % labels.count == 0, "as many coefficients for each score")
        self.features = features
        self.task = task
        self.labels = labels
        self.coefficients = coefficients
        self.intercepts = intercepts
    }

    /// Features of a row.
    package var columnCount: Int { coefficients.count / labels.count }

    /// Scores before the softmax, `[texts, scores]`, row-major.
    package func logits(of texts: UTF8Rows, firsts: UTF8Rows? = nil, threads: Int = 1) -> [Float] {
        logits(of: features.rows(of: texts, firsts: firsts, threads: threads))
    }

    /// The same of rows of features.
    package func logits(of rows: SparseFeatures) -> [Float] {
        precondition(rows.columnCount == columnCount, "rows of this model's features")
        let scores = labels.count
        var products = [Double](repeating: 0, count: rows.rowCount * scores)
        products.withUnsafeMutableBufferPointer { products in
            coefficients.withUnsafeBufferPointer {
                rows.multiply(by: $0, stride: columnCount, functions: scores, into: products)
            }
        }
        return products.indices.map { Float(products[$0] + intercepts[$0 % scores]) }
    }

    /// Probability of each class, or of a regression the number itself, `[texts, scores]`, row-major.
    package func answers(to texts: UTF8Rows, firsts: UTF8Rows? = nil, threads: Int = 1) -> [Double] {
        task.answers(logits(of: texts, firsts: firsts, threads: threads), labels.count)
    }
}
