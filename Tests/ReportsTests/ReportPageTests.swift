import Charts
import Foundation
import Reports
import StageKit
import Testing

struct ReportPageTests {
    @Test func completePageIsWellFormedAndNeedsNothingElse() throws {
        let html = ReportPage.html(of: ExampleContents.complete())
        let page = try PageScanner(html)
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        for element in ["script", "link", "img", "iframe", "object", "image", "use", "a:href"] {
            #expect(!page.elements.contains(element))
        }
        for attribute in page.attributes where ["href", "src"].contains(attribute.name) {
            #expect(attribute.value.hasPrefix("#"))
        }
        #expect(!html.contains("url(") && !html.contains("@import") && !html.contains("@font-face"))
        #expect(html.contains("prefers-color-scheme: dark") && html.contains("@media print"))
    }

    @Test func everyReferenceOnThePageLeadsSomewhereAndEveryPictureIsDescribed() throws {
        let page = try PageScanner(ReportPage.html(of: ExampleContents.complete()))
        let ids = page.attributes.filter { $0.name == "id" }.map(\.value)
        #expect(Set(ids).count == ids.count)
        for attribute in page.attributes where attribute.name == "aria-labelledby" {
            #expect(attribute.value.split(separator: " ").allSatisfy { ids.contains(String($0)) })
        }
        for attribute in page.attributes where attribute.name == "href" {
            #expect(ids.contains(String(attribute.value.dropFirst())))
        }
        let pictures = page.attributes.filter { $0.element == "svg" && $0.name == "aria-labelledby" }
        #expect(pictures.count == page.elements.count { $0 == "svg" })
        // Eight, each for wide and for narrow places.
        #expect(pictures.count == 16)
        #expect(page.elements.count { $0 == "desc" } == 16)
        #expect(page.elements.count { $0 == "table" } == 11)
        #expect(page.elements.count { $0 == "caption" } == 11)
    }

    @Test func equalFactsGiveEqualBytes() throws {
        let first = ReportPage.html(of: ExampleContents.complete())
        let second = ReportPage.html(of: ExampleContents.complete())
        #expect(Array(first.utf8) == Array(second.utf8))
    }

    @Test func summarySaysWhatWasReadRuledTrainedAndFound() throws {
        let html = ReportPage.html(of: ExampleContents.complete())
        let summary = """
            12,495 rows of voted comments were read from 3 files; the store holds 9,418 distinct comments on 220 \
            articles. A comment is called controversial when at least 20 people voted and 40% to 60% of the votes \
            agree with it, and uncontroversial when at most 20% or at least 80% do. By this rule 1,654 comments are \
            controversial and 2,083 uncontroversial; the other 60.3% get no label, mostly because too few people \
            voted. 3,308 were sampled and split into train (2,630), dev (339), test (332). The model has 1.2 million \
            parameters, started from random weights and was trained for 480 steps (6 epochs).
            """
        let result = """
            On 332 test comments the model reaches a macro F1 of 0.889 (95% interval 0.855 to 0.922) and an accuracy \
            of 88.9%; always answering “controversial” gives 0.337 and 50.9%. <strong>That is clearly above the \
            majority baseline.</strong>
            """
        #expect(html.contains("<p class=\"summary\">\(summary)</p>"))
        #expect(html.contains("<p class=\"verdict good\">\(result)</p>"))
    }

    @Test func pageIsHonestAboutAModelThatLearntNothing() throws {
        var facts = ExampleContents.complete()
        facts.stages = [ExampleContents.scores(confusion: [[160, 3], [165, 4]], majorityF1: 0.55)]
        #expect(ReportPage.html(of: facts).contains("the model has learnt nothing of use"))
        facts.stages = [ExampleContents.scores(confusion: [[10, 9], [8, 9]], majorityF1: 0.45)]
        #expect(
            ReportPage.html(of: facts).contains("so few comments could give such a difference by chance"))
    }

    /// TF-IDF, `difference` behind the model, with this many rows that only it has right.
    private static func page(differingBy difference: Double, onlyOther: Int) -> String {
        var facts = ExampleContents.complete()
        let interval: JSONValue = .array([.number(difference - 0.02), .number(difference + 0.02)])
        facts.stages = [
            ExampleContents.scores(baselines: [
                [
                    "name": "tfidf", "title": "TF-IDF", "only_model": 0, "only_other": .integer(onlyOther),
                    "differences": [
                        ["score": "macro_f1", "difference": .number(difference), "interval": interval]
                    ],
                ]
            ])
        ]
        return ReportPage.html(of: facts)
    }

    @Test func aModelThatSurpassesNoBaselineIsNotPraised() {
        let clear = "<strong>That is clearly above the majority baseline."
        for (difference, onlyOther, words, style) in [
            (-0.01, 5, "\(clear) It is no better than TF-IDF.</strong>", "verdict doubtful"),
            (0.0, 5, "\(clear) It is no better than TF-IDF.</strong>", "verdict doubtful"),
            (0.03, 5, "\(clear)</strong>", "verdict good"),
            // The model is TF-IDF.
            (0.0, 0, "\(clear)</strong>", "verdict good"),
            (
                -0.03, 5, "<strong>That is worse than TF-IDF, by more than chance.</strong>",
                "verdict doubtful"
            ),
        ] {
            let html = Self.page(differingBy: difference, onlyOther: onlyOther)
            #expect(html.contains(words) && html.contains("<p class=\"\(style)\">"), "\(difference)")
        }
    }

    @Test func whatStagesWarnedOfComesFirst() throws {
        var facts = ExampleContents.complete()
        #expect(!(ReportPage.html(of: facts).contains("id=\"warnings\"")))
        let split = facts.stages.firstIndex { $0.kind == "split" } ?? 0
        facts.stages[split] = StageSummary(
            stage: facts.stages[split].stage, kind: "split", figures: facts.stages[split].figures,
            warnings: ["the test side has <none> of one class"])
        let html = ReportPage.html(of: facts)
        _ = try PageScanner(html)
        let warnings = try #require(html.range(of: "<section id=\"warnings\""))
        let data = try #require(html.range(of: "<section id=\"data\""))
        #expect(warnings.lowerBound < data.lowerBound)
        #expect(html.contains("<td>the test side has &lt;none&gt; of one class</td>"))
    }

    static let absences = [
        ("ingest.files", "No data funnel"), ("label", "No labels"), ("split", "No split"),
        ("train", "No training"),
        ("evaluate", "No scores"),
    ]

    @Test(arguments: absences)
    func aStageThatIsMissingLeavesOneSentence(kind: String, sentence: String) throws {
        var facts = ExampleContents.complete()
        #expect(!(ReportPage.html(of: facts).contains(sentence)))
        facts.stages.removeAll { $0.kind == kind }
        let html = ReportPage.html(of: facts)
        _ = try PageScanner(html)
        #expect(html.components(separatedBy: sentence).count == 2)
    }

    @Test func figuresMayBeMissingOrOfAnotherType() throws {
        let empty = ExampleContents.complete().stages.map {
            StageSummary(stage: $0.stage, kind: $0.kind, figures: .object([:]))
        }
        _ = try PageScanner(ReportPage.html(of: ReportContents(pipeline: "p", stages: empty)))
        _ = try PageScanner(ReportPage.html(of: ReportContents(pipeline: "p", stages: [])))
        let strange = ExampleContents.complete().stages.map { stage in
            StageSummary(
                stage: stage.stage, kind: stage.kind,
                figures: .object((stage.figures.objectValue ?? [:]).mapValues { _ in "text" }))
        }
        _ = try PageScanner(ReportPage.html(of: ReportContents(pipeline: "p", stages: strange)))
    }

    /// A loss that is not a number any more is not drawn, and is a dash in the tables.
    @Test(arguments: [0, 1e-300, 1e308, -1, 1e18, .nan, .infinity, -.infinity])
    func strangeNumbersAreShownOrLeftOut(number: Double) throws {
        let stages = ExampleContents.complete(points: 9).stages.map {
            StageSummary(stage: $0.stage, kind: $0.kind, figures: $0.figures.replacingLeaves(number: number))
        }
        let page = try PageScanner(ReportPage.html(of: ReportContents(pipeline: "p", stages: stages)))
        let places = page.attributes.filter { ["x", "y", "cx", "cy", "points"].contains($0.name) }
        #expect(
            places.allSatisfy {
                $0.value.unicodeScalars.allSatisfy { "0123456789.,- ".unicodeScalars.contains($0) }
            })
    }

    static let hostile = [
        "</style><script>alert(1)</script>", "\"\u{301} onload=\"alert(1)", "'><img src=x onerror=alert(1)>",
        "{{title}} {{{style}}} {{#sections}}", "<!-- ", "]]><svg/onload=alert(1)>", "&lt;b&gt;",
        "\u{0}\u{202E}abc",
        "<\u{338}script>", String(repeating: "긴이름", count: 400),
    ]

    @Test(arguments: hostile)
    func noTextCanChangeThePage(text: String) throws {
        let facts = ExampleContents.complete(points: 20)
        let usual = try PageScanner(ReportPage.html(of: facts))
        var other = facts
        other.title = text
        other.pipeline = text
        other.date = text
        other.stages = facts.stages.map {
            StageSummary(stage: text, kind: $0.kind, figures: $0.figures.replacingLeaves(text: text))
        }
        other.artifacts = facts.artifacts.map { _ in ReportedArtifact(stage: text, type: text, digest: text) }
        let html = ReportPage.html(of: other)
        let page = try PageScanner(html)
        #expect(Set(page.elements).isSubset(of: Set(usual.elements)))
        #expect(Set(page.attributes.map(\.name)).isSubset(of: Set(usual.attributes.map(\.name))))
        #expect(html.contains(Markup(text: text).html))
    }

    @Test func sectionsThatNoKindAddsHaveTheirPlace() throws {
        var facts = ExampleContents.complete()
        func section(_ id: String, _ place: PlacedSection.Place) -> PlacedSection {
            PlacedSection(
                ReportSection(id: id, title: id, parts: [ReportSection.paragraph("text")]), place)
        }
        facts.sections = [
            section("end", .last), section("begin", .first), section("behind", .after("label")),
            section("lost", .after("no such part")),
        ]
        facts.run = ReportSection.paragraph("how it ended")
        facts.footnote = "a <note>"
        let html = ReportPage.html(of: facts)
        _ = try PageScanner(html)
        let places = [
            "how it ended", "id=\"begin\"", "id=\"data\"", "id=\"labels\"", "id=\"behind\"", "id=\"split\"",
            "id=\"end\"", "id=\"lost\"", "id=\"provenance\"", "a &lt;note&gt;",
        ].map { html.range(of: $0)?.lowerBound }
        #expect(!places.contains(nil))
        #expect(
            zip(places, places.dropFirst()).allSatisfy { ($0 ?? html.endIndex) < ($1 ?? html.startIndex) })
    }

    @Test func everyPictureAndTableIsAFileWithANameOfItsOwn() throws {
        let made = ReportPage.made(of: ExampleContents.complete(), kinds: ExampleContents.kinds)
        #expect(made.files.count { $0.name.hasSuffix(".svg") } == 8)
        #expect(made.files.count { $0.name.hasSuffix(".tsv") } == 11)
        #expect(Set(made.files.map(\.name)).count == made.files.count)
        for file in made.files {
            #expect(
                file.name.utf8.allSatisfy {
                    $0 == 0x2D || $0 == 0x2E || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A)
                        || ($0 >= 0x30 && $0 <= 0x39)
                })
            if file.name.hasSuffix(".svg") { _ = try PageScanner(file.text) }
        }
    }

    /// After 2.0 epochs the third has not begun; a history may also give the number of each point's epoch.
    @Test(arguments: [[0.5, 1, 1.5, 2], [1, 1, 2, 2]])
    func twoEpochsHaveOneMark(epochs: [Double]) {
        let history = JSONValue.array(
            epochs.enumerated().map { step, epoch in
                ["step": .integer(step + 1), "epoch": .number(epoch), "loss": 0.5, "learning_rate": 1e-4]
            })
        let facts = ReportContents(
            pipeline: "p",
            stages: [StageSummary(stage: "m", kind: "train", figures: ["steps": 4, "history": history])])
        let html = ReportPage.html(of: facts)
        #expect(html.contains(">epoch 2</text>") && !html.contains("epoch 3"))
    }

    @Test func severalModelsHaveAHeadingEach() throws {
        var facts = ExampleContents.complete(points: 5)
        facts.stages.append(ExampleContents.scores(stage: "large-scores"))
        facts.stages.append(
            StageSummary(stage: "large", kind: "train", figures: ExampleContents.training(points: 5).figures))
        let html = ReportPage.html(of: facts)
        _ = try PageScanner(html)
        #expect(html.contains("<h3>large-scores: test</h3>") && html.contains("<h3>large</h3>"))
        #expect(html.contains("id=\"confusion2\"") || html.contains("id=\"confusion2-t\""))
    }

    @Test func histogramBarsBelongToTheZoneOfTheirMiddle() {
        let chart = HistogramChart(
            counts: [Int](repeating: 1, count: 50), controversial: 0.4...0.6, uncontroversial: (0.2, 0.8))
        let styles = (0..<50).map { chart.style(of: $0) }
        #expect(styles[..<10].allSatisfy { $0 == HistogramChart.uncontroversialStyle })
        #expect(styles[10..<20].allSatisfy { $0 == "fill-plain" })
        #expect(styles[20..<30].allSatisfy { $0 == HistogramChart.controversialStyle })
        #expect(styles[30..<40].allSatisfy { $0 == "fill-plain" })
        #expect(styles[40...].allSatisfy { $0 == HistogramChart.uncontroversialStyle })
    }
}

extension JSONValue {
    /// The same value with every text, or every number, replaced; whole numbers by 7, or by 0.
    func replacingLeaves(text: String? = nil, number: Double? = nil) -> JSONValue {
        switch self {
        case .string: text.map { .string($0) } ?? self
        case .number: number.map { intValue == nil ? .number($0) : .integer($0 == 0 ? 0 : 7) } ?? self
        case .array(let items): .array(items.map { $0.replacingLeaves(text: text, number: number) })
        case .object(let members):
            .object(members.map { JSONMember($0.key, $0.value.replacingLeaves(text: text, number: number)) })
        default: self
        }
    }
}
