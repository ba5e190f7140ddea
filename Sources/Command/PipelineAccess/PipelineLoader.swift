package import Diagnostics
internal import Files
private import Foundation
internal import PipelineFile
package import PipelinePlan
package import StageKit
internal import TextBasics

/// Reads pipeline files.
package struct PipelineLoader {
    /// As the user named it.
    package var file: String
    /// Every stage kind that the file may use.
    package var registry: StageRegistry
    /// Parameters that are given another value, each as `key=value`.
    package var settings: [String]
    /// The run's logical date, `YYYY-MM-DD`; `nil` for today.
    package var date: String?

    package init(file: String, registry: StageRegistry, settings: [String] = [], date: String? = nil) {
        self.file = file
        self.registry = registry
        self.settings = settings
        self.date = date
    }

    /// Reads and checks the file.
    /// - Throws: `DiagnosticsError` with everything that is wrong.
    package func plan() throws(DiagnosticsError) -> PlannedPipeline {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw DiagnosticsError(
                file: file,
                findings: [
                    .error(
                        "cannot read the pipeline file \(file)", hint: Self.hint(insteadOf: file))
                ])
        }
        let here = FileManager.default.currentDirectoryPath
        let folder = AbsolutePath.of(AbsolutePath.of(file, in: here) + "/..", in: here)
        return try PlannedPipeline.plan(
            document: PipelineDocument(Array(data), file: file), registry: registry,
            overrides: settings.map(Self.override), baseFolder: folder, runDate: date ?? Self.today)
    }

    private static func hint(insteadOf file: String) -> String {
        let general = "check the path; a pipeline file is YAML and begins with 'splitvote: 1'"
        if Disk.isFolder(file) {
            let inside = PipelineFinder.near(file).filter { !$0.hasPrefix("..") }.map { file + "/" + $0 }
            return inside.isEmpty ? general : "that is a folder; it has \(inside.joined(separator: ", "))"
        }
        let near = PipelineFinder.near(FileManager.default.currentDirectoryPath).prefix(5)
        if near.isEmpty { return general }
        return NearestName.hint(
            for: file, among: near,
            then: "check the path; pipeline files near here: \(near.joined(separator: ", "))")
    }

    /// The key and the value of a setting; what follows the first `=` is the value. Without one the value is empty.
    private static func override(_ setting: String) -> (key: String, value: String) {
        let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }

    /// The local calendar's date.
    private static var today: String {
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        return String(format: "%04d-%02d-%02d", parts.year ?? 1, parts.month ?? 1, parts.day ?? 1)
    }
}
