import Foundation
import Testing
import Training

/// A setting is the same thing in a pipeline file and as a flag of `train --shards`.
struct TrainingSettingsTests {
    private static func flag(_ setting: TrainingSetting) -> String {
        "--" + setting.key.replacing("_", with: "-")
    }

    /// Values within the limits and on both sides of each, as a pipeline file writes them and as the command line does.
    private static func values(_ form: TrainingSetting.Form) -> [(yaml: String, flag: String)] {
        switch form {
        case .integer(let bounds):
            let (low, high) = (bounds.lowerBound, bounds.upperBound)
            return ["\(low)", "\(high)", "\(low - 1)", "\(high + 1)", "many", "1.5"].map { ($0, $0) }
        case .number(let bounds):
            let (low, high) = (bounds.lowerBound, bounds.upperBound)
            return ["\(low)", "\(high)", "\(low / 2 - 1e-13)", "\(high * 1.01)", "many", "50%"].map {
                ($0, $0)
            }
        case .choice(let words): return (words + ["nonsense"]).map { ($0, $0) }
        case .flag: return []
        case .wordOrNumbers(let words, _):
            let lists = [("[1, 2.5]", "1,2.5"), ("[0, 0]", "0,0"), ("[-1, 1]", "-1,1"), ("[1, x]", "1,x")]
            return words.map { ($0, $0) } + lists + [("nonsense", "nonsense")]
        }
    }

    /// What was said about settings, each as a message that begins with the setting's flag.
    private static func complaints(_ outcome: Sandbox.Outcome) -> Set<String> {
        let messages = outcome.errors.split(separator: "\n").map { line in
            line.firstRange(of: "rror: ").map { String(line[$0.upperBound...]) } ?? String(line)
        }
        let complaints = messages.flatMap { message in
            TrainingSetting.all.compactMap { setting in
                let text = message.replacing("'\(setting.key)'", with: flag(setting))
                return text.hasPrefix(flag(setting) + " ") ? text : nil
            }
        }
        return Set(complaints)
    }

    /// In each round every setting has another of its values.
    @Test(arguments: 0..<7)
    func aPipelineFileAndTheFlagsTakeTheSame(round: Int) throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        var (lines, flags): ([String], [String]) = ([], [])
        var wrong: Set<String> = []
        for setting in TrainingSetting.all {
            let values = Self.values(setting.form)
            if values.isEmpty { continue }
            let value = values[round % values.count]
            lines.append("\(setting.key): \(value.yaml)")
            flags.append("\(Self.flag(setting))=\(value.flag)")
            if round % values.count >= 2, case .integer = setting.form { wrong.insert(Self.flag(setting)) }
        }
        try sandbox.write(
            SampleComments.pipeline()
                + SampleComments.training.replacing(
                    "epochs: 2, batch_size: 8, learning_rate: 1e-3, seed: 1",
                    with: lines.joined(separator: ", ")), to: "p.yaml")
        let pipeline = try sandbox.splitvote("validate", "p.yaml")
        let alone = try sandbox.splitvote(
            ["train", "--shards", "nowhere", "--init", "init", "--out", "m"] + flags)
        let said = Self.complaints(alone)
        #expect(Self.complaints(pipeline) == said)
        #expect(wrong.isSubset(of: said.map { String($0.prefix { $0 != " " }) }), "\(alone.errors)")
        #expect(pipeline.status == (said.isEmpty ? 0 : 2), "\(pipeline.errors)")
        // Good flags get as far as looking for the shards.
        #expect(alone.status == (said.isEmpty ? 1 : 2), "\(alone.errors)")
        #expect(said.isEmpty == alone.errors.contains("nowhere: there is no such folder"), "\(alone.errors)")
    }

    /// Each of these was once taken by the flags and refused by the pipeline.
    @Test func whatOnceDifferedIsOneRule() throws {
        let outcome = try Sandbox().splitvote(
            "train", "--shards", "d", "--init", "d", "--out", "o", "--seed", "5000000000",
            "--label-smoothing", "0.995", "--weight-decay", "1.5", "--class-weights", "1,2.5")
        #expect(outcome.status == 2)
        #expect(
            Self.complaints(outcome) == [
                "--seed is 5000000000; it takes 0 ... 2147483647",
                "--label-smoothing is 0.995; it takes 0 ... 0.99", "--weight-decay is 1.5; it takes 0 ... 1",
            ])
    }

    @Test func theHelpNamesEachFlagAndItsDefault() throws {
        let help = try Sandbox().splitvote("train", "--help").output
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for setting in TrainingSetting.all {
            #expect(help.contains(Self.flag(setting) + " "), "\(setting.key)")
            if setting.form != .flag, let value = setting.defaultValue {
                #expect(help.contains("; \(value.text) by default."), "\(setting.key)")
            }
        }
    }
}
