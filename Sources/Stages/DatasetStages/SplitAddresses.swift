internal import StageKit
internal import VoteModel

/// The rows of a split whose article is on another side too, under another key: wire stories and portals bring one article
/// to several sources.
struct SplitAddresses {
    private(set) var rows: [Int] = []

    /// Looks only where articles are to be kept together, and could come from several places.
    init(of split: DatasetColumns, _ plan: SplitPlan, _ cut: LedgerCut, _ context: StageContext) throws {
        guard plan.keepsArticlesTogether, cut.sources.count > 1 else { return }
        let addresses = try ArticleName.names(of: split, cut, context) { comment, _ in
            ArticleName.address(of: comment)
        }
        var sides: [[UInt8]: Set<UInt8>] = [:]
        for (article, side) in zip(split.articles, split.sides) {
            if let address = addresses[article] ?? nil { sides[address, default: []].insert(side) }
        }
        rows = split.ids.indices.filter { row in
            (addresses[split.articles[row]] ?? nil).map { sides[$0, default: []].count > 1 } ?? false
        }
    }
}
