internal import LabelStudies
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import VoteModel

/// Whether a tokenizer knows the rows that came since the stage's last result as well as those before.
struct ShardDrift {
    /// `nil` if nothing was compared.
    private(set) var test: DriftTest?
    private(set) var newRows = 0

    private static let seed: UInt64 = 0x756E_6B

    /// - Parameters:
    ///   - files: the shards, in a folder.
    ///   - unknown: the number of the token for what the vocabulary does not have.
    init(
        _ split: DatasetColumns, _ files: [ShardManifest.File], in folder: String,
        _ tokenizer: (unknown: Int32, size: Int),
        _ facts: DatasetFacts, _ context: StageContext
    ) throws {
        guard let last = try context.latestLocator(of: "shards").flatMap(LedgerCut.init(locator:)),
            last.position < facts.cut.position,
            let known = try context.ledger.changes(from: last, to: facts.cut, votes: false)?.known
        else { return }
        let articles = Dictionary(zip(split.ids, split.articles), uniquingKeysWith: { first, _ in first })
        var new: [Int64: [Int]] = [:]
        var old: [Int64: [Int]] = [:]
        try Self.forEachRow(of: files, in: folder, tokenizer) { comment, unknown in
            let group = DriftClasses.doubling(unknown)
            let article = articles[comment] ?? 0
            let place = known.partitioningIndex { $0.upperBound >= comment }
            if place < known.count, known[place].contains(comment) {
                old[article, default: []].append(group)
            } else {
                new[article, default: []].append(group)
                newRows += 1
            }
        }
        func sorted(_ groups: [Int64: [Int]]) -> [[Int]] { groups.sorted { $0.key < $1.key }.map(\.value) }
        test = DriftTest(
            new: sorted(new), old: sorted(old), classes: DriftClasses.doublingClasses, seed: Self.seed)
    }

    /// Calls `body` with the comment of each row and the number of its unknown tokens.
    private static func forEachRow(
        of files: [ShardManifest.File], in folder: String, _ tokenizer: (unknown: Int32, size: Int),
        _ body: (Int64, Int) -> Void
    ) throws {
        var tokens: [Int32] = []
        for file in files {
            let mapped = try MappedFile(path: folder + "/" + file.path)
            try mapped.withBytes { bytes in
                let view = try TokenShardView(bytes, vocabularySize: tokenizer.size)
                for row in 0..<view.rowCount {
                    tokens.removeAll(keepingCapacity: true)
                    view.appendTokens(of: row, to: &tokens)
                    body(view.comment(of: row), tokens.count { $0 == tokenizer.unknown })
                }
            }
        }
    }

    /// What it means, as a sentence; `nil` if nothing needs to be said.
    func warning(_ token: String) -> String? {
        guard let test, test.isBeyondNoise else { return nil }
        return
            "\(Counts.text(newRows, "new row")) differ from those before in their numbers of \(token) by "
            + "\(Decimals.text(test.distance, places: 3)) (chance up to \(Decimals.text(test.noise, places: 3))): look whether "
            + "the texts are of another kind than those that the vocabulary was made of"
    }
}
