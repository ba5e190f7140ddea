internal import Sampling
internal import StageKit
internal import VoteModel

/// The outcome of a split: its figures, and warnings about what is not as requested.
struct SplitOutcome {
    private let split: DatasetColumns
    private let plan: SplitPlan
    private let frozen: Set<String>
    private let leakage: SplitLeakage
    /// By side, rows that are copies of another one there.
    private let copies: [UInt8: Int]
    private let groups: Int
    private let sides: [Side]
    /// What rows with labels are to teach; `nil` for comments labeled by their votes.
    private let targets: TargetFacts?
    private let classNames: [String]

    private struct Side {
        var name: String
        var rows = 0
        /// Rows by class.
        var classes: [Int]
        var articles: Set<Int64> = []
        /// `nil` for sides that follow each other in time.
        var asked: Double?
    }

    /// - Parameters:
    ///   - frozen: names of sides that stay as they were.
    ///   - groups: how many groups the sample has.
    init(
        _ split: DatasetColumns, _ facts: DatasetFacts, _ plan: SplitPlan, frozen: Set<String>,
        _ leakage: SplitLeakage, copies: [UInt8: Int], groups: Int
    ) {
        targets = facts.targets
        let classNames = facts.classNames
        self.classNames = classNames
        self.split = split
        self.plan = plan
        self.frozen = frozen
        self.leakage = leakage
        self.copies = copies
        self.groups = groups
        var sides = split.sideNames.map { name in
            Side(name: name, classes: classNames.map { _ in 0 })
        }
        for (index, share) in plan.askedShares.enumerated() where index < sides.count {
            sides[index].asked = share
        }
        for row in split.ids.indices {
            let side = Int(split.sides[row])
            sides[side].rows += 1
            sides[side].articles.insert(split.articles[row])
            for label in split.classes(of: row, facts.targets) { sides[side].classes[label] += 1 }
        }
        self.sides = sides
    }

    /// All but what was left out before the sides were made.
    var figures: SplitFigures {
        var figures = SplitFigures()
        figures.rows = split.count
        figures.groups = groups
        figures.leakage = leakage.comments
        figures.sharedAuthors = leakage.sharedAuthors
        figures.sharedAddresses = leakage.sharedAddresses
        figures.largestGroup = leakage.largestGroup
        figures.shareError = shareError
        figures.smallestSide = sides.map(\.rows).min() ?? 0
        figures.smallestClassOnASide = sides.flatMap(\.classes).min() ?? 0
        figures.copiesWithin = copies.values.reduce(0, +)
        figures.salt = plan.rule.salt
        figures.groupBy = plan.groupName
        let asked = frozen.isEmpty ? shares.map { ($0.side.name, $0.asked) } : []
        figures.askedShares = asked.isEmpty ? nil : Dictionary(asked) { $1 }
        figures.sides = SidesFigures(sides.map(shown))
        figures.ofSides = sides.enumerated().map { index, side in
            SplitFigures.OfSide(
                side: side.name, rows: side.rows, share: share(of: side), classes: counts(of: side),
                copiesWithin: copies[UInt8(index), default: 0])
        }
        return figures
    }

    private func counts(of side: Side) -> [ClassCount] {
        zip(classNames, side.classes).map { ClassCount(name: $0, rows: $1) }
    }

    private func shown(_ side: Side) -> SideFigures {
        SideFigures(
            name: side.name, controversial: targets == nil ? side.classes[1] : 0,
            uncontroversial: targets == nil ? side.classes[0] : 0, articles: side.articles.count,
            labeled: targets.map { _ in
                SideFigures.ClassRows(rows: side.rows, classes: counts(of: side))
            })
    }

    private func share(of side: Side) -> Double { Double(side.rows) / Double(max(1, split.count)) }

    /// The sides whose shares are held to, with what each has and what was asked for: those that are not frozen, among
    /// themselves.
    private var shares: [(side: Side, has: Double, asked: Double)] {
        let open = sides.filter { !frozen.contains($0.name) }
        let rows = Double(max(1, open.reduce(0) { $0 + $1.rows }))
        let all = open.compactMap(\.asked).reduce(0, +)
        return open.compactMap { side in
            side.asked.map { (side, Double(side.rows) / rows, $0 / all) }
        }
    }

    /// The farthest that a side's share is from what was asked for, 0 ... 1.
    private var shareError: Double { shares.map { abs($0.has - $0.asked) }.max() ?? 0 }

    // MARK: Messages

    /// From this share of a side's comments on, copies among them are worth a warning.
    private static let manyCopies = 0.05

    var warnings: [String] {
        var warnings: [String] = []
        if let words = unlikeAsked { warnings.append(words) }
        // Pairs are compared by their first texts, of which several have the same.
        for (index, side) in sides.enumerated() where plan.copies == .drop && targets?.hasPairs != true {
            let count = copies[UInt8(index), default: 0]
            if count > 0, Double(count) >= Self.manyCopies * Double(side.rows) {
                warnings.append(
                    "\(count) of \(side.rows) comments of the side '\(side.name)' have the same text as another there, or "
                        + "nearly; copies: one_per_side keeps one of each")
            }
        }
        if leakage.sharedAddresses > 0 {
            warnings.append(
                "\(leakage.sharedAddresses) comments belong to articles whose address is on another side too, under another "
                    + "key or source; group_by: url, with a new salt, keeps them together")
        }
        return warnings
    }

    /// What is said where a side is empty, lacks a class, or is far from its share; `nil` if all is well.
    private var unlikeAsked: String? {
        var found: [String] = []
        let total = classNames.indices.map { index in sides.reduce(0) { $0 + $1.classes[index] } }
        for side in sides {
            if side.rows == 0 {
                found.append("the side '\(side.name)' has no comment")
                continue
            }
            for index in classNames.indices where side.classes[index] == 0 && total[index] > 0 {
                found.append(
                    targets == nil
                        ? "the side '\(side.name)' has no \(classNames[index]) comment"
                        : "the side '\(side.name)' has no row of the class '\(classNames[index])'")
            }
        }
        let far = shares.filter { abs($0.has - $0.asked) > max(0.02, min(0.1, $0.asked / 2)) }
        if !far.isEmpty {
            let words = shares.map { "\($0.side.name) \(Self.text($0.has)) for \(Self.text($0.asked))" }
            found.append("the shares are " + words.joined(separator: ", "))
        }
        return found.isEmpty ? nil : found.joined(separator: "; ") + "; " + remedy
    }

    private var remedy: String {
        if !plan.isRemembered { return "'method' of the split stage says which rows go where" }
        if plan.isByTime { return "other dates under 'cuts', with a new salt, divide them otherwise" }
        if let least = plan.rule.shares.min(), leakage.largestGroup > max(0.5, 1 - least) {
            return
                "one group has \(Self.text(leakage.largestGroup)) of all comments: 'per_article' of the sample stage limits "
                + "it, and group_by: comment, with a new salt, divides it"
        }
        if plan.isBalanced {
            return
                "there are only \(groups) groups to divide: more articles, or group_by: comment with a new salt"
        }
        return
            "method: balanced, with a new salt, places groups so that rows and classes come near the shares"
    }

    /// A share as a percentage of at most four digits.
    private static func text(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
