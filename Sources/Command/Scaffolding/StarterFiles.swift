internal import DemoData

/// Systems that start programs at a time of day.
package enum Scheduler: String, CaseIterable, Sendable {
    case cron, systemd

    /// Where its files say how they are put to use.
    package var note: String {
        switch self {
        case .cron: "the first lines of splitvote.cron"
        case .systemd: "the first lines of splitvote.timer"
        }
    }
}

/// A time of day.
package struct ClockTime: Hashable, Sendable {
    /// 0 ... 23
    package let hour: Int
    /// 0 ... 59
    package let minute: Int

    /// - Parameter text: `hh:mm`, both with two digits.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isTwoDigits), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        self.hour = hour
        self.minute = minute
    }

    private static func isTwoDigits(_ text: Substring) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// `03:00`
    package var text: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(hour)):\(two(minute))"
    }
}

/// What a new pipeline's folder begins with: the pipeline file, synthetic comments, and what starts it every night.
package enum StarterFiles {
    /// How it is to be started every night.
    package struct Schedule {
        let scheduler: Scheduler
        let time: ClockTime
        let program: String

        /// - Parameter program: the splitvote to start. Absolute.
        package init(_ scheduler: Scheduler, at time: ClockTime, program: String) {
            self.scheduler = scheduler
            self.time = time
            self.program = program
        }

        /// What will keep it from starting some day; `nil` if nothing is known to.
        package var warning: String? {
            guard program.contains("/.build/") else { return nil }
            return "warning: the schedule starts \(program), which the next 'make clean' removes; "
                + "run 'make install' first, and this again with the installed splitvote"
        }
    }

    /// All files, in the order in which they are written.
    /// - Parameters:
    ///   - folder: where they will be. Absolute.
    ///   - schedule: `nil` if nothing starts it.
    ///   - schema: of the pipeline file, for editors.
    package static func all(
        in folder: String, schedule: Schedule?, schema: String
    ) -> [ScaffoldFolder.File] {
        var files: [ScaffoldFolder.File] = [
            ("pipeline.yaml", Array(StarterPipeline.text.utf8)),
            (StarterPipeline.schemaName, Array(schema.utf8)),
        ]
        let sample = SyntheticNews(seed: 1, articles: 40, commentsPerArticle: 25).files()
        files += sample.map { ("data/\($0.name)", $0.bytes) }
        guard let schedule else { return files }
        let trimmed = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let texts = ScheduleFiles(folder: trimmed, program: schedule.program, time: schedule.time)
        switch schedule.scheduler {
        case .cron: files.append(("splitvote.cron", Array(texts.cron.utf8)))
        case .systemd:
            files.append(("splitvote.service", Array(texts.service.utf8)))
            files.append(("splitvote.timer", Array(texts.timer.utf8)))
        }
        return files
    }
}
