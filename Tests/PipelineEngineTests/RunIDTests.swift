import PipelineEngine
import StoreFile
import Testing

struct RunIDTests {
    @Test func aTakenNameIsDrawnAgain() {
        var asked: [String] = []
        let name = RunID.make(.system) {
            asked.append($0)
            return asked.count < 4
        }
        #expect(asked.count == 4 && asked.last == name)
        #expect(name.split(separator: "-").map(\.count) == [8, 6, 4])
    }
}
