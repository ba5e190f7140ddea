internal import ActiveLabeling
internal import TextBasics
internal import TextFeatures

/// The comments without a label that are least like any comment that has one, and least like each other.
///
/// Texts are compared by the cosine of their character n-grams inside of words, weighted by how rare these are among the
/// candidates and as many labeled comments.
struct UnlikeLabeled {
    /// Comments in the order in which they are to be read.
    private(set) var order: [Int64] = []
    /// The cosine of each to the most similar labeled comment or earlier one, 0 ... 1.
    private(set) var similarities: [Int64: Double] = [:]
    /// Comments without a label that were not looked at.
    let unseen: Int

    /// Most comments without a label that are compared.
    private static let mostCandidates = 10_000
    /// Labeled comments that are read at a time.
    private static let blockSize = 4_096
    private static let options = TfidfVectorizer.Options(
        NgramRules(.charactersInWords, lengths: 2...4), sublinear: true)

    /// - Parameters:
    ///   - count: most comments wanted.
    ///   - read: gives the texts of some comments.
    init(_ pool: ReadingPool, count: Int, texts read: ([Int64]) throws -> [Int64: [UInt8]]) throws {
        let unlabeled = pool.rows.filter { $0.label < 0 }.sorted { $0.ranks.blind < $1.ranks.blind }
        let drawn = unlabeled.prefix(Self.mostCandidates).map(\.id).sorted()
        unseen = unlabeled.count - drawn.count
        let (all, texts) = Self.rows(drawn, try read(drawn))
        let labeled = pool.rows.filter { $0.label >= 0 }
        let vectorizer = TfidfVectorizer(
            Self.options, fitting: try Self.measured(labeled, beside: texts, read))
        let candidates = SparseRows(vectorizer, texts)
        // A text of which nothing is known is like no other, which says nothing.
        let known = all.indices.filter { !candidates.columns(of: $0).isEmpty }
        let ids = known.map { all[$0] }
        let index = Postings(candidates, rows: known, columnCount: vectorizer.count)
        var nearest = [Double](repeating: 0, count: ids.count)
        for start in stride(from: 0, to: labeled.count, by: Self.blockSize) {
            let block = labeled[start..<min(start + Self.blockSize, labeled.count)].map(\.id)
            let (_, texts) = Self.rows(block, try read(block))
            let others = SparseRows(vectorizer, texts)
            for row in 0..<others.count { index.raise(&nearest, bySimilarityTo: others, row) }
        }
        let found = FarthestFirst(count, nearest: nearest) { candidate in
            var similarities = [Double](repeating: 0, count: ids.count)
            index.raise(&similarities, bySimilarityTo: candidates, known[candidate])
            return similarities
        }
        order = found.steps.map { ids[$0.candidate] }
        for step in found.steps { similarities[ids[step.candidate]] = step.similarity }
    }

    /// The texts that tell how rare n-grams are.
    private static func measured(
        _ labeled: [ReadingPool.Row], beside texts: UTF8Rows, _ read: ([Int64]) throws -> [Int64: [UInt8]]
    ) throws -> UTF8Rows {
        let drawn = labeled.sorted { $0.ranks.blind < $1.ranks.blind }.prefix(mostCandidates).map(\.id)
            .sorted()
        var all = texts
        let (_, others) = rows(drawn, try read(drawn))
        for row in 0..<others.count { all.append(others[row]) }
        return all
    }

    /// Those of some comments that are shown, and their texts.
    private static func rows(_ ids: [Int64], _ texts: [Int64: [UInt8]]) -> (ids: [Int64], rows: UTF8Rows) {
        let shown = ids.filter { texts[$0] != nil }
        var rows = UTF8Rows()
        for id in shown { rows.append(texts[id] ?? []) }
        return (shown, rows)
    }
}

/// Rows of n-gram weights, each of length 1.
private struct SparseRows {
    private let starts: [Int]
    private let columns: [Int32]
    private let values: [Double]

    var count: Int { starts.count - 1 }

    init(_ vectorizer: TfidfVectorizer, _ texts: UTF8Rows) {
        let rows = vectorizer.rows(of: texts)
        (starts, columns, values) = (rows.starts, rows.columns, rows.values)
    }

    func columns(of row: Int) -> ArraySlice<Int32> { columns[starts[row]..<starts[row + 1]] }
    func values(of row: Int) -> ArraySlice<Double> { values[starts[row]..<starts[row + 1]] }
}

/// For each n-gram the rows that have it.
private struct Postings {
    private var entries: [[(row: Int32, value: Double)]]
    private let rowCount: Int

    /// - Parameter rows: which ones, in their new order.
    init(_ table: SparseRows, rows: [Int], columnCount: Int) {
        entries = Array(repeating: [], count: columnCount)
        rowCount = rows.count
        for (place, row) in rows.enumerated() {
            for (column, value) in zip(table.columns(of: row), table.values(of: row)) {
                entries[Int(column)].append((Int32(place), value))
            }
        }
    }

    /// Raises each row's number to its cosine to a row of another table, if that is larger.
    func raise(_ nearest: inout [Double], bySimilarityTo table: SparseRows, _ row: Int) {
        var sums = [Double](repeating: 0, count: rowCount)
        for (column, weight) in zip(table.columns(of: row), table.values(of: row)) {
            for entry in entries[Int(column)] { sums[Int(entry.row)] += weight * entry.value }
        }
        for place in 0..<rowCount where sums[place] > nearest[place] { nearest[place] = min(1, sums[place]) }
    }
}
