private import Foundation
package import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile
internal import TextBasics

extension HealthReport {
    private static let scarceMemory: UInt64 = 4_000_000_000
    private static let scarceDisk = 1_000_000_000

    /// Processor, memory, libraries.
    /// - Parameters:
    ///   - version: the program's.
    ///   - threads: processors that this process may use.
    ///   - matrixLibrary: what the trainer computes with, in a line.
    package mutating func checkMachine(version: String, threads: Int, matrixLibrary: String) {
        let info = ProcessInfo.processInfo
        add("splitvote", .good, "\(version) on \(info.operatingSystemVersionString)")
        let memory = Bytes.text(Int64(clamping: info.physicalMemory))
        add(
            "machine", info.physicalMemory < Self.scarceMemory ? .doubtful : .good,
            "\(Counts.text(threads, "processor")), \(memory) of memory",
            hint: info.physicalMemory < Self.scarceMemory
                ? "training a BERT-base takes about 2.5 GB; data stages take less than 0.5 GB" : nil)
        add("matrix library", .good, matrixLibrary)
        check("SQLite") { try RunStore.checkSQLite() }
    }

    /// A pipeline's store, files, secrets and hooks.
    /// - Parameters:
    ///   - workingFolder: where the command was given. Absolute.
    ///   - environment: variables, among them the secrets.
    package mutating func check(
        _ plan: PlannedPipeline, workingFolder: String,
        environment: [String: String]
    ) async {
        add("pipeline file", .good, "\(plan.file): \(Counts.text(plan.stages.count, "stage"))")
        for warning in plan.warnings { add("pipeline file", .doubtful, warning.message, hint: warning.hint) }
        check("store") { try Self.store(plan) }
        if let holder = RunLock.holder(state: plan.store.state) {
            add("lock", .good, "held by \(holder.text)")
        }
        folder("state folder", (plan.store.state as NSString).deletingLastPathComponent)
        folder("artifacts folder", plan.store.artifacts)
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
        await checkStages(plan, workingFolder)
    }

    private mutating func checkStages(_ plan: PlannedPipeline, _ workingFolder: String) async {
        var options = EngineOptions()
        options.workingFolder = workingFolder
        do {
            let stages = try await Engine(plan, options: options, sink: NoEvents()).plan()
            let blocked = Set(stages.filter { $0.verdict == .blocked }.map(\.stage))
            for stage in stages where blocked.contains(stage.stage) {
                // Stages downstream of one that cannot run have no problem of their own.
                if plan[stage.stage]?.dependencies.contains(where: blocked.contains) == true { continue }
                add("stage \(stage.stage)", .failure, stage.message ?? "cannot run", hint: stage.hint)
            }
            let ready = stages.count { $0.verdict != .blocked }
            add("stages", .good, "\(ready) of \(stages.count) can run or need not")
        } catch {
            add("stages", .failure, "\(error)")
        }
    }

    private static func store(_ plan: PlannedPipeline) throws -> String {
        let store = try RunStore.openForReading(at: plan.store.state, artifacts: plan.store.artifacts)
        guard let store else { return "\(plan.store.state): none yet, the first run makes it" }
        defer { try? store.close() }
        guard try store.isIntact() else {
            throw StoreError(
                .damaged, "\(plan.store.state) is damaged: SQLite's integrity check fails",
                hint: "restore it from a copy, or move it away and run again to rebuild it")
        }
        return "\(plan.store.state): intact, \(Bytes.text(try store.storeSize()))"
    }

    private mutating func folder(_ name: String, _ path: String) {
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
        guard let free = Disk.free(at: place) else { return }
        add(
            "free space", free < Self.scarceDisk ? .doubtful : .good,
            "\(Bytes.text(Int64(free))) at \(place)",
            hint: free < Self.scarceDisk ? "splitvote gc removes results that are no longer kept" : nil)
    }
}
