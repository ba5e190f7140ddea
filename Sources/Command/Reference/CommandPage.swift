package import StageKit

/// The page of the reference about commands, made of what ArgumentParser tells of them.
package struct CommandPage {
    /// A command without its subcommands.
    package struct Command {
        package let name: String
        let abstract: String
        let discussion: String
        package let arguments: [Argument]

        init(_ json: JSONValue) {
            name = json["commandName"]?.stringValue ?? ""
            abstract = json["abstract"]?.stringValue ?? ""
            discussion = json["discussion"]?.stringValue ?? ""
            arguments = (json["arguments"]?.arrayValue ?? []).map(Argument.init).filter(\.isOwn)
        }
    }

    /// A flag, an option, or a word in its place.
    package struct Argument: Hashable {
        /// As typed, `-S` and `--set`; none of a word in its place.
        package let names: [String]
        let value: String
        let isOption: Bool
        let isOptional: Bool
        let isRepeating: Bool
        package let abstract: String
        let standard: String?
        let section: String

        init(_ json: JSONValue) {
            names = (json["names"]?.arrayValue ?? []).map { name in
                (name["kind"]?.stringValue == "short" ? "-" : "--") + (name["name"]?.stringValue ?? "")
            }
            value = json["valueName"]?.stringValue ?? ""
            isOption = json["kind"]?.stringValue == "option"
            isOptional = json["isOptional"]?.boolValue ?? false
            isRepeating = json["isRepeating"]?.boolValue ?? false
            abstract = json["abstract"]?.stringValue ?? ""
            standard = json["defaultValue"]?.stringValue
            section = json["sectionTitle"]?.stringValue ?? ""
        }

        /// Whether it is not one that every command has.
        var isOwn: Bool { names.last != "--help" && names.last != "--version" }

        /// As a usage line shows it.
        var placed: String {
            let word = "<\(value)>" + (isRepeating ? " ..." : "")
            return isOptional ? "[\(word)]" : word
        }

        /// As it is typed, with what it takes.
        var typed: String {
            if names.isEmpty { return "<\(value)>" }
            return names.joined(separator: ", ") + (isOption ? " <\(value)>" : "")
        }
    }

    package let commands: [Command]

    /// - Parameter dump: what `splitvote --experimental-dump-help` prints.
    package init(dump: JSONValue) {
        commands = (dump["command"]?["subcommands"]?.arrayValue ?? []).map(Command.init)
            .filter { $0.name != "help" }
    }

    package var markdown: String {
        """
        # Commands

        What `splitvote help COMMAND` prints, with examples. These go by one pipeline file, saved as `mine.yaml` next to a
        table `my-comments.tsv` and a folder `models/my-model` with a `config.json`; `shards` is a folder that its stage of
        this name made.

        <!-- block: saved as mine.yaml -->
        ```yaml
        \(CommandExample.pipeline)```

        Standard output has results only; notes, progress and errors go to standard error. Every command ends with one of the
        [exit statuses](exit-statuses.md).


        """ + commands.map(section).joined(separator: "\n")
    }

    private func section(_ command: Command) -> String {
        let words = command.arguments.filter(\.names.isEmpty).map(\.placed)
        let required = command.arguments.filter { !$0.names.isEmpty && !$0.isOptional && $0.standard == nil }
            .map(\.typed)
        let line = (["splitvote \(command.name)"] + required + ["[options]"] + words).joined(separator: " ")
        let story = command.discussion.components(before: "Examples:\n")
        return """
            ## \(command.name)

            \(command.abstract)

            `\(line)`

            \(story.isEmpty ? "" : story + "\n\n")\(table(command))
            \(examples(command.name))
            """
    }

    private func table(_ command: Command) -> String {
        var table = MarkdownTable("Argument", "What it does", "Default")
        for argument in command.arguments {
            let isFree = argument.isOptional || argument.standard != nil || !argument.isOption
            table.add(
                argument.typed.asCode,
                argument.abstract
                    + (argument.isRepeating && !argument.names.isEmpty
                        && !argument.abstract.contains("repeated") ? " May be repeated." : ""),
                argument.standard?.asCode
                    ?? (isFree && (argument.isOptional || !argument.names.isEmpty) ? "–" : "**required**"))
        }
        return table.isEmpty ? "" : table.text
    }

    private func examples(_ name: String) -> String {
        CommandExample.all(of: name).map { example in
            let mark = example.obstacle.map { "not run, \($0)" } ?? "run"
            return """
                \(example.purpose)

                <!-- block: \(mark) -->
                ```sh
                \(example.text)
                ```

                """
        }.joined(separator: "\n")
    }
}

extension String {
    /// What is before a mark, without white space at its end; all of it if there is no mark.
    fileprivate func components(before mark: String) -> String {
        var text = self[...]
        if let range = text.range(of: mark) { text = text[..<range.lowerBound] }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
