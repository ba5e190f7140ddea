internal import WebFormats

/// What robots.txt of each origin says, asked for once: others wait for the one who asks.
actor RobotsCache {
    /// What is known of one origin.
    struct Entry: Sendable {
        let file: RobotsFile
        /// Why nobody knows what it says; `nil` where somebody does.
        let trouble: String?
        let seconds: Int64

        /// Seconds that it is believed: a day (RFC 9309, section 2.4), or ten minutes where there was no answer.
        var lifetime: Int64 { trouble == nil ? 86_400 : 600 }
    }

    /// A robots.txt as it was asked for just now.
    struct Asked: Sendable {
        var record: RobotsRecord
        var trouble: String?
    }

    private var known: [String: Entry] = [:]
    private var turns: [String: AsyncSemaphore] = [:]
    private let recall: @Sendable (WebAddress) async -> RobotsRecord?
    private let keep: @Sendable (WebAddress, RobotsRecord) async -> Void

    init(
        recall: @escaping @Sendable (WebAddress) async -> RobotsRecord?,
        keep: @escaping @Sendable (WebAddress, RobotsRecord) async -> Void
    ) {
        self.recall = recall
        self.keep = keep
    }

    /// - Parameters:
    ///   - robots: where the file is.
    ///   - now: seconds since 1970.
    ///   - ask: fetches it; called by one at a time for each origin.
    func entry(
        _ robots: WebAddress, now: Int64, ask: @Sendable () async throws -> Asked
    ) async throws -> Entry {
        let origin = robots.origin
        if let entry = fresh(origin, now) { return entry }
        let turn = turns[origin] ?? AsyncSemaphore()
        turns[origin] = turn
        try await turn.enter()
        do {
            let entry = try await find(robots, now, ask)
            await turn.leave()
            return entry
        } catch {
            await turn.leave()
            throw error
        }
    }

    private func fresh(_ origin: String, _ now: Int64) -> Entry? {
        guard let entry = known[origin], now - entry.seconds < entry.lifetime else { return nil }
        return entry
    }

    private func find(
        _ robots: WebAddress, _ now: Int64, _ ask: @Sendable () async throws -> Asked
    ) async throws -> Entry {
        if let entry = fresh(robots.origin, now) { return entry }
        let recalled = await recall(robots).map { Self.entry($0, nil) }
        if let recalled, now - recalled.seconds < recalled.lifetime {
            known[robots.origin] = recalled
            return recalled
        }
        let asked = try await ask()
        var entry = Self.entry(asked.record, asked.trouble)
        if entry.trouble != nil, let recalled, recalled.trouble == nil {
            // An older copy serves while the site cannot be asked (section 2.4); looked at again as soon as the trouble is.
            let seconds = asked.record.seconds - recalled.lifetime + entry.lifetime
            entry = Entry(file: recalled.file, trouble: nil, seconds: seconds)
        } else {
            await keep(robots, asked.record)
        }
        known[robots.origin] = entry
        return entry
    }

    private static func entry(_ record: RobotsRecord, _ trouble: String?) -> Entry {
        let isKnown =
            (200...299).contains(record.status) || (400...499).contains(record.status) && record.status != 429
        return Entry(
            file: RobotsFile(status: record.status, body: record.body),
            trouble: isKnown
                ? nil : trouble ?? (record.status == 0 ? "no answer" : "status \(record.status)"),
            seconds: record.seconds)
    }
}
