internal import Console
internal import DatasetStages
internal import Diagnostics
internal import Presentation
package import RunStore
package import StageKit
internal import StoreFile
internal import TrackFormat

/// What `runs` is asked: the list, one run, two side by side, a figure over all, trainings for other programs.
package struct RunHistory {
    /// What is printed; and a picture, where one was asked for.
    package struct Answer {
        package var json: JSONValue
        package var lines: [String]
        /// A file of SVG.
        package var picture: String?

        /// The same with the picture in a file, whose path takes the place of the lines; `-` is for the picture itself.
        /// - Throws: `DiagnosticsError` where there is no picture.
        func written(to path: String) throws -> Answer {
            guard let picture else {
                throw DiagnosticsError(
                    "--out belongs to plot and export",
                    hint: "'splitvote runs FILE plot STAGE.FIGURE --out FILE.svg'")
            }
            var answer = self
            // Printing adds the last line's end.
            let lines = picture.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            answer.lines = path == "-" ? lines.map(String.init) : [path]
            if path != "-" { try OutputFile(path).write { try $0(picture) } }
            return answer
        }
    }

    private let found: RunStore?
    private let state: String
    private let pipeline: String?
    private let registry: StageRegistry
    private let columns: Int?

    private var headlines: Headlines { Headlines(registry) }

    /// - Parameters:
    ///   - store: `nil` if there is none yet, which is an empty list.
    ///   - state: path of the store.
    ///   - pipeline: whose runs are meant; `nil` for all.
    ///   - columns: of the terminal; `nil` for lines of any length.
    package init(
        _ store: RunStore?, state: String, pipeline: String?, registry: StageRegistry, columns: Int?
    ) {
        found = store
        self.state = state
        self.pipeline = pipeline
        self.registry = registry
        self.columns = columns
    }

    /// - Parameters:
    ///   - words: the question: ls; show RUN; diff OLD NEW; plot STAGE.FIGURE; export TRACKER.
    ///   - limit: most runs that are looked at.
    ///   - figures: what ls shows, as `stage.figure`; empty for what each kind shows first.
    ///   - out: the file of plot's picture, or the folder of export.
    /// - Throws: `DiagnosticsError` for a question that cannot be answered.
    package func answer(
        _ words: [String], limit: Int, figures: [String], out: String? = nil
    ) throws -> Answer {
        if words.first == "export" { return try export(words, limit, to: out) }
        let answer = try answer(words, limit, figures)
        return try out.map { try answer.written(to: $0) } ?? answer
    }

    private func answer(_ words: [String], _ limit: Int, _ figures: [String]) throws -> Answer {
        switch (words.first ?? "ls", words.count) {
        case ("ls", 0...1): return try list(limit, figures)
        case ("show", 2): return try show(words[1], existing())
        case ("diff", 3): return try difference(words[1], words[2], existing())
        case ("plot", 2): return try plot(words[1], limit, existing())
        case ("show", _):
            throw DiagnosticsError("show takes the id of a run", hint: "'splitvote runs FILE ls' lists them")
        case ("diff", _):
            throw DiagnosticsError(
                "diff takes the ids of two runs, the old one first",
                hint: "'splitvote runs FILE ls' lists them; last is the latest, last~1 the one before")
        case ("plot", _):
            throw DiagnosticsError(
                "plot takes a figure, as STAGE.FIGURE", hint: "'splitvote runs FILE ls' shows some")
        default:
            throw DiagnosticsError(
                "'\(words.joined(separator: " "))' is not a subcommand of runs",
                hint: "it takes ls, show RUN, diff OLD NEW, plot STAGE.FIGURE, or export TRACKER")
        }
    }

    private func list(_ limit: Int, _ names: [String]) throws -> Answer {
        let runs = try found?.runs(pipeline: pipeline, limit: limit) ?? []
        let stages = try runs.map { try found?.stages(ofRun: $0.run.id) ?? [] }
        let figures =
            names.isEmpty
            ? RunFigures(stages, headlines)
            : RunFigures(stages, named: try names.map { try RunPlot.name($0, in: stages) })
        let table = RunTable(runs, figures, holder: RunLock.holder(state: state))
        return Answer(
            json: table.json,
            lines: runs.isEmpty ? ["\(state): no run so far"] : table.lines(columns: columns))
    }

    private func existing() throws(StoreError) -> RunStore {
        if let found { return found }
        throw StoreError(.other, "\(state): no run so far", hint: "run the pipeline first")
    }

    private func show(_ id: String, _ store: RunStore) throws -> Answer {
        let run = try RunText.run(id, in: store, pipeline: pipeline)
        let stages = try store.stages(ofRun: run.run.id)
        return Answer(
            json: RunText.json(run, stages),
            lines: RunText.lines(run, stages, RunLock.holder(state: state), headlines))
    }

    private func plot(_ metric: String, _ limit: Int, _ store: RunStore) throws -> Answer {
        let runs = try store.runs(pipeline: pipeline, limit: limit)
        let plot = try RunPlot(
            metric, of: runs.map { ($0, try store.stages(ofRun: $0.run.id)) })
        return Answer(
            json: plot.json, lines: plot.lines(columns: columns ?? 80), picture: plot.picture)
    }

    private func export(_ words: [String], _ limit: Int, to folder: String?) throws -> Answer {
        let names = Tracker.allCases.map(\.rawValue).joined(separator: " or ")
        guard words.count == 2, let tracker = Tracker(rawValue: words[1]) else {
            throw DiagnosticsError(
                "export takes the program to write for, \(names)",
                hint: "'splitvote runs FILE export tensorboard --out DIR'")
        }
        guard let folder else {
            throw DiagnosticsError("export needs --out, the folder to write into")
        }
        let store = try existing()
        let runs = try store.runs(pipeline: pipeline, limit: limit)
        let export = try RunExport(
            runs.reversed().map { ($0, try store.stages(ofRun: $0.run.id)) }, registry, for: tracker,
            to: folder)
        return Answer(json: export.json, lines: export.lines)
    }

    // MARK: Two runs

    private func difference(_ old: String, _ new: String, _ store: RunStore) throws -> Answer {
        let runs = try [old, new].map { try RunText.run($0, in: store, pipeline: pipeline) }
        let stages = try runs.map { try store.stages(ofRun: $0.run.id) }
        let difference = RunDifference(old: runs[0], stages[0], new: runs[1], stages[1]) { [registry] kind in
            Set(registry[kind]?.kind.figures.filter(\.isOfTheMoment).map(\.name) ?? [])
        }
        let sets = stages.map { stages in
            stages.last { $0.kind == LabelStage.kind.name && $0.verdict.hasResult }?.figures["label_set"]?
                .stringValue
        }
        var lines = difference.lines(headlines)
        var json = difference.json.adding(
            "label_sets", .array(sets.map { $0.map(JSONValue.string) ?? .null }))
        json["labels"] = .null
        if let before = sets[0], let now = sets[1], before != now {
            let sets = LabelSets(store, pipeline: pipeline)
            do {
                let labels = try sets.compare(sets.load(before), sets.load(now))
                lines += ["labels"] + labels.lines.map { "  " + $0 }
                json["labels"] = try JSONValue(parsing: labels.json())
            } catch let error as DiagnosticsError {
                lines.append("labels: not compared row by row: \(error.findings.first?.message ?? "")")
            }
        }
        return Answer(json: json, lines: lines)
    }
}
