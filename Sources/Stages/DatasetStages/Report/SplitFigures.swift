internal import StageKit
internal import VoteModel

/// What a split stage reports.
struct SplitFigures: KindFigures {
    var rows: Int?
    var copiesDropped: Int?
    var copiesDroppedWithin: Int?
    var groups: Int?
    var leakage: Int?
    var sharedAuthors: Double?
    var largestGroup: Double?
    var shareError: Double?
    var smallestSide: Int?
    var smallestClassOnASide: Int?
    var copiesWithin: Int?
    var sharedAddresses: Int?
    var heldOut: Int?
    var salt: String?
    /// What stays together: `article`, `comment`, `author` and so on; `time` for sides cut at dates.
    var groupBy: String?
    /// Shares that were asked for, by side, 0 ... 1; `nil` for sides that follow each other in time or stay as they were.
    var askedShares: [String: Double]?
    /// The sides in words that other kinds read too.
    var sides = SidesFigures()
    /// The sides in single figures for checks, in the order of the rule.
    var ofSides: [OfSide] = []

    /// The figures of every split. Those of its sides are in ``families``.
    static let fields: [JSONField<SplitFigures>] = [
        JSONField("rows", \.rows, "comments on all sides"),
        JSONField(
            "copies_dropped", \.copiesDropped,
            "comments left out because a copy of their text is on another side"),
        JSONField(
            "copies_dropped_within", \.copiesDroppedWithin,
            "comments left out because a copy of their text is on the same side"),
        JSONField("groups", \.groups, "groups that the sides are made of"),
        JSONField(
            "leakage", \.leakage, "comments whose group, or a copy of whose text, is on another side too"),
        JSONField(
            "shared_authors", \.sharedAuthors,
            "share of the test side's comments whose author is in training too, 0 ... 1"),
        JSONField(
            "largest_group", \.largestGroup,
            "share of all comments that are in the largest group, 0 ... 1"),
        JSONField(
            "share_error", \.shareError,
            "largest difference between the share of a side and the requested share, 0 ... 1"),
        JSONField("smallest_side", \.smallestSide, "comments on the side that has the fewest"),
        JSONField(
            "smallest_class_on_a_side", \.smallestClassOnASide,
            "comments of the class that is rarest on a side"),
        JSONField("copies_within", \.copiesWithin, "comments that are copies of another on their side"),
        JSONField(
            "shared_addresses", \.sharedAddresses,
            "comments of articles whose address is on another side too"),
        JSONField(
            "held_out", \.heldOut,
            "comments that are on no side: after the last cut, frozen out, or across a cut"),
        JSONField("salt", \.salt), JSONField("group_by", \.groupBy),
        JSONField("asked_shares", \.askedShares),
    ]

    /// What is reported of a side by figures with its name in theirs.
    struct OfSide: Hashable, Sendable {
        var side: String
        var rows = 0
        /// Of all rows, 0 ... 1.
        var share = 0.0
        /// Rows by class, in the order of the classes.
        var classes: [ClassCount] = []
        var copiesWithin = 0
    }
}

extension SplitFigures {
    init?(json: JSONValue) {
        guard let members = json.objectValue, readFields(of: json) else { return nil }
        sides = SidesFigures(json)
        ofSides = sides.all.compactMap { side in
            guard let rows = members[Family.rows.name(side.name)]?.intValue,
                let share = members[Family.share.name(side.name)]?.doubleValue,
                let copies = members[Family.copiesWithin.name(side.name)]?.intValue
            else { return nil }
            let classes = side.labeled?.classes.compactMap(\.name) ?? Self.votedNames
            return OfSide(
                side: side.name, rows: rows, share: share,
                classes: classes.compactMap { name in
                    members[Family.classes.name(side.name, name)]?.intValue.map {
                        ClassCount(name: name, rows: $0)
                    }
                }, copiesWithin: copies)
        }
    }

    var json: JSONValue {
        var json = fieldsJSON
        for member in sides.json.members ?? [] { json[member.key] = member.value }
        for side in ofSides {
            json[Family.rows.name(side.side)] = .integer(side.rows)
            json[Family.share.name(side.side)] = .number(side.share)
            json[Family.copiesWithin.name(side.side)] = .integer(side.copiesWithin)
            for entry in side.classes {
                json[Family.classes.name(side.side, entry.name ?? "")] = .integer(entry.rows)
            }
        }
        return json
    }

    /// The classes of comments that are labeled by their votes, in the order of their numbers.
    static let votedNames = [Verdict.uncontroversial, .controversial].map(\.name)

    /// Figures that come once for each side.
    private struct Family: Sendable {
        let figure: Figure
        /// What a member of the family counts.
        let summary: @Sendable (_ side: String) -> String

        static let rows = Family(figure: SidesFigures.rows) { "comments on the side \($0)" }
        static let share = Family(
            figure: Figure("share", "share of all comments that are on a side, 0 ... 1, as in share.test")
        ) { "share of all comments that are on the side \($0), 0 ... 1" }
        static let classes = Family(
            figure: Figure("class", "comments of a class on a side, as in class.test.controversial")
        ) { "comments on the side \($0)" }
        static let copiesWithin = Family(
            figure: Figure(
                "copies_within",
                "comments of a side that are copies of another there, as in copies_within.train")
        ) { "comments of the side \($0) that are copies of another there" }

        func name(_ parts: String...) -> String { ([figure.name] + parts).joined(separator: ".") }
        func member(_ side: String) -> Figure { Figure(name(side), summary(side)) }
    }

    static var families: [Figure] {
        [Family.rows, Family.share, Family.classes, Family.copiesWithin].map(\.figure)
    }

    /// The figures that a split with these sides reports beside those that every split does.
    static func families(of sides: [String]) -> [Figure] {
        sides.flatMap { side in
            [Family.rows, Family.share, Family.copiesWithin].map { $0.member(side) }
                + votedNames.map { name in
                    Figure(Family.classes.name(side, name), "\(name) \(Family.classes.summary(side))")
                }
        }
    }
}
