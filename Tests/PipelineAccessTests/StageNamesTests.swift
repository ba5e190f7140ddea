import Diagnostics
import PipelineAccess
import Testing

struct StageNamesTests {
    @Test func namesOfStagesAreKnown() throws {
        let plan = try PipelineFolder().plan()
        #expect(
            try StageNames.known(["second", "first", "second"], in: plan, flag: "--force") == [
                "first", "second",
            ])
        #expect(try StageNames.known([], in: plan, flag: "--force") == [])
    }

    @Test func aNameNearAStagesIsHintedAt() throws {
        let plan = try PipelineFolder().plan()
        let error = #expect(throws: DiagnosticsError.self) {
            try StageNames.known(["first", "secnd"], in: plan, flag: "--force")
        }
        let finding = try #require(error?.findings.first)
        #expect(finding.message == "--force secnd: there is no such stage")
        #expect(finding.hint?.contains("second") == true)
    }

    @Test func stagesOfAKindAreInTheirOrder() throws {
        let folder = try PipelineFolder()
        let plan = try folder.plan()
        #expect(try StageNames.ofKind("idle", in: plan) == ["first", "second"])
        let error = #expect(throws: DiagnosticsError.self) { try StageNames.ofKind("train", in: plan) }
        #expect(error?.findings.first?.message == "\(folder.file) has no stage of kind 'train'")
        #expect(error?.findings.first?.hint == "its stages are first (idle), second (idle)")
    }
}
