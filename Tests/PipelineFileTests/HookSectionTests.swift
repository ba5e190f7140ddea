import Diagnostics
import PipelineFile
import Testing

struct HookSectionTests {
    private func document(_ hooks: String) throws -> PipelineDocument {
        let text = """
            splitvote: 1
            pipeline: x
            stages: {a: {uses: read}}
            hooks: \(hooks)

            """
        return try PipelineDocument(Array(text.utf8), file: "news.yaml")
    }

    private func report(_ hooks: String) throws -> String {
        let findings = try document(hooks).findings
        return findings.isEmpty ? "" : DiagnosticsError(file: "news.yaml", findings: findings).rendered()
    }

    @Test func oneHookMayReachSeveral() throws {
        let hooks = try document(
            "{warning: {mail: a@example.org}, failure: {command: [notify, '{run}'], mail: [root, b.c+d@example.org], webhook: $secrets.chat}}"
        ).hooks
        #expect(hooks.warning?.mail.map(\.text) == ["a@example.org"] && hooks.success == nil)
        #expect(hooks.failure?.command?.map(\.text) == ["notify", "{run}"])
        #expect(hooks.failure?.mail.map(\.text) == ["root", "b.c+d@example.org"])
        #expect(hooks.failure?.webhook?.content == .reference("secrets.chat"))
    }

    @Test func aPlaceholderThatThereIsNotIsRefusedAtItsPlace() throws {
        #expect(
            try report("{failure: {command: [notify, '{stag}', '{user}', '{a']}}") == """
                news.yaml:4:37: error: an argument of 'hooks.failure'.command holds {stag}, which is not a placeholder
                   4 | hooks: {failure: {command: [notify, '{stag}', '{user}', '{a']}}
                     |                                     ^~~~~~~~
                hint: did you mean {stage}? there are {run} {pipeline} {date} {stage} {exit} {message}; write {{ and }} for \
                literal braces
                news.yaml:4:47: error: an argument of 'hooks.failure'.command holds {user}, which is not a placeholder
                   4 | hooks: {failure: {command: [notify, '{stag}', '{user}', '{a']}}
                     |                                               ^~~~~~~~
                hint: there are {run} {pipeline} {date} {stage} {exit} {message}; write {{ and }} for literal braces
                news.yaml:4:57: error: an argument of 'hooks.failure'.command has an unmatched brace
                   4 | hooks: {failure: {command: [notify, '{stag}', '{user}', '{a']}}
                     |                                                         ^~~~
                hint: write {{ and }} for literal braces
                3 problems in news.yaml; nothing was run.

                """)
    }

    @Test(arguments: [
        "a@b@c", "@example.org", "a@", "a b@example.org", "-oQ/tmp", "a@example.org\\nBcc: b", "",
        "A <a@example.org>", "a,b@example.org", "a..b@example.org",
    ])
    func whatIsNoAddressIsRefused(text: String) throws {
        let told = try report("{failure: {mail: \"\(text)\"}}")
        #expect(told.contains("is not an address that mail can be sent to"), "\(told)")
        #expect(told.contains("hint: write someone@example.org, or the name of a user of this machine"))
    }

    @Test(arguments: [
        ("{failure: {}}", "'hooks.failure' says nothing to do"),
        ("{failure: {mail: []}}", "'hooks.failure'.mail is a list of 0; it takes an address such as"),
        ("{failure: {mail: }}", "'hooks.failure'.mail has no value"),
        ("{failure: {webhook: 5}}", "'hooks.failure'.webhook is 5; it takes an address such as https://"),
        ("{failure: {mial: a@example.org}}", "did you mean 'mail'?"),
        ("{warn: {mail: a@example.org}}", "'hooks' has no key 'warn'"),
    ])
    func whatCannotBeMeantIsRefused(hooks: String, words: String) throws {
        let told = try report(hooks)
        #expect(told.contains(words), "\(told)")
    }
}
