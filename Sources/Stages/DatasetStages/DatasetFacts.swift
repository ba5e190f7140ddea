package import StageKit
package import VoteModel

/// What is known about a dataset beside its rows: handed from stage to stage as the artifacts' locator, and written
/// into the manifests.
package struct DatasetFacts {
    package var cut: LedgerCut
    /// Parameters of the clean stage; `nil` before it.
    package var clean: JSONValue?
    package var labelSet: String?
    package var rule: JSONValue?
    package var salt: String?
    /// The least score of a controversial comment, where the rule asks for a share of the top; `nil` for
    /// other rules, and where no comment had any score.
    package var threshold: Double?
    /// Priors that were fitted to each source; `nil` if the rule has one for all.
    package var priors: JSONValue?
    /// How groups were put on sides: method, shares or cut dates, grouping; `nil` before the split.
    package var splitRule: JSONValue?
    /// By source, the offset of times that its comments name without one, in seconds east of Greenwich; without those
    /// of sources in UTC.
    package var zones: [String: Int64] = [:]
    /// Whose labels count where people gave some; `nil` if nobody was asked.
    package var people: JSONValue?
    /// What rows that came with labels are to teach; `nil` if labels come from votes.
    package var targets: TargetFacts?

    package init(cut: LedgerCut) {
        self.cut = cut
    }

    /// Joins the comments of several sources.
    /// - Throws: ``/StageKit/StageError`` when an artifact does not say which comments it covers, or when some bring labels and
    ///   others do not, or labels that do not fit each other.
    package init(_ artifacts: [InputArtifact], _ context: StageContext) throws {
        let parts = try artifacts.map { try DatasetFacts($0) }
        targets = try Self.joinedTargets(artifacts, parts)
        let sources = Array(Set(parts.flatMap(\.cut.sources))).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        if parts.count == 1, context.run.asOf == nil {
            cut = parts[0].cut
        } else {
            cut = try context.ledger.cut(of: sources, asOf: context.run.asOf)
        }
        zones = parts.reduce(into: [:]) { $0.merge($1.zones) { $1 } }
        clean = parts.first?.clean
        if let other = parts.firstIndex(where: { $0.clean != clean }) {
            throw StageError(
                "the texts of '\(artifacts[0].stage)' and of '\(artifacts[other].stage)' are cleaned by different rules",
                hint: "connect all of them to one clean stage")
        }
    }

    /// - Throws: ``/StageKit/StageError`` when the artifact was made by something else.
    package init(_ artifact: InputArtifact) throws(StageError) {
        let locator = artifact.locator
        guard let sources = locator["sources"]?.arrayValue?.compactMap(\.stringValue),
            let position = locator["position"]?.intValue, let digest = locator["ledger"]?.stringValue
        else {
            throw StageError(
                "the result of stage '\(artifact.stage)' does not say which comments it covers",
                hint: "run that stage again with --force \(artifact.stage)")
        }
        cut = LedgerCut(
            sources: sources, position: Int64(position), digest: digest,
            asOf: locator["as_of"]?.intValue.map(Int64.init), revision: locator["revision"]?.stringValue)
        clean = locator["clean"]
        labelSet = locator["label_set"]?.stringValue
        rule = locator["rule"]
        salt = locator["salt"]?.stringValue
        priors = locator["priors"]
        threshold = locator["threshold"]?.doubleValue
        splitRule = locator["split"]
        people = locator["people"]
        targets = TargetFacts(locator["targets"])
        zones = (locator["time_zones"]?.objectValue ?? [:]).compactMapValues { $0.intValue.map(Int64.init) }
    }

    /// ``zones`` as JSON; `nil` if all are UTC.
    package var zonesJSON: JSONValue? {
        zones.isEmpty ? nil : .object(zones.mapValues { .integer(Int($0)) })
    }

    /// Identifier of the clean rules; `none` before any cleaning.
    package var cleanRules: String { clean?["rules"]?.stringValue ?? "none" }

    /// Which revision of the clean rules; `nil` before any cleaning.
    package var cleanRevision: Int? { clean?["revision"]?.intValue }

    /// Digest of what a file of rows means: its bytes, and by which rules texts are cleaned and labels judged. Readers
    /// of the rows use these rules too, and rows can stay as they are while the rules change.
    ///
    /// Rows name comments by number, so that it also tells which of several texts theirs are.
    /// - Parameter ids: of the rows, in any order.
    func contentDigest(ofFile digest: String, ids: [Int64], _ context: StageContext) throws -> String {
        let ids = Set(ids)
        return try contentDigest(ofFile: digest, context) { ids.contains($0) }
    }

    /// The same, by a question whether a comment is among the rows.
    func contentDigest(
        ofFile digest: String, _ context: StageContext, contains: (Int64) -> Bool
    ) throws -> String {
        var identity: [String: JSONValue] = [
            "file": .string(digest), "clean": clean ?? .null, "rule": rule ?? .null,
            "salt": salt.map(JSONValue.string) ?? .null, "split": splitRule ?? .null,
            "priors": priors ?? .null,
        ]
        if let revision = cut.revision { identity["revision"] = .string(revision) }
        identity["threshold"] = threshold.map(JSONValue.number)
        let own = try context.ledger.editions(of: cut).filter { contains($0.comment) }
            .sorted { $0.comment < $1.comment }.map { "\($0.comment):\($0.identity)" }
        if !own.isEmpty { identity["editions"] = .string(ContentDigest.of(own.joined(separator: ","))) }
        identity["time_zones"] = zonesJSON
        identity["people"] = people
        identity["targets"] = targets?.json
        return ContentDigest.of(JSONValue.object(identity).canonicalText)
    }

    package var locator: JSONValue {
        var members: [String: JSONValue] = [
            "sources": .array(cut.sources.map(JSONValue.string)),
            "position": .integer(Int(cut.position)),
            "ledger": .string(cut.digest),
        ]
        if let asOf = cut.asOf { members["as_of"] = .integer(Int(asOf)) }
        if let revision = cut.revision { members["revision"] = .string(revision) }
        if let clean { members["clean"] = clean }
        if let labelSet { members["label_set"] = .string(labelSet) }
        if let rule { members["rule"] = rule }
        if let priors { members["priors"] = priors }
        if let threshold { members["threshold"] = .number(threshold) }
        if let salt { members["salt"] = .string(salt) }
        if let splitRule { members["split"] = splitRule }
        if let people { members["people"] = people }
        if let zonesJSON { members["time_zones"] = zonesJSON }
        if let targets { members["targets"] = targets.json }
        return .object(members)
    }
}
