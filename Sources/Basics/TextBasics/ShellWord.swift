/// Words of a command line that may be pasted into a shell, or stand in a file that one reads.
package enum ShellWord {
    /// The word as it is, or in single quotes where a POSIX shell would take some of it for its own.
    ///
    /// Source: POSIX.1-2017, Shell Command Language, section 2.2.2, Single-Quotes.
    package static func of(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789/._-:=@+,".unicodeScalars.contains($0)
            }
        return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
