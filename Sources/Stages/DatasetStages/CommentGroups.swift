internal import Labeling
package import StageKit
package import VoteModel

/// Which source and outlet, or which article, some comments belong to.
package struct CommentGroups {
    /// A source, and one of its outlets; `nil` for comments whose article names none.
    package struct Name: Hashable {
        package var source: String
        package var outlet: String?
        /// Number of the article; `nil` if articles are not told apart.
        package var article: Int64?

        package init(source: String, outlet: String?, article: Int64? = nil) {
            (self.source, self.outlet, self.article) = (source, outlet, article)
        }
    }

    package private(set) var names: [Name] = []
    /// Rising.
    private let ids: [Int64]
    /// By comment, the place of its name; -1 where the cut does not have it.
    private var places: [Int32]

    /// Reads them.
    /// - Parameters:
    ///   - ids: of the comments, in any order; those that the cut does not have are left out.
    ///   - byArticle: whether articles of one outlet are told apart.
    /// - Complexity: one row read for each comment; four bytes kept for each beside its id.
    package init(
        of ids: [Int64], byArticle: Bool = false, _ cut: LedgerCut, _ ledger: any LedgerReader
    ) throws {
        self.ids = ids.sorted()
        var places = [Int32](repeating: -1, count: ids.count)
        var names: [Name] = []
        var numbers: [Name: Int32] = [:]
        // Neighbors mostly come from one article.
        var last: (source: [UInt8], outlet: [UInt8]?, article: Int64?, number: Int32) = ([], nil, nil, -1)
        var row = 0
        let sorted = self.ids
        try ledger.scan(cut, fields: [.key, .articleID, .articleFacts], selection: .ids(sorted)) { comment in
            while row < sorted.count, sorted[row] < comment.id { row += 1 }
            let article = byArticle ? comment.article : nil
            let isSame =
                last.number >= 0 && article == last.article && comment.source.elementsEqual(last.source)
                && (comment.articleOutlet?.elementsEqual(last.outlet ?? []) ?? true)
                && (comment.articleOutlet == nil) == (last.outlet == nil)
            if !isSame {
                let name = Name(
                    source: String(decoding: comment.source, as: UTF8.self),
                    outlet: comment.articleOutlet.map { String(decoding: $0, as: UTF8.self) },
                    article: article)
                let number = numbers[name] ?? Int32(names.count)
                if Int(number) == names.count {
                    names.append(name)
                    numbers[name] = number
                }
                last = (Array(comment.source), comment.articleOutlet.map(Array.init), article, number)
            }
            places[row] = last.number
        }
        self.places = places
        self.names = names
    }

    /// The place of a comment's name among ``names``; `nil` for one that is not among them.
    package func place(of comment: Int64) -> Int? {
        let row = ids.partitioningIndex { $0 >= comment }
        guard row < ids.count, ids[row] == comment, places[row] >= 0 else { return nil }
        return Int(places[row])
    }

    /// Their names but for the article, and for each of ``names`` the place among them.
    var outlets: (names: [Name], places: [Int]) {
        var outlets: [Name] = []
        var placeOf: [Name: Int] = [:]
        let places = names.map { name in
            let outlet = Name(source: name.source, outlet: name.outlet)
            if let place = placeOf[outlet] { return place }
            placeOf[outlet] = outlets.count
            outlets.append(outlet)
            return outlets.count - 1
        }
        return (outlets, places)
    }

    /// The votes of the articles of ``names``, in their order, of all comments of the cut: also of those that cleaning
    /// left out, for readers voted on them too.
    /// - Complexity: one pass over the votes of the cut.
    func votesOfArticles(_ cut: LedgerCut, _ ledger: any LedgerReader) throws -> [VoteCensus] {
        var placeOf: [Int64: Int] = [:]
        for (place, name) in names.enumerated() { if let article = name.article { placeOf[article] = place } }
        var votes = [[VoteCount]](repeating: [], count: names.count)
        var last: (article: Int64, place: Int?) = (.min, nil)
        try ledger.scan(cut, fields: [.votes, .articleID], selection: .all) { comment in
            if comment.isDeleted { return }
            if comment.article != last.article { last = (comment.article, placeOf[comment.article]) }
            guard let place = last.place else { return }
            votes[place].append(VoteCount(up: Int(comment.up), down: Int(comment.down)))
        }
        return votes.map { VoteCensus($0) }
    }
}
