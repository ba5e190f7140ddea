import DatasetHistory
import Diagnostics
import Testing

struct ForgetListTests {
    private static func lines(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    @Test func anIdIsSplitAtItsFirstColon() throws {
        var list = ForgetList(name: "ids.txt")
        try list.add(Self.lines("naver:437/0001", "  daum:a:b ", "", "# a note", "   "))
        #expect(list.names.map(\.source) == ["naver", "daum"])
        #expect(list.names.map(\.key) == ["437/0001", "a:b"])
    }

    @Test(arguments: ["437/0001", ":437", "naver:", ":"])
    func whatIsNotAnIDIsNamedByItsLine(text: String) {
        var list = ForgetList(name: "ids.txt")
        let error = #expect(throws: DiagnosticsError.self) {
            try list.add(Self.lines("naver:1", "# a note"))
            try list.add(Self.lines("naver:2", text))
        }
        #expect(
            error?.findings.map(\.message) == ["ids.txt, line 4: '\(text)' is not the ID of a comment"],
            "\(text)")
    }

    @Test func aSourceThatTheStoreDoesNotHaveIsRefused() throws {
        var list = ForgetList(name: "ids.txt")
        try list.add(Self.lines("naver:1", "daum:2"))
        try list.requireSources(["daum", "naver"])
        let error = #expect(throws: DiagnosticsError.self) { try list.requireSources(["naver", "other"]) }
        #expect(
            error?.findings == [
                .error(
                    "ids.txt: there is no source 'daum' in the store",
                    hint: "an id is source:key; the sources are naver, other")
            ])
    }
}
