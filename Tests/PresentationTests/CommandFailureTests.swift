import Diagnostics
import Files
import Presentation
import ProcessControl
import StageKit
import StoreFile
import Testing

struct CommandFailureTests {
    struct Unknown: Error {}

    @Test func eachKindOfErrorHasItsWordsAndItsStatus() throws {
        func failure(_ error: any Error) throws -> (String?, ProcessControl.ExitStatus) {
            let failure = try #require(CommandFailure(error))
            return (failure.text, failure.status)
        }
        let findings = try failure(DiagnosticsError("no such file", hint: "name one"))
        #expect(findings == ("error: no such file\nhint: name one\n1 problem; nothing was run.\n", .badInput))
        #expect(
            try failure(StageError("it broke", hint: "fix it"))
                == ("error: it broke\nhint: fix it", .stageFailed))
        #expect(
            try failure(StageError("half of it came", sourceIncomplete: true))
                == ("error: half of it came", .sourceIncomplete))
        #expect(try failure(StoreError(.locked(nil), "in use")) == ("error: in use", .locked))
        #expect(
            try failure(FileError("cannot write", "a.tsv", code: 28))
                == (
                    "error: cannot write a.tsv: No space left on device\n"
                        + "hint: the disk is full; free some space and run again", .stageFailed
                ))
        #expect(try failure(StageInterrupted()).0 == nil)
        #expect(CommandFailure(Unknown()) == nil)
    }
}
