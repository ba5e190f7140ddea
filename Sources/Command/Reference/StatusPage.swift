internal import ProcessControl

/// The page of the reference about exit statuses.
package enum StatusPage {
    package static var markdown: String {
        var table = MarkdownTable("Status", "Meaning", "What to do")
        for status in ExitStatus.allCases {
            table.add("\(status.rawValue)".asCode, status.summary.capitalized.asSentence, status.advice)
        }
        return """
            # Exit statuses

            \(table.text)
            A scheduler may treat 4 as no failure, for then another run is at work, and 10 as a reason to start again.

            """
    }
}
