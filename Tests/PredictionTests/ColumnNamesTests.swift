import Prediction
import Testing

struct ColumnNamesTests {
    @Test func eachIsThereOnce() {
        #expect(ColumnNames.of(nil).isEmpty && ColumnNames.of("none").isEmpty)
        #expect(ColumnNames.of("id,day,id") == ["id", "day"])
        #expect(ColumnNames.of("id,label", after: ["label"]) == ["label", "id"])
        #expect(ColumnNames.of("\u{e9},e\u{301}").count == 2, "bytes tell names apart")
    }
}
