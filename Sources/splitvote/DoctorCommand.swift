internal import ArgumentParser
internal import PipelineEngine
internal import PipelinePlan
internal import StageKit
internal import TextBasics

/// `splitvote doctor`: whether everything is there that a run needs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the machine and, with a pipeline file, its store, files, secrets and hooks.",
        discussion: "Changes nothing. The exit status is 1 when something would keep a run from working.")

    @Argument(help: "The pipeline file.")
    var file: String?

    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        var checkup = Checkup()
        checkup.machine()
        if let file { try await checkup.pipeline(try PipelineLoader(file: file).plan()) }
        if json {
            print(checkup.json.prettyText, terminator: "")
        } else {
            checkup.write()
        }
        if checkup.findings.contains(where: { $0.grade == .failure }) { throw ExitStatus.stageFailed }
    }
}

/// What was looked at, and how it was found.
struct Checkup {
    enum Grade: String {
        case good = "ok"
        case doubtful = "warning"
        case failure
    }

    struct Finding {
        var name: String
        var grade: Grade
        var words: String
        var hint: String?
    }

    private(set) var findings: [Finding] = []

    mutating func add(_ name: String, _ grade: Grade, _ words: String, hint: String? = nil) {
        findings.append(Finding(name: name, grade: grade, words: words, hint: hint))
    }

    /// Notes that something is as it should be, or why it is not.
    mutating func check(_ name: String, _ body: () throws -> String) {
        do {
            add(name, .good, try body())
        } catch {
            let words = "\(error)".split(separator: "\nhint: ", maxSplits: 1).map(String.init)
            add(name, .failure, words.first ?? "\(error)", hint: words.count > 1 ? words[1] : nil)
        }
    }

    func write() {
        var table = TextTable(.left, .left, .left)
        for finding in findings {
            table.add(finding.grade.rawValue, finding.name, finding.words)
        }
        for (line, finding) in zip(table.lines, findings) {
            print(line)
            if let hint = finding.hint { print("hint: \(hint)") }
        }
        let failures = findings.count { $0.grade == .failure }
        print(
            failures == 0
                ? "nothing would keep a run from working"
                : "\(Counts.text(failures, "thing")) would keep a run from working")
    }

    var json: JSONValue {
        [
            "format": "splitvote-checkup", "version": 1,
            "healthy": .bool(!findings.contains { $0.grade == .failure }),
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
