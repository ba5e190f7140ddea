private import CSchemas
internal import Console
package import Diagnostics
internal import StageKit
internal import TextBasics

/// The files of `schemas/`, which the program carries.
package enum SchemaFiles {
    /// One file.
    package struct File: Sendable {
        /// Without its ending, as `splitvote schema` takes it.
        package let name: String
        package let text: String

        /// What it describes: its title or, of SQL, its first line.
        package var title: String {
            if let schema = try? JSONValue(parsing: text) { return schema["title"]?.stringValue ?? "" }
            let first = text.prefix { $0 != "\n" }.drop { $0 == "-" || $0 == " " }
            return String(first.prefix { $0 != "," }) + ", in SQL."
        }

        /// Its name in `schemas/`.
        package var fileName: String { name == "store" ? "store.sql" : "\(name).schema.json" }
    }

    /// In the order of their names.
    package static let all: [File] = {
        var files: [File] = []
        while let schema = splitvote_schema_at(files.count)?.pointee {
            let bytes = UnsafeBufferPointer(start: schema.bytes, count: schema.length)
            files.append(
                File(name: String(cString: schema.name), text: String(decoding: bytes, as: UTF8.self)))
        }
        return files
    }()

    /// One line for each.
    package static var list: [String] {
        var table = TextTable(.left, .left)
        for file in all { table.add(file.name, file.title.asSentence) }
        return table.lines
    }

    /// - Throws: `DiagnosticsError` if there is no such schema.
    package static func text(_ name: String) throws(DiagnosticsError) -> String {
        if let file = all.first(where: { $0.name == name }) { return file.text }
        throw DiagnosticsError(
            "there is no schema '\(name)'",
            hint: NearestName.hint(
                for: name, among: all.map(\.name),
                then: "the schemas are \(all.map(\.name).joined(separator: ", "))"))
    }
}

extension SchemaFiles {
    /// The page of the reference about them.
    package static var page: String {
        var table = MarkdownTable("Schema", "What it describes", "File")
        for file in all {
            table.add(
                file.name.asCode, file.title.asSentence,
                "[\(file.fileName)](../../schemas/\(file.fileName))")
        }
        return """
            # Schemas

            Everything that splitvote reads or writes as JSON or YAML has a schema (JSON Schema, draft 2020-12). \
            `splitvote schema NAME` prints one, wherever the program is installed.

            \(table.text)
            Editors with a YAML language server complete and check a pipeline file that begins with

            <!-- block: shown -->
            ```yaml
            # yaml-language-server: $schema=pipeline.schema.json
            ```

            if `splitvote schema pipeline > pipeline.schema.json` was run in its folder. `splitvote init` writes both.

            """
    }
}
