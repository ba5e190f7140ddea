import Console
import Testing

struct TextTableTests {
    @Test func columnsAreAsWideAsTheirWidestCellAndLinesEndWithoutBlanks() {
        var table = TextTable(.left, .right, .left)
        table.add("stage", "rows", "why")
        table.add("a", "12,345", "")
        table.add("labels", "7", "never ran")
        #expect(
            table.lines == [
                "stage     rows  why",
                "a       12,345",
                "labels       7  never ran",
            ])
    }

    @Test func wideCharactersTakeTwoColumns() {
        var table = TextTable(.left, .left)
        table.add("한국", "x")
        table.add("abcd", "y")
        #expect(table.lines == ["한국  x", "abcd  y"])
    }

    @Test func cellsAreMadeHarmlessBeforeTheyAreMeasured() {
        var table = TextTable(.left, .left)
        table.add("\u{1B}", "x")
        table.add("a", "y")
        #expect(table.lines == ["\\u001b  x", "a       y"])
    }

    @Test func aTableWithoutRowsHasNoLines() {
        #expect(TextTable(.left).lines.isEmpty)
    }
}
