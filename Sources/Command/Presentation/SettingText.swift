internal import TextBasics

/// What is written on a command line to change something about a pipeline.
package enum SettingText {
    /// What is wrong with it; `nil` if nothing is.
    ///
    /// - Parameters:
    ///   - settings: values of `-S`.
    ///   - date: value of `--date`.
    ///   - asOf: value of `--as-of`.
    package static func problem(settings: [String], date: String?, asOf: String?) -> String? {
        if let asOf, Timestamp.asOf(asOf) == nil {
            return
                "--as-of is '\(asOf)'; expected a date such as 2025-11-01 or a time such as 2025-11-01T09:30:00Z"
        }
        for setting in settings where !setting.contains("=") {
            return
                "-S takes key=value, as in -S min_votes=30 or -S labels.min_votes=30; found '\(setting)'"
        }
        if let date, CivilTime.days(date) == nil { return "'\(date)' is not a date; expected YYYY-MM-DD" }
        return nil
    }
}
