package import StoreFile

extension StoreError {
    /// What a command ends with: a store that the pipeline file names wrongly is a mistake in the file (2), one that fails
    /// under way is a failed run (1), and one that another run holds is neither (4).
    package var exitStatus: Int32 {
        switch kind {
        case .locked: 4
        case .notADatabase, .foreign, .newer, .older, .networkFileSystem, .sharedArtifacts: 2
        case .diskFull, .permission, .damaged, .other: 1
        }
    }
}
