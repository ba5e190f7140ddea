internal import RunStore
internal import StageKit

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

    /// Packs, and discards packed results, oldest first and rows of labels last, as long as all take more than the store
    /// itself. They are rebuilt when needed.
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
        var previous: Int64 = 0
        if let known = try store.resultsSize(), known.stageRun <= last {
            let trimmed = try trim(
                store.resultsUsed(byStageRuns: known.previous + 1..<known.stageRun + 1))
            let fresh = try store.resultFolders(after: known.stageRun)
            let bytes = try known.bytes - trimmed + Disk.sizeOfUnshared(fresh.map(artifacts.absolute))
            previous = known.stageRun
            if bytes <= limit {
                return try store.keep(ResultsSize(bytes: bytes, stageRun: last, previous: previous))
            }
        }
        let bytes = try packOldest(within: limit)
        try store.keep(ResultsSize(bytes: bytes, stageRun: last, previous: previous))
    }

    /// Remembers what results take once something else than a run has changed it.
    func rememberSize() throws {
        let previous = try store.resultsSize()?.previous ?? 0
        try store.keep(
            ResultsSize(bytes: size(shelves()), stageRun: store.lastStageRun(), previous: previous))
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
    /// - Returns: bytes of the files.
    private func trim(_ results: Set<Int64>) throws -> Int64 {
        var bytes: Int64 = 0
        let standing = try store.standingResults().union(store.promotedRows(withPrevious: false))
        for number in results.subtracting(standing).sorted() {
            guard let stored = try store.result(stageRun: number), let path = stored.artifacts.first?.path,
                stored.artifacts.allSatisfy({ !Self.apart.contains($0.type) })
            else { continue }
            let folder = ArtifactRecord.resultFolder(of: path)
            let outputs = stored.artifacts.map { String($0.path.dropFirst(folder.count + 1)) }
            let wanted = outputs + stored.publications.map(\.path)
            // The output is the folder itself.
            if wanted.contains("") { continue }
            let place = artifacts.absolute(folder)
            for name in try Disk.files(below: place)
            where !wanted.contains(where: { name == $0 || name.hasPrefix($0 + "/") }) {
                bytes += try Disk.sizeOfUnshared([place + "/" + name])
                try Disk.remove(place + "/" + name)
            }
        }
        return bytes
    }
}
