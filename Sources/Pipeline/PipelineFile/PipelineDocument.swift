package import Diagnostics
internal import TextBasics

/// What a pipeline file says, with the place of everything in it. Names are not looked up yet.
package struct PipelineDocument: Sendable {
    /// The format that this program reads.
    package static let format = 1

    /// The file as the user named it.
    package var file: String
    /// Everything that is wrong so far. A plan of this document reports it together with what it finds itself.
    package var findings: [Finding]
    package var name: LocatedName
    package var store: StoreSection
    /// Defaults of the parameters, in the order of the file.
    package var params: [LocatedValue.Entry]
    package var secrets: [SecretSection]
    /// In the order of the file.
    package var stages: [StageSection]
    package var hooks: HookSection

    /// Reads a pipeline file.
    ///
    /// - Parameters:
    ///   - bytes: the content of the file.
    ///   - file: how the user named it.
    /// - Throws: where no document can be made of it at all: not a text, not YAML, not a map, another format. What is
    ///   wrong inside the document is in ``findings``.
    package init(_ bytes: [UInt8], file: String) throws(DiagnosticsError) {
        let yaml = try LocatedYAML(bytes, file: file)
        guard case .map(let entries) = yaml.root.content else {
            if yaml.root.content == .null, yaml.findings.isEmpty {
                throw DiagnosticsError("the file is empty", at: yaml.root.span, hint: LocatedYAML.startHint)
            }
            let refusal = Finding.error(
                "a pipeline file is a map of keys, not \(yaml.root.kindName)", at: yaml.root.span,
                hint: LocatedYAML.startHint)
            throw DiagnosticsError(file: file, findings: yaml.findings.isEmpty ? [refusal] : yaml.findings)
        }
        try Self.checkFormat(entries, yaml.root.span)
        var walk = DocumentWalk(findings: yaml.findings, start: entries.first?.keySpan ?? yaml.root.span)
        self = walk.document(entries, file: file)
        findings = walk.findings
    }

    init(file: String, name: LocatedName, store: StoreSection) {
        self.file = file
        self.name = name
        self.store = store
        findings = []
        params = []
        secrets = []
        stages = []
        hooks = HookSection()
    }

    private static func checkFormat(
        _ entries: [LocatedValue.Entry], _ start: SourceSpan
    ) throws(DiagnosticsError) {
        guard let entry = entries.first(where: { $0.key == "splitvote" }) else {
            let guess = entries.first { NearestName.suggestion(for: $0.key, among: ["splitvote"]) != nil }
            throw DiagnosticsError(
                "the key 'splitvote' is missing: it gives the format version of the pipeline file",
                at: guess?.keySpan ?? entries.first?.keySpan ?? start,
                hint: "start the file with 'splitvote: \(format)'")
        }
        switch entry.value.content {
        case .integer(format): return
        case .integer(let other):
            throw DiagnosticsError(
                "this pipeline file has format \(other); this program reads format \(format)",
                at: entry.value.span,
                hint: other > format ? "use a newer splitvote" : "write 'splitvote: \(format)'")
        default:
            throw DiagnosticsError(
                "'splitvote' is \(entry.value.summary); it takes the number of the file format, \(format)",
                at: entry.value.span, hint: "write 'splitvote: \(format)'")
        }
    }
}

/// A text of the file and its place.
package struct LocatedName: Hashable, Sendable {
    package var text: String
    package var span: SourceSpan

    package init(_ text: String, at span: SourceSpan) {
        self.text = text
        self.span = span
    }
}

/// Where the state is kept, and for how long. Paths as written.
package struct StoreSection: Hashable, Sendable {
    package var state: String
    package var artifacts: String
    package var keepRuns: Int?
    package var keepMaxSize: Int64?
    /// Seconds.
    package var keepAnswers: Int?
}

/// A secret and the environment variable that holds it.
package struct SecretSection: Hashable, Sendable {
    package var name: LocatedName
    package var variable: String
}

/// One stage as written.
package struct StageSection: Sendable {
    package var name: LocatedName
    /// `nil` if the file does not say it properly; that is among the document's findings.
    package var uses: LocatedName?
    package var from: FromSection
    package var with: [LocatedValue.Entry]
    package var checks: [CheckSection]
    /// Names of weekdays; `nil` for every day.
    package var when: [LocatedName]?
    package var needs: [LocatedName]
}

/// The stages that give a stage its inputs.
package enum FromSection: Hashable, Sendable {
    /// To be connected by what they give.
    case stages([LocatedName])
    /// Connected to named ports.
    case ports([PortSection])

    package struct PortSection: Hashable, Sendable {
        package var port: LocatedName
        package var stages: [LocatedName]
    }

    /// Every stage named, in the order of the file.
    package var stages: [LocatedName] {
        switch self {
        case .stages(let names): names
        case .ports(let ports): ports.flatMap(\.stages)
        }
    }
}

/// A limit on a figure, as written.
package struct CheckSection: Sendable {
    package var that: LocatedName
    package var atMost: LocatedValue?
    package var atLeast: LocatedValue?
    package var isError: Bool
    /// Where the check starts.
    package var span: SourceSpan
}

extension LocatedValue {
    /// What sort of value it is: `a text`, `a list`.
    var kindName: String {
        switch content {
        case .null: "nothing"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a text"
        case .list: "a list"
        case .map: "a map"
        case .reference, .secret: "a reference"
        }
    }
}
