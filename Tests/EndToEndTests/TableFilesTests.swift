import Foundation
import TestInputs
import Testing

/// Tables as people have them: in other encodings, packed, without headers, in one document; and files that are not tables.
struct TableFilesTests {
    static let columns = "{text: comment, up: likes, down: dislikes, article: url, key: id}"

    /// A pipeline that reads one file; `more` are further keys of its stage.
    private func sandbox(_ path: String, _ data: Data?, _ more: String = "", columns: String = columns)
        throws -> Sandbox
    {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            splitvote: 1
            pipeline: tables
            store: {state: state.sqlite, artifacts: artifacts}
            stages:
              comments: {uses: ingest.files, with: {paths: "\(path)", source: mine, columns: \(columns)\(more)}}
              labels: {uses: label, from: comments, with: {min_votes: 1}}

            """.replacing("from: comments, with: {min_votes", with: "from: clean, with: {min_votes")
                .replacing(
                    "  labels:",
                    with: "  clean: {uses: clean, from: comments, with: {rules: none}}\n  labels:"),
            to: "p.yaml")
        if let data { try sandbox.write(data, to: path) }
        return sandbox
    }

    private func csv(_ rows: Int = 3) -> String {
        "id,url,comment,likes,dislikes\n" + (1...rows).map { "\($0),u1,댓글 \($0),5,\($0 % 700)\n" }.joined()
    }

    private func texts(_ sandbox: Sandbox) throws -> [String] {
        try sandbox.sqlite("select text from comment order by id")
    }

    @Test(arguments: [("zstd", "zst"), ("bzip2", "bz2"), ("xz", "xz")])
    func compressedTablesAreRead(program: String, ending: String) throws {
        guard
            let place = ["/usr/bin/", "/bin/"].map({ $0 + program }).first(
                where: FileManager.default.isExecutableFile)
        else { return }
        let sandbox = try sandbox("a.csv.\(ending)", nil)
        try sandbox.write(csv(), to: "a.csv")
        _ = try sandbox.run(
            URL(filePath: place), ["-q", "a.csv"].filter { program != "bzip2" || $0 != "-q" })
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try texts(sandbox) == ["댓글 1", "댓글 2", "댓글 3"])
        // Cut off in its middle it is refused as a whole.
        let whole = try sandbox.data("a.csv.\(ending)")
        try sandbox.write(whole.prefix(whole.count - 12), to: "a.csv.\(ending)")
        let second = try sandbox.splitvote("run", "p.yaml")
        #expect(second.status == 1 && second.errors.contains("a.csv.\(ending)"), "\(second.errors)")
    }

    @Test func aTableInAZipArchiveIsRead() throws {
        let sandbox = try sandbox("a.zip", Data(storedZip([("folder/a.csv", Array(csv().utf8))])))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try texts(sandbox) == ["댓글 1", "댓글 2", "댓글 3"])
    }

    /// A workbook whose first sheet holds notes, and whose second, 댓글, the rows.
    private func workbook() -> Data {
        func sheet(_ lines: [Substring]) -> String {
            let rows = lines.map { line in
                "<row>"
                    + line.split(separator: ",").map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" }
                    .joined()
                    + "</row>"
            }
            return "<worksheet><sheetData>\(rows.joined())</sheetData></worksheet>"
        }
        let parts = [
            (
                "xl/workbook.xml",
                "<workbook xmlns=\"m\" xmlns:r=\"r\"><sheets><sheet name=\"Notes\" sheetId=\"1\" r:id=\"rId1\"/>"
                    + "<sheet name=\"댓글\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
                    + "<Relationship Id=\"rId2\" Target=\"worksheets/sheet2.xml\"/></Relationships>"
            ),
            ("xl/worksheets/sheet1.xml", sheet(["by,on", "me,Monday"])),
            ("xl/worksheets/sheet2.xml", sheet(csv().split(separator: "\n"))),
        ]
        return Data(storedZip(parts.map { ($0.0, Array($0.1.utf8)) }))
    }

    @Test func theSheetThatIsNamedIsRead() throws {
        let sandbox = try sandbox("a.xlsx", workbook(), ", sheet: 댓글")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try texts(sandbox) == ["댓글 1", "댓글 2", "댓글 3"])
    }

    @Test(arguments: [
        (
            ", sheet: Other",
            ["the workbook has no sheet 'Other'; it has 'Notes', '댓글'", "set 'sheet' to one of them"]
        ),
        ("", ["a.xlsx: the table has no columns 'comment'", "its header names 'by', 'on'"]),
    ])
    func anotherSheetIsRefusedByWhatItHas(more: String, words: [String]) throws {
        let outcome = try sandbox("a.xlsx", workbook(), more).splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }

    @Test func aTableInKoreanOrWideCharactersIsFoundOut() throws {
        let korean: [UInt8] = [0xB1, 0xDB, 0x20, 0x94, 0xEE]
        let head = Array("id,url,comment,likes,dislikes\n1,u1,".utf8)
        let file = Data(head + korean + Array(",5,5\n".utf8))
        for more in ["", ", encoding: cp949", ", encoding: euc-kr"] {
            let sandbox = try sandbox("a.csv", file, more)
            let outcome = try sandbox.splitvote("run", "p.yaml")
            #expect(outcome.status == 0, "\(more): \(outcome.errors)")
            #expect(try texts(sandbox) == ["글 뷁"], "\(more)")
        }
        for mark in ["\u{FEFF}", ""] {
            let wide = Data((mark + csv()).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
            let sandbox = try sandbox("a.csv", wide)
            #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
            #expect(try texts(sandbox).count == 3)
        }
    }

    @Test func anEncodingThatShowsLateIsNotMisread() throws {
        let ascii = (1...6000).map { "a\($0),u1,\(String(repeating: "text ", count: 20)),5,5\n" }.joined()
        var bytes = Array("id,url,comment,likes,dislikes\n\(ascii)".utf8)
        for number in 1...100 {
            bytes += Array("b\(number),u1,".utf8)
            bytes += [0xB1, 0xDB]
            bytes += Array(",5,5\n".utf8)
        }
        let file = Data(bytes)
        let outcome = try sandbox("a.csv", file).splitvote("run", "p.yaml")
        #expect(outcome.status == 5, "\(outcome.errors)")
        #expect(outcome.errors.contains("is it cp949?"), "\(outcome.errors)")
        let told = try sandbox("a.csv", file, ", encoding: cp949")
        #expect(try told.splitvote("run", "p.yaml").status == 0)
        #expect(try texts(told).last == "글")
    }

    @Test func aFileOfWhichLittleCanBeReadIsRefusedWithWhatToDo() throws {
        let sandbox = try sandbox("a.csv", Data(csv().utf8))
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let before = try sandbox.sqlite("select count(*) from vote")
        // One row of four can be read.
        try sandbox.write(csv(1) + "2,u1,x,many,5\n3,u1,y,many,5\n4,u1,z,many,5\n", to: "a.csv")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 5, "\(outcome.errors)")
        #expect(outcome.errors.contains("only 1 of 4 rows"), "\(outcome.errors)")
        #expect(outcome.errors.contains("'likes'") && outcome.errors.contains("hint:"), "\(outcome.errors)")
        #expect(try sandbox.sqlite("select count(*) from vote") == before)
        #expect(try sandbox.sqlite("select count(*) from quarantine") == ["0"])
        // Half of a file is enough, with a warning.
        try sandbox.write(csv(2) + "3,u1,y,many,5\n4,u1,z,many,5\n", to: "a.csv")
        let half = try sandbox.splitvote("run", "p.yaml")
        #expect(half.status == 5, "nothing new came with rows that cannot be read: \(half.errors)")
        try sandbox.write(csv(4) + "5,u1,y,many,5\n6,u1,z,many,5\n", to: "a.csv")
        let more = try sandbox.splitvote("run", "p.yaml")
        #expect(more.status == 0, "\(more.errors)")
        #expect(
            (more.output + more.errors).contains("2 of 6 rows (33.3 %) could not be read"), "\(more.errors)")
    }

    @Test func fewBadRowsCauseNoWarning() throws {
        let sandbox = try sandbox("a.csv", Data((csv(100) + "101,u1,x,many,5\n").utf8))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0)
        #expect(!(outcome.output + outcome.errors).contains("could not be read"), "\(outcome.errors)")
    }

    @Test func numbersThatRestartAreNoticedAlsoAgainstTheStore() throws {
        func file(_ article: String) -> String {
            "id,url,comment,likes,dislikes\n1,\(article),first of \(article),5,5\n2,\(article),second of \(article),5,5\n"
        }
        let sandbox = try sandbox("*.csv", nil)
        try sandbox.write(file("u1"), to: "a.csv")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        try sandbox.write(file("u2"), to: "b.csv")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 5, "\(outcome.errors)")
        #expect(outcome.errors.contains("key_scope: article"), "\(outcome.errors)")
        #expect(
            try sandbox.sqlite("select count(*), sum(up) from comment join current_vote on comment=id") == [
                "2|10"
            ])
        let scoped = try self.sandbox("*.csv", nil, ", key_scope: article")
        for article in ["u1", "u2"] { try scoped.write(file(article), to: "\(article).csv") }
        #expect(try scoped.splitvote("run", "p.yaml").status == 0)
        #expect(
            try scoped.sqlite("select key from comment order by key") == ["u1/1", "u1/2", "u2/1", "u2/2"])
    }

    @Test func figuresAreOfThisRun() throws {
        let sandbox = try sandbox("*.csv", nil)
        try sandbox.write(csv(3), to: "a.csv")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        try sandbox.write("id,url,comment,likes,dislikes\n9,u9,다른 글,1,1\n", to: "b.csv")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let figures = try sandbox.sqlite(
            """
            select json_extract(figures, '$.new_comments'), json_extract(figures, '$.rows'),
            json_extract(figures, '$.files_read'), json_extract(figures, '$.freshness') >= 0 from stage_run
            where stage = 'comments' order by id desc limit 1
            """)
        #expect(figures == ["1|1|1|1"])
    }

    /// A truncated export is not a correction.
    @Test func aFileThatHasLostAllItsRowsChangesNothing() throws {
        let sandbox = try sandbox("a.csv", Data(csv().utf8))
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        try sandbox.write("id,url,comment,likes,dislikes\n", to: "a.csv")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(
            outcome.status == 5 && outcome.errors.contains("holds no row any more; it held 3"),
            "\(outcome.errors)")
        #expect(try sandbox.sqlite("select count(*) from comment where status = 'present'") == ["3"])
    }

    @Test func aTableWithoutRowsIsSaid() throws {
        let sandbox = try sandbox("a.csv", Data("id,url,comment,likes,dislikes\n".utf8))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.errors.contains("holds no rows below its header"), "\(outcome.errors)")
    }

    static let documents: [(String, String, String, Int32)] = [
        ("a.json", "[{\"id\":1,\"url\":\"u\",\"comment\":\"x\",\"likes\":1,\"dislikes\":2}]", "", 0),
        (
            "a.json",
            "{\"d\":{\"list\":[{\"id\":1,\"url\":\"u\",\"comment\":\"x\",\"likes\":1,\"dislikes\":2}]}}",
            ", rows: d.list", 0
        ),
        ("a.dat", "id\turl\tcomment\tlikes\tdislikes\n1\tu\tx\t1\t2\n", "", 0),
        ("a.csv", "1;u;x;1;2\n", ", header: [id, url, comment, likes, dislikes], delimiter: \";\"", 0),
        ("a.tsv", "id\turl\tcomment\tlikes\tdislikes\n1\tu\t\"x\"\t1\t2\n", ", quote: csv", 0),
        ("a.csv", "id,url,comment,likes,dislikes\r1,u,x,1,2\r", "", 0),
        ("a.json", "{\"d\":{\"list\":[]}}", ", rows: other", 1),
        ("a.csv", "<!DOCTYPE html><p>404</p>", "", 1),
        ("a.csv", "{\"id\":1}\n", "", 1), ("a.parquet", "PAR1....PAR1", "", 1), ("a.xls", "\u{0}", "", 1),
    ]

    @Test(arguments: documents)
    func otherFormsAreReadOrRefusedInWords(path: String, text: String, more: String, status: Int32) throws {
        let sandbox = try sandbox(path, Data(text.utf8), more)
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == status, "\(outcome.errors)")
        if status == 0 {
            #expect(try texts(sandbox) == ["x"])
        } else {
            #expect(outcome.errors.contains("hint:"))
        }
    }

    @Test func aTrapIsNotUnpacked() throws {
        let sandbox = try sandbox("a.csv.gz", nil)
        // 300 MiB of zeroes are 300 KiB of gzip: more than any table of that size holds.
        let script =
            "(printf 'id,url,comment,likes,dislikes\\n'; head -c 420000000 /dev/zero) | gzip -c > a.csv.gz"
        _ = try sandbox.run(URL(filePath: "/bin/sh"), ["-c", script])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1 || outcome.status == 5, "\(outcome.errors)")
        #expect(try sandbox.sqlite("select count(*) from quarantine") == ["0"])
    }

    @Test func theQuarantineHasACap() throws {
        let bad = (1...1500).map { "b\($0),u1,x,many,5\n" }.joined()
        let sandbox = try sandbox("a.csv", Data((csv(2000) + bad).utf8))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sandbox.sqlite("select count(*) from quarantine") == ["1000"])
        #expect((outcome.output + outcome.errors).contains("the first 1,000 were kept aside"))
    }

    static let places: [(String, Int32, String)] = [
        ("https://e.com/a.csv", 2, "web address"), ("~/a.csv", 2, "starts with ~"),
        ("/dev/null", 1, "pipe or device"),
        ("/dev/stdin", 1, "pipe or device"), ("pipe.csv", 1, "pipe or device"),
    ]

    @Test(arguments: places)
    func placesThatHoldNoFileAreRefused(path: String, status: Int32, words: String) throws {
        let sandbox = try sandbox(path, nil)
        if path == "pipe.csv" { _ = try sandbox.run(URL(filePath: "/usr/bin/mkfifo"), ["pipe.csv"]) }
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func aListOfColumnsIsRefusedWhereItMeansNothing() throws {
        let sandbox = try sandbox(
            "a.csv", Data(csv().utf8), columns: "{text: [comment, url], up: likes, down: dislikes}")
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("p.yaml:5:") && outcome.errors.contains("'columns.text' lists 2 columns"))
    }

    static let settings: [(String, String)] = [
        ("encoding: cp00", "there is no encoding 'cp00'"),
        ("time_zone: Asia/Soul", "'Asia/Soul' is neither a UTC offset"),
        ("date_format: \"%d/%m\"", "names no day"), ("delimiter: \";;\"", "';;' is not a delimiter"),
        ("rows: a..b", "is not a path"), ("key_scope: everything", "key_scope"),
    ]

    @Test(arguments: settings)
    func settingsThatMeanNothingAreRefused(setting: String, words: String) throws {
        let sandbox = try sandbox("a.csv", Data(csv().utf8), ", " + setting)
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
}
