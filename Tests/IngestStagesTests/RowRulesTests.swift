import FieldValues
import IngestStages
import TableFormat
import Testing
import VoteModel

/// What mapping a table gave: the comments taken, as plain values, and what was refused.
private struct Mapped {
    var comments:
        [(key: String?, article: String, parent: String?, text: String, up: Int32, created: String?)] = []
    var refused: [String] = []
    var notes = RowNotes()
}

private func map(
    _ table: String, _ extra: [String: [String]], _ change: (inout RowRules) -> Void = { _ in }
) throws -> Mapped {
    func string(_ bytes: UnsafeRawBufferPointer?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }
    let columns = ColumnMap(["text": ["t"], "up": ["u"], "down": ["d"]].merging(extra) { $1 })
    // 2020-01-10, noon in Seoul.
    var rules = RowRules(moments: MomentText(zoneSeconds: 9 * 3600), defaultObservedAt: 1_578_625_200)
    change(&rules)
    let mapper = RowMapper(columns: columns, rules: rules)
    var mapped = Mapped()
    var reader = try TableReader(.tsv, columns: columns.wanted(in: .tsv))
    let row = { (row: TableRow) in
        let outcome = try mapper.map(row) {
            mapped.comments.append(
                (
                    string($0.key), string($0.article) ?? "", string($0.parent), string($0.text) ?? "", $0.up,
                    string($0.createdAt)
                ))
        }
        if case .refused(let problem) = outcome { mapped.refused.append(problem.reason.description) }
    }
    try Array(table.utf8).withUnsafeBytes { try reader.read($0, row: row, problem: { _ in }) }
    try reader.finish(row: row, problem: { _ in })
    mapped.notes = mapper.notes
    return mapped
}

struct RowRulesTests {
    @Test func severalColumnsMakeOneNumber() throws {
        let mapped = try map(
            "o\tn\tp\tt\tu\td\n1\t2\t3\tx\t1\t0\n1/2\t3\t\ty\t1\t0\n",
            ["key": ["o", "n"], "parent": ["o", "p"]])
        #expect(mapped.comments.map(\.key) == ["1/2", "1%2F2/3"])
        #expect(mapped.comments.map(\.parent) == ["1/3", nil])
    }

    @Test func numbersOfAnArticleAreItsOwn() throws {
        let table = "a\tn\tp\tt\tu\td\nu1\t1\t\tx\t1\t0\nu2\t1\t2\ty\t1\t0\n"
        let columns = ["article": ["a"], "key": ["n"], "parent": ["p"]]
        let mapped = try map(table, columns) { $0.numbersAreOfArticles = true }
        #expect(mapped.comments.map(\.key) == ["u1/1", "u2/1"])
        #expect(mapped.comments.map(\.parent) == [nil, "u2/2"])
        #expect(mapped.refused.isEmpty)
        let unscoped = try map(table, columns)
        #expect(unscoped.refused == ["'n': number '1' belongs to another text of another article"])
        #expect(unscoped.notes.numberConflicts.count == 1)
    }

    @Test(arguments: [
        ("u1\t1\tx\nu1\t1\ty\n", 0),  // edited
        ("u1\t1\tx\nu2\t1\tx\n", 0),  // its article is named otherwise
        ("u1\t1\tx\nu2\t1\t\n", 0),  // removed since
        ("u1\t1\tx\nu2\t1\ty\nu1\t1\tx\n", 1), ("u1\t1\tx\nu1\t2\ty\n", 0),
    ])
    func onlyAnotherTextOfAnotherArticleIsAnotherComment(rows: String, conflicts: Int) throws {
        let table = "a\tn\tt\tu\td\n" + rows.replacing("\n", with: "\t1\t0\n")
        #expect(try map(table, ["article": ["a"], "key": ["n"]]).refused.count == conflicts)
    }

    @Test func manyNumbersAreDistinguished() throws {
        var table = "a\tn\tt\tu\td\n"
        for number in 0..<5000 { table += "u\(number % 7)\t\(number)\ttext \(number)\t1\t0\n" }
        table += "u9\t4999\tother\t1\t0\n"
        let mapped = try map(table, ["article": ["a"], "key": ["n"]])
        #expect(mapped.comments.count == 5000)
        #expect(mapped.refused == ["'n': number '4999' belongs to another text of another article"])
    }

    @Test func identifiersThatLostTheirDigitsAreRefused() throws {
        let mapped = try map(
            "a\tn\tp\tt\tu\td\nu\t3.71292E+18\t\tx\t1\t0\nu\t1.0\t\tx\t1\t0\n3E+18\t7\t\tx\t1\t0\nu\t1e5\t2.0\tx\t1\t0\n",
            ["article": ["a"], "key": ["n"], "parent": ["p"]])
        #expect(mapped.refused.count == 3)
        #expect(mapped.notes.lostDigits.count == 3)
        // A parent is not part of what a comment is.
        #expect(mapped.comments.map(\.key) == ["1e5"])
        #expect(mapped.comments[0].parent == nil)
        #expect(mapped.notes.leftOut["p"]?.example == "2.0")
    }

    @Test func anOptionalColumnCostsNoRow() throws {
        let mapped = try map(
            "t\tu\td\tr\tc\na\t1\t0\tmany\tsoon\nb\t1\t0\t1.2만\t3일 전\nc\t1\t0\tNaN\tNaT\nd\t1\t0\t\t2020-01-02\n",
            ["replies": ["r"], "created_at": ["c"]])
        #expect(mapped.refused.isEmpty)
        #expect(mapped.comments.map(\.created) == [nil, "2020-01-07T03:00:00Z", nil, "2020-01-02"])
        #expect(mapped.notes.leftOut.keys.sorted() == ["c", "r"])
        #expect(mapped.notes.leftOut["c"]?.count == 1)
    }

    @Test func roundedCountsAreTakenAndReported() throws {
        let mapped = try map("t\tu\td\na\t1.2만\t3K\nb\t1,234\t5.0\nc\t-1\t0\n", [:])
        #expect(mapped.comments.map(\.up) == [12_000, 1234])
        #expect(mapped.notes.rounded.count == 2)
        #expect(mapped.notes.rounded.example == "1.2만")
        #expect(mapped.refused == ["'u': found '-1', expected a number of votes"])
    }

    @Test func whatMeansNothingIsNothing() throws {
        let columns = ["key": ["n"], "parent": ["p"], "article": ["a"]]
        let table = "a\tn\tp\tt\tu\td\nu\t1\tNA\tNA\t1\t0\nu\tNA\t\tx\t1\t0\nNA\t2\t\tx\t1\t0\n"
        let mapped = try map(table, columns) { $0.nulls = [Array("NA".utf8)] }
        #expect(mapped.comments.map(\.key) == ["1", nil])
        #expect(mapped.comments[0].parent == nil && mapped.comments[0].text == "NA")
        #expect(mapped.refused == ["'a': found 'NA', expected a part of the article's key"])
        #expect(try map(table, columns).comments.map(\.key) == ["1", "NA", "2"])
    }

    @Test func textsThatAreHTMLBecomePlain() throws {
        let table = "t\tu\td\n<p>a<br>b</p>\t1\t0\n3 < 5\t1\t0\n"
        #expect(try map(table, [:]) { $0.textIsHTML = true }.comments.map(\.text) == ["a\nb", "3 < 5"])
        #expect(try map(table, [:]).comments.map(\.text) == ["<p>a<br>b</p>", "3 < 5"])
    }

    @Test func textsInQuotationMarksAreWatched() throws {
        let table =
            "t\tu\td\n\"He said \"\"yes\"\"\"\t1\t0\n\"open\t1\t0\nsays \"no\"\t1\t0\n\"\t1\t0\n\"a\" and \"b\"\t1\t0\n"
        let mapped = try map(table, [:]) { $0.watchesQuotes = true }
        #expect(mapped.notes.doubled.count == 1)
        #expect(mapped.notes.enclosed.count == 1)
        #expect(mapped.comments.count == 5)
    }
}
