internal import Labeling
internal import StageKit
internal import VoteModel

/// The rows of a label set in the making, in the order of ids: segments of the earlier set that are as they were, which
/// stay where they are, and rows of its own between them.
struct JudgedRows: Sendable {
    /// A segment of the earlier set.
    struct Shared: Sendable {
        let entry: DatasetSegments.Entry
        let path: String
        /// The numbers that it covers and has no rows for.
        let holes: ArraySlice<Int64>
        let stage: String

        func columns() throws -> DatasetColumns { try DatasetColumns(path: path, stage: stage) }
    }

    enum Part: Sendable {
        case earlier(Shared)
        case own(DatasetColumns)
    }

    /// Where its own row is.
    struct Place {
        var part: Int
        var row: Int
    }

    private(set) var parts: [Part] = []
    private(set) var count = 0

    init() {}

    init(_ columns: DatasetColumns) {
        parts = [.own(columns)]
        count = columns.count
    }

    mutating func append(_ segment: Shared) {
        parts.append(.earlier(segment))
        count += segment.entry.rows
    }

    /// The number of the part that its own rows are added to.
    mutating func ownPart() -> Int {
        if case .own? = parts.last { return parts.count - 1 }
        parts.append(.own(DatasetColumns()))
        return parts.count - 1
    }

    /// Makes room for rows of its own that are to follow.
    mutating func reserveOwn(_ count: Int) {
        let part = ownPart()
        var columns = take(part: part)
        columns.reserveCapacity(columns.count + count)
        put(columns, inPart: part)
    }

    /// Takes out the rows of its own part, to be changed or added to and ``put(_:inPart:)`` back: they are nowhere
    /// else meanwhile, so that none is copied.
    mutating func take(part: Int) -> DatasetColumns {
        guard case .own(let columns) = parts[part] else { return DatasetColumns() }
        parts[part] = .own(DatasetColumns())
        count -= columns.count
        return columns
    }

    mutating func put(_ columns: DatasetColumns, inPart part: Int) {
        parts[part] = .own(columns)
        count += columns.count
    }

    /// Whether a comment is among them.
    func contains(_ id: Int64) -> Bool {
        let place = parts.partitioningIndex { part in
            switch part {
            case .earlier(let segment): segment.entry.ids.upperBound >= id
            case .own(let columns): (columns.ids.last ?? .min) >= id
            }
        }
        guard place < parts.count else { return false }
        switch parts[place] {
        case .earlier(let segment):
            let hole = segment.holes.partitioningIndex { $0 >= id }
            return segment.entry.ids.contains(id)
                && !(hole < segment.holes.endIndex && segment.holes[hole] == id)
        case .own(let columns):
            let row = columns.ids.partitioningIndex { $0 >= id }
            return row < columns.count && columns.ids[row] == id
        }
    }

    /// All rows in one table.
    func columns() throws -> DatasetColumns {
        if parts.count == 1, case .own(let columns) = parts[0] { return columns }
        var all = DatasetColumns()
        all.reserveCapacity(count)
        for part in parts {
            switch part {
            case .earlier(let segment): all.append(try segment.columns())
            case .own(let columns): all.append(columns)
            }
        }
        return all
    }

    /// Some of its own rows.
    func columns(at places: [Place]) -> DatasetColumns {
        var some = DatasetColumns()
        some.reserveCapacity(places.count)
        var rest = places[...]
        while let part = rest.first?.part {
            let here = rest.prefix { $0.part == part }
            if case .own(let columns) = parts[part] { some.append(columns, rows: here.lazy.map(\.row)) }
            rest = rest[here.endIndex...]
        }
        return some
    }
}

/// How judged rows differ from those of an earlier label set.
struct JudgedDelta: Sendable {
    /// Id of the earlier set.
    var base: String
    /// Rows that are new or say something else, in the order of ids.
    var changed = DatasetColumns()
    /// What those that are not new said before, and rows of comments that are not among the present ones. In the order of
    /// ids.
    var before = DatasetColumns()
    /// Comments of the earlier set that are not among the rows. Rising.
    var gone: [Int64] = []
}

/// How many judged rows there are of each kind.
struct JudgedSummary: Sendable {
    /// Rows by the code of their label.
    var labels: [Int]
    var census: VoteCensus

    init(_ columns: DatasetColumns) {
        labels = [Int](repeating: 0, count: Verdict.allCases.count)
        for label in columns.labels { labels[Int(label)] += 1 }
        census = VoteCensus(ups: columns.ups, downs: columns.downs)
    }

    /// Counted from an earlier set and what has changed since.
    init(_ list: DatasetSegments.List, _ census: VoteCensus, _ delta: JudgedDelta) {
        labels = list.labels
        for label in delta.before.labels { labels[Int(label)] -= 1 }
        for label in delta.changed.labels { labels[Int(label)] += 1 }
        self.census = census.changed(
            taking: (delta.before.ups, delta.before.downs), adding: (delta.changed.ups, delta.changed.downs))
    }
}
