package import Foundation
package import StageKit

/// What a stage gave on a ``StageBench``.
package struct StageOutcome: Sendable {
    package let kind: StageKind
    package let stage: String
    package let parameters: JSONValue
    /// The folder that it wrote. Absolute.
    package let folder: String
    package let result: StageResult
    package let progress: ProgressLog
    /// What it asked the ledger for, in that order.
    package let scans: [LedgerWatch.Scan]

    init(
        kind: StageKind, stage: String, parameters: JSONValue, folder: String, result: StageResult,
        progress: ProgressLog, scans: [LedgerWatch.Scan]
    ) throws {
        // What its reports, its headline and its next run see is what the stage said.
        if let figures = kind.figuresType, !kind.reportsAnyFigure,
            figures.init(result.figures).json != result.figures
        {
            throw StageError(
                "the figures of '\(kind.name)' are read as \(figures.init(result.figures).json.canonicalText); "
                    + "the stage said \(result.figures.canonicalText)")
        }
        self.kind = kind
        self.stage = stage
        self.parameters = parameters
        self.folder = folder
        self.result = result
        self.progress = progress
        self.scans = scans
    }

    package var figures: JSONValue { result.figures }

    /// Comments that it read, each as often as it did.
    package var commentsRead: Int { scans.reduce(0) { $0 + $1.comments } }

    package var warnings: [String] { progress.warnings }

    /// The artifacts of an output port, as the next stage gets them; none where the port has none.
    package subscript(port: String) -> [InputArtifact] {
        result.outputs.filter { $0.port == port }.map(artifact)
    }

    /// A file of the output, as text.
    package func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: folder + "/" + name)), as: UTF8.self)
    }

    /// Every file of the output with its bytes, by its path in it: what is equal of two results.
    package func contents() throws -> [String: Data] {
        let root = URL(filePath: folder, directoryHint: .isDirectory)
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            let path = root.appending(path: name).path
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
                contents[name] = try Data(contentsOf: URL(filePath: path))
            }
        }
        return contents
    }

    private func artifact(_ output: StageOutput) -> InputArtifact {
        InputArtifact(
            stage: stage, kind: kind.name,
            type: kind.outputs.first { $0.name == output.port }?.types.first ?? "",
            path: output.path == "." ? folder : folder + "/" + output.path,
            digest: output.contentDigest ?? output.fileDigest ?? ContentDigest.of(output.path),
            locator: output.locator, figures: figures)
    }

    /// What the store keeps of each output.
    var locators: [String: JSONValue] {
        Dictionary(result.outputs.map { ($0.port, $0.locator) }, uniquingKeysWith: { first, _ in first })
    }

    /// The result as the engine finds it for a later run of the stage.
    func result(for present: JSONValue) -> EarlierResult {
        EarlierResult(
            parameters: parameters, hasSameParameters: parameters == present, folder: folder,
            outputs: Dictionary(
                result.outputs.map { ($0.port, artifact($0)) }, uniquingKeysWith: { first, _ in first }),
            findDigest: { path in
                (try? Data(contentsOf: URL(filePath: path))).map { ContentDigest.of(Array($0)) }
            })
    }
}
