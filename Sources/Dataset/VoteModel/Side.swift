/// One side of a split: the rows to train, tune or test on.
///
/// `train`, `dev` and `test` are the usual three; a rule may name others.
package struct Side: Hashable, Sendable {
    /// The side's name, as written in the pipeline file and in exported tables.
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    /// Rows that the weights are fitted to.
    package static let train = Side("train")
    /// Rows that checkpoints and thresholds are chosen by.
    package static let dev = Side("dev")
    /// Rows that are scored once, at the end.
    package static let test = Side("test")

    /// The usual three, in the order in which they are cut.
    package static let usual: [Side] = [.train, .dev, .test]
}

extension Side: CustomStringConvertible {
    package var description: String { name }
}

extension Side: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) {
        self.init(name)
    }
}
