internal import StageKit
internal import VoteModel

/// Which files of a source to read, and what to do with existing readings.
///
/// What a source shows is what its files say by the present mapping. A file whose content was read in this way counts as it
/// is. A content that was read in another way is read again, and all files with it: which looks of one were left out because
/// another said the same is known only then. Another content at the place of an earlier one takes its place; a file that is
/// no longer there keeps what it brought, since files of past nights are moved away.
struct FileReadingPlan {
    struct Step {
        var file: ResolvedFile
        /// What rows without their own time get.
        var moment: Int64
        /// Readings of earlier contents of the file.
        var replaces: [Int64] = []
    }

    /// All files, those that were read before in the order in which they were.
    let all: [Step]
    /// Files of which nothing is known, or whose content took another's place.
    let new: [Step]
    /// Readings whose content is elsewhere now.
    let moved: [(position: Int64, name: String)]
    /// Readings that are read again if anything is.
    let voided: [Int64]
    /// What came of the files that count as they are.
    let remembered: ImportFigures
    /// What came of files that a run read which came to no result, and how many they are.
    let resumed: ImportFigures
    let resumedFiles: Int
    /// Why all are read again; empty if nothing asks for it.
    let why: String
    private let others: [FileReading]

    /// - Parameters:
    ///   - readings: those of the source that count.
    ///   - found: the files that are there, with what rows without their own time get where they are new.
    ///   - since: the ledger's position at the latest result.
    ///   - isRefresh: whether the source is to be rebuilt from the files that are there.
    init(
        _ readings: [FileReading], found: [Step], mapping: String, since: Int64, isRefresh: Bool
    ) {
        let files = found.map(\.file)
        let digests = Set(files.map(\.digest))
        let places = Set(files.map(\.shownPath))
        let byDigest = Dictionary(
            readings.map { ($0.digest, $0) },
            uniquingKeysWith: { old, new in new.mapping == mapping ? new : old.mapping == mapping ? old : new
            })
        var steps: [(order: Int64, step: Step)] = []
        var new: [Step] = []
        var moved: [(Int64, String)] = []
        var (remembered, resumed, resumedFiles) = (ImportFigures(), ImportFigures(), 0)
        var met: Set<String> = []
        for (file, moment) in found.map({ ($0.file, $0.moment) }) {
            // Of two files with one content the first is read.
            guard met.insert(file.digest).inserted else { continue }
            if let known = byDigest[file.digest] {
                steps.append((known.position, Step(file: file, moment: known.moment ?? moment)))
                if known.mapping == mapping, known.position > since {
                    resumed = resumed + known.figures
                    resumedFiles += 1
                } else if known.mapping == mapping {
                    remembered = remembered + known.figures
                }
                if known.name != file.shownPath,
                    !places.contains(known.name) || digests.contains(known.digest)
                {
                    moved.append((known.position, file.shownPath))
                }
                continue
            }
            let replaces = readings.filter { $0.name == file.shownPath && !digests.contains($0.digest) }
            let step = Step(file: file, moment: moment, replaces: replaces.map(\.position))
            steps.append((.max, step))
            new.append(step)
        }
        all = steps.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            .map(\.element.step)
        self.new = new
        self.moved = moved
        self.remembered = remembered
        self.resumed = resumed
        self.resumedFiles = resumedFiles
        let present = readings.filter { digests.contains($0.digest) }
        voided = isRefresh ? readings.map(\.position) : present.map(\.position)
        others = present
        if isRefresh {
            why = "the source is rebuilt"
        } else {
            why = present.contains { $0.mapping != mapping } ? "its files are read in another way now" : ""
        }
    }

    /// Why files that count as they are have to be read again too; `nil` if they do not.
    func reasonToRereadAll(_ history: any ImportHistory) throws -> String? {
        if !why.isEmpty { return why }
        let known = Dictionary(uniqueKeysWithValues: others.map { ($0.position, $0) })
        for step in new {
            for replaced in step.replaces {
                // Of looks at one moment the largest was kept: where two files have a comment in common, what the other
                // said at that moment may come back.
                let sameMoment = known.values.filter { $0.moment == step.moment }.map(\.position)
                if !sameMoment.isEmpty, try history.readingsOverlap(replaced, sameMoment) {
                    return "a replaced file shares comments with another one"
                }
            }
        }
        return nil
    }
}
