internal import Files
package import RunStore

/// How much of an artifacts folder belongs to each stage.
package enum ArtifactSizes {
    /// By stage, what its results and its pack take on the disk, largest first.
    /// - Parameter root: the artifacts folder. Absolute.
    package static func stages(of root: String) throws -> [StageSize] {
        try stages(of: ArtifactFolder(root: root))
    }

    static func stages(of artifacts: ArtifactFolder) throws -> [StageSize] {
        let stages = try Disk.names(in: artifacts.root).filter { !$0.hasPrefix(".") }
        return try stages.compactMap { stage in
            let names = try Disk.names(in: artifacts.absolute(stage)).filter(ArtifactFolder.isResultName)
            let all = try artifacts.packs.names(of: stage).union(names)
            if all.isEmpty { return nil }
            let folders = names.map { artifacts.absolute("\(stage)/\($0)") }
            let bytes = try artifacts.packs.size(of: stage) + Disk.size(together: folders)
            return StageSize(stage: stage, bytes: bytes, results: all.count)
        }.sorted { ($1.bytes, $0.stage) < ($0.bytes, $1.stage) }
    }
}
