internal import StageKit

/// A baseline as the rows of some sides see it: its answers, and what it was fitted to.
struct BaselineFit: JSONRecord {
    var kind: String?
    /// Digest of all that the fit depends on.
    var identity: String?
    var trainRows: Int?
    var allTrainRows: Int?
    var features: Int?
    var cost: Double?
    var readsTitles: Bool?
    /// Least probability at which each of any number of classes is given.
    var thresholds: [Double]?
    var sides: [String: Answers]?

    static let fields: [JSONField<BaselineFit>] = [
        JSONField("kind", \.kind), JSONField("identity", \.identity), JSONField("train_rows", \.trainRows),
        JSONField("all_train_rows", \.allTrainRows), JSONField("features", \.features),
        JSONField("C", \.cost), JSONField("titles", \.readsTitles), JSONField("thresholds", \.thresholds),
        JSONField("sides", \.sides),
    ]

    struct Answers: JSONRecord {
        /// Digest of the side's rows.
        var identity: String?
        /// Probabilities or numbers, `[rows, names]`, row-major.
        var values: [Double]?

        static let fields: [JSONField<Answers>] = [
            JSONField("identity", \.identity), JSONField("values", \.values),
        ]
    }

    /// The text of a file with some fits, and with the digest of what it says.
    static func file(_ fits: [BaselineFit]) -> String {
        let fits = fits.json
        return JSONValue.object(["fits": fits, "sha256": .string(ContentDigest.of(fits.canonicalText))])
            .canonicalText
    }

    /// The fits of such a file; none if it is not there, or not as it was written.
    static func read(_ path: String) -> [BaselineFit] {
        guard let file = try? MappedFile(path: path), let json = try? JSONValue(parsing: file.copied()),
            let fits = json["fits"], json["sha256"]?.stringValue == ContentDigest.of(fits.canonicalText)
        else { return [] }
        return [BaselineFit](json: fits) ?? []
    }
}
