import StageKit
import Testing

struct StorePartsTests {
    private struct Labels: LiveLabels {
        func promoted() throws -> InputArtifact? { nil }
    }

    @Test func aPartIsFoundByWhatItCanDo() throws {
        let parts = StoreParts("a text", Labels())
        #expect(try parts.part((any LiveLabels).self).promoted() == nil)
    }

    @Test func aPartThatIsNotThereIsAnErrorWithItsName() {
        let error = #expect(throws: StageError.self) {
            _ = try StoreParts(Labels()).part((any KindRows).self)
        }
        #expect(error?.message.contains("KindRows") == true)
    }
}
