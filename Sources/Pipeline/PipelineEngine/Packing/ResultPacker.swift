internal import RunStore
internal import StageKit

/// Packs what is kept of earlier results, so that it takes what has changed between them.
///
/// What stands now, and the rows of promoted label sets, lie where stages read and write. Everything else of a stage is in
/// one pack, from which it is put back when it is wanted: files that only save time are left out. Trained models and what
/// programs of the user's own made stay as they are; there is little in them that two have in common.
struct ResultPacker {
    let artifacts: ArtifactFolder
    let store: RunStore
    let digests: FileDigests
    /// For names of half-made files.
    let run: String

    private static let apart: Set<String> = ["model-v1", "files-v1"]

    /// What is kept of one stage.
    struct Shelf {
        var stage: String
        /// The last result of each folder, oldest first.
        var results: [KeptResult]
        /// Those of them that are to lie in their folders.
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
    private func pack(_ shelf: Shelf, _ chosen: Set<String>? = nil, isStrict: Bool = false) throws {
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

    /// The files of a result that others read or that are published, relative to its folder; `nil` where one is not what
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

    private func remove(_ folder: String) throws {
        try Disk.remove(artifacts.absolute(folder))
        try digests.forget(below: artifacts.absolute(folder))
    }

    private static func name(_ folder: String) -> String { String(folder.drop { $0 != "/" }.dropFirst()) }
}

/// How much room results may take.
extension ResultPacker {
    /// Bytes that results take on the disk, those apart from packs not counted.
    func size(_ shelves: [Shelf]) throws -> Int64 {
        try shelves.reduce(0) { sum, shelf in
            let folders = shelf.results.filter { $0.types.isDisjoint(with: Self.apart) }.map(\.folder)
            return try sum + artifacts.packs.size(of: shelf.stage)
                + Disk.size(together: folders.map(artifacts.absolute))
        }
    }

    /// Packs, and gives up packed results, oldest first and rows of labels last, as long as all take more than the store
    /// itself. They are made anew when they are wanted.
    ///
    /// - Returns: number of results given up.
    @discardableResult
    func packWithinStore() throws -> Int {
        try pack()
        let limit = try store.storeSize()
        var given = 0
        while true {
            let shelves = try shelves()
            let packed = shelves.flatMap(\.packable).sorted {
                (Self.rank($0), $0.stageRun) < (Self.rank($1), $1.stageRun)
            }
            if packed.isEmpty { return given }
            if try size(shelves) <= limit { return given }
            let first = packed.prefix(max(1, packed.count / 4))
            let folders = Set(first.map(\.folder))
            let all = try store.keptResults().filter { folders.contains($0.folder) }
            try store.collect(results: all.map(\.stageRun), work: [])
            for folder in folders { try remove(folder) }
            try pack()
            given += folders.count
        }
    }

    private static func rank(_ result: KeptResult) -> Int {
        result.types.isDisjoint(with: ["labels-v1", "texts-v1", "comments-v1"]) ? 0 : 1
    }

    /// Makes earlier results smaller at the end of a run: files that only save time go as soon as there is a later
    /// result, and where all take more than the store, as many of the oldest are packed as it takes. The rest is left to
    /// `gc`: a night that packed what has come since the last would take twice as long.
    ///
    /// A look at every file of every result takes longer the more of them are kept. So it is remembered what they took
    /// when somebody last looked, and what has come since is added to it.
    func shrinkEarlierResults() throws {
        let limit = try store.storeSize()
        let last = try store.lastStageRun()
        var previous = last
        if let known = try store.resultsSize(), known.stageRun <= last {
            try trim(try store.resultsUsed(byStageRuns: known.previous + 1..<known.stageRun + 1))
            let fresh = try store.resultFolders(after: known.stageRun)
            let bytes = try known.bytes + Disk.sizeOfUnshared(fresh.map(artifacts.absolute))
            previous = known.stageRun
            if bytes <= limit {
                return try store.keep(ResultsSize(bytes: bytes, stageRun: last, previous: previous))
            }
        }
        let bytes = try packOldest(within: limit)
        try store.keep(ResultsSize(bytes: bytes, stageRun: last, previous: previous))
    }

    /// Packs results, oldest first, until all take no more than a limit; gives some up where packing does not do.
    /// - Returns: what all take now, in bytes.
    private func packOldest(within limit: Int64) throws -> Int64 {
        // A result that is not as it was made stays where it is.
        var tried: Set<String> = []
        while true {
            let shelves = try shelves()
            let bytes = try size(shelves)
            if bytes <= limit { return bytes }
            let open = try unpacked(shelves).filter { !tried.contains($0.folder) }
                .sorted { $0.stageRun < $1.stageRun }
            if open.isEmpty {
                try packWithinStore()
                return try size(self.shelves())
            }
            var chosen: Set<String> = []
            // Packed, they take about half.
            var gain: Int64 = 0
            for result in open where gain / 2 < bytes - limit {
                chosen.insert(result.folder)
                gain += try Disk.sizeOfUnshared([artifacts.absolute(result.folder)])
            }
            for shelf in shelves where !shelf.folders.isDisjoint(with: chosen) { try pack(shelf, chosen) }
            tried.formUnion(chosen)
        }
    }

    /// Removes the files of results that neither others read nor are published, from those that no longer stand.
    private func trim(_ results: Set<Int64>) throws {
        let standing = try store.standingResults().union(store.promotedRows(withPrevious: false))
        for number in results.subtracting(standing).sorted() {
            guard let stored = try store.result(stageRun: number), let path = stored.artifacts.first?.path,
                stored.artifacts.allSatisfy({ !Self.apart.contains($0.type) })
            else { continue }
            let folder = path.split(separator: "/").prefix(2).joined(separator: "/")
            let outputs = stored.artifacts.map { String($0.path.dropFirst(folder.count + 1)) }
            let wanted = outputs + stored.publications.map(\.path)
            // The output is the folder itself.
            if wanted.contains("") { continue }
            let place = artifacts.absolute(folder)
            for name in try Disk.files(below: place)
            where !wanted.contains(where: { name == $0 || name.hasPrefix($0 + "/") }) {
                try Disk.remove(place + "/" + name)
            }
        }
    }
}
