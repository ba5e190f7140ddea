/// The results of the checks before a run.
package struct HealthReport: Sendable {
    package enum Grade: String, Hashable, Sendable {
        case good = "ok"
        case doubtful = "warning"
        case failure
    }

    package struct Finding: Hashable, Sendable {
        package var name: String
        package var grade: Grade
        package var words: String
        package var hint: String?
    }

    package private(set) var findings: [Finding] = []

    package init() {}

    /// Whether nothing would make a run fail.
    package var isHealthy: Bool { !findings.contains { $0.grade == .failure } }

    package mutating func add(_ name: String, _ grade: Grade, _ words: String, hint: String? = nil) {
        findings.append(Finding(name: name, grade: grade, words: words, hint: hint))
    }

    /// Notes that something is as it should be, or why it is not.
    package mutating func check(_ name: String, _ body: () throws -> String) {
        do {
            add(name, .good, try body())
        } catch {
            let words = "\(error)".split(separator: "\nhint: ", maxSplits: 1).map(String.init)
            add(name, .failure, words.first ?? "\(error)", hint: words.count > 1 ? words[1] : nil)
        }
    }
}
