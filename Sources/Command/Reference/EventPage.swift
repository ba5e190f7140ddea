internal import StageKit

/// The page of the reference about the events of `--log-format json`, made of their schema.
package enum EventPage {
    /// One event, as `schemas/event.schema.json` has it.
    package struct Event {
        package let name: String
        package let summary: String
        /// Its members in their order, without `event` and `time`.
        package let members: [(name: String, type: String, summary: String)]
    }

    /// All of them.
    package static let all: [Event] = {
        let schema = SchemaFiles.all.first { $0.name == "event" }.flatMap { try? JSONValue(parsing: $0.text) }
        return (schema?["oneOf"]?.arrayValue ?? []).map { event in
            let properties = event["properties"]?.members ?? []
            return Event(
                name: event["properties"]?["event"]?["const"]?.stringValue ?? "",
                summary: event["description"]?.stringValue ?? "",
                members: properties.filter { $0.key != "event" && $0.key != "time" }.map { member in
                    (member.key, type(member.value), member.value["description"]?.stringValue ?? "")
                })
        }
    }()

    private static func type(_ schema: JSONValue) -> String {
        if let words = schema["enum"]?.arrayValue {
            return words.compactMap(\.stringValue).map(\.asCode).joined(separator: ", ")
        }
        let types =
            schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue ?? "object"]
        return types.joined(separator: " or ")
    }

    package static var markdown: String {
        """
        # Events

        `splitvote run FILE --log-format json` writes one JSON object per line to standard error, for programs that watch a
        run. Each has a member `event`, its name, and `time` (ISO 8601, UTC). New members may come; a program should ignore
        those it does not know. The schema is [event.schema.json](../../schemas/event.schema.json).

        <!-- block: shown -->
        ```json
        {"event":"stage_cached","kind":"clean","restored":false,"stage":"clean","time":"2026-01-31T03:00:02.117Z"}
        ```

        """ + all.map { "\n" + section($0) }.joined()
    }

    private static func section(_ event: Event) -> String {
        var table = MarkdownTable("Member", "Type", "What it is")
        for member in event.members { table.add(member.name.asCode, member.type, member.summary) }
        return "## \(event.name)\n\n\(event.summary)\n" + (table.isEmpty ? "" : "\n" + table.text)
    }
}
