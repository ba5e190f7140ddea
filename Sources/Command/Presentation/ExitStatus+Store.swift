package import ProcessControl
package import StoreFile

extension ExitStatus {
    /// A store that the file names wrongly is a mistake in the file; one that fails under way is a failed run.
    package init(_ error: StoreError) {
        self =
            switch error.kind {
            case .locked: .locked
            case .notADatabase, .foreign, .newer, .older, .networkFileSystem, .sharedArtifacts: .badInput
            case .diskFull, .permission, .damaged, .other: .stageFailed
            }
    }
}
