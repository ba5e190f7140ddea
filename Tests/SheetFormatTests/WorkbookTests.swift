import SheetFormat
import Testing

/// The parts of a small workbook, made here.
enum SampleWorkbook {
    static func parts(sheet: String, shared: String = "", date1904: Bool = false) -> [String: String] {
        [
            "xl/workbook.xml": """
            <workbook xmlns="m" xmlns:r="r"><workbookPr date1904="\(date1904 ? 1 : 0)"/><sheets>\
            <sheet name="Notes" sheetId="1" r:id="rId1"/><sheet name="댓글" sheetId="2" r:id="rId2"/></sheets></workbook>
            """,
            "xl/_rels/workbook.xml.rels": """
            <Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>\
            <Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>
            """,
            "xl/styles.xml": """
            <styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
            <numFmt numFmtId="165" formatCode="0.0&quot;d&quot;"/></numFmts>\
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>\
            <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>
            """,
            "xl/sharedStrings.xml": "<sst>\(shared)</sst>",
            "xl/worksheets/sheet1.xml":
                "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>",
            "xl/worksheets/sheet2.xml": "<worksheet><sheetData>\(sheet)</sheetData></worksheet>",
        ]
    }
}

struct WorkbookTests {
    private func csv(_ parts: [String: String], sheet: String? = "댓글") throws -> String {
        var bytes: [UInt8] = []
        try Workbook { parts[$0].map { Array($0.utf8) } }
            .writeCSV(sheet: sheet) { bytes.append(contentsOf: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func textsStandInTheCellsOrAmongTheShared() throws {
        let rows = """
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>text, "b"</t></is></c></row>
            <row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="str"><v>a_x000A_b</v></c></row>
            """
        let shared =
            "<si><t>id</t></si><si><r><t>뷁</t></r><r><t xml:space=\"preserve\"> 2</t></r><rPh><t>x</t></rPh></si>"
        #expect(
            try csv(SampleWorkbook.parts(sheet: rows, shared: shared))
                == "id,\"text, \"\"b\"\"\"\n뷁 2,\"a\nb\"\n")
    }

    @Test func emptyCellsKeepTheirPlacesAndRowsAreAsWideAsTheFirst() throws {
        let rows = """
            <row><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c><c r="D1"/></row>
            <row><c r="B2"><v>2</v></c></row><row><c r="A3"/></row>
            <row><c r="A4"><v>1</v></c><c r="E4"><v>5</v></c></row>
            """
        #expect(try csv(SampleWorkbook.parts(sheet: rows)) == "1,,3\n,2,\n1,,,,5\n")
    }

    @Test func numbersWithTheStyleOfADateAreDates() throws {
        let rows = """
            <row><c r="A1" s="0"><v>43832</v></c><c r="B1" s="1"><v>43832</v></c>\
            <c r="C1" s="2"><v>43832.420208333337</v></c><c r="D1" s="3"><v>43832</v></c></row>
            """
        #expect(try csv(SampleWorkbook.parts(sheet: rows)) == "43832,2020-01-02,2020-01-02T10:05:06,43832\n")
        #expect(
            try csv(SampleWorkbook.parts(sheet: rows, date1904: true))
                == "43832,2024-01-03,2024-01-03T10:05:06,43832\n")
    }

    @Test func datesBeforeMarch1900CountADayThatThereWasNot() throws {
        let rows =
            "<row><c r=\"A1\" s=\"1\"><v>1</v></c><c r=\"B1\" s=\"1\"><v>59</v></c><c r=\"C1\" s=\"1\"><v>61</v></c></row>"
        #expect(try csv(SampleWorkbook.parts(sheet: rows)) == "1900-01-01,1900-02-28,1900-03-01\n")
    }

    @Test func theFirstSheetIsReadUnlessOneIsNamed() throws {
        #expect(try csv(SampleWorkbook.parts(sheet: ""), sheet: nil) == "1\n")
        #expect(throws: SheetError.noSheet("Sheet1", names: ["Notes", "댓글"])) {
            try csv(SampleWorkbook.parts(sheet: ""), sheet: "Sheet1")
        }
    }

    @Test func damagedPartsAreNamed() throws {
        var parts = SampleWorkbook.parts(sheet: "<row>")
        #expect(throws: SheetError.damaged("xl/worksheets/sheet2.xml")) { try csv(parts) }
        parts["xl/worksheets/sheet2.xml"] = "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet/>"
        #expect(throws: SheetError.damaged("xl/worksheets/sheet2.xml")) { try csv(parts) }
        parts["xl/workbook.xml"] = nil
        #expect(throws: SheetError.damaged("xl/workbook.xml")) { try csv(parts) }
    }
}
