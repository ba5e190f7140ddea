public import Diagnostics
internal import TextBasics

/// What a pipeline file says, with the place of everything in it. Names are not looked up yet.
public struct PipelineDocument: Sendable {
    /// The format that this program reads.
    public static let format = 1

    /// The file as the user named it.
    public var file: String
    /// Everything that is wrong so far. A plan of this document reports it together with what it finds itself.
    public var findings: [Finding]
    public var name: LocatedName
    public var store: StoreSection
    /// Defaults of the parameters, in the order of the file.
    public var params: [LocatedValue.Entry]
    public var secrets: [SecretSection]
    /// In the order of the file.
    public var stages: [StageSection]
    public var hooks: HookSection

    /// Reads a pipeline file.
    ///
    /// - Parameters:
    ///   - bytes: the content of the file.
    ///   - file: how the user named it.
    /// - Throws: where no document can be made of it at all: not a text, not YAML, not a map, another format. What is
    ///   wrong inside the document is in ``findings``.
    public init(_ bytes: [UInt8], file: String) throws(DiagnosticsError) {
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
public struct LocatedName: Hashable, Sendable {
    public var text: String
    public var span: SourceSpan

    public init(_ text: String, at span: SourceSpan) {
        self.text = text
        self.span = span
    }
}

/// Where the state is kept, and for how long. Paths as written.
public struct StoreSection: Hashable, Sendable {
    public var state: String
    public var artifacts: String
    public var keepRuns: Int?
    public var keepMaxSize: Int64?
    /// Seconds.
    public var keepAnswers: Int?
}

/// A secret and the environment variable that holds it.
public struct SecretSection: Hashable, Sendable {
    public var name: LocatedName
    public var variable: String
}

/// Commands to start when a run has ended, as lists of arguments.
public struct HookSection: Hashable, Sendable {
    public var success: [String]?
    public var failure: [String]?
}

/// One stage as written.
public struct StageSection: Sendable {
    public var name: LocatedName
    /// `nil` if the file does not say it properly; that is among the document's findings.
    public var uses: LocatedName?
    public var from: FromSection
    public var with: [LocatedValue.Entry]
    public var checks: [CheckSection]
    /// Names of weekdays; `nil` for every day.
    public var when: [LocatedName]?
    public var needs: [LocatedName]
}

/// The stages that give a stage its inputs.
public enum FromSection: Hashable, Sendable {
    /// To be connected by what they give.
    case stages([LocatedName])
    /// Connected to named ports.
    case ports([PortSection])

    public struct PortSection: Hashable, Sendable {
        public var port: LocatedName
        public var stages: [LocatedName]
    }

    /// Every stage named, in the order of the file.
    public var stages: [LocatedName] {
        switch self {
        case .stages(let names): names
        case .ports(let ports): ports.flatMap(\.stages)
        }
    }
}

/// A limit on a figure, as written.
public struct CheckSection: Sendable {
    public var that: LocatedName
    public var atMost: LocatedValue?
    public var atLeast: LocatedValue?
    public var isError: Bool
    /// Where the check starts.
    public var span: SourceSpan
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
