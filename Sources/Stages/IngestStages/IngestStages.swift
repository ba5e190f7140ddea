internal import ArchiveReading
internal import GzipFormat
package import StageKit
internal import WebPages

/// The stages that bring comments into the store.
package enum IngestStages {
    package static let all: [any Stage.Type] = [IngestFilesStage.self, IngestWebStage.self]

    /// The libraries outside this program that they read files with.
    package static var libraries: [(name: String, version: String)] {
        [
            ("libxml2", PageLibrary.version), ("libarchive", Archive.libraryVersion),
            ("zlib", GzipLibrary.version),
        ]
    }
}
