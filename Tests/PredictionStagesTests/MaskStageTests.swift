import DatasetStages
import Foundation
import IngestStages
import PredictionStages
import StageKit
import StageKitTesting
import Testing
import TrainingStages

struct MaskStageTests {
    private let bench: StageBench
    private static let tagger = TaggerFolder([
        "good": "O", "bad": "O", "news": "O", "says": "O", "kim": "B-PS", "lee": "B-PS", "seoul": "B-LC",
    ])

    private static let night = [
        TestComment("kim says news", up: 20, down: 20, key: "1", article: "a1", title: "lee says good"),
        TestComment("good news", up: 40, down: 0, key: "2", article: "a2", title: "good news"),
        TestComment("bad lee seoul kim", up: 20, down: 20, key: "3", article: "a3", title: "lee says good"),
        TestComment("good news", up: 40, down: 0, key: "4", article: "a4", title: "seoul"),
    ]

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all + PredictionStages.all)
        try Self.tagger.write(to: "names", in: bench.folder)
    }

    private func texts(_ comments: [TestComment], _ parameters: JSONValue = [:]) async throws
        -> [InputArtifact]
    {
        try await bench.run(CleanStage.self, parameters, from: ["comments": try bench.comments(comments)])[
            "texts"]
    }

    private func mask(
        _ texts: [InputArtifact], _ parameters: JSONValue = [:], isForced: Bool = false,
        as name: String? = nil,
        stopAfter: Int = .max
    ) async throws -> StageOutcome {
        let settings: JSONValue = ["model": "names", "entities": ["PS"], "precision": "fp32"]
        let outcome = try await bench.run(
            MaskStage.self,
            (parameters.objectValue ?? [:]).sorted { $0.key < $1.key }.reduce(settings) {
                $0.adding($1.key, $1.value)
            },
            from: ["texts": texts], files: ["model": ["names"]], as: name, isForced: isForced,
            stopAfter: stopAfter)
        // The engine clears away what a stage leaves there once it has ended well.
        try FileManager.default.removeItem(atPath: bench.folder.file("work"))
        return outcome
    }

    private func export(_ texts: [InputArtifact]) async throws -> [String] {
        let labels = try await bench.run(LabelStage.self, from: ["comments": texts])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": ["all": 1], "copies": "keep"], from: ["sample": sample["sample"]])
        let table = try await bench.run(
            ExportStage.self, ["columns": ["id", "text", "title"], "path": "{split}.tsv"],
            from: ["data": split["split"]])
        let name = try #require(try table.contents().keys.first { $0.hasSuffix("all.tsv") })
        return try table.text(name).split(separator: "\n").dropFirst().map(String.init).sorted()
    }

    @Test func namesAreMaskedInAllThatLeavesTheStore() async throws {
        let masked = try await mask(try await texts(Self.night))
        #expect(
            try await export(masked["texts"]) == [
                "news:1\t[PS] says news\t[PS] says good", "news:2\tgood news\tgood news",
                "news:3\tbad [PS] seoul [PS]\t[PS] says good", "news:4\tgood news\tseoul",
            ])
        #expect(masked.figures["comments"] == 4 && masked.figures["masked"] == 2)
        #expect(masked.figures["masked_titles"] == 1 && masked.figures["spans"] == 4)
        // Three texts and three titles, one of which is a text as well.
        #expect(masked.figures["asked"] == 5)
        let list = try masked.text("masked.tsv").split(separator: "\n").map(String.init)
        #expect(
            list == [
                "id\tof\tstart\tend\tentity\twords", "news:1\ttext\t0\t3\tPS\tkim",
                "news:3\ttext\t4\t7\tPS\tlee", "news:3\ttext\t14\t17\tPS\tkim",
                "news:a1\ttitle\t0\t3\tPS\tlee",
                "news:a3\ttitle\t0\t3\tPS\tlee",
            ])
    }

    @Test func aCommentsWaySaysWhatIsMasked() async throws {
        let masked = try await mask(try await texts(Self.night))
        func step(_ comment: Int64) throws -> CommentTrace.Step? {
            try MaskTrace.step(
                of: comment, in: masked["texts"][0], pipeline: "bench", bench.store.rows)
        }
        #expect(try step(1)?.words == "masked: 1 of PS" && step(3)?.words == "masked: 2 of PS")
        #expect(try step(2)?.words == "nothing masked" && step(99)?.words == "has no text to be masked")
        #expect(try step(3)?.facts == ["masked": ["PS": 2]])
    }

    @Test func otherTypesAndReplacementsAreOthersTexts() async throws {
        let texts = try await texts(Self.night)
        let first = try await mask(texts)
        let places = try await mask(
            texts, ["entities": ["LC", "PS"], "replacement": "<{entity}>"])
        #expect(
            try await export(places["texts"])[2] == "news:3\tbad <PS> <LC> <PS>\t<PS> says good")
        #expect(places.figures["asked"] == 5, "what else is looked for is looked for everywhere")
        #expect(places.figures["entities"]?.arrayValue?.first?["spans"] == 2)
        let renamed = try await mask(texts, ["entities": ["LC", "PS"], "replacement": "someone"])
        #expect(renamed.figures["asked"] == 0, "another word for the same spans asks nothing")
        #expect(try await export(renamed["texts"])[0] == "news:1\tsomeone says news\tsomeone says good")
        #expect(Set([first, places, renamed].map { $0["texts"][0].digest }).count == 3)
    }

    @Test func onlyNewTextsAreLookedAt() async throws {
        _ = try await mask(try await texts(Self.night))
        var edited = Self.night[1]
        edited.text = "lee news"
        edited.observedAt += 3600
        let next = try await texts([
            edited, TestComment("good news", up: 1, down: 0, key: "5"),
            TestComment("kim good", up: 1, down: 0, key: "6"),
        ])
        let outcome = try await mask(next)
        #expect(outcome.figures["asked"] == 2 && outcome.figures["masked"] == 4)
        let again = try await mask(next)
        #expect(again.figures["asked"] == 0)
        let forced = try await mask(next, isForced: true)
        #expect(forced.figures["asked"] == 7)
        #expect(
            try forced.contents() == again.contents() && again["texts"][0].digest == forced["texts"][0].digest
        )
        #expect(try await export(forced["texts"])[1] == "news:2\t[PS] news\tgood news")
    }

    @Test func anInterruptedSearchGoesOn() async throws {
        let many = (0..<1_200).map {
            TestComment(
                "kim says \(String(repeating: "good ", count: $0 % 7))news \($0)", up: 20, down: 20,
                key: "\($0)")
        }
        let texts = try await texts(many)
        await #expect(throws: StageInterrupted.self) { try await mask(texts, as: "once", stopAfter: 1) }
        #expect(try !FileManager.default.contentsOfDirectory(atPath: bench.folder.file("work/once")).isEmpty)
        let rest = try await mask(texts, as: "once")
        let whole = try await mask(texts, as: "whole")
        #expect(try rest.contents() == whole.contents())
        #expect(rest.figures["asked"] == 1_200 && whole.figures["asked"] == 0)
    }

    @Test func aTextThatNobodyLookedAtDoesNotLeave() async throws {
        let masked = try await mask(try await texts(Self.night))
        try bench.store.apply(
            LostMasks(), pipeline: "bench", stage: "mask", run: "20260131-000000-0000")
        let error = await #expect(throws: StageError.self) { try await export(masked["texts"]) }
        #expect(error?.message == "a text was not looked at for what is to be masked")
        #expect(error?.hint == "run the mask stage again with --force")
    }

    @Test func modelsOfMaskedTextsAnswerMaskedOnes() async throws {
        let task = try AnswerBench()
        try Self.tagger.write(to: "names", in: task.bench.folder)
        let plain = try await task.texts(AnswerBench.firstNight)
        let masked = try await task.bench.run(
            MaskStage.self, ["model": "names", "entities": ["PS"], "precision": "fp32"],
            from: ["texts": plain], files: ["model": ["names"]])["texts"]
        let model = try await task.model(of: masked)
        let answers = try await task.answer(masked, by: model)
        #expect(answers.figures["rows"] == 60)
        let error = await #expect(throws: StageError.self) { try await task.answer(plain, by: model) }
        #expect(error?.message.contains("+mask-") == true)
        // Nothing is masked in these, so that a model of the plain ones says the same.
        let other = try await task.answer(plain, by: try await task.model(of: plain, seed: 1))
        #expect(try other.table() == answers.table())
    }

    /// Rows that came with labels, pairs among them, keep what they teach.
    @Test(arguments: [false, true])
    func rowsWithLabelsAreMaskedToo(arePairs: Bool) async throws {
        try bench.folder.write(
            "text\tpair\tlabel\nkim says\tgood lee\tyes\ngood news\tbad news\tno\nlee bad\tkim\tyes\n",
            to: "rows.tsv")
        var columns: JSONValue = ["text": "text", "label": "label"]
        if arePairs { columns = columns.adding("text_pair", "pair") }
        let rows = try await bench.run(
            IngestFilesStage.self, ["paths": ["rows.tsv"], "source": "rows", "columns": columns],
            files: ["paths": ["rows.tsv"]])
        let clean = try await bench.run(CleanStage.self, from: ["comments": rows["comments"]])
        let masked = try await mask(clean["texts"])
        #expect(masked.figures["comments"] == (arePairs ? 6 : 3))
        let split = try await bench.run(
            SplitStage.self, ["shares": ["all": 1], "copies": "keep", "group_by": "comment"],
            from: ["sample": masked["texts"]])
        let table = try await bench.run(
            ExportStage.self,
            [
                "columns": arePairs ? ["text", "text_pair", "label"] : ["text", "label"],
                "path": "{split}.tsv",
            ],
            from: ["data": split["split"]])
        let name = try #require(try table.contents().keys.first { $0.hasSuffix("all.tsv") })
        let found = try table.text(name).split(separator: "\n").dropFirst().map(String.init).sorted()
        #expect(
            found
                == (arePairs
                    ? [
                        "[PS] bad\t[PS]\tyes", "[PS] says\tgood [PS]\tyes", "good news\tbad news\tno",
                    ] : ["[PS] bad\tyes", "[PS] says\tyes", "good news\tno"]))
    }

    @Test func rowsWithTagsAreRefused() async throws {
        try bench.folder.write("text\ttags\nkim says\tB-PS O\ngood news\tO O\n", to: "tags.tsv")
        let rows = try await bench.run(
            IngestFilesStage.self,
            ["paths": ["tags.tsv"], "source": "tags", "columns": ["text": "text", "tags": "tags"]],
            files: ["paths": ["tags.tsv"]])
        let clean = try await bench.run(
            CleanStage.self, ["rules": "none"], from: ["comments": rows["comments"]])
        let error = await #expect(throws: StageError.self) { try await mask(clean["texts"]) }
        #expect(error?.message.hasPrefix("the rows have a tag for each word") == true)
    }

    @Test func theOrderOfTypesSaysNothing() async throws {
        let texts = try await texts(Self.night)
        let one = try await mask(texts, ["entities": ["LC", "PS"]])
        let other = try await mask(texts, ["entities": ["PS", "LC"]])
        #expect(other.figures["asked"] == 0)
        #expect(try one.contents() == other.contents() && one["texts"][0].digest == other["texts"][0].digest)
    }

    /// What a folder says is known before anything runs.
    @Test func whatTheModelCannotFindIsSaidBefore() throws {
        func said(_ parameters: JSONValue, _ model: String) throws -> [String] {
            let look = StageLook(
                naming: ["model"],
                files: ["model": [FoundFile(path: bench.folder.file(model), shownPath: model)]], sources: [:])
            return try MaskStage(parameters).problems(in: look).map(\.message)
        }
        #expect(try said(["entities": ["PS"]], "names") == [])
        #expect(try said(["entities": ["PER", "PS"]], "names") == ["names knows no spans of type PER"])
        try Self.tagger.writeClassifier(to: "classes", in: bench.folder)
        #expect(
            try said(["entities": ["PS"]], "classes")
                == ["classes gives no tags to words, so it finds no spans to mask"])
    }

    static let complaints: [(JSONValue, String)] = [
        ([:], "names no type of spans"), (["entities": ["PS", "PS"]], "names a type twice"),
        (["entities": ["PS"], "replacement": ""], "'replacement' is empty"),
        (["entities": ["PS"], "replacement": "a\tb"], "a line break or tab"),
    ]

    @Test(arguments: complaints.indices)
    func whatIsWrongWithParametersIsSaid(index: Int) {
        let (parameters, words) = Self.complaints[index]
        let said = MaskStage.complaints(about: parameters)
        #expect(said.count == 1 && said[0].contains(words), "\(said)")
    }

    @Test func whatCannotBeMaskedIsRefused() async throws {
        let texts = try await texts(Self.night)
        let unknown = await #expect(throws: StageError.self) { try await mask(texts, ["entities": ["PER"]]) }
        #expect(unknown?.message == "names knows no spans of type PER")
        #expect(unknown?.hint == "its types are LC, PS")
        let masked = try await mask(texts)
        let twice = await #expect(throws: StageError.self) { try await mask(masked["texts"]) }
        #expect(twice?.message == "the texts of stage 'mask' are masked already")
    }

    @Test func aModelWithoutTagsIsRefused() async throws {
        let task = try AnswerBench()
        let texts = try await task.texts(AnswerBench.firstNight)
        let error = await #expect(throws: StageError.self) {
            try await task.bench.run(
                MaskStage.self, ["entities": ["PS"], "precision": "fp32"],
                from: ["texts": texts, "model": try await task.model(of: texts)])
        }
        #expect(
            error?.message
                == "the model of stage 'model1' gives no tags to words, so it finds no spans to mask")
    }
}

/// Masks that went out of the store.
private struct LostMasks: StoreChange {
    func apply(to store: any StoreWriter) throws { try store.run("DELETE FROM mask") }
}
