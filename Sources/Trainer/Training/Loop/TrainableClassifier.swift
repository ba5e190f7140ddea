public import Models

/// A model that can be trained to tell classes apart.
public protocol TrainableClassifier: AnyObject {
    var parameters: ParameterSet { get }
    /// Classes it tells apart.
    var labelCount: Int { get }

    /// One forward and backward pass; adds to the gradients of ``parameters``.
    func trainStep(_ batch: TokenBatch, dropout: DropoutKey?, lossDenominator: Double?) throws -> StepResult

    /// Scores before the softmax, `[rows, labels]`, row-major, without dropout.
    func logits(_ batch: TokenBatch) throws -> [Float]
}

extension BERTClassifier: TrainableClassifier {}
