/// Word vectors that cannot be learned or read, and what to do about it.
package struct WordVectorError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
