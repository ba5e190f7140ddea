internal import PipelinePlan
package import StageKit

/// The page of the reference about the pipeline file, made of its schema. What stands under `with:` is on the pages of the
/// stage kinds.
package struct PipelineFilePage {
    /// A key of the file.
    package struct Key: Hashable {
        /// With a dot before each level, such as `store.keep.runs`; NAME for any name.
        package let path: String
        package let summary: String
        let takes: String
    }

    package let keys: [Key]

    package init(_ registry: StageRegistry) {
        let schema = PipelineSchema.make(registry: registry)
        keys = Self.keys(of: schema, below: "", in: schema)
    }

    private static func keys(of schema: JSONValue, below prefix: String, in root: JSONValue) -> [Key] {
        (schema["properties"]?.members ?? []).flatMap { member -> [Key] in
            let path = prefix + member.key
            let value = resolved(member.value, in: root)
            let summary = member.value["description"]?.stringValue ?? value["description"]?.stringValue ?? ""
            let key = Key(path: path, summary: summary, takes: takes(member.value, in: root))
            return [key] + inner(value, path, root)
        }
    }

    /// Keys of a map, of each map of a list, or of each map under a name.
    private static func inner(_ value: JSONValue, _ path: String, _ root: JSONValue) -> [Key] {
        if value["properties"] != nil { return keys(of: value, below: path + ".", in: root) }
        if let item = value["items"].map({ resolved($0, in: root) }), item["properties"] != nil {
            return keys(of: item, below: path + "[].", in: root)
        }
        if let named = value["additionalProperties"].map({ resolved($0, in: root) }),
            named["properties"] != nil
        {
            return keys(of: named, below: path + ".NAME.", in: root)
        }
        return []
    }

    private static func resolved(_ value: JSONValue, in root: JSONValue) -> JSONValue {
        let known = value["$ref"]?.stringValue ?? value["allOf"]?.arrayValue?.first?["$ref"]?.stringValue
        guard let name = known?.split(separator: "/").last else { return value }
        return root["$defs"]?[String(name)] ?? value
    }

    private static func takes(_ value: JSONValue, in root: JSONValue) -> String {
        if let name = value["$ref"]?.stringValue?.split(separator: "/").last {
            let words = [
                "name": "name", "stageNames": "stage, or a list of stages",
                "duration": "duration, such as `90d`",
                "size": "size, such as `20GB`", "limit": "number, percentage or reference", "stage": "map",
            ]
            return words[String(name)] ?? takes(resolved(value, in: root), in: root)
        }
        if value["properties"] != nil { return "map" }
        if let constant = value["const"] { return constant.flowText.asCode }
        if let words = value["enum"]?.arrayValue {
            return words.map { $0.flowText.asCode }.joined(separator: " or ")
        }
        if let choices = value["anyOf"]?.arrayValue {
            return choices.map { takes($0, in: root) }.joined(separator: ", or ")
        }
        switch value["type"]?.stringValue {
        case "integer": return "whole number"
        case "object": return "map"
        case "array":
            let item = value["items"].map { takes($0, in: root) } ?? "values"
            return "list of " + (item == "map" ? "maps" : item == "text" ? "texts" : item)
        case "string": return "text"
        case let type: return type ?? ""
        }
    }

    package var markdown: String {
        var table = MarkdownTable("Key", "What it is", "Takes")
        for key in keys { table.add(key.path.asCode, key.summary, key.takes) }
        return """
            # The pipeline file

            YAML, format 1. A key that does not exist, a wrong type and a value out of range are all reported at once, with line \
            and column, and nothing runs. `splitvote validate FILE` does only that. Relative paths start at the file's folder.

            A value is a literal or one reference: `$params.NAME`, `$run.date` or `$secrets.NAME`. `-S NAME=value` \
            changes a parameter for one run, and `-S STAGE.KEY=value` a stage's own key. Numbers take a unit where they need \
            one: `72h`, `20GB`, `10%`.

            ## Keys

            `NAME` stands for a name of yours. What stands under `with:` depends on the [stage kind](stages.md).

            \(table.text)
            """
    }
}
