import Diagnostics
import Presentation
import RunStore
import StageKit
import Testing

/// Runs side by side.
struct RunFiguresTests {
    private static let headlines = Headlines { kind in
        ["label": ["controversial", "rows"], "evaluate": ["accuracy", "macro_f1"], "밤": ["rows"]][kind] ?? []
    }

    private static func run(_ id: String, _ date: String = "2025-11-21", overrides: JSONValue = [:])
        -> RunSummary
    {
        RunSummary(
            run: RunRecord(
                id: id, pipeline: "news", file: "news.yaml", date: date, overrides: overrides, host: "here",
                pid: 7),
            outcome: .done, exitStatus: 0, startedAt: "2025-11-21T07:16:44.000Z",
            finishedAt: "2025-11-21T07:20:54.000Z")
    }

    private static func stage(
        _ name: String, _ kind: String, _ figures: JSONValue, verdict: StageVerdict = .ran,
        parameters: JSONValue = [:], madeBy: Int64 = 1, message: String? = nil
    ) -> StageState {
        let fields: JSONValue = ["kind": .string(kind), "revision": 1, "parameters": parameters]
        return StageState(
            run: "r", stage: name, kind: kind, fingerprint: fields.canonicalText, fields: fields,
            verdict: verdict, message: message, figures: figures, startedAt: "2025-11-21T07:16:44.000Z",
            finishedAt: "2025-11-21T07:16:45.000Z", madeBy: madeBy)
    }

    private static let old = [
        stage("댓글", "밤", ["rows": 1200, "age": 5.5]),
        stage("labels", "label", ["controversial": 190, "rows": 900], parameters: ["min_votes": 20]),
        stage("scores", "evaluate", ["accuracy": 0.75, "macro_f1": 0.69123, "sides": ["test": 0.5]]),
    ]
    private static let new = [
        stage("댓글", "밤", ["rows": 1200, "age": 9.5], verdict: .cached),
        stage(
            "labels", "label", ["controversial": 123, "rows": 900], parameters: ["min_votes": 30], madeBy: 2),
        stage("scores", "evaluate", [:], verdict: .failed, madeBy: 3, message: "out of memory\nmore"),
    ]

    private static func table(_ names: [RunFigures.Name]? = nil) -> RunTable {
        let stages = [new, old]
        return RunTable(
            [run("r2", "2025-11-22", overrides: ["min_votes": 30]), run("r1")],
            names.map { RunFigures(stages, named: $0) } ?? RunFigures(stages, headlines), holder: nil)
    }

    // MARK: The table

    @Test func eachFigureHasItsColumn() {
        #expect(
            Self.table().lines() == [
                "run  date        outcome  exit        took  댓글.rows  labels.controversial  labels.rows  "
                    + "scores.accuracy  scores.macro_f1  changed parameters",
                "r2   2025-11-22  done        0  4 min 10 s      1,200                   123          900  "
                    + "                                  min_votes=30",
                "r1   2025-11-21  done        0  4 min 10 s      1,200                   190          900  "
                    + "         0.7500           0.6912",
            ])
    }

    @Test(arguments: [40, 60, 80, 100, 120])
    func noLineIsLongerThanTheTerminal(columns: Int) {
        let lines = Self.table().lines(columns: columns)
        for line in lines.prefix(3) { #expect(DisplayWidth.of(line.unicodeScalars) <= columns, "\(line)") }
        #expect(lines.count == 4)
    }

    @Test func scoresComeBeforeCountsAndWhatIsLeftOutIsNamed() {
        let lines = Self.table().lines(columns: 100)
        #expect(lines[0].contains("scores.accuracy  scores.macro_f1") && !lines[0].contains("labels.rows"))
        #expect(lines[3].hasPrefix("3 figures left out for lack of room: 댓글.rows, labels.controversial, "))
        #expect(lines[3].hasSuffix("--figure shows those that it names"))
    }

    @Test func figuresThatAreNamedAreShown() throws {
        let lines = Self.table([.init(stage: "scores", figure: "sides.test")]).lines()
        #expect(lines[0].contains("  scores.sides.test  ") && lines[2].hasSuffix("0.5000"))
    }

    // MARK: Differences

    @Test func twoRunsDifferInWhatTheirStagesWereMadeOf() {
        let difference = RunDifference(
            old: Self.run("r1"), Self.old, new: Self.run("r2", overrides: ["min_votes": 30]), Self.new
        ) { _ in ["age"] }
        #expect(
            difference.lines(Self.headlines) == [
                "old  r1 of 2025-11-21, done, took 4 min 10 s",
                "new  r2 of 2025-11-21, done, took 4 min 10 s, -S min_votes=30", "stages",
                "  댓글    the same result", "  labels  parameter `min_votes` 20 → 30",
                "  scores  no result in the new run, failed: out of memory",
                "figures                    old  new         change",
                "  labels.controversial     190  123  -67 (-35.3 %)",
                "  scores.accuracy       0.7500    –", "  scores.macro_f1       0.6912    –",
                "  and 1 more; --json has all",
            ])
        #expect(difference.stages.map(\.isSame) == [true, false, false])
        #expect(
            difference.json["stages"]?.arrayValue?[1]["figures"]
                == ["controversial": ["old": 190, "new": 123]])
    }

    @Test func figuresOfTheMomentAreNotCompared() {
        let other = Self.stage("댓글", "밤", ["rows": 1200, "age": 9.5], madeBy: 9)
        let difference = RunDifference(
            old: Self.run("r1"), [Self.old[0]], new: Self.run("r2"), [other]
        ) { _ in ["age"] }
        #expect(difference.stages[0].changes.isEmpty)
        #expect(difference.stages[0].words == "made again of the same")
    }

    @Test func aStageThatOnlyOneRunHasIsSaid() {
        let difference = RunDifference(
            old: Self.run("r1"), [Self.old[0]], new: Self.run("r2"), [Self.new[1]]
        ) { _ in [] }
        #expect(difference.stages.map(\.words) == ["only in the new run", "only in the old run"])
    }

    // MARK: Plots

    private static func plot(_ values: [JSONValue]) throws -> RunPlot {
        try RunPlot(
            "s.f",
            of: values.enumerated().reversed().map { index, value in
                (run("r\(index)", "2025-11-\(10 + index)"), [stage("s", "k", ["f": value])])
            })
    }

    @Test func aPlotRisesWhereTheFigureDoes() throws {
        let lines = try Self.plot([0, 10]).lines(columns: 60)
        #expect(lines.count == 16 && lines[1].hasPrefix("10 ┤") && lines[12].hasPrefix(" 0 ┤"))
        let places = lines[1...12].map { line in line.count }
        #expect(places == places.sorted(by: >), "\(lines.joined(separator: "\n"))")
        #expect(lines[14] == "    2025-11-10" + " " + "2025-11-11")
        #expect(lines[15] == "2 runs: from 0 to 10, least 0 (r0), most 10 (r1)")
    }

    @Test(arguments: [20, 40, 80])
    func aPlotFitsTheTerminal(columns: Int) throws {
        let plot = try Self.plot((0..<200).map { .number(Double($0 * $0)) })
        for line in plot.lines(columns: columns).dropLast() {
            #expect(DisplayWidth.of(line.unicodeScalars) <= max(columns, 32), "\(line)")
        }
    }

    @Test func oneRunIsADot() throws {
        let lines = try Self.plot([0.5]).lines(columns: 60)
        #expect(lines[1...12].count { $0.contains { ("⠁"..."⣿").contains($0) } } == 1)
        #expect(lines.last == "1 run: 0.5000")
    }

    @Test func aPictureNamesItsFigure() throws {
        let picture = try Self.plot([0.25, 0.75]).picture
        #expect(picture.hasPrefix("<svg ") && picture.contains(">s.f</title>"))
        #expect(picture.contains("runs, 2025-11-10 to 2025-11-11") && picture.contains("s.f 0.7500 at 2"))
    }

    @Test func whatNoRunHasIsRefusedWithWhatThereIs() throws {
        let error = try #require(throws: DiagnosticsError.self) {
            _ = try RunPlot("scores.macro_f2", of: [(Self.run("r1"), Self.old)])
        }
        #expect(
            error.findings.map { "error: " + $0.plain + "\n" }.joined() == """
                error: no run listed has the figure 'scores.macro_f2'
                hint: did you mean 'scores.macro_f1'? 'scores' has: accuracy, macro_f1, sides.test

                """)
        let other = try #require(throws: DiagnosticsError.self) {
            _ = try RunPlot("nothing", of: [(Self.run("r1"), Self.old)])
        }
        #expect(other.findings[0].hint == "write STAGE.FIGURE; these stages have figures: 댓글, labels, scores")
    }
}
