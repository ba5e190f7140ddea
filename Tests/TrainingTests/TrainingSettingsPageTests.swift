import Foundation
import Testing
import Training

/// The page about the settings of training is written from their declarations.
struct TrainingSettingsPageTests {
    private static let place = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/training-settings.md")

    private static func row(_ setting: TrainingSetting) -> String {
        let cells = [
            "`\(setting.key)`", setting.limits, setting.defaultValue?.text ?? "–", setting.help,
            setting.decidesModel ? "yes" : "no",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private static var page: String {
        let head = """
            # Settings of training

            Under `with:` of a `train` stage, and as flags of `splitvote train --shards`, where `batch_size` is `--batch-size`
            and a list is separated by commas. Written from the declarations in `TrainingSetting.all` by
            `SPLITVOTE_RECORD=1 swift test --filter TrainingSettingsPageTests`.

            The last column says whether a different value gives a different model: a killed training resumes only with the
            same values of those.

            | Setting | Takes | Default | What it does | Decides the model |
            |---|---|---|---|---|

            """
        return head + TrainingSetting.all.map { row($0) + "\n" }.joined()
    }

    @Test func thePageSaysWhatTheDeclarationsSay() throws {
        if ProcessInfo.processInfo.environment["SPLITVOTE_RECORD"] == "1" {
            try Data(Self.page.utf8).write(to: Self.place)
            Issue.record("\(Self.place.path) was rewritten; run the tests again without SPLITVOTE_RECORD")
        }
        #expect(try String(contentsOf: Self.place, encoding: .utf8) == Self.page)
    }
}
