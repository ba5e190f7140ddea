internal import PipelinePlan
internal import RunStore
internal import StageKit

/// A check that a stage's figures did not pass.
struct FailedCheck: Equatable, Sendable {
    var message: String
    var isError: Bool

    /// As it is kept; `nil` if it rejects the stage.
    var warning: StageWarning? { isError ? nil : StageWarning(.check, message) }
}

extension PlannedStage {
    /// The checks that these figures do not pass, in the order of the file.
    func failedChecks(on figures: JSONValue) -> [FailedCheck] {
        checks.compactMap { check in
            guard let value = figures[check.that]?.doubleValue else {
                return FailedCheck(
                    message: "the stage reported no number '\(check.that)'", isError: check.isError)
            }
            if check.passes(value) { return nil }
            return FailedCheck(
                message:
                    "\(check.that) is \(JSONValue.number(value).shortText), expected \(check.limits)",
                isError: check.isError)
        }
    }
}

extension JSONValue {
    /// A number without a needless `.0`.
    fileprivate var shortText: String {
        let text = canonicalText
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
