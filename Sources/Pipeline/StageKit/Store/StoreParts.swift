/// The parts of the store that a stage may use besides reading the ledger, each behind its own protocol.
package struct StoreParts: Sendable {
    private let parts: [any Sendable]

    package init(_ parts: any Sendable...) {
        self.parts = parts
    }

    /// The part that conforms to a protocol, such as `(any LedgerWriter).self`.
    /// - Throws: ``StageError`` where this store has none.
    package func part<Part>(_ type: Part.Type = Part.self) throws(StageError) -> Part {
        for part in parts {
            if let part = part as? Part { return part }
        }
        throw StageError("this run's store has no part of the kind '\(type)'")
    }
}
