internal import Foundation

/// Scripts in place of programs.
package enum TestProgram {
    /// Writes a script that may be run, with the folders on the way.
    ///
    /// Another process writes it: a program that any test starts just while this one has the script open for writing holds
    /// it open for a moment longer, and until then the system refuses to run it ("Text file busy").
    package static func write(_ text: String, to path: String) throws {
        let script = #"mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1" && chmod 755 "$1""#
        let writer = try ChildProcess(ChildProcess.Start(shell: script, "sh", path, text))
        guard writer.wait() == .exited(0) else { throw CocoaError(.fileWriteUnknown) }
    }
}
