internal import Diagnostics
internal import Sampling
internal import StageKit
internal import VoteModel

/// What the parameters of a split ask for.
struct SplitPlan {
    var rule: SplitRule
    /// The rule as the store keeps it under the salt: another one needs another salt.
    var ruleText: JSONValue
    /// Sides that have tables, in order.
    var sides: [String]
    /// Sides whose members and labels are those of a moment, with that moment: seconds since 1970, UTC.
    var frozen: [String: Int64]
    var copies: Copies
    /// When two texts are copies of each other.
    var nearCopies: NearDuplicateRule
    /// Offset of dates and times that give none, seconds east of Greenwich.
    var zoneSeconds: Int64

    /// A row's side is stored in one byte, and one value says that it is on none.
    /// What becomes of copies of a text.
    enum Copies: String, CaseIterable {
        /// Those on another side are left out.
        case drop
        case keep
        /// Those on another side are left out, and of each text one is kept on its side.
        case onePerSide = "one_per_side"
    }

    static let mostSides = 255
    static let noSide: UInt8 = 255

    var isBalanced: Bool { if case .balanced = rule.method { true } else { false } }

    /// Whether articles that are on several sides are something that the rule is meant to keep apart.
    var keepsArticlesTogether: Bool { [.article, .url, .title].contains(rule.grouping) }

    /// How groups are put on sides beside the rule.
    enum Placement: Hashable {
        case byRule
        /// Rows stay on the sides that they came with; where none is called dev, this share of the training groups is.
        case given(dev: Double)
        /// One of this many equal parts of the groups is the test; of the others this share is the dev side.
        case fold(Int, of: Int, dev: Double)
    }

    /// The parameter that names the split.
    static let saltKey = "salt"

    var placement = Placement.byRule

    /// Whether the store keeps for good where groups are. What follows from the rows or from their hash alone needs no
    /// memory.
    var isRemembered: Bool { placement == .byRule }

    /// The shares that sides are held to, in their order; none where nothing was asked for.
    var askedShares: [Double] { placement == .byRule ? rule.shares : [] }

    var isByTime: Bool { if case .time = rule.method { true } else { false } }
    /// What stays together; `time` where the sides are cut at dates.
    var groupName: String { isByTime ? "time" : rule.grouping.rawValue }

    /// The day that a moment begins, as runs are dated: `YYYY-MM-DD`.
    func day(of moment: Int64) -> String { String(Moment.text(moment + zoneSeconds).prefix(10)) }

    /// The sides that stay as they were, in order, for a run on a date: those whose day is over.
    /// - Parameter asOf: the moment that the run looks back to; on a side's day or before it, the side was not frozen.
    func frozenSides(on date: String, asOf: Int64?) -> [(name: String, day: String, moment: Int64)] {
        sides.compactMap { name in
            guard let moment = frozen[name], date > day(of: moment) else { return nil }
            if let asOf, asOf <= moment + 86_399 { return nil }
            return (name, day(of: moment), moment)
        }
    }

    /// Problems are recorded in the reader, which then refuses to finish.
    init(_ parameters: inout ParameterReader) {
        zoneSeconds = Self.zone(&parameters)
        let name = parameters.choice(
            "method", default: "hash", of: ["hash", "balanced", "time", "given", "folds"],
            help:
                "Whether each group is placed by its hash, or so that rows and classes come nearest to the shares, or "
                + "sides follow each other in time; given keeps the sides that rows with labels came with, folds makes "
                + "one of several equal parts the test.")
        let isByTime = name == "time"
        let grouping = parameters.choice(
            "group_by", default: "article", of: SplitRule.Grouping.allCases.map(\.rawValue),
            help:
                "What keeps comments together on one side; url and title also hold articles of several sources together."
        )
        let shares = parameters.shares(
            "shares", default: [("train", 0.8), ("dev", 0.1), ("test", 0.1)],
            help: "Sides in order, and the share of groups that each gets; the sum is 1.")
        let cuts = Self.cuts(&parameters, zoneSeconds: zoneSeconds)
        let placement = Self.placement(name, &parameters)
        self.placement = placement
        let isByRule = placement == .byRule
        let tests = Self.tests(&parameters, method: name)
        let method =
            isByTime
            ? Self.byTime(cuts, &parameters)
            : Self.byShares(isByRule ? shares : Self.usual, isBalanced: name == "balanced", &parameters)
        rule = SplitRule(
            method: method, grouping: SplitRule.Grouping(rawValue: grouping) ?? .article,
            salt: parameters.string(
                Self.saltKey, default: "v1", help: "A different salt gives a different split."))
        sides = isByTime ? cuts.map(\.name) : isByRule ? shares.map(\.name) : ["train", "dev"] + tests
        var text: [String: JSONValue] = ["group_by": .string(grouping)]
        if name != "hash" { text["method"] = .string(name) }
        if !isByRule {
            text.merge(Self.text(placement)) { $1 }
            if tests != ["test"] { text["tests"] = .array(tests.map(JSONValue.string)) }
        } else if isByTime {
            text["cuts"] = .array(
                cuts.map { [.string($0.name), $0.seconds.map { .integer(Int($0)) } ?? .null] })
        } else {
            text["shares"] = .array(shares.map { [.string($0.name), .number($0.share)] })
        }
        ruleText = .object(text)
        copies = Self.copies(&parameters)
        if case .given = placement, !parameters.isSet("copies") {
            // The sides are their owner's: problems with them are reported, not repaired.
            self.copies = .keep
            parameters.addToFingerprint("copies", .string(Copies.keep.rawValue))
        }
        nearCopies = Self.nearCopies(&parameters)
        frozen = [:]
        let dates = parameters.dates(
            "frozen", zoneSeconds: zoneSeconds,
            help: "Sides that stay as they were on a date, members and labels, such as {test: 2025-11-01}.")
        for (name, seconds) in dates { frozen[name] = seconds }
        check(&parameters, isByTime: isByTime, frozen: dates.map(\.name))
    }

    private static func copies(_ parameters: inout ParameterReader) -> Copies {
        let name = parameters.choice(
            "copies", default: "drop", of: Copies.allCases.map(\.rawValue),
            help:
                "How to treat exact and near copies of a text: drop leaves out those on another side, one_per_side also "
                + "all but one on each side.")
        return Copies(rawValue: name) ?? .drop
    }

    private static func nearCopies(_ parameters: inout ParameterReader) -> NearDuplicateRule {
        parameters.map("dedupe", help: "When two texts count as near-duplicates.") { reader in
            NearDuplicateRule(
                shingle: reader.int(
                    "shingle", default: 3, in: 1...8, unit: "characters",
                    help: "Length of the pieces that texts are compared by."),
                threshold: reader.number(
                    "threshold", default: 0.85, in: 0.5...1,
                    help: "Minimum share of common pieces for two texts to be near-duplicates."))
        } ?? NearDuplicateRule()
    }

    private static let usual = [
        (name: "train", share: 0.8), (name: "dev", share: 0.1), (name: "test", share: 0.1),
    ]

    private static func placement(_ method: String, _ parameters: inout ParameterReader) -> Placement {
        let dev = parameters.optionalNumber(
            "dev", in: 0...0.9,
            help:
                "For method: given or folds. Share of the training groups that becomes the dev side: of given sides where "
                + "none is called dev, 0.1 by default; of folds, 0 by default.")
        let folds = parameters.optionalInt(
            "folds", in: 2...100, unit: "folds", help: "For method: folds. Equal parts of the groups.")
        let fold = parameters.optionalInt(
            "fold", in: 1...100, help: "For method: folds. Which of the parts is the test, counted from 1.")
        func refuse(_ keys: [String], _ method: String) {
            for key in keys where parameters.isSet(key) {
                parameters.reject(
                    key, "'\(key)' does not apply to method: \(method)",
                    hint: "leave it out, or change 'method'"
                )
            }
        }
        switch method {
        case "given":
            refuse(["shares", "frozen", "folds", "fold"], method)
            return .given(dev: dev ?? 0.1)
        case "folds":
            refuse(["shares", "frozen"], method)
            guard let folds, let fold, fold <= folds else {
                parameters.reject(
                    folds == nil ? "folds" : "fold",
                    "method: folds needs 'folds', how many there are, and 'fold', which of them is the test",
                    hint: "such as folds: 5 and fold: 1")
                return .fold(1, of: 2, dev: 0)
            }
            return .fold(fold, of: folds, dev: dev ?? 0)
        default:
            refuse(["dev", "folds", "fold"], method)
            return .byRule
        }
    }

    /// Names of the sides that are tested on.
    private static func tests(_ parameters: inout ParameterReader, method: String) -> [String] {
        let names = parameters.optionalNames(
            "tests",
            help:
                "For method: given. Names of the sides that are tested on, where there are others than test, such as "
                + "[matched, mismatched].")
        guard let names else { return ["test"] }
        if method != "given" {
            parameters.reject(
                "tests", "'tests' does not apply to method: \(method)",
                hint: "leave it out, or set method: given")
        }
        let tests = names.map(\.name)
        if names.contains(where: { $0.value != nil })
            || Set(tests + ["train", "dev"]).count != tests.count + 2
        {
            parameters.reject(
                "tests", "'tests' lists names of sides, each once, beside train and dev",
                hint: "such as tests: [matched, mismatched]")
        }
        return tests
    }

    private static func text(_ placement: Placement) -> [String: JSONValue] {
        switch placement {
        case .byRule: [:]
        case .given(let dev): ["dev": .number(dev)]
        case .fold(let fold, of: let folds, let dev):
            ["fold": .integer(fold), "folds": .integer(folds), "dev": .number(dev)]
        }
    }

    private static func zone(_ parameters: inout ParameterReader) -> Int64 {
        let zone = parameters.string(
            "time_zone", default: "Z", help: "UTC offset of dates and times that give none, such as +09:00.")
        if Moment.zoneSeconds(zone) == nil {
            parameters.reject("time_zone", "'\(zone)' is not a UTC offset; expected Z or one such as +09:00")
        }
        return Moment.zoneSeconds(zone) ?? 0
    }

    private static func cuts(
        _ parameters: inout ParameterReader, zoneSeconds: Int64
    ) -> [(name: String, seconds: Int64?)] {
        parameters.dates(
            "cuts", words: ["rest"], zoneSeconds: zoneSeconds,
            help:
                "For method: time. Sides in their order and the date before which their comments were written; "
                + "rest for a last side without an end.")
    }

    private static func byShares(
        _ shares: [(name: String, share: Double)], isBalanced: Bool, _ parameters: inout ParameterReader
    ) -> SplitRule.Method {
        if parameters.isSet("cuts") {
            parameters.reject(
                "cuts", "'cuts' are for method: time", hint: "leave it out, or set method: time")
        }
        let parts = shares.map { SplitRule.Share(Side($0.name), $0.share) }
        return isBalanced ? .balanced(shares: parts) : .hash(shares: parts)
    }

    private static func byTime(
        _ cuts: [(name: String, seconds: Int64?)], _ parameters: inout ParameterReader
    ) -> SplitRule.Method {
        if parameters.isSet("shares") {
            parameters.reject(
                "shares", "'shares' are for method: hash or balanced",
                hint: "leave it out, or set method: hash")
        }
        if !parameters.isSet("cuts") {
            parameters.reject(
                "cuts", "method: time needs 'cuts'",
                hint: "such as cuts: {train: 2025-09-01, dev: 2025-10-01, test: rest}")
        }
        if cuts.dropLast().contains(where: { $0.seconds == nil }) {
            parameters.reject("cuts", "only the last side takes the rest; the others end at a date")
        }
        // What was written after the last date is on a side without a name.
        let isOpen = cuts.last.map { $0.seconds == nil } ?? true
        return .time(
            sides: cuts.map { Side($0.name) } + (isOpen ? [] : [Side("")]), cuts: cuts.compactMap(\.seconds))
    }

    private static func words(_ problem: SplitProblem) -> String {
        guard case .cutsNotRising(let one, let next) = problem else { return problem.description }
        return
            "the cut at \(Moment.text(next)) is not after the cut at \(Moment.text(one)); write cuts in "
            + "rising order"
    }

    private func check(_ parameters: inout ParameterReader, isByTime: Bool, frozen: [String]) {
        let key = isByTime ? "cuts" : "shares"
        if sides.count >= Self.mostSides {
            parameters.reject(
                key, "there are \(sides.count) sides; at most \(Self.mostSides - 1) are possible")
        }
        if !isByTime || parameters.isSet("cuts") {
            for problem in rule.problems() { parameters.reject(key, Self.words(problem)) }
        }
        for side in sides
        where side.isEmpty || side.contains(where: { $0 == "/" || $0 == "\t" || $0.isNewline }) {
            parameters.reject(key, "the side '\(side)' cannot be part of a file's name")
        }
        for name in frozen where !sides.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            parameters.reject(
                "frozen", "there is no side '\(name)'", hint: "sides are: \(sides.joined(separator: ", "))")
        }
    }
}
