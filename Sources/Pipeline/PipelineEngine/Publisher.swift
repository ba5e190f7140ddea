internal import RunStore
internal import StageKit
internal import Synchronization

/// Puts files where the user wants them: whole or not at all, and again whenever they are missing or differ.
final class Publisher: Sendable {
    let resolver: FileResolver
    let digests: FileDigests
    let artifacts: ArtifactFolder
    let store: RunStore?
    private let stages: Set<String>
    let run: RunDescription
    let isTrial: @Sendable (String) -> Bool
    let publishesTrials: Bool
    /// The stage that has published to a path in this run.
    private let owners = Mutex<[String: String]>([:])

    init(_ examiner: StageExaminer, run: RunDescription) {
        resolver = examiner.resolver
        digests = examiner.digests
        artifacts = examiner.artifacts
        store = examiner.store
        stages = Set(examiner.pipeline.stages.map(\.name))
        isTrial = examiner.isTrial
        publishesTrials = examiner.options.publishesTrials
        self.run = run
    }

    /// What came of a stage's publications.
    struct Outcome {
        /// What lies where now.
        var records: [PublicationRecord] = []
        /// Absolute paths of what was written just now.
        var written: [String] = []
        /// Why a file was left as it is, a sentence each.
        var warnings: [String] = []
        /// Why files went beside those of the promoted set; `nil` where they did not.
        var remark: String?
    }

    func publish(_ result: CurrentResult, of prepared: PreparedStage) throws -> Outcome {
        let stage = prepared.planned.name
        let folder = place(of: prepared)
        let beside = try mark(result, of: prepared)
        var outcome = Outcome()
        var drafts: [Draft] = []
        for (index, publication) in result.publications.enumerated() {
            let target = try place(of: publication, beside: beside)
            let source = folder + "/" + publication.path
            guard let wanted = try digests.digest(of: source, isOurs: true) else {
                throw StageError(
                    "stage '\(stage)' wants to publish \(publication.path), which it has not made")
            }
            if publication.neverOverwrites,
                let reason = try reasonToYield(target, to: publication, wanted, stage)
            {
                outcome.warnings.append("\(resolver.shown(target)) stays as it is: \(reason)")
                continue
            }
            try claim(target, for: stage)
            if try digests.digest(of: target) != wanted {
                drafts.append(try draft(source, of: target, wanted, name: "\(stage)-\(index)"))
            }
            outcome.records.append(
                PublicationRecord(
                    path: target, stageRun: result.stageRun, size: wanted.size, digest: wanted.value,
                    labelSet: result.labelSet))
        }
        try put(drafts)
        outcome.written = drafts.map(\.target)
        if beside != nil { outcome.remark = try remark(result, outcome.records) }
        return outcome
    }

    func place(of prepared: PreparedStage) -> String {
        artifacts.absolute(
            artifacts.place(stage: prepared.planned.name, fingerprint: prepared.fingerprint.digest))
    }

    /// Why a publication that yields is not put in its place; `nil` where nothing is there, or nothing that is not the
    /// stage's own.
    func reasonToYield(
        _ target: String, to publication: Publication, _ wanted: FileDigests.Digest, _ stage: String
    ) throws -> String? {
        let known = try store?.publishedFile(at: target)
        let owner = owners.withLock { $0[target] }
        if let other = owner ?? (known?.pipeline == run.pipeline ? known?.stage : nil), other != stage,
            owner != nil || stages.contains(other), try Disk.facts(target) != nil
        {
            return "stage '\(other)' publishes it; give stage '\(stage)' another folder to have its own there"
        }
        guard let found = try digests.digest(of: target), found != wanted else { return nil }
        if try artifacts.holds(
            publication.path, of: stage, { try digests.digest(of: $0, isOurs: true) == found })
        {
            return nil
        }
        let advice = "move it away to have the one of stage '\(stage)'"
        guard let known else { return "it is not splitvote's; \(advice)" }
        if known.digest != found.value { return "somebody changed it since it was published; \(advice)" }
        return known.pipeline == run.pipeline ? nil : "pipeline '\(known.pipeline)' publishes it; \(advice)"
    }

    /// - Parameter beside: what tells the place apart from that of the promoted set's file; `nil` for that place itself.
    func place(of publication: Publication, beside: String?) throws -> String {
        var values = publication.values
        values["date"] = run.date
        values["run"] = run.id
        var path = ""
        var rest = publication.template[...]
        while let open = rest.firstIndex(of: "{") {
            path += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = String(rest[rest.index(after: open)..<close])
            guard let value = values[name] else {
                throw StageError(
                    "the path '\(publication.template)' holds {\(name)}, which has no value here",
                    hint: "known here: " + values.keys.sorted().map { "{\($0)}" }.joined(separator: " "))
            }
            path += value
            rest = rest[rest.index(after: close)...]
        }
        let place = resolver.absolute(path + rest)
        guard let beside, !publication.isApart else { return place }
        return resolver.beside(place, beside)
    }

    private func claim(_ target: String, for stage: String) throws {
        let other = owners.withLock { owners in
            defer { owners[target] = stage }
            return owners[target]
        }
        if let other, other != stage {
            throw StageError(
                "stages '\(other)' and '\(stage)' both publish \(resolver.shown(target))",
                hint: "give them different paths")
        }
    }

    /// A file on its way to its place.
    private struct Draft {
        /// Written, on the disk of the artifacts or beside the target.
        var staged: String
        var target: String
        var wanted: FileDigests.Digest

        var parent: String { String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]) }
    }

    private func draft(
        _ source: String, of target: String, _ wanted: FileDigests.Digest, name: String
    ) throws -> Draft {
        let draft = Draft(
            staged: try artifacts.stagedFile("publish-\(name)", run: run.id), target: target, wanted: wanted)
        try Disk.makeFolder(draft.parent)
        if try Disk.facts(target)?.isFolder == true {
            throw StageError("\(target) is a folder; a file is to be published there", hint: "move it away")
        }
        try Disk.copy(source, to: draft.staged)
        return draft
    }

    /// Moves files to their places once all of them are on the disk.
    private func put(_ drafts: [Draft]) throws {
        try Disk.sync(together: drafts.map(\.staged))
        for draft in drafts {
            if try !Disk.rename(draft.staged, to: draft.target) {
                // On another disk: write beside the place, then move within it.
                let beside = "\(draft.parent)/.\(draft.target.dropFirst(draft.parent.count + 1)).part"
                try Disk.copy(draft.staged, to: beside)
                try Disk.sync(beside)
                _ = try Disk.rename(beside, to: draft.target)
                try Disk.remove(draft.staged)
            }
            guard try digests.digest(of: draft.target, isOurs: true) == draft.wanted else {
                throw StageError(
                    "\(draft.target) does not read back as it was written",
                    hint: "check the disk and run again")
            }
        }
        for folder in Set(drafts.map(\.parent)) { try Disk.sync(folderOnly: folder) }
    }
}
