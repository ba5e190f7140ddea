internal import Sampling
internal import StageKit
internal import VoteModel

/// The groups of a sample: what stays together on one side.
struct SplitGroups {
    /// UTF-8, compared as bytes.
    private(set) var keys: [[UInt8]] = []
    /// The group of each row.
    private(set) var rowGroups: [Int] = []
    /// Rows of each group by class.
    private(set) var classes: [[Int]] = []
    /// When each row was written or first seen, seconds since 1970, UTC; empty unless sides follow from time.
    private(set) var moments: [Int64] = []

    /// - Throws: ``/StageKit/StageError`` where the comments do not say what they are to be grouped or placed by.
    /// - Parameter targets: what rows with labels are to teach; `nil` for comments labeled by their votes.
    init(
        of sample: DatasetColumns, _ targets: TargetFacts?, _ plan: SplitPlan, _ cut: LedgerCut,
        _ context: StageContext
    ) throws {
        switch plan.rule.grouping {
        case .article: try groupByArticle(sample, context)
        case .comment: try groupByComment(sample, cut, context)
        case .author: try groupByAuthor(sample, cut, context)
        case .url: try groupByName(sample, cut, context, "url") { ArticleName.address(of: $0) }
        case .title: try groupByName(sample, cut, context, "title") { ArticleName.title(of: $0) }
        }
        if plan.rule.grouping == .article, keys.count == 1, sample.count > 1, plan.rule.sides.count > 1 {
            throw StageError(
                "all \(sample.count) comments belong to one article, so they would all be on one side",
                hint: "name the article's column in the ingest stage, or set group_by: comment")
        }
        let strata = sample.strata(targets)
        classes = [[Int]](repeating: Array(repeating: 0, count: strata.count), count: keys.count)
        for (row, group) in rowGroups.enumerated() {
            for label in strata.of(row) { classes[group][label] += 1 }
        }
        if plan.isByTime { moments = try SplitMoments(plan.zoneSeconds).moments(of: sample, cut, context) }
    }

    private mutating func groupByArticle(_ sample: DatasetColumns, _ context: StageContext) throws {
        var articles: [Int64] = []
        var groupOfArticle: [Int64: Int] = [:]
        for article in sample.articles {
            let group = groupOfArticle[article] ?? articles.count
            rowGroups.append(group)
            if group == articles.count {
                groupOfArticle[article] = group
                articles.append(article)
            }
        }
        var key = CommentKeyWriter()
        try context.origins.articles(articles) { article in
            keys.append(key.withBytes(of: article) { Array($0) })
        }
        try check(keys.count, of: articles.count, "articles")
    }

    private mutating func groupByComment(
        _ sample: DatasetColumns, _ cut: LedgerCut, _ context: StageContext
    ) throws {
        var key = CommentKeyWriter()
        try context.ledger.scan(cut, fields: .key, selection: .ids(sample.ids)) { comment in
            keys.append(key.withBytes(of: comment) { Array($0) })
        }
        try check(keys.count, of: sample.count)
        rowGroups = Array(keys.indices)
    }

    /// A comment without an author's hash is a group on its own.
    private mutating func groupByAuthor(
        _ sample: DatasetColumns, _ cut: LedgerCut, _ context: StageContext
    ) throws {
        var key = CommentKeyWriter()
        var groupOfKey: [[UInt8]: Int] = [:]
        var known = 0
        try context.ledger.scan(cut, fields: [.key, .author], selection: .ids(sample.ids)) { comment in
            if comment.authorHash != nil { known += 1 }
            let bytes = comment.authorHash.map { Array(comment.source) + Array(":@".utf8) + Array($0) }
            let name = bytes ?? key.withBytes(of: comment) { Array($0) }
            let group = groupOfKey[name] ?? keys.count
            if group == keys.count {
                groupOfKey[name] = group
                keys.append(name)
            }
            rowGroups.append(group)
        }
        try check(rowGroups.count, of: sample.count)
        if known == 0, sample.count > 0 {
            throw StageError(
                "group_by: author needs salted author hashes, and none of the \(sample.count) comments of the sample "
                    + "has one",
                hint:
                    "add 'author' to the columns of the ingest stage, with author_salt: $secrets.NAME, or set group_by: "
                    + "article")
        }
    }

    /// Articles with one name are one group, whatever source they are from; one without a name is a group on its own.
    private mutating func groupByName(
        _ sample: DatasetColumns, _ cut: LedgerCut, _ context: StageContext, _ what: String,
        _ name: (CommentRow) -> [UInt8]?
    ) throws {
        let names = try ArticleName.names(of: sample, cut, context) { row, key in
            name(row).map { Array(what.utf8) + [UInt8(ascii: ":")] + $0 } ?? key
        }
        var groupOfKey: [[UInt8]: Int] = [:]
        for article in sample.articles {
            guard let key = names[article] else { continue }
            let group = groupOfKey[key] ?? keys.count
            if group == keys.count {
                groupOfKey[key] = group
                keys.append(key)
            }
            rowGroups.append(group)
        }
        try check(rowGroups.count, of: sample.count)
        if !keys.contains(where: { $0.starts(with: Array("\(what):".utf8)) }), sample.count > 0 {
            throw StageError(
                "group_by: \(what) needs articles with \(what == "url" ? "an address" : "a title"), and none of the "
                    + "sample has one",
                hint: "name the column '\(what)' in the ingest stage, or set group_by: article")
        }
    }

    private func check(_ found: Int, of wanted: Int, _ what: String = "comments") throws(StageError) {
        if found == wanted { return }
        throw StageError(
            "\(wanted - found) \(what) of the sample are no longer in the store",
            hint: "run the sample stage again with --force")
    }
}

extension SplitGroups {
    /// Where the groups are.
    struct Placed {
        /// Index of the side of each group, or ``SplitPlan/noSide``.
        var sides: [UInt8] = []
        /// Groups that the ledger does not have yet.
        var fresh: [Int] = []
        /// Index of the side of each row, where rows of one group need not be on one; otherwise empty.
        var rowSides: [UInt8] = []

        /// Puts groups where a split that was made of the sample before has their rows. Where groups are placed by what is
        /// there, that need not be where they would be placed now.
        mutating func follow(_ split: DatasetColumns, _ sample: DatasetColumns, _ groups: SplitGroups) {
            let sideOfRow = Dictionary(
                zip(split.ids, split.sides), uniquingKeysWith: { first, _ in first })
            for (id, group) in zip(sample.ids, groups.rowGroups) {
                if let side = sideOfRow[id] { sides[group] = side }
            }
        }
    }

    /// Puts each row on the side that it came with, and where none came to the dev side, a share of the training groups.
    func given(_ sides: [String], _ plan: SplitPlan, dev share: Double) throws -> Placed {
        let assignment = try plan.rule.assignment()
        let indices = Dictionary(uniqueKeysWithValues: zip(plan.sides, UInt8(0)...))
        let carves = share > 0 && !sides.contains("dev")
        var placed = Placed(sides: Array(repeating: SplitPlan.noSide, count: keys.count))
        placed.rowSides = zip(sides, rowGroups).map { name, group in
            let isDev =
                carves && name == "train"
                && keys[group].withUnsafeBytes { assignment.position(ofGroup: $0) } < share
            return indices[isDev ? "dev" : name] ?? SplitPlan.noSide
        }
        return placed
    }

    /// Puts each group on the test side where it is of the fold, and a share of the others on the dev side.
    private func folded(_ plan: SplitPlan, _ fold: Int, of folds: Int, dev share: Double) throws -> Placed {
        let assignment = try plan.rule.assignment()
        let sides = keys.map { key -> UInt8 in
            let place = key.withUnsafeBytes { assignment.position(ofGroup: $0) } * Double(folds)
            if Int(place) == fold - 1 { return 2 }
            return place - place.rounded(.down) < share ? 1 : 0
        }
        return Placed(sides: sides)
    }

    /// Gives each group the side that it is on for good: the one that the ledger knows, or the one that the rule gives.
    func place(_ plan: SplitPlan, known: SplitFamily?) throws -> Placed {
        let assignment = try plan.rule.assignment()
        if case .fold(let fold, let folds, let dev) = plan.placement {
            return try folded(plan, fold, of: folds, dev: dev)
        }
        if plan.isBalanced { return balanced(plan, known) }
        let indices = Dictionary(uniqueKeysWithValues: zip(plan.sides, UInt8(0)...))
        var firstMoments = [Int64](repeating: .max, count: keys.count)
        for (group, moment) in zip(rowGroups, moments) {
            firstMoments[group] = min(firstMoments[group], moment)
        }
        var placed = Placed()
        for (group, key) in keys.enumerated() {
            if let side = known?.sides[key] {
                placed.sides.append(indices[side] ?? SplitPlan.noSide)
                continue
            }
            let index =
                plan.isByTime
                ? assignment.side(at: firstMoments[group])
                : key.withUnsafeBytes { assignment.side(ofGroup: $0) }
            placed.fresh.append(group)
            placed.sides.append(index < plan.sides.count ? UInt8(index) : SplitPlan.noSide)
        }
        return placed
    }

    /// Places all groups that the ledger does not have so that rows and classes come near the shares.
    private func balanced(_ plan: SplitPlan, _ known: SplitFamily?) -> Placed {
        let indices = Dictionary(uniqueKeysWithValues: zip(plan.sides, 0...))
        let groups = keys.indices.map { group in
            BalancedPlacement.Group(
                key: keys[group], classes: classes[group],
                side: known?.sides[keys[group]].flatMap { indices[$0] })
        }
        let sides = BalancedPlacement(shares: plan.rule.shares, salt: plan.rule.salt).sides(of: groups)
        return Placed(
            sides: sides.map { UInt8($0) }, fresh: groups.indices.filter { groups[$0].side == nil })
    }

    /// Rows that were themselves written at a time of another side than that of their group.
    func straddling(_ plan: SplitPlan, _ placed: Placed) throws -> [Int] {
        if moments.isEmpty { return [] }
        let assignment = try plan.rule.assignment()
        return moments.indices.filter { row in
            let own = assignment.side(at: moments[row])
            return placed.sides[rowGroups[row]] != (own < plan.sides.count ? UInt8(own) : SplitPlan.noSide)
        }
    }
}

/// Finds out when comments were written.
private struct SplitMoments {
    private let zoneSeconds: Int64

    init(_ zoneSeconds: Int64) { self.zoneSeconds = zoneSeconds }

    /// When each row of a sample was written; where its source does not say it, when its votes were first seen.
    func moments(of sample: DatasetColumns, _ cut: LedgerCut, _ context: StageContext) throws -> [Int64] {
        var created: [Int64: Int64] = [:]
        var unknown: [Int64] = []
        try context.ledger.scan(cut, fields: .createdAt, selection: .ids(sample.ids)) { comment in
            let moment = comment.createdAt.flatMap { Moment.seconds($0, zoneSeconds: zoneSeconds) }
            if let moment { created[comment.id] = moment } else { unknown.append(comment.id) }
        }
        var seen: [Int64: Int64] = [:]
        try context.ledger.readings(cut, of: unknown) { id, readings in seen[id] = readings.first?.at }
        if created.isEmpty, let first = seen.values.first, seen.count > 1,
            seen.values.allSatisfy({ $0 == first })
        {
            throw StageError(
                "no comment says when it was written, and all \(seen.count) were first seen at \(Moment.text(first)), "
                    + "so dates cannot split them",
                hint: "name the column created_at in the ingest stage, or set method: hash")
        }
        return try sample.ids.map { id in
            guard let moment = created[id] ?? seen[id] else { throw StageError.vanishedComment(id) }
            return moment
        }
    }
}
