import Diagnostics
import Testing
import Training
import TrainingStages

struct TrainingFlagTests {
    @Test func aFlagIsTheKeyWithHyphens() throws {
        let setting = try #require(TrainingSetting.named("batch_size"))
        #expect(setting.flagName == "batch-size" && setting.flag == "--batch-size")
    }

    @Test(arguments: TrainingSetting.all)
    func theHelpOfEachFlagIsASentenceWithItsDefault(setting: TrainingSetting) {
        #expect(setting.flagHelp.hasSuffix(".") && !setting.flagHelp.hasSuffix(".."))
        if setting.form != .flag, let value = setting.defaultValue {
            #expect(setting.flagHelp.contains("; \(value.text) by default"))
        }
        for word in setting.words { #expect(setting.flagHelp.contains(word)) }
    }

    @Test func findingsNameTheFlagAndNotTheKey() {
        let finding = Finding.error("'batch_size' is 0; it takes 1 ... 65536 rows", hint: "h")
        #expect(
            TrainingSetting.inFlags(finding)
                == .error("--batch-size is 0; it takes 1 ... 65536 rows", hint: "h"))
    }
}
