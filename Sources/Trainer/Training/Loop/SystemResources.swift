import Files
import Foundation

/// What the machine has to spare.
package struct SystemResources: Hashable, Sendable {
    /// Bytes of memory that can be had without swapping; nil if the system does not say.
    package var memory: Int?
    /// Bytes free on the disk; nil if the system does not say.
    package var disk: Int?

    package init(memory: Int?, disk: Int?) {
        self.memory = memory
        self.disk = disk
    }

    /// - Parameter folder: the disk is that of this folder, or of the nearest one above it that exists. Files that are
    ///   in it already count as free: they are what a run continues from and replaces.
    package init(folder: String) {
        self.init(memory: Self.memory(), disk: Disk.free(at: folder).map { $0 + Self.bytes(in: folder) })
    }

    private static func memory() -> Int? {
        let limits = [
            lines("/proc/meminfo").first { $0.hasPrefix("MemAvailable:") }.flatMap(number).map { $0 * 1024 },
            group("/sys/fs/cgroup", limit: "memory.max", used: "memory.current"),
            group("/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes"),
        ]
        return limits.compactMap { $0 }.min()
    }

    /// What a control group leaves, copies of files counted as free; nil if it sets no limit.
    private static func group(_ folder: String, limit: String, used: String) -> Int? {
        guard let most = lines(folder + "/" + limit).first.flatMap(number), most < 1 << 60,
            let present = lines(folder + "/" + used).first.flatMap(number)
        else { return nil }
        let copies = lines(folder + "/memory.stat").filter {
            $0.hasPrefix("inactive_file ") || $0.hasPrefix("active_file ")
        }.compactMap(number).reduce(0, +)
        return max(0, most - max(0, present - copies))
    }

    private static func bytes(in folder: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return sum + ((facts?[.size] as? NSNumber)?.intValue ?? 0)
        }
    }

    private static func lines(_ path: String) -> [Substring] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    /// The first number in a line.
    private static func number(_ line: Substring) -> Int? {
        Int(line.drop { !$0.isNumber }.prefix { $0.isNumber })
    }
}
