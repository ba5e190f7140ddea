package import Diagnostics

/// One step of a pipeline: made from its parameters, run against its inputs.
///
/// A stage reads, asks a pure module and writes. It writes files only into `context.outputFolder` and changes the
/// store only through `context.ledger` (committed as it goes) and the changes in its result (committed with its
/// record).
package protocol Stage: Sendable {
    static var kind: StageKind { get }

    /// Reads the parameters.
    /// - Throws: all that is wrong with them, at once, from ``ParameterReader/finish()``.
    init(parameters: inout ParameterReader) throws(DiagnosticsError)

    /// The figures that this stage reports by its parameters, for `checks:`: those of its kind, and where it has families
    /// of figures their members.
    var reportedFigures: [Figure] { get }

    /// What this stage gives by its parameters: what its kind gives, and what these name besides.
    var gives: [Port] { get }

    /// What the moment of a run changes in the result, for the fingerprint; `nil` if it changes nothing.
    /// - Parameters:
    ///   - date: the run's logical date, `YYYY-MM-DD`.
    ///   - asOf: the moment that the run looks back to, seconds since 1970, UTC; `nil` for the present.
    func datedFacts(on date: String, asOf: Int64?) -> JSONValue?

    /// Whether this stage asks a source that may say something else each time, so that it runs whenever it is selected:
    /// by default as its kind says.
    var asksItsSource: Bool { get }

    /// What a plan should say of a run of this stage that its reasons do not; `nil` for nothing.
    var planNote: String? { get }

    /// Does the work. It may compute and wait for as long as that takes: it runs on its own threads, as many as
    /// `context.threads`, so that no other stage has to wait for it.
    func run(in context: StageContext) async throws -> StageResult

    /// Problems that can be found before anything runs: in small files such as headers and configurations, and in how
    /// the stages before fit. Missing files need not be reported.
    func problems(in look: StageLook) throws -> [StageProblem]

    /// The changes to the store when an earlier result of this stage becomes current again.
    /// `context.outputFolder` then holds that earlier result.
    func restore(in context: StageContext) async throws -> [any StoreChange]

    /// What the stage decides for good under a name; `nil` for nothing.
    var standingDecision: (any StandingDecision)? { get }

    /// Where the files of an earlier result go under the current parameters: output paths are not part of a fingerprint.
    func publications(ofEarlier recorded: [Publication], stage: String) -> [Publication]
}

extension Stage {
    package var reportedFigures: [Figure] { Self.kind.figures }

    package var gives: [Port] { Self.kind.outputs }

    package var asksItsSource: Bool { Self.kind.asksItsSource }

    package var standingDecision: (any StandingDecision)? { nil }

    package func datedFacts(on date: String, asOf: Int64?) -> JSONValue? { nil }

    package var planNote: String? { nil }

    package func restore(in context: StageContext) async throws -> [any StoreChange] { [] }

    package func problems(in look: StageLook) throws -> [StageProblem] { [] }

    package func publications(ofEarlier recorded: [Publication], stage: String) -> [Publication] { recorded }
}

/// The stage kinds a program knows, by name.
package struct StageRegistry: Sendable {
    /// In the order in which the modules listed them.
    package let kinds: [any Stage.Type]
    private let byName: [String: any Stage.Type]

    /// Joins the lists of the stage modules. Two kinds with one name are a programmer's mistake.
    package init(_ lists: [any Stage.Type]...) {
        kinds = lists.flatMap { $0 }
        byName = Dictionary(uniqueKeysWithValues: kinds.map { ($0.kind.name, $0) })
    }

    package subscript(name: String) -> (any Stage.Type)? { byName[name] }

    package var names: [String] { kinds.map { $0.kind.name } }
}
