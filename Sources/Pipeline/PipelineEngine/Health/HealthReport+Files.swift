private import Foundation
internal import PipelinePlan
internal import StageKit
internal import TextBasics

/// What stages read and where they write.
extension HealthReport {
    /// A file may be this much younger than the clock, in nanoseconds.
    private static let toleratedNanoseconds: Int64 = 300_000_000_000

    /// The files and folders that parameters name. What is missing is told by the stages themselves.
    mutating func checkFiles(of plan: PlannedPipeline, _ options: EngineOptions) {
        let resolver = StageExaminer(pipeline: plan, options: options, store: nil).resolver
        for stage in plan.stages {
            for request in stage.fileRequests {
                let found = request.values.flatMap { value in
                    (try? resolver.find(value, request, fromCommandLine: false)) ?? []
                }
                if !found.isEmpty { tell(found, request.key, stage.name, options.clock.milliseconds()) }
            }
        }
    }

    private mutating func tell(_ files: [FoundFile], _ key: String, _ stage: String, _ now: Int64) {
        let name = "stage \(stage)"
        if let closed = files.first(where: { !FileManager.default.isReadableFile(atPath: $0.path) }) {
            return add(
                name, .failure, "'\(key)': \(closed.shownPath) may not be read by this user",
                hint: "change its permissions, or run as a user who may read it")
        }
        let facts = files.compactMap { (try? Disk.facts($0.path)) ?? nil }
        let isFolder = facts.contains(where: \.isFolder)
        let size = facts.reduce(0) { $0 + $1.size }
        add(
            name, .good,
            isFolder
                ? "\(key): \(files.map(\.shownPath).joined(separator: ", "))"
                : "\(key): \(Counts.text(files.count, "file")), \(Bytes.text(size))")
        let empty = zip(files, facts).filter { !$1.isFolder && !$1.isSpecial && $1.size == 0 }.map(\.0)
        if let first = empty.first {
            add(
                name, .doubtful,
                "'\(key)': \(Counts.text(empty.count, "file")) without content, \(first.shownPath)",
                hint: "a download may have broken off; remove or replace it")
        }
        let limit = now * 1_000_000 + Self.toleratedNanoseconds
        if let late = zip(files, facts).first(where: { $1.modified > limit }) {
            add(
                "clock", .doubtful,
                "\(late.0.shownPath) was changed at \(CivilTime.text(seconds: late.1.modified / 1_000_000_000)), which "
                    + "is to come", hint: "set this machine's clock, or touch the file")
        }
    }

    /// The folders of published files.
    mutating func checkPublishing(_ plan: PlannedPipeline) {
        var seen: Set<String> = []
        for path in plan.stages.flatMap(\.outputPaths) {
            // Up to the first placeholder, and up to what is there already.
            var place = AbsolutePath.of(String(path.prefix { $0 != "{" }), in: plan.baseFolder)
            if path.contains("{") || !path.hasSuffix("/") { place = AbsolutePath.folder(of: place) }
            while !FileManager.default.fileExists(atPath: place), place.count > 1 {
                place = AbsolutePath.folder(of: place)
            }
            guard seen.insert(place).inserted, !FileManager.default.isWritableFile(atPath: place) else {
                continue
            }
            add(
                "published files", .failure, "\(place) cannot be written to, for \(path)",
                hint: "check the permissions, or name another place")
        }
    }

    /// Whether a night of this machine is one of the data.
    mutating func checkTimeZone(_ plan: PlannedPipeline, _ zone: (name: String, seconds: Int)) {
        let own = zone.seconds
        let here = "\(zone.name) (\(Self.offset(own)))"
        var differs = false
        for stage in plan.stages {
            guard let text = stage.parameters["time_zone"]?.stringValue, let seconds = Self.seconds(text),
                let columns = stage.parameters["columns"],
                ["created_at", "observed_at"].contains(where: { (columns[$0] ?? .null) != .null })
            else { continue }
            if seconds == own { continue }
            differs = true
            let isGiven = stage.spans["time_zone"] != nil
            add(
                "time zone", .doubtful,
                "this machine is in \(here); stage '\(stage.name)' reads times without an offset as \(Self.offset(seconds))",
                hint: isGiven
                    ? "a run's date is this machine's: set TZ where runs are started if it is to be that of the data"
                    : "if the times in its files are local ones, say so: time_zone: \"\(Self.offset(own))\"")
        }
        if !differs { add("time zone", .good, here) }
    }

    /// `+09:00`
    private static func offset(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return (seconds < 0 ? "-" : "+") + padded(minutes / 60) + ":" + padded(minutes % 60)
    }

    /// Of `Z` or `+09:00`.
    private static func seconds(_ text: String) -> Int? {
        if text == "Z" { return 0 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let sign = text.first, sign == "+" || sign == "-", digits.count == 4, let number = Int(digits)
        else {
            return nil
        }
        return (number / 100 * 3600 + number % 100 * 60) * (sign == "-" ? -1 : 1)
    }
}
