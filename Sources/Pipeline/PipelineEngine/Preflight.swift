internal import CLibrary
internal import Diagnostics
internal import PipelinePlan
internal import StageKit

/// Finds out what would keep stages from doing their work and can be known before anything runs: files that are missing,
/// and what each kind says of those that are there and of the stages before it. Opens no store and changes nothing.
struct Preflight {
    private let examiner: StageExaminer
    private let graph: StageGraph

    /// - Parameter examiner: may be without a store.
    init(_ examiner: StageExaminer) {
        self.examiner = examiner
        graph = StageGraph(examiner.pipeline)
    }

    /// All that is wrong with the selected stages, in the order of the file.
    /// - Parameter upToDate: names of stages whose sources need not be looked into.
    func findings(upToDate: Set<String> = []) -> [Finding] {
        var findings: [Finding] = []
        for stage in examiner.pipeline.stages where isLookedAt(stage) {
            let (missing, found) = files(of: stage)
            findings += missing
            if stage.kind.accumulates, upToDate.contains(stage.name) { continue }
            findings += problems(of: stage, found)
        }
        return findings.inFileOrder()
    }

    /// What makes a run senseless, by stage: the rest of it would be done and this fail, as was known before. What a
    /// source holds is left to the stage that reads it.
    func obstacles() -> [(stage: PlannedStage, finding: Finding)] {
        examiner.pipeline.stages.filter { isLookedAt($0) && examiner.isScheduled($0) }.compactMap { stage in
            let (missing, found) = files(of: stage)
            let all = missing + (stage.kind.accumulates ? [] : problems(of: stage, found))
            return all.first { $0.severity == .error }.map { (stage, $0) }
        }
    }

    private func isLookedAt(_ stage: PlannedStage) -> Bool {
        examiner.isSelected(stage.name) && examiner.options.pinned[stage.name] == nil
    }

    // MARK: Files

    /// What is wrong with the files that parameters name, and those that are there.
    private func files(of stage: PlannedStage) -> (missing: [Finding], found: [String: [FoundFile]]) {
        let overridden = examiner.pipeline.overriddenParameters(of: stage.name)
        var missing: [Finding] = []
        var found: [String: [FoundFile]] = [:]
        for request in examiner.requests(of: stage) {
            for value in request.values {
                do {
                    let isOverridden = overridden.contains(request.key)
                    let here = try examiner.resolver.find(value, request, fromCommandLine: isOverridden)
                    found[request.key, default: []] += here
                    missing += here.compactMap { late($0, request, stage) }
                } catch {
                    if let finding = finding(error, value, request, stage) { missing.append(finding) }
                }
            }
        }
        return (missing, found)
    }

    /// `nil` if a stage before this one may make the file.
    private func finding(
        _ error: any Error, _ value: String, _ request: FileRequest, _ stage: PlannedStage
    ) -> Finding? {
        let words = ErrorDescription(error)
        let before = graph.upstream(of: stage.name)
        let makers = examiner.pipeline.stages.filter { $0.name != stage.name && makes(value, $0) }
        if makers.contains(where: { before.contains($0.name) }) { return nil }
        // A program may write wherever it likes.
        let hasProgram = examiner.pipeline.stages.contains {
            before.contains($0.name) && $0.kind.reportsAnyFigure
        }
        if hasProgram { return nil }
        let hint = makers.first.map { self.hint(toWaitFor: $0, request, stage) }
        return .error(words.message, at: request.span ?? stage.span, hint: hint ?? words.hint)
    }

    /// A folder that is there only because an earlier run made it: this stage would take it before the one that makes it again.
    /// One that follows on this stage may make what is for the next run.
    private func late(_ folder: FoundFile, _ request: FileRequest, _ stage: PlannedStage) -> Finding? {
        guard request.part != nil else { return nil }
        let ordered = graph.upstream(of: stage.name).union(graph.downstream(of: stage.name))
        let makers = examiner.pipeline.stages.filter { maker in
            maker.name != stage.name
                && maker.outputPaths.contains {
                    !$0.contains("{") && examiner.resolver.absolute($0) == folder.path
                }
        }
        guard let maker = makers.first, makers.allSatisfy({ !ordered.contains($0.name) }) else { return nil }
        return .error(
            "'\(request.key)': \(folder.shownPath) is what stage '\(maker.name)' makes, and nothing says that it is done "
                + "before '\(stage.name)', which would take that of an earlier run",
            at: request.span ?? stage.span, hint: hint(toWaitFor: maker, request, stage))
    }

    /// By an input of the parameter's name where there is one, which also takes what trials make.
    private func hint(
        toWaitFor maker: PlannedStage, _ request: FileRequest, _ stage: PlannedStage
    ) -> String {
        let types = maker.kind.outputs.flatMap(\.types)
        guard stage.kind.inputs.contains(where: { $0.name == request.key && types.contains(where: $0.takes) })
        else { return "stage '\(maker.name)' makes it: add 'needs: \(maker.name)' to stage '\(stage.name)'" }
        let inputs = stage.inputs.filter { $0.port != request.key }.map { input in
            let names = input.stages.joined(separator: ", ")
            return "\(input.port): \(input.stages.count == 1 ? names : "[\(names)]")"
        }
        let from = (inputs + ["\(request.key): \(maker.name)"]).joined(separator: ", ")
        return
            "stage '\(maker.name)' makes it: connect input '\(request.key)' in place of the folder, `from: {\(from)}`"
    }

    /// Whether a stage puts files where this path or pattern leads.
    private func makes(_ value: String, _ maker: PlannedStage) -> Bool {
        let wanted = examiner.resolver.absolute(Self.fixedPart(value, "*?"))
        return maker.outputPaths.contains { template in
            let place = examiner.resolver.absolute(Self.fixedPart(template, "{"))
            if wanted == place || wanted.hasPrefix(place + "/") { return true }
            // Below the folder that a pattern looks through, under a name that it takes there.
            guard place.hasPrefix(wanted + "/") else { return false }
            let pattern = examiner.resolver.absolute(value).dropFirst(wanted.count + 1).prefix { $0 != "/" }
            let name = place.dropFirst(wanted.count + 1).prefix { $0 != "/" }
            return !pattern.isEmpty && fnmatch(String(pattern), String(name), 0) == 0
        }
    }

    /// A path up to the folder before its first placeholder.
    private static func fixedPart(_ path: String, _ openers: String) -> String {
        guard let opener = path.firstIndex(where: openers.contains) else { return path }
        let head = path[..<opener]
        return head.lastIndex(of: "/").map { String(head[..<$0]) } ?? "."
    }

    // MARK: What the kinds say

    private func problems(of stage: PlannedStage, _ found: [String: [FoundFile]]) -> [Finding] {
        let look = StageLook(
            naming: Set(examiner.requests(of: stage).map(\.key)), files: found, sources: sources(of: stage))
        let problems: [StageProblem]
        do {
            problems = try stage.stage.problems(in: look)
        } catch {
            let words = ErrorDescription(error)
            problems = [StageProblem(nil, words.message, hint: words.hint)]
        }
        return problems.map { problem in
            let span = problem.key.flatMap { stage.spans[$0] } ?? stage.span
            return problem.isWarning
                ? .warning(problem.message, at: span, hint: problem.hint)
                : .error(problem.message, at: span, hint: problem.hint)
        }
    }

    private func sources(of stage: PlannedStage) -> [String: [StageSource]] {
        var known: [String: StageSource] = [:]
        return sources(of: stage, &known)
    }

    private func sources(
        of stage: PlannedStage, _ known: inout [String: StageSource]
    ) -> [String: [StageSource]] {
        var sources: [String: [StageSource]] = [:]
        for input in stage.inputs {
            for name in input.stages {
                guard let planned = examiner.pipeline[name] else { continue }
                let source =
                    known[name]
                    ?? StageSource(
                        stage: name, kind: planned.kind, parameters: planned.parameters,
                        figures: planned.stage.reportedFigures.map(\.name),
                        sources: self.sources(of: planned, &known))
                known[name] = source
                sources[input.port, default: []].append(source)
            }
        }
        return sources
    }
}
