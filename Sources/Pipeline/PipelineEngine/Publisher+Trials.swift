internal import RunStore
internal import StageKit

/// A file of a current result that is not where a run would put it.
package struct UnpublishedFile: Hashable, Sendable {
    /// As its user would name it.
    package var path: String
    /// What is there instead.
    package var reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

/// Labels that are only tried do not take the place of the promoted ones.
extension Publisher {
    /// What distinguishes the places of a result's files from those of the promoted set's files, such as `b5ff0a12`;
    /// `nil` if they go into these places.
    func mark(_ result: CurrentResult, of prepared: PreparedStage) throws -> String? {
        guard isTrial(prepared.planned.name), !publishesTrials else { return nil }
        let promoted = try store?.promotedLabelSet(pipeline: run.pipeline)
        if let set = result.labelSet, set == promoted { return nil }
        return String((result.labelSet ?? prepared.fingerprint.digest).prefix(8))
    }

    /// Says where files went that are beside those of the promoted set.
    func remark(_ result: CurrentResult, _ files: [PublicationRecord]) throws -> String? {
        guard let first = files.first else { return nil }
        let promoted = try store?.promotedLabelSet(pipeline: run.pipeline)
        let reason =
            result.labelSet.map { "label set \($0) is not promoted" + (promoted.map { ", \($0) is" } ?? "") }
            ?? "this is only a trial"
        return "\(reason): the files are in \(resolver.shown(AbsolutePath.folder(of: first.path))); "
            + "--publish replaces the others"
    }

    /// The files that a run would publish although the result is current.
    func unpublished(_ result: CurrentResult, of prepared: PreparedStage) throws -> [UnpublishedFile] {
        let stage = prepared.planned
        let publications = stage.stage.publications(ofEarlier: result.publications, stage: stage.name)
        let beside = try mark(result, of: prepared)
        return try publications.compactMap { publication in
            // A place of each run's own is empty before it.
            if publication.template.contains("{run}") { return nil }
            let target = try place(of: publication, beside: beside)
            let source = place(of: prepared) + "/" + publication.path
            let packed = String(source.dropFirst(artifacts.root.count + 1))
            guard
                let wanted = try digests.digest(of: source, isOurs: true)
                    ?? artifacts.packs.digest(of: packed)
            else { return nil }
            let found = try digests.digest(of: target)
            if found == wanted { return nil }
            if publication.neverOverwrites,
                try reasonToYield(target, to: publication, wanted, stage.name) != nil
            {
                return nil
            }
            return UnpublishedFile(
                path: resolver.shown(target), reason: try reason(found, at: target, instead: result.labelSet))
        }
    }

    private func reason(
        _ found: FileDigests.Digest?, at target: String, instead labelSet: String?
    ) throws -> String {
        guard let found else { return "is missing" }
        guard let known = try store?.publishedFile(at: target) else { return "is another file" }
        if known.digest != found.value { return "was changed since it was published" }
        if let other = known.labelSet, other != labelSet { return "holds labels of set \(other)" }
        return "is of another result"
    }
}

extension Publication {
    /// Whether its place is a label set's or a run's own, by what the pipeline file says.
    var isApart: Bool { template.contains("{label_set}") || template.contains("{run}") }
}

extension FileResolver {
    /// A place beside another: in a folder of the same name with a mark after it, as `out@b5ff0a12/train.tsv` beside
    /// `out/train.tsv`. Files of the pipeline's own folder get one called `labels`.
    func beside(_ place: String, _ mark: String) -> String {
        let parent = AbsolutePath.folder(of: place)
        let folder = parent == "/" ? "" : parent
        let name = place.dropFirst(folder.count + 1)
        return folder == baseFolder || folder.isEmpty
            ? "\(folder)/labels@\(mark)/\(name)" : "\(folder)@\(mark)/\(name)"
    }
}
