internal import StageKit

/// Who holds a store.
package struct LockHolder: Hashable, Sendable {
    package var run: String
    package var pid: Int32
    package var host: String
    /// ISO 8601, UTC.
    package var since: String

    package init(run: String, pid: Int32, host: String, since: String) {
        self.run = run
        self.pid = pid
        self.host = host
        self.since = since
    }

    /// `run 20251121-071644-3f2a, process 4711 on host news, since 2025-11-21T07:16:44.123Z`
    package var text: String { "run \(run), process \(pid) on host \(host), since \(since)" }

    init?(_ json: JSONValue) {
        guard let run = json["run"]?.stringValue,
            let pid = json["pid"]?.intValue.flatMap(Int32.init(exactly:)),
            let host = json["host"]?.stringValue, let since = json["since"]?.stringValue
        else { return nil }
        self.init(run: run, pid: pid, host: host, since: since)
    }

    var json: JSONValue {
        ["run": .string(run), "pid": .integer(Int(pid)), "host": .string(host), "since": .string(since)]
    }
}
