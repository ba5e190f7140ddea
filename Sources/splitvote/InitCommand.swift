internal import ArgumentParser
internal import DemoData
private import Foundation
internal import StageKit

/// `splitvote init`: a pipeline to start from, with data to try it on, and what runs it every night.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a pipeline that works, synthetic comments to try it on, and a schedule.",
        discussion: "Files that are already there are left as they are; then nothing is written at all.")

    enum Schedule: String, ExpressibleByArgument, CaseIterable {
        case cron, systemd
    }

    @Option(help: "Also write what runs it every night: cron or systemd.")
    var schedule: Schedule?

    @Option(help: ArgumentHelp("When it runs, in local time.", valueName: "hh:mm"))
    var at = "03:00"

    @Argument(help: "Folder to write into; made where it does not exist.")
    var folder = "."

    func validate() throws {
        guard Self.time(at) != nil else {
            throw ValidationError("--at is '\(at)'; expected a time such as 03:00")
        }
    }

    private static func time(_ text: String) -> (hour: Int, minute: Int)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return (hour, minute)
    }

    func run() throws {
        let place = URL(filePath: folder).standardizedFileURL
        let files = files(in: place.path(percentEncoded: false))
        var draft = ScaffoldFolder(place.path(percentEncoded: false))
        let missing = try draft.missing(of: files)
        do {
            try draft.write(missing)
        } catch {
            draft.takeBack()
            guard let words = StageError(file: error) else { throw error }
            throw StageError(
                "cannot write into \(folder): \(words.message)",
                hint: words.hint ?? "name a folder that can be written to")
        }
        for file in missing { print(Self.shown(place.appending(path: file.name))) }
        let pipeline = Self.shown(place.appending(path: "pipeline.yaml"))
        ErrorText.note("now: splitvote run \(pipeline)" + (schedule.map { ", then see \($0.note)" } ?? ""))
    }

    /// As it would be typed here.
    private static func shown(_ url: URL) -> String {
        let path = url.path(percentEncoded: false)
        let here = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }

    private func files(in place: String) -> [(name: String, bytes: [UInt8])] {
        let trimmed = place.count > 1 && place.hasSuffix("/") ? String(place.dropLast()) : place
        var files = [("pipeline.yaml", Array(Scaffold.pipeline.utf8))]
        let sample = SyntheticNews(seed: 1, articles: 40, commentsPerArticle: 25).files()
        files += sample.map { ("data/\($0.name)", $0.bytes) }
        guard let schedule, let time = Self.time(at) else { return files }
        let timer = ScheduleFiles(
            folder: trimmed, program: Self.program, hour: time.hour, minute: time.minute)
        switch schedule {
        case .cron: files.append(("splitvote.cron", Array(timer.cron.utf8)))
        case .systemd:
            files.append(("splitvote.service", Array(timer.service.utf8)))
            files.append(("splitvote.timer", Array(timer.timer.utf8)))
        }
        return files
    }

    /// The program that is running, as a path.
    private static var program: String {
        let path = Bundle.main.executableURL?.resolvingSymlinksInPath().path(percentEncoded: false)
        return path ?? "/usr/local/bin/splitvote"
    }
}

extension InitCommand.Schedule {
    /// Where the file says how it is put to use.
    var note: String {
        switch self {
        case .cron: "the first lines of splitvote.cron"
        case .systemd: "the first lines of splitvote.timer"
        }
    }
}

/// The pipeline that `init` writes.
enum Scaffold {
    static let pipeline = """
        # From comments and their votes to train, dev and test files. Everything here can be changed; try:
        #   splitvote plan pipeline.yaml                      what would run, and why
        #   splitvote run pipeline.yaml                       do it; killed runs go on where they were
        #   splitvote run pipeline.yaml -S min_votes=30       the same with another threshold
        #   splitvote status pipeline.yaml
        splitvote: 1
        pipeline: comments
        store: {state: state/comments.sqlite, artifacts: state/artifacts, keep: {runs: 30, max_size: 20GB}}
        params:
          min_votes: 20
          band: [0.4, 0.6]
        stages:
          comments:
            uses: ingest.files
            with:
              # Put your own files here, and the names of their columns. These are synthetic: nobody wrote them.
              paths: ["data/*.tsv"]
              source: synthetic
              columns:
                text: contents
                up: sympathyCount
                down: antipathyCount
                article: [oid, aid]
                created_at: regDate
                observed_at: rankDate
          clean: {uses: clean, from: comments, with: {rules: kcbert-2020}}
          labels:
            uses: label
            from: clean
            with:
              min_votes: $params.min_votes
              controversial: $params.band
              uncontroversial: {at_most: 0.2, at_least: 0.8}
            checks:
              - {that: abstain_share, at_most: 95%, else: warn}
          sample: {uses: sample, from: labels, with: {per_label: balanced, per_article: 50, seed: 1}}
          split: {uses: split, from: sample, with: {shares: {train: 0.8, dev: 0.1, test: 0.1}, salt: v1}}
          tsv: {uses: export, from: split, with: {format: tsv, path: "out/{split}.tsv"}}
          report: {uses: report, from: [labels, split], with: {path: out/report.html}}
        # A program to be told when a night fails; it gets these values as arguments.
        # hooks: {failure: {command: [logger, "splitvote {run}: stage {stage} failed, exit status {exit}"]}}

        """
}
