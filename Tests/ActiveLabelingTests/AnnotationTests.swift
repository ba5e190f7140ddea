import ActiveLabeling
import Testing

struct AnnotationTableTests {
    private static func table(_ text: String, name: String = "read/kim.tsv") throws -> AnnotationTable {
        var table = AnnotationTable()
        try table.add(name) { take in try Array(text.utf8).withUnsafeBytes { try take($0) } }
        return table
    }

    @Test func rowsWithoutALabelAreCounted() throws {
        let table = try Self.table(
            "id\ttext\tlabel\tnote\nnews:1\tA\tcontroversial\t\nnews:2\tB\t\tlater\nnews:3\tC\t  \t\n")
        #expect(table.rows.map(\.comment) == ["news:1"] && table.unfilled == 2)
        #expect(table.rows[0].annotator == "kim" && table.rows[0].moment == nil && !table.rows[0].isControl)
        #expect(table.rows[0].place == "read/kim.tsv, line 2")
    }

    @Test func annotatorTimeAndStrategyAreRead() throws {
        let table = try Self.table(
            "annotator,label,id,time,strategy\r\nlee,unsure,news:a:b,1970-01-02,random\r\n", name: "all.csv")
        #expect(
            table.rows == [
                AnnotationTable.Row(
                    comment: "news:a:b", label: "unsure", annotator: "lee", moment: 86_400, isControl: true,
                    place: "all.csv, line 2")
            ])
    }

    /// Tables add up, and one that cannot be read adds nothing.
    @Test func tablesAddUp() throws {
        var table = try Self.table("id\tlabel\nnews:1\tx\n")
        let rows = "id\tlabel\nnews:2\ty\nnews\tz\n"
        let error = #expect(throws: ReadingProblem.self) {
            try table.add("lee.tsv") { take in try Array(rows.utf8).withUnsafeBytes { try take($0) } }
        }
        #expect(error?.description == "lee.tsv, line 3: 'news' is not the ID of a comment")
        #expect(table.rows.count == 1)
    }

    static let refusals: [(text: String, message: String)] = [
        ("id\tlabel\ttime\nn:1\tx\tyesterday\n", "t.tsv, line 2: 'yesterday' is not a time"),
        ("id\tlabel\n:1\tx\n", "t.tsv, line 2: ':1' is not the ID of a comment"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeMeantIsRefused(text: String, message: String) {
        let error = #expect(throws: ReadingProblem.self) { try Self.table(text, name: "t.tsv") }
        #expect(error?.description == message)
    }

    @Test func aTableWithoutTheColumnsIsNamed() {
        let error = #expect(throws: ReadingProblem.self) {
            try Self.table("id\ttext\nn:1\tx\n", name: "t.tsv")
        }
        #expect(
            error?.description.hasPrefix("t.tsv: ") == true && error?.description.contains("label") == true)
    }
}

struct OpinionsTests {
    @Test func mostPeopleDecide() {
        var opinions = Opinions()
        opinions.add(7, by: "kim", label: 1, at: nil)
        #expect(opinions.consensus(on: 7) == .label(1))
        opinions.add(7, by: "lee", label: 0, at: nil)
        #expect(opinions.consensus(on: 7) == .tied)
        opinions.add(7, by: "han", label: nil, at: nil)
        #expect(opinions.consensus(on: 7) == .tied)
        opinions.add(7, by: "oh", label: 0, at: nil)
        #expect(opinions.consensus(on: 7) == .label(0) && opinions.labels(of: 7) == [1, 0, 0])
        opinions.add(8, by: "han", label: nil, at: nil)
        #expect(opinions.consensus(on: 8) == .unsure && opinions.consensus(on: 9) == nil)
        #expect(opinions.comments == [7, 8] && opinions.annotators == ["kim", "lee", "han", "oh"])
    }

    @Test func theLatestLabelOfAPersonCounts() {
        var opinions = Opinions()
        opinions.add(1, by: "kim", label: 0, at: 20)
        opinions.add(1, by: "kim", label: 1, at: 10)
        #expect(opinions.label(of: 1, by: 0) == 0 && opinions.revised == 1)
        opinions.add(1, by: "kim", label: 1, at: 20)
        #expect(opinions.label(of: 1, by: 0) == 1)
        opinions.add(1, by: "kim", label: 0, at: nil)
        #expect(opinions.label(of: 1, by: 0) == 1 && opinions.revised == 3)
    }
}
