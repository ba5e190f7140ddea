import Diagnostics
import Testing
import TrainingStages

struct SeedListTests {
    @Test func seedsHaveCommasBetweenThem() throws {
        #expect(try SeedList("3,1, 2").seeds == [3, 1, 2])
        #expect(try SeedList("0,2147483647").seeds == [0, 2_147_483_647])
    }

    static let refused: [(String, String)] = [
        ("1", "--seeds is '1'; expected at least two different numbers with commas"),
        ("1,1", "--seeds is '1,1'; it names a seed twice"),
        ("1,x", "--seeds is '1,x'; expected whole numbers with commas, as in 1,2,3"),
        ("1,", "--seeds is '1,'; expected whole numbers with commas, as in 1,2,3"),
        ("", "--seeds is ''; expected whole numbers with commas, as in 1,2,3"),
        ("1,-2", "--seeds is '1,-2'; expected whole numbers with commas, as in 1,2,3"),
    ]

    @Test(arguments: refused)
    func otherTextsAreRefusedInWords(text: String, message: String) {
        let error = #expect(throws: DiagnosticsError.self) { try SeedList(text) }
        #expect(error?.findings.map(\.message) == [message])
    }

    @Test func aSeedBeyondTheSettingsLimitIsRefused() {
        let error = #expect(throws: DiagnosticsError.self) { try SeedList("1,2147483648") }
        #expect(error?.findings.first?.message.hasPrefix("--seeds is '1,2147483648'; each takes ") == true)
    }
}
