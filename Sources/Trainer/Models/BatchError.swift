/// A batch that does not fit the model. Carries the whole sentence: what was found and what is allowed.
package struct BatchError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
