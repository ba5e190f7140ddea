/// One side of a split: the rows to train, tune or test on.
///
/// `train`, `dev` and `test` are the usual three; a rule may name others.
public struct Side: Hashable, Sendable {
    /// The side's name, as written in the pipeline file and in exported tables.
    public let name: String

    public init(_ name: String) {
        self.name = name
    }

    /// Rows that the weights are fitted to.
    public static let train = Side("train")
    /// Rows that checkpoints and thresholds are chosen by.
    public static let dev = Side("dev")
    /// Rows that are scored once, at the end.
    public static let test = Side("test")

    /// The usual three, in the order in which they are cut.
    public static let usual: [Side] = [.train, .dev, .test]
}

extension Side: CustomStringConvertible {
    public var description: String { name }
}

extension Side: ExpressibleByStringLiteral {
    public init(stringLiteral name: String) {
        self.init(name)
    }
}
