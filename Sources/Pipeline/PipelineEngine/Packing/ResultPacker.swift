internal import RunStore
internal import StageKit

/// Packs earlier results, so that they take only the space of what has changed between them.
///
/// Current results, and the rows of promoted label sets, are where stages read and write. Everything else of a stage is in
/// one pack, from which it is put back when it is wanted: files that only save time are left out. Trained models and what
/// programs of the user's own made stay as they are; there is little in them that two have in common.
struct ResultPacker {
    let artifacts: ArtifactFolder
    let store: RunStore
    let digests: FileDigests
    /// For names of half-made files.
    let run: String

    static let apart: Set<String> = ["model-v1", "files-v1"]

    /// What is kept of one stage.
    struct Shelf {
        var stage: String
        /// The last result of each folder, oldest first.
        var results: [KeptResult]
        /// Those of them that are to be in their folders.
        var standing: Set<String>

        var folders: Set<String> { Set(results.map(\.folder)) }
        var packable: [KeptResult] { results.filter { !standing.contains($0.folder) } }
    }

    /// The stages that have results to be packed or packed ones.
    /// - Parameter kept: results that stay; `nil`: all that there are.
    func shelves(of kept: [KeptResult]? = nil) throws -> [Shelf] {
        let results = try kept ?? store.keptResults()
        let standing = try store.standingResults().union(store.promotedRows(withPrevious: false))
        let stages = Dictionary(grouping: results) { String($0.folder.prefix { $0 != "/" }) }
        return stages.sorted { $0.key < $1.key }.map { stage, results in
            var last: [String: KeptResult] = [:]
            for result in results { last[result.folder] = result }
            let apart = results.filter { !$0.types.isDisjoint(with: Self.apart) }
            return Shelf(
                stage: stage, results: last.values.sorted { $0.stageRun < $1.stageRun },
                standing: Set(results.filter { standing.contains($0.stageRun) }.map(\.folder))
                    .union(apart.map(\.folder)))
        }
    }

    /// Folders of results that would be packed now.
    func unpacked(_ shelves: [Shelf]) throws -> [KeptResult] {
        try shelves.flatMap(\.packable).filter { try Disk.facts(artifacts.absolute($0.folder)) != nil }
    }

    /// Packs what is to be packed, and takes out of the packs what is not kept any more.
    ///
    /// A pack is on the disk before the folders of its results go; cut short, both are there, and the folders count.
    /// - Parameter isStrict: whether not a byte may be left of what is not kept.
    func pack(isStrict: Bool = false) throws {
        for shelf in try shelves() { try pack(shelf, isStrict: isStrict) }
        // Stages of which nothing is kept any more.
        let kept = Set(try store.keptResults().map { String($0.folder.prefix { $0 != "/" }) })
        for stage in try Disk.names(in: artifacts.root) where !kept.contains(stage) && !stage.hasPrefix(".") {
            try Disk.remove(artifacts.packs.path(of: stage))
            artifacts.packs.forget(stage)
        }
    }

    /// - Parameter chosen: the folders to pack; `nil`: all that there are.
    func pack(_ shelf: Shelf, _ chosen: Set<String>? = nil, isStrict: Bool = false) throws {
        let names = Set(shelf.folders.map(Self.name))
        let there = try unpacked([shelf]).filter { chosen?.contains($0.folder) ?? true }
        let fresh = try there.filter { try !isPacked($0) }
        let freshNames = Set(fresh.map { Self.name($0.folder) })
        let packed = try artifacts.packs.names(of: shelf.stage)
        if !fresh.isEmpty || !packed.isSubset(of: names) {
            try write(shelf.stage, packed.intersection(names).subtracting(freshNames), fresh, isStrict)
        }
        for result in there where try isPacked(result) { try remove(result.folder) }
    }

    /// Whether the stage's pack says what the store's record of the result says.
    private func isPacked(_ result: KeptResult) throws -> Bool {
        guard let stored = try store.result(stageRun: result.stageRun), !stored.artifacts.isEmpty else {
            return false
        }
        return try stored.artifacts.allSatisfy {
            try artifacts.packs.digest(of: $0.path)?.value == $0.fileDigest
        }
    }

    private func write(
        _ stage: String, _ old: Set<String>, _ fresh: [KeptResult], _ isStrict: Bool
    ) throws {
        let target = artifacts.packs.path(of: stage)
        let staged = try artifacts.stagedFile("pack-\(stage)", run: run)
        let writer = try PackWriter(path: staged)
        if let pack = try artifacts.packs.pack(of: stage), !old.isEmpty {
            try writer.take(old, from: pack, isStrict: isStrict)
        }
        for result in fresh {
            guard let files = try files(of: result) else { continue }
            try writer.add(
                Self.name(result.folder), files: files, of: artifacts.absolute(result.folder)
            ) { path, bytes in
                try digests.digest(of: path, isOurs: true)?.value ?? ContentDigest.of(bytes)
            }
        }
        if try writer.finish() == 0 {
            try Disk.remove(staged)
            try Disk.remove(target)
        } else {
            try Disk.sync(folderOnly: staged)
            guard try Disk.rename(staged, to: target) else {
                throw StageError(
                    "\(target) is on another file system than the rest of the artifacts folder",
                    hint: "keep the whole artifacts folder on one file system")
            }
        }
        try Disk.sync(folderOnly: AbsolutePath.folder(of: target))
        artifacts.packs.forget(stage)
    }

    /// The files of a result that others read or that are published, relative to its folder; `nil` if one is not what
    /// it was when it was made: such a result is left to be found damaged.
    private func files(of result: KeptResult) throws -> [String]? {
        guard let stored = try store.result(stageRun: result.stageRun) else { return nil }
        var files: Set<String> = []
        for artifact in stored.artifacts {
            let path = artifacts.absolute(artifact.path)
            guard try digests.digest(of: path, isOurs: true)?.value == artifact.fileDigest else { return nil }
            let inner = String(artifact.path.dropFirst(result.folder.count + 1))
            if try Disk.facts(path)?.isFolder == true {
                for name in try Disk.files(below: path) {
                    files.insert(inner.isEmpty ? name : inner + "/" + name)
                }
            } else {
                files.insert(inner)
            }
        }
        for publication in stored.publications {
            guard try Disk.facts(artifacts.absolute(result.folder + "/" + publication.path)) != nil else {
                return nil
            }
            files.insert(publication.path)
        }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func remove(_ folder: String) throws {
        try Disk.remove(artifacts.absolute(folder))
        try digests.forget(below: artifacts.absolute(folder))
    }

    private static func name(_ folder: String) -> String { String(folder.drop { $0 != "/" }.dropFirst()) }
}
