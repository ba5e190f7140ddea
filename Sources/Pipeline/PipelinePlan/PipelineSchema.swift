internal import Diagnostics
internal import PipelineFile
package import StageKit

/// The JSON Schema of the pipeline file, made from what the stage kinds say about their parameters.
///
/// Editors use it to complete and check keys while typing; the program itself reads the file with places and
/// better messages, and accepts nothing that the schema refuses, nor the other way round, except where a schema
/// cannot say it: names that must exist, types of inputs, cycles, sums.
package enum PipelineSchema {
    /// JSON Schema, draft 2020-12.
    package static func make(registry: StageRegistry) -> JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "splitvote pipeline file, format 1",
            "type": "object",
            "required": ["splitvote", "pipeline", "stages"],
            "additionalProperties": false,
            "properties": [
                "splitvote": [
                    "const": .integer(PipelineDocument.format), "description": "The file's format.",
                ],
                "pipeline": described(["$ref": "#/$defs/name"], "The pipeline's name."),
                "store": described(store, "Where the pipeline keeps what it knows."),
                "params": [
                    "type": "object", "propertyNames": ["pattern": .string("^\(referenceName)$")],
                    "description": "Defaults of the parameters, which -S changes by their names.",
                ],
                "secrets": described(secrets, "Values that come from environment variables, by name."),
                "stages": [
                    "description":
                        "The stages, by their names. Their order follows from 'from' and 'needs' alone.",
                    "type": "object", "minProperties": 1, "propertyNames": ["$ref": "#/$defs/name"],
                    "additionalProperties": ["$ref": "#/$defs/stage"],
                ],
                "hooks": described(hooks, "Programs to start when a run has ended."),
            ],
            "$defs": .object(definitions(registry)),
        ]
    }

    private static let referenceName = "[A-Za-z_][A-Za-z0-9_-]*"

    private static func definitions(_ registry: StageRegistry) -> [String: JSONValue] {
        [
            // Letters of any script, digits, _ and -: everything but spaces and other ASCII signs.
            "name": [
                "type": "string", "maxLength": 100,
                "pattern": "^[^\\s!-/:-@\\[-\\^`{-~][^\\s!-,./:-@\\[-\\^`{-~]*$",
            ],
            "stageNames": oneOrMany(["$ref": "#/$defs/name"]),
            "reference": [
                "type": "string", "pattern": .string("^\\$(params|run|secrets)\\.\(referenceName)$"),
            ],
            "duration": ["type": "string", "pattern": "^[0-9]+[smhdw]$"],
            "size": ["type": "string", "pattern": "^[0-9]+([kKMGT]?B|[KMGT]iB)$"],
            "percentage": ["type": "string", "pattern": "^[0-9][0-9]*(\\.[0-9]*)?%$"],
            "limit": anyOf([
                ["type": "number"], ["$ref": "#/$defs/percentage"], ["$ref": "#/$defs/reference"],
            ]),
            "check": check,
            "stage": stage(registry),
        ]
    }

    private static var store: JSONValue {
        object([
            "state": described(["type": "string", "minLength": 1], "The SQLite file."),
            "artifacts": described(["type": "string", "minLength": 1], "The folder of artifacts."),
            "keep": described(
                object([
                    "runs": described(
                        ["type": "integer", "minimum": 1, "maximum": 1_000_000],
                        "The results of this many runs are kept."),
                    "max_size": described(
                        ["$ref": "#/$defs/size"], "The most space that kept results may take."),
                    "answers": described(
                        ["$ref": "#/$defs/duration"], "How long the answers of web sources are kept."),
                ]), "What gc keeps beside current results and promoted label sets."),
        ])
    }

    private static var secrets: JSONValue {
        [
            "type": "object", "propertyNames": ["pattern": .string("^\(referenceName)$")],
            "additionalProperties": object(
                [
                    "env": described(
                        ["type": "string", "minLength": 1], "The environment variable that holds it.")
                ], required: ["env"]),
        ]
    }

    private static var hooks: JSONValue {
        let mail: JSONValue = ["type": "string", "pattern": "^[^-\\s][^\\s,;<>()]*$"]
        var hook = object([
            "command": described(
                ["type": "array", "items": ["type": "string"], "minItems": 1],
                "A program and its arguments, without a shell. "
                    + "\(Hooks.placeholders.map { "{\($0)}" }.joined(separator: " ")) are placeholders."),
            "mail": described(oneOrMany(mail), "Addresses that a mail is sent to, by sendmail."),
            "webhook": described(
                ["type": "string", "pattern": "^([hH][tT][tT][pP][sS]?://\\S+|\\$(params|secrets)\\.\\S+)$"],
                "The address that schemas/notification.schema.json is posted to, or $secrets.NAME."),
        ])
        hook["minProperties"] = 1
        return object([
            "success": described(hook, "When a run has ended with status 0."),
            "warning": described(hook, "When a run has ended with status 0 and warned of something."),
            "failure": described(hook, "When a run has ended with another status."),
        ])
    }

    private static var check: JSONValue {
        var check = object(
            [
                "that": described(["type": "string"], "The figure, as on the page of the stage kind."),
                "at_most": described(["$ref": "#/$defs/limit"], "The largest value that is well."),
                "at_least": described(["$ref": "#/$defs/limit"], "The least value that is well."),
                "else": described(
                    ["enum": ["warn", "error"]],
                    "What happens otherwise: a warning, or an error, which keeps the files from being published."
                ),
            ], required: ["that"])
        check["anyOf"] = [["required": ["at_most"]], ["required": ["at_least"]]]
        return check
    }

    private static func stage(_ registry: StageRegistry) -> JSONValue {
        let weekdays: JSONValue = ["enum": .array(Weekday.allCases.map { .string($0.rawValue) })]
        return [
            "type": "object",
            "required": ["uses"],
            "additionalProperties": false,
            "properties": [
                "uses": described(["enum": .array(registry.names.map(JSONValue.string))], "The stage kind."),
                "from": described(
                    anyOf([
                        ["$ref": "#/$defs/stageNames"],
                        ["type": "object", "additionalProperties": ["$ref": "#/$defs/stageNames"]],
                    ]), "The stages whose results it takes, or a map from its inputs to stages."),
                "with": described(["type": "object"], "What the kind takes."),
                "checks": described(
                    ["type": "array", "items": ["$ref": "#/$defs/check"]],
                    "Limits for the figures that it reports."),
                "when": described(
                    object(
                        ["weekday": described(oneOrMany(weekdays), "On these days only.")],
                        required: ["weekday"]), "When it runs; on other days its last result is used."),
                "needs": described(["$ref": "#/$defs/stageNames"], "Stages that must be done before it."),
            ],
            "allOf": .array(registry.kinds.map(rule)),
        ]
    }

    /// What holds for the stages of one kind.
    private static func rule(_ type: any Stage.Type) -> JSONValue {
        var reader = ParameterReader(describing: type.kind.name)
        // Without values nothing can be wrong; what was asked for has been noted in either case.
        _ = try? type.init(parameters: &reader)
        let specifications = reader.specifications
        var properties: [String: JSONValue] = ["with": parameters(specifications)]
        if !type.kind.figures.isEmpty, !type.kind.reportsAnyFigure {
            let names = type.kind.figures.map { JSONValue.string($0.name) }
            let families = type.kind.figureFamilies.map(\.name).joined(separator: "|")
            let known: JSONValue = ["enum": .array(names)]
            let that =
                families.isEmpty ? known : anyOf([known, ["pattern": .string("^(\(families))[.].+$")]])
            properties["checks"] = ["items": ["properties": ["that": that]]]
        }
        var then: [String: JSONValue] = [
            "description": .string(type.kind.summary), "properties": .object(properties),
        ]
        if specifications.contains(where: \.required) { then["required"] = ["with"] }
        return [
            "if": ["properties": ["uses": ["const": .string(type.kind.name)]], "required": ["uses"]],
            "then": .object(then),
        ]
    }
}

extension PipelineSchema {
    static func parameters(_ specifications: [ParameterSpecification]) -> JSONValue {
        let properties = specifications.map { specification in
            let value = anyOf([PipelineSchema.form(specification.form), ["$ref": "#/$defs/reference"]])
            return (specification.key, annotated(value, specification))
        }
        return object(
            Dictionary(properties, uniquingKeysWith: { $1 }),
            required: specifications.filter(\.required).map(\.key))
    }

    private static func annotated(_ value: JSONValue, _ specification: ParameterSpecification) -> JSONValue {
        var value = value
        let unit = specification.unit.isEmpty ? "" : "In \(specification.unit)."
        let help = [specification.help, unit].filter { !$0.isEmpty }.joined(separator: " ")
        if !help.isEmpty { value["description"] = .string(help) }
        if let standard = specification.defaultValue { value["default"] = standard }
        return value
    }

    static func form(_ form: ParameterSpecification.Form) -> JSONValue {
        switch form {
        case .integer(let bounds): integer(bounds)
        case .number(let bounds): number(bounds)
        case .bool: ["type": "boolean"]
        case .string: ["type": "string"]
        case .choice(let choices): ["enum": .array(choices.map(JSONValue.string))]
        case .strings(of: let choices):
            oneOrMany(choices.map { ["enum": .array($0.map(JSONValue.string))] } ?? ["type": "string"])
        case .stringsOrBool(let choices): anyOf([["type": "boolean"], Self.form(.strings(of: choices))])
        case .integerOrWord(let bounds, let words):
            anyOf([integer(bounds), ["enum": .array(words.map(JSONValue.string))]])
        case .wordOrNumbers(let words, let bounds):
            anyOf([
                ["enum": .array(words.map(JSONValue.string))],
                ["type": "array", "items": number(bounds), "minItems": 1],
            ])
        case .range(let bounds):
            ["type": "array", "prefixItems": [number(bounds), number(bounds)], "minItems": 2, "maxItems": 2]
        case .outerRange(let bounds): outerRange(bounds)
        case .duration: ["$ref": "#/$defs/duration"]
        case .size: ["$ref": "#/$defs/size"]
        case .shares:
            [
                "type": "object", "minProperties": 1,
                "additionalProperties": anyOf([
                    ["type": "number", "exclusiveMinimum": 0, "maximum": 1], ["$ref": "#/$defs/percentage"],
                ]),
            ]
        case .dates:
            [
                "type": "object", "minProperties": 1,
                "additionalProperties": ["type": "string", "minLength": 1],
            ]
        case .columns(let allowed, let required, let meanings):
            object(
                Dictionary(allowed.map { ($0, column(meanings[$0])) }, uniquingKeysWith: { $1 }),
                required: required)
        case .map(let specifications): parameters(specifications)
        case .mapOrWord(let specifications, let words):
            anyOf([parameters(specifications), ["enum": .array(words.map(JSONValue.string))]])
        case .maps(let specifications): oneOrMany(parameters(specifications))
        case .durations: oneOrMany(["$ref": "#/$defs/duration"])
        case .file, .folder: ["type": "string", "minLength": 1]
        case .filePatterns: oneOrMany(["type": "string", "minLength": 1])
        case .values: ["type": "object", "additionalProperties": ["not": ["type": ["object", "null"]]]]
        case .outputPaths: ["type": "object", "additionalProperties": ["type": "string", "minLength": 1]]
        case .names: names
        case .environment:
            ["type": "object", "additionalProperties": ["type": ["string", "number", "boolean"]]]
        case .outputPath(let placeholders):
            [
                "type": "string", "minLength": 1,
                "pattern": .string("^([^{}]|\\{(\(placeholders.joined(separator: "|")))\\})*$"),
            ]
        case .secret: ["$ref": "#/$defs/reference"]
        }
    }

    private static func outerRange(_ bounds: ClosedRange<Double>) -> JSONValue {
        object([
            "at_most": described(number(bounds), "Upper end of the lower part, included."),
            "at_least": described(number(bounds), "Lower end of the upper part, included."),
        ])
    }

    private static func column(_ meaning: String?) -> JSONValue {
        let names = oneOrMany(["type": "string", "minLength": 1])
        return meaning.map { described(names, $0) } ?? names
    }

    private static let names: JSONValue = anyOf([
        ["type": "array", "items": ["type": ["string", "integer", "boolean"]]],
        ["type": "object", "additionalProperties": ["type": ["string", "integer", "boolean"]]],
    ])

    private static func integer(_ bounds: ClosedRange<Int>) -> JSONValue {
        var schema: [String: JSONValue] = ["type": "integer"]
        if bounds.lowerBound != .min { schema["minimum"] = .integer(bounds.lowerBound) }
        if bounds.upperBound != .max { schema["maximum"] = .integer(bounds.upperBound) }
        return .object(schema)
    }

    private static func number(_ bounds: ClosedRange<Double>) -> JSONValue {
        var schema: [String: JSONValue] = ["type": "number"]
        if bounds.lowerBound > -.greatestFiniteMagnitude { schema["minimum"] = .number(bounds.lowerBound) }
        if bounds.upperBound < .greatestFiniteMagnitude { schema["maximum"] = .number(bounds.upperBound) }
        return bounds.upperBound <= 1
            ? anyOf([.object(schema), ["$ref": "#/$defs/percentage"]]) : .object(schema)
    }

    /// A value, or a list of such values.
    private static func oneOrMany(_ item: JSONValue) -> JSONValue {
        anyOf([item, ["type": "array", "items": item]])
    }

    private static func anyOf(_ choices: [JSONValue]) -> JSONValue { ["anyOf": .array(choices)] }

    private static func object(_ properties: [String: JSONValue], required: [String] = []) -> JSONValue {
        var schema: [String: JSONValue] = [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
        ]
        if !required.isEmpty { schema["required"] = .array(required.map(JSONValue.string)) }
        return .object(schema)
    }

    private static func described(_ schema: JSONValue, _ text: String) -> JSONValue {
        var schema = schema
        schema["description"] = .string(text)
        return schema
    }
}
