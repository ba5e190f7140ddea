import Scaffolding
import Testing

struct StarterFilesTests {
    private static func names(_ scheduler: Scheduler?) throws -> [String] {
        let time = try #require(ClockTime("03:00"))
        let schedule = scheduler.map { StarterFiles.Schedule($0, at: time, program: "/usr/bin/splitvote") }
        return StarterFiles.all(in: "/news/", schedule: schedule, schema: "{}").map(\.name)
    }

    @Test func thePipelineComesWithCommentsToTryItOn() throws {
        let names = try Self.names(nil)
        #expect(names.prefix(2) == ["pipeline.yaml", "pipeline.schema.json"])
        #expect(names.count > 2 && names.dropFirst(2).allSatisfy { $0.hasPrefix("data/") })
    }

    @Test func theSchemaThatThePipelineNamesIsBesideIt() throws {
        let files = StarterFiles.all(in: "/news", schedule: nil, schema: "{}")
        let pipeline = String(decoding: try #require(files.first).bytes, as: UTF8.self)
        let name = try #require(pipeline.split(separator: "\n").first?.split(separator: "$schema=").last)
        #expect(pipeline.hasPrefix("# yaml-language-server: $schema="))
        #expect(files.contains { $0.name == name && $0.bytes == Array("{}".utf8) })
    }

    @Test func thePipelineCleansAsKcBERTWasTrained() throws {
        let pipeline = try #require(StarterFiles.all(in: "/news", schedule: nil, schema: "{}").first)
        #expect(
            String(decoding: pipeline.bytes, as: UTF8.self).contains(
                "clean: {uses: clean, from: comments, with: {rules: kcbert-2020}}"))
    }

    @Test func aScheduleAddsTheFilesOfItsScheduler() throws {
        let plain = try Self.names(nil)
        #expect(try Self.names(.cron) == plain + ["splitvote.cron"])
        #expect(try Self.names(.systemd) == plain + ["splitvote.service", "splitvote.timer"])
    }

    @Test func aProgramThatWasNotInstalledIsWarnedOf() throws {
        let time = try #require(ClockTime("03:00"))
        #expect(StarterFiles.Schedule(.cron, at: time, program: "/usr/local/bin/splitvote").warning == nil)
        let warning = StarterFiles.Schedule(.cron, at: time, program: "/me/src/.build/release/splitvote")
            .warning
        #expect(warning?.contains("run 'make install' first") == true, "\(String(describing: warning))")
    }

    @Test func aSlashAtTheFoldersEndIsLeftOut() throws {
        let time = try #require(ClockTime("03:00"))
        let files = StarterFiles.all(
            in: "/news/", schedule: .init(.cron, at: time, program: "/s"), schema: "{}")
        let cron = String(decoding: try #require(files.last).bytes, as: UTF8.self)
        #expect(cron.contains("cd /news && "))
        #expect(cron.contains("# Runs the pipeline at 03:00 every night."))
    }
}
