package import CommentStore
internal import Diagnostics
package import RunStore

extension RunStore {
    /// The one comment that a person means by a name: its id, `source:key`, or its key alone.
    ///
    /// - Parameters:
    ///   - state: where the store is, for messages.
    ///   - isMeant: whether a comment of that name counts.
    /// - Throws: `DiagnosticsError` where none or several have the name.
    package func comment(
        named name: String, in state: String, where isMeant: (StoredComment) -> Bool = { _ in true }
    ) throws -> StoredComment {
        let found = try ledger.comments(named: name).filter(isMeant)
        guard let comment = found.first, found.count == 1 else {
            throw DiagnosticsError(
                found.isEmpty
                    ? "there is no comment '\(name)' in \(state)"
                    : "\(found.count) comments have the key '\(name)'",
                hint: found.isEmpty
                    ? "exports show comments as source:key in their column id"
                    : "name one of: \(found.map { "\($0.source):\($0.key)" }.joined(separator: ", "))")
        }
        return comment
    }
}
