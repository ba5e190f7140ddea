internal import Diagnostics
private import Foundation
internal import HubFiles
package import PipelinePlan
internal import RunStore
internal import StageKit
package import StoreFile
internal import TextBasics

extension HealthReport {
    private static let scarceMemory: UInt64 = 4_000_000_000
    private static let scarceDisk: Int64 = 1_000_000_000
    /// Multiplications and additions of one matrix product in a second, below which training is a matter of days.
    private static let slowProducts = 5e9

    /// Processor, memory, libraries.
    /// - Parameters:
    ///   - version: the program's.
    ///   - threads: processors that this process may use.
    ///   - arithmetic: what the trainer computes with, in a line, and what would be better or is needed.
    ///   - productRate: floating-point operations in a second of one matrix product; `nil` if it was not measured.
    ///   - libraries: versions of the libraries that read files, by their names.
    package mutating func checkMachine(
        version: String, threads: Int, arithmetic: (summary: String, advice: String?),
        productRate: Double? = nil,
        libraries: [(name: String, version: String)] = []
    ) {
        let info = ProcessInfo.processInfo
        add("splitvote", .good, "\(version) on \(info.operatingSystemVersionString)")
        let memory = Bytes.text(Int64(clamping: info.physicalMemory))
        add(
            "machine", info.physicalMemory < Self.scarceMemory ? .doubtful : .good,
            "\(Counts.text(threads, "processor")), \(memory) of memory",
            hint: info.physicalMemory < Self.scarceMemory
                ? "training a BERT-base takes about 2.5 GB; data stages take less than 0.5 GB" : nil)
        add(
            "arithmetic", arithmetic.advice == nil ? .good : .doubtful, arithmetic.summary,
            hint: arithmetic.advice)
        if let productRate {
            let isSlow = productRate < Self.slowProducts
            add(
                "matrix products", isSlow ? .doubtful : .good,
                "\(Decimals.text(productRate / 1e9, places: productRate < 100e9 ? 1 : 0)) GFLOP/s with "
                    + Counts.text(threads, "thread"),
                hint: isSlow
                    ? "training would take days here, data stages would not: look for other programs at work, or train "
                        + "elsewhere" : nil)
        }
        check("SQLite") { try RunStore.checkSQLite() }
        if !libraries.isEmpty {
            add("libraries", .good, libraries.map { "\($0.name) \($0.version)" }.joined(separator: ", "))
        }
        checkModelCache(HubCache.current)
    }

    private mutating func checkModelCache(_ cache: HubCache) {
        let models = cache.models
        let names = models.prefix(5).joined(separator: ", ") + (models.count > 5 ? ", …" : "")
        add(
            "model cache", .good,
            models.isEmpty
                ? "\(cache.folder): no model so far"
                : "\(cache.folder): \(Counts.text(models.count, "model")), \(names)")
    }

    /// Where no pipeline file was named: what there is to name.
    /// - Parameter pipelineFiles: those in the working folder and near it, as they would be named.
    package mutating func checkPlace(_ folder: String, pipelineFiles: [String]) {
        guard let first = pipelineFiles.first else {
            return add(
                "pipeline file", .doubtful, "there is none in \(folder), nor in the folders around it",
                hint: "go to the folder that has yours, or make one: splitvote init news")
        }
        let isHere = !first.contains("/")
        let names = pipelineFiles.prefix(5).joined(separator: ", ") + (pipelineFiles.count > 5 ? ", …" : "")
        add(
            "pipeline file", isHere ? .good : .doubtful,
            isHere ? "none was named; here is \(names)" : "there is none in \(folder); near it is \(names)",
            hint: "to check it as well: splitvote doctor \(first)")
    }

    /// A pipeline's store, files, secrets and hooks.
    /// - Parameters:
    ///   - workingFolder: where the command was given. Absolute.
    ///   - environment: variables, among them the secrets.
    ///   - zone: in which this machine counts its days, with its offset in seconds; `nil` for that of the process.
    package mutating func check(
        _ plan: PlannedPipeline, workingFolder: String, environment: [String: String],
        clock: StoreClock = .system, zone: (name: String, seconds: Int)? = nil
    ) async {
        add("pipeline file", .good, "\(plan.file): \(Counts.text(plan.stages.count, "stage"))")
        for warning in plan.warnings { add("pipeline file", .doubtful, warning.message, hint: warning.hint) }
        let size = checkStore(plan, clock)
        if let holder = RunLock.holder(state: plan.store.state) {
            add("lock", .good, "held by \(holder.text)")
        }
        folder("state folder", (plan.store.state as NSString).deletingLastPathComponent, needing: size)
        folder("artifacts folder", plan.store.artifacts, needing: size)
        for (name, variable) in plan.secrets.sorted(by: { $0.key < $1.key }) {
            let isSet = environment[variable]?.isEmpty == false
            add(
                "secret \(name)", isSet ? .good : .failure,
                isSet ? "\(variable) is set" : "the environment variable \(variable) is not set",
                hint: isSet ? nil : "set it where splitvote is started")
        }
        for entry in HookReadiness(plan, environment: environment).entries {
            check("\(entry.occasion.rawValue) hook") { try entry.result.get() }
        }
        var options = EngineOptions()
        options.workingFolder = workingFolder
        options.clock = clock
        checkFiles(of: plan, options)
        checkPublishing(plan)
        let current = TimeZone.current
        checkTimeZone(plan, zone ?? (current.identifier, current.secondsFromGMT()))
        await checkStages(plan, options)
    }

    private mutating func checkStages(_ plan: PlannedPipeline, _ options: EngineOptions) async {
        var told: Set<String> = []
        do {
            let stages = try await Engine(plan, options: options, sink: NoEvents()).plan()
            let blocked = Set(stages.filter { $0.verdict == .blocked }.map(\.stage))
            for stage in stages where blocked.contains(stage.stage) {
                // Stages downstream of one that cannot run have no problem of their own.
                if plan[stage.stage]?.dependencies.contains(where: blocked.contains) == true { continue }
                let message = stage.message ?? "cannot run"
                told.insert(message)
                add("stage \(stage.stage)", .failure, message, hint: stage.hint)
            }
            let ready = stages.count { $0.verdict != .blocked }
            add("stages", .good, "\(ready) of \(stages.count) can run or need not")
        } catch let error as StoreError where error.kind == .older {
            add("stages", .doubtful, "what would run is known once the store is up to date")
        } catch {
            check("stages") { throw error }
        }
        // What a run would find out when it is their turn: tables without a column, models of another kind.
        let examiner = StageExaminer(pipeline: plan, options: options, store: nil)
        for finding in Preflight(examiner).findings() where told.insert(finding.message).inserted {
            let place = finding.span.map { "line \($0.line): " } ?? ""
            add(
                "pipeline file", finding.severity == .error ? .failure : .doubtful,
                place + finding.message, hint: finding.hint)
        }
    }

    private mutating func folder(_ name: String, _ path: String, needing size: Int64) {
        var place = path
        while !FileManager.default.fileExists(atPath: place), place.count > 1 {
            place = (place as NSString).deletingLastPathComponent
        }
        check(name) {
            try RunStore.checkPlace(of: place)
            guard FileManager.default.isWritableFile(atPath: place) else {
                throw StageError(
                    "\(place) cannot be written to", hint: "check the permissions, or name another place")
            }
            return path
        }
        guard let free = Disk.free(at: place).map(Int64.init) else { return }
        let isScarce = free < max(Self.scarceDisk, size)
        let taken = size > 0 ? "; store and artifacts take \(Bytes.text(size))" : ""
        add(
            "free space", isScarce ? .doubtful : .good, "\(Bytes.text(free)) at \(place)\(taken)",
            hint: isScarce
                ? "a run may need as much again; splitvote gc removes results that are no longer kept" : nil)
    }
}
