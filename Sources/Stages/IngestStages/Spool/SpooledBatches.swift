internal import SpoolFormat
internal import StageKit
internal import TextBasics

/// The batches that a run may take in, in their order, after what nobody should take was refused.
struct SpooledBatches {
    /// What a batch must be for a stage to take it.
    struct Expectation {
        var content: BatchHeader.Content
        var source: String
        /// Digest of how rows are read; empty for answers.
        var mapping: String
        /// ``SaltMark``; `nil` without authors.
        var salt: String?
        /// Pairs of input and mapping of what was ever read.
        var known: Set<[String]>
    }

    private(set) var batches: [SpoolFolder.Sealed] = []
    /// Batches that were read by other settings and taken in then.
    private(set) var byOtherSettings = 0

    /// - Parameter files: those of the spool that are called batches.
    /// - Throws: ``StageError`` naming every batch that cannot be taken, and why.
    init(_ files: [ResolvedFile], _ expectation: Expectation) throws {
        var refused: [(file: ResolvedFile, reason: String)] = []
        for file in files {
            do throws(Refusal) {
                guard let batch = try Self.batch(file, expectation) else {
                    byOtherSettings += 1
                    continue
                }
                batches.append(batch)
            } catch {
                refused.append((file, error.reason))
            }
        }
        batches.sort(by: SpoolFolder.Sealed.precede)
        guard let first = refused.first else { return }
        let lines = refused.prefix(10).map { "\n  \($0.file.shownPath): \($0.reason)" }.joined()
        let more = refused.count > 10 ? "\n  and \(refused.count - 10) more" : ""
        throw StageError(
            "\(refused.count) \(refused.count == 1 ? "batch" : "batches") of "
                + "\(AbsolutePath.folder(of: first.file.shownPath)) cannot be taken in, and nothing was:\(lines)\(more)",
            hint:
                "move what is named here away or fix it as it says, and run again; all other batches wait and are not lost",
            sourceIncomplete: true)
    }

    /// Shares of the source that nobody seems to have read, in a sentence; `nil` if none is missing.
    ///
    /// A worker that was forgotten leaves nothing that a run could miss otherwise.
    var sentenceOnShares: String? {
        let shares = batches.compactMap { batch in
            WorkShare(batch.header.share).map { (moment: batch.header.moment, share: $0) }
        }
        let newest = shares.map(\.moment).max()
        let counts = Set(shares.filter { $0.moment == newest }.map(\.share.count)).sorted()
        if counts.count > 1 {
            return
                "batches of one day are shares of \(counts.map(String.init).joined(separator: " and of ")) workers: what falls to "
                + "neither was not read; give all workers of a night the same number after the slash"
        }
        // Another number of workers in earlier nights may have read what is unchanged.
        guard let count = counts.first, shares.allSatisfy({ $0.share.count == count }) else { return nil }
        let missing = Set(1...count).subtracting(shares.map(\.share.number)).sorted()
        if missing.isEmpty { return nil }
        let names = missing.prefix(5).map { "\($0)/\(count)" }.joined(separator: ", ")
        return
            "no batch is of share \(names)\(missing.count > 5 ? ", …" : ""): its worker has not run, or nothing of the source "
            + "falls to it, and fewer workers would do"
    }

    private struct Refusal: Error {
        let reason: String
    }

    /// `nil` for one that was taken in when the settings were others.
    private static func batch(
        _ file: ResolvedFile, _ expectation: Expectation
    ) throws(Refusal) -> SpoolFolder.Sealed? {
        let text = String(file.path.split(separator: "/").last ?? "")
        guard let name = BatchName(text) else {
            throw Refusal(reason: "no batch is called so; a name has the format's version and a SHA-256")
        }
        guard name.version == BatchName.currentVersion else {
            throw Refusal(
                reason:
                    "it has format version \(name.version); this program takes version \(BatchName.currentVersion): "
                    + "let workers and this run be of one version")
        }
        guard name.digest.utf8.elementsEqual(file.digest.utf8) else {
            throw Refusal(
                reason:
                    "its bytes have the SHA-256 \(file.digest.prefix(12))…, not the one in its name: it was damaged or "
                    + "changed; copy it again, or remove it and let its worker (splitvote gather) write it again"
            )
        }
        let header: BatchHeader
        do {
            header = try SpoolFolder.header(of: file.path)
        } catch {
            throw Refusal(reason: "\(error)")
        }
        guard header.source.utf8.elementsEqual(expectation.source.utf8) else {
            throw Refusal(
                reason:
                    "it is of the source '\(header.source)', and this stage takes '\(expectation.source)': give each source a "
                    + "spool of its own")
        }
        guard header.content == expectation.content else {
            throw Refusal(
                reason:
                    "it holds \(header.content.rawValue), and this stage takes \(expectation.content.rawValue): give each stage "
                    + "its own spool")
        }
        guard header.salt == expectation.salt else {
            throw Refusal(
                reason:
                    "its authors were hashed with another salt than this run's: give worker \(header.share) the same secret, "
                    + "remove the batch and gather again")
        }
        guard header.mapping.utf8.elementsEqual(expectation.mapping.utf8) else {
            if expectation.known.contains([header.input, header.mapping]) { return nil }
            throw Refusal(
                reason:
                    "\(header.name) was read by other settings than this stage's: give worker \(header.share) the same pipeline "
                    + "file, remove the batch and gather again")
        }
        return SpoolFolder.Sealed(name: name, header: header, path: file.path, size: file.size)
    }
}

/// Which batches of files are taken in, round by round: a round is what one run would have found if it had been there that day.
struct TakingPlan {
    /// What one round finds, by file name.
    typealias Round = [String: SpoolFolder.Sealed]

    private(set) var rounds: [Round] = []
    /// Batches that came after a newer one of the same file, and are not taken.
    private(set) var late: [SpoolFolder.Sealed] = []

    /// - Parameters:
    ///   - batches: in their order.
    ///   - live: pairs of input and mapping of the readings that count.
    ///   - known: the same, of all that were ever read.
    init(_ batches: [SpoolFolder.Sealed], live: Set<[String]>, known: Set<[String]>) {
        func key(_ batch: SpoolFolder.Sealed) -> [String] { [batch.header.input, batch.header.mapping] }
        var present: Round = [:]
        var waiting: [(moment: Int64, turn: Int, batch: SpoolFolder.Sealed)] = []
        for (name, group) in Dictionary(grouping: batches, by: \.header.name) {
            guard let last = group.last else { continue }
            let isCurrent = live.contains(key(last))
            let taken =
                isCurrent ? group.count - 1 : group.dropLast().lastIndex { known.contains(key($0)) } ?? -1
            if taken >= 0 { present[name] = group[taken] }
            late += group.prefix(max(0, taken)).filter { !known.contains(key($0)) }
            for (turn, batch) in group.dropFirst(taken + 1).enumerated() {
                waiting.append((batch.header.moment, turn, batch))
            }
        }
        waiting.sort { ($0.moment, $0.turn) < ($1.moment, $1.turn) }
        var rest = waiting[...]
        while let first = rest.first {
            let round = rest.prefix { ($0.moment, $0.turn) == (first.moment, first.turn) }
            rest = rest.dropFirst(round.count)
            for batch in round { present[batch.batch.header.name] = batch.batch }
            rounds.append(present)
        }
        if rounds.isEmpty { rounds = [present] }
        late.sort(by: SpoolFolder.Sealed.precede)
    }
}
