internal import Console
package import PipelineEngine
package import StageKit
internal import TextBasics

extension HealthReport {
    package var lines: [String] {
        var table = TextTable(.left, .left, .left)
        for finding in findings { table.add(finding.grade.rawValue, finding.name, finding.words) }
        var lines: [String] = []
        for (line, finding) in zip(table.lines, findings) {
            lines.append(line)
            if let hint = finding.hint { lines.append("hint: \(hint)") }
        }
        let failures = findings.count { $0.grade == .failure }
        lines.append(
            failures == 0
                ? "nothing would make a run fail"
                : "\(Counts.text(failures, "problem")) would make a run fail")
        return lines
    }

    /// Format `splitvote-checkup` version 1; `schemas/checkup.schema.json` describes it.
    package var json: JSONValue {
        [
            "format": "splitvote-checkup", "version": 1, "healthy": .bool(isHealthy),
            "findings": .array(
                findings.map {
                    [
                        "name": .string($0.name), "grade": .string($0.grade.rawValue),
                        "message": .string($0.words), "hint": $0.hint.map(JSONValue.string) ?? .null,
                    ]
                }),
        ]
    }
}
