import IngestStages
import TableFormat
import Testing
import VoteModel

/// What became of a row, as plain values that outlive it.
private enum Found: Equatable {
    case taken(
        article: String, key: String?, text: String, up: Int32, down: Int32, at: Int64, isDeleted: Bool)
    case emptyText
    case refused(String)
}

private func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes, as: UTF8.self)
}

/// Reads a TSV table and maps each of its rows; row problems of the reader do not occur here.
private func map(_ table: String, _ columns: [String: [String]]) throws -> [Found] {
    let columns = ColumnMap(columns)
    let mapper = RowMapper(columns: columns, zoneSeconds: 0, defaultObservedAt: 7)
    var found: [Found] = []
    var reader = try TableReader(.tsv, columns: columns.wanted(in: .tsv))
    let take = { (row: TableRow) in
        var taken: Found?
        let outcome = try mapper.map(row) {
            taken = .taken(
                article: text($0.article), key: $0.key.map(text), text: text($0.text), up: $0.up,
                down: $0.down,
                at: $0.observedAt, isDeleted: $0.isDeleted)
        }
        switch outcome {
        case .taken: if let taken { found.append(taken) }
        case .leftOut: break
        case .emptyText: found.append(.emptyText)
        case .refused(let problem): found.append(.refused(problem.reason.description))
        }
    }
    let refuse = { (problem: RowProblem) in found.append(.refused("reader: \(problem.reason)")) }
    try Array(table.utf8).withUnsafeBytes { try reader.read($0, row: take, problem: refuse) }
    try reader.finish(row: take, problem: refuse)
    return found
}

struct RowMapperTests {
    private let plain = ["text": ["t"], "up": ["u"], "down": ["d"]]

    private func articles(_ table: String, _ columns: [String]) throws -> [String] {
        try map(table, plain.merging(["article": columns]) { first, _ in first }).compactMap {
            if case .taken(let article, _, _, _, _, _, _) = $0 { article } else { nil }
        }
    }

    @Test func partsOfAnArticleKeyAreKeptApart() throws {
        let table =
            "t\tu\td\ta\tb\n글\t3\t0\t1/2\t3\n글\t3\t0\t1\t2/3\n글\t3\t0\t1%2F2\t3\n글\t3\t0\t437\t00459\n"
        #expect(try articles(table, ["a", "b"]) == ["1%2F2/3", "1/2%2F3", "1%252F2/3", "437/00459"])
        #expect(try articles(table, ["a"]) == ["1/2", "1", "1%2F2", "437"])
    }

    @Test func aTableThatNamesNoArticleHasOne() throws {
        #expect(
            try map("t\tu\td\n글\t3\t0\n", plain) == [
                .taken(article: "-", key: nil, text: "글", up: 3, down: 0, at: 7, isDeleted: false)
            ])
    }

    @Test func severalColumnsMakeOneArticleKey() throws {
        let columns = plain.merging(["article": ["o", "a"], "observed_at": ["s"]]) { $1 }
        #expect(
            try map("a\to\tt\tu\td\ts\n0001\t437\t글\t3\t1\t20251001\n", columns) == [
                .taken(
                    article: "437/0001", key: nil, text: "글", up: 3, down: 1, at: 1_759_276_800,
                    isDeleted: false)
            ])
    }

    @Test func aRowWithoutTextIsARemovedCommentOnlyWhereItHasAKey() throws {
        let columns = plain.merging(["key": ["k"]]) { $1 }
        #expect(
            try map("t\tu\td\tk\n\t3\t1\t17\n\t3\t1\t\n", columns) == [
                .taken(article: "-", key: "17", text: "", up: 3, down: 1, at: 7, isDeleted: true),
                .emptyText,
            ])
    }

    @Test func voteCountsAreWholeNumbersThatFit() throws {
        let found = try map(
            "t\tu\td\n글\t2147483647\t0\n글\t2147483648\t0\n글\t-1\t0\n글\t1.5\t0\n글\t1\t\n", plain)
        #expect(found.count == 5)
        #expect(
            found[0]
                == .taken(article: "-", key: nil, text: "글", up: .max, down: 0, at: 7, isDeleted: false))
        for (row, value) in [
            (1, "'u': found '2147483648'"), (2, "'u': found '-1'"), (3, "'u': found '1.5'"),
        ] {
            #expect(found[row] == .refused("\(value), expected a number of votes"))
        }
        #expect(found[4] == .refused("'d': found '', expected a number of votes"))
    }

    @Test(arguments: [
        ("true", true), ("True", true), ("1", true), ("FALSE", false), ("0", false), ("", false),
        ("yes", true), ("N", false), ("1.0", true), ("NaN", false),
    ])
    func aMarkOfDeletionIsRead(mark: String, isDeleted: Bool) throws {
        let columns = plain.merging(["deleted": ["x"]]) { $1 }
        #expect(
            try map("t\tu\td\tx\n글\t3\t1\t\(mark)\n", columns) == [
                .taken(article: "-", key: nil, text: "글", up: 3, down: 1, at: 7, isDeleted: isDeleted)
            ])
    }

    @Test func anUnknownMarkOfDeletionIsNotGuessed() throws {
        let columns = plain.merging(["deleted": ["x"]]) { $1 }
        #expect(
            try map("t\tu\td\tx\n글\t3\t1\tmaybe\n", columns) == [
                .refused("'x': found 'maybe', expected true, false, yes, no, 1 or 0")
            ])
    }

    @Test func anArticleKeyWithAnEmptyPartIsRefused() throws {
        let columns = plain.merging(["article": ["o", "a"]]) { $1 }
        #expect(
            try map("o\ta\tt\tu\td\n437\t\t글\t3\t1\n", columns) == [
                .refused("'a': found '', expected a part of the article's key")
            ])
    }

    @Test func oneColumnMayHaveSeveralRoles() throws {
        let map = ColumnMap(["text": ["t"], "up": ["u"], "down": ["d"], "article": ["a"], "key": ["a"]])
        #expect(map.names == ["t", "u", "d", "a"])
        #expect(map["key"] == 3 && map.all("article") == [3])
        #expect(map["title"] == nil)
    }
}
