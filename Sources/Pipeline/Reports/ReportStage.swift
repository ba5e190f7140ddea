package import Diagnostics
package import StageKit

/// Writes a report of the preceding stages as one HTML file.
package struct ReportStage: Stage {
    package static let kind = StageKind(
        "report",
        revision: 3,
        summary: "Write a report of the preceding stages as one HTML file.",
        inputs: [Port("inputs", Port.anyType, many: true)],
        outputs: [Port("report", "report-v1")],
        figures: PageFigures.declared(),
        readsUpstreamFigures: true,
        example: """
            report:
              uses: report
              from: [labels, split, shards, model, scores]
              with: {path: "out/{date}/report.html"}
            """,
        values: [
            "title": "Comments of November"
        ]
    )

    private static let fileName = "report.html"
    private static let folderName = "report"
    private let path: String?
    private let title: String?
    private let files: Bool

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        path = parameters.outputPath(
            "path", default: "out/{date}/report.html", placeholders: ["date", "run"],
            help: "Path of the page.")
        title = parameters.optionalString(
            "title", help: "The page's title; the pipeline's name unless given.")
        files = parameters.bool(
            "files", default: false,
            help:
                "Whether to write each picture as SVG and each table as TSV too, into a folder beside the page with its name."
        )
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let facts = ReportContents(
            title: title, pipeline: context.run.pipeline, stages: context.upstream,
            artifacts: context.inputs.ports.flatMap { context.inputs.all($0) }.map {
                ReportedArtifact(stage: $0.stage, type: $0.type, digest: $0.digest)
            })
        let page = ReportPage.made(of: facts, kinds: context.kinds)
        let files = files ? page.files.map { (name: "\(Self.folderName)/\($0.name)", text: $0.text) } : []
        if !files.isEmpty { try Disk.makeFolder("\(context.outputFolder)/\(Self.folderName)") }
        for made in [(name: Self.fileName, text: page.html)] + files {
            let file = try FileWriter(path: "\(context.outputFolder)/\(made.name)")
            try file.write(made.text)
            try file.finish()
        }
        let publications = path.map { path in
            [Publication(path: Self.fileName, template: path)]
                + files.map {
                    Publication(
                        path: $0.name,
                        template: ReportPage.folder(of: path) + $0.name.dropFirst(Self.folderName.count))
                }
        }
        return StageResult(
            outputs: [StageOutput(port: "report", path: Self.fileName)],
            figures: PageFigures(bytes: page.html.utf8.count).json, publications: publications ?? [])
    }
}

/// What a report stage reports of its page.
struct PageFigures: KindFigures {
    var bytes: Int?

    static let fields: [JSONField<PageFigures>] = [JSONField("bytes", \.bytes, "size of the page, in bytes")]
}

/// The stage kinds of this module.
package enum ReportStages {
    package static let all: [any Stage.Type] = [ReportStage.self]
}
