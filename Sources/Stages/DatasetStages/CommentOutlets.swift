package import StageKit
package import VoteModel

/// Which source and outlet some comments came from.
package struct CommentOutlets {
    /// A source, and one of its outlets; `nil` for comments whose article names none.
    package struct Name: Hashable {
        package var source: String
        package var outlet: String?
    }

    package private(set) var names: [Name] = []
    /// Rising.
    private let ids: [Int64]
    /// By comment, the place of its name; -1 where the cut does not have it.
    private var places: [Int32]

    /// Reads them.
    /// - Parameter ids: of the comments, in any order; those that the cut does not have are left out.
    /// - Complexity: one row read for each comment; four bytes kept for each beside its id.
    package init(of ids: [Int64], _ cut: LedgerCut, _ ledger: any LedgerReader) throws {
        self.ids = ids.sorted()
        var places = [Int32](repeating: -1, count: ids.count)
        var names: [Name] = []
        var numbers: [Name: Int32] = [:]
        // Neighbors mostly come from one article.
        var last: (source: [UInt8], outlet: [UInt8]?, number: Int32) = ([], nil, -1)
        var row = 0
        let sorted = self.ids
        try ledger.scan(cut, fields: [.key, .articleFacts], selection: .ids(sorted)) { comment in
            while row < sorted.count, sorted[row] < comment.id { row += 1 }
            let isSame =
                last.number >= 0 && comment.source.elementsEqual(last.source)
                && (comment.articleOutlet?.elementsEqual(last.outlet ?? []) ?? true)
                && (comment.articleOutlet == nil) == (last.outlet == nil)
            if !isSame {
                let name = Name(
                    source: String(decoding: comment.source, as: UTF8.self),
                    outlet: comment.articleOutlet.map { String(decoding: $0, as: UTF8.self) })
                let number = numbers[name] ?? Int32(names.count)
                if Int(number) == names.count {
                    names.append(name)
                    numbers[name] = number
                }
                last = (Array(comment.source), comment.articleOutlet.map(Array.init), number)
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
}
