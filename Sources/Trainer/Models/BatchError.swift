/// A batch that does not fit the model. Carries the whole sentence: what was found and what is allowed.
public struct BatchError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
