import Foundation
import Testing

/// Workers that read into a spool, and runs that take it in: what comes of it is what one run over the same files gives.
struct ManyWorkersTests {
    /// - Parameter spool: whether the comments come from workers.
    private static func pipeline(spool: Bool, _ replacements: (String, String)...) -> String {
        var text = """
            splitvote: 1
            pipeline: sample
            store: {state: state.sqlite, artifacts: artifacts}
            secrets: {salt: {env: MANY_WORKERS_SALT}}
            stages:
              comments:
                uses: ingest.files
                with:
                  paths: ["data/*"]
                  source: sample
                  time_zone: "+09:00"
                  author_salt: $secrets.salt
                  columns: {key: key, text: text, up: up, down: down, article: article, created_at: written, author: who, deleted: gone}\(spool ? "\n      spool: spool" : "")
              clean: {uses: clean, from: comments, with: {rules: none}}
              labels: {uses: label, from: clean, with: {min_votes: 10, settle: 12h}}
              sample: {uses: sample, from: labels, with: {per_label: all, seed: 1}}
              split: {uses: split, from: sample, with: {shares: {train: 0.5, test: 0.5}, frozen: {test: 2025-10-03}, salt: v1}}
              tsv: {uses: export, from: split, with: {format: tsv, columns: [id, text, label, up, down, article, split], path: "out/{split}.tsv"}}

            """
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        return text
    }

    /// What a site shows in one night: of some articles a file each, of which every third is another one than the night before.
    private static func files(night: Int) -> [String: String] {
        var files: [String: String] = [:]
        for file in 0..<7 {
            let edition = file % 3 == 0 ? night : 1
            if file == 6, night == 1 { continue }
            var lines = ["key\ttext\tup\tdown\tarticle\twritten\twho\tgone"]
            for comment in 0..<(40 - edition) {
                let number = file * 100 + comment
                let isDivided = comment % 2 == 0
                let up = (isDivided ? 20 : 40) + edition * (comment % 5)
                let down = (isDivided ? 20 : 1) + edition
                let isEdited = comment == 3 && edition > 1
                let words = isDivided ? "갈리는 의견" : "끄덕이는 의견"
                lines.append(
                    "k\(number)\t\(words) \(number)\(isEdited ? " 고침" : "")\t\(up)\t\(down)\ta\(number / 7)"
                        + "\t2025-10-0\(comment % 4 + 1) 0\(comment % 9):30:00\tu\(number % 50)\t\(comment == 5 && edition == 3)"
                )
            }
            files["data/part-\(file).tsv"] = lines.joined(separator: "\n") + "\n"
        }
        return files
    }

    private func sandbox(spool: Bool) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(Self.pipeline(spool: spool), to: "p.yaml")
        return sandbox
    }

    private static let environment = Sandbox.environment.merging(["MANY_WORKERS_SALT": "grain"]) { $1 }

    @discardableResult
    private func run(
        _ sandbox: Sandbox, _ arguments: String..., salt: String = "grain", status: Int32 = 0
    ) throws -> Sandbox.Outcome {
        let environment = Self.environment.merging(["MANY_WORKERS_SALT": salt]) { $1 }
        let outcome = try sandbox.run(Sandbox.command, arguments, environment: environment)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        return outcome
    }

    /// All workers at once, in a random order; one of them is killed at a random moment, and another takes its share up.
    private func gather(_ sandbox: Sandbox, workers: Int, date: String) throws {
        let shares = (1...workers).map { "\($0)/\(workers)" }.shuffled()
        let processes = try shares.map {
            try sandbox.start(
                "gather", "p.yaml", "--share", $0, "--date", date, environment: Self.environment)
        }
        Thread.sleep(forTimeInterval: Double.random(in: 0.02...0.3))
        let victim = Int.random(in: 0..<workers)
        processes[victim].kill()
        for (number, process) in processes.enumerated() {
            let ending = process.wait()
            #expect(number == victim || ending == .exited(0), "worker \(shares[number]): \(ending)")
        }
        try run(sandbox, "gather", "p.yaml", "--share", shares[victim], "--date", date)
    }

    /// What the store knows of comments and votes, numbers of comments included.
    private static let rows = """
        SELECT comment.id, key, text, status, author_hash, created_at, observed_at, up, down
        FROM comment JOIN vote ON vote.comment = comment.id ORDER BY 1, observed_at, ledger_commit
        """

    private func expectEqual(_ one: Sandbox, _ other: Sandbox, _ place: String, least: Int = 500) throws {
        for side in ["train", "test"] {
            let (left, right) = (try one.data("out/\(side).tsv"), try other.data("out/\(side).tsv"))
            #expect(left == right && left.count > least, "\(place): \(side)")
        }
        #expect(try one.sqlite(Self.rows) == other.sqlite(Self.rows), "\(place)")
        let sums =
            "SELECT hex(ledger_sum), source_comments, last_observed FROM imported_file ORDER BY position DESC LIMIT 1"
        #expect(try one.sqlite(sums) == other.sqlite(sums), "\(place)")
    }

    @Test(arguments: [1, 3])
    func workersGiveWhatOneRunGives(workers: Int) throws {
        let (direct, spooled) = (try sandbox(spool: false), try sandbox(spool: true))
        for night in 1...4 {
            let date = "2025-10-0\(night + 2)"
            // In the last night nothing new comes.
            for sandbox in night < 4 ? [direct, spooled] : [] {
                for (name, text) in Self.files(night: night) { try sandbox.write(text, to: name) }
            }
            try gather(spooled, workers: workers, date: date)
            for sandbox in [direct, spooled] { try run(sandbox, "run", "p.yaml", "--date", date) }
            try expectEqual(direct, spooled, "night \(night)")
            let again = try run(spooled, "run", "p.yaml", "--date", date)
            #expect(again.errors.contains("nothing to do"), "night \(night): \(again.errors)")
            guard night == 2 else { continue }
            for sandbox in [direct, spooled] {
                try sandbox.write("sample:k103\nsample:k8\n", to: "list.txt")
                try run(sandbox, "forget", "p.yaml", "list.txt")
                try run(sandbox, "run", "p.yaml", "--date", date)
            }
            try expectEqual(direct, spooled, "after forgetting")
            #expect(
                try spooled.sqlite("SELECT count(*) FROM comment WHERE key IN ('k103', 'k8') AND text <> ''")
                    == ["0"])
        }
        for sandbox in [direct, spooled] {
            try run(sandbox, "run", "p.yaml", "--as-of", "2025-10-05", "--publish", "--date", "2025-10-06")
        }
        try expectEqual(direct, spooled, "as of the second night")
        // Everything once more from what is there.
        for sandbox in [direct, spooled] {
            try run(sandbox, "run", "p.yaml", "--refresh", "comments", "--date", "2025-10-07")
        }
        try expectEqual(direct, spooled, "rebuilt")
        // A worker that was killed each night may have left what it was writing, and nothing else.
        let others = try spooled.files(below: "spool").filter { !$0.hasSuffix(".batch") }
        #expect(others.count <= 4 && others.allSatisfy { $0.hasSuffix(".partial") }, "\(others)")
    }

    /// Nights that are taken in together are taken in one after the other.
    @Test func nightsThatWaitedAreTakenInOneAfterTheOther() throws {
        let (direct, spooled) = (try sandbox(spool: false), try sandbox(spool: true))
        for night in 1...3 {
            let date = "2025-10-0\(night + 2)"
            for sandbox in [direct, spooled] {
                for (name, text) in Self.files(night: night) { try sandbox.write(text, to: name) }
            }
            try run(direct, "run", "p.yaml", "--select", "comments", "--date", date)
            for share in ["2/2", "1/2"] {
                try run(spooled, "gather", "p.yaml", "--share", share, "--date", date)
            }
        }
        for sandbox in [direct, spooled] { try run(sandbox, "run", "p.yaml", "--date", "2025-10-05") }
        // By then the frozen side, which is empty, is decided at once.
        try expectEqual(direct, spooled, "three nights at once", least: 30)
        // What was taken in may be removed.
        try FileManager.default.removeItem(at: spooled.folder.appending(path: "spool"))
        try run(spooled, "run", "p.yaml", "--date", "2025-10-05")
        try expectEqual(direct, spooled, "without batches", least: 30)
    }

    @Test func aBatchThatComesAfterANewerOneOfItsFileIsNotTaken() throws {
        let sandbox = try sandbox(spool: true)
        for (name, text) in Self.files(night: 1) { try sandbox.write(text, to: name) }
        try run(sandbox, "gather", "p.yaml", "--spool", "elsewhere", "--memory", "m", "--date", "2025-10-03")
        try sandbox.write(Self.files(night: 2)["data/part-0.tsv"] ?? "", to: "data/part-0.tsv")
        try run(sandbox, "gather", "p.yaml", "--date", "2025-10-04")
        try run(sandbox, "run", "p.yaml", "--date", "2025-10-04")
        let before = try sandbox.sqlite(Self.rows)
        for name in try sandbox.files(below: "elsewhere") {
            let target = sandbox.folder.appending(path: "spool/\(name)")
            if !sandbox.exists("spool/\(name)") {
                try FileManager.default.moveItem(
                    at: sandbox.folder.appending(path: "elsewhere/\(name)"), to: target)
            }
        }
        let outcome = try run(sandbox, "run", "p.yaml", "--date", "2025-10-05")
        #expect(
            outcome.errors.contains(
                "1 batch came after a newer one of the same file and was not taken in; the first is"),
            "\(outcome.errors)")
        #expect(try sandbox.sqlite(Self.rows) == before)
    }

    // MARK: What nobody should take

    /// A spool with two batches, one of which `damage` may change; its name is given.
    private func refused(
        _ expected: String, _ damage: (Sandbox, String) throws -> Void, salt: String = "grain"
    ) throws {
        let sandbox = try sandbox(spool: true)
        for file in ["data/part-0.tsv", "data/part-1.tsv"] {
            try sandbox.write(Self.files(night: 1)[file] ?? "", to: file)
        }
        try run(sandbox, "gather", "p.yaml", "--date", "2025-10-03")
        let names = try sandbox.files(below: "spool")
        #expect(names.count == 2)
        try damage(sandbox, "spool/\(names[0])")
        let outcome = try run(sandbox, "run", "p.yaml", "--date", "2025-10-03", salt: salt, status: 5)
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        #expect(outcome.errors.contains("spool cannot be taken in, and nothing was:"), "\(outcome.errors)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM comment") == ["0"])
        // Nothing is lost: once it is away, the rest is taken.
        if salt == "grain" {
            for name in try sandbox.files(below: "spool") where !names[1...].contains(name) {
                try FileManager.default.removeItem(at: sandbox.folder.appending(path: "spool/\(name)"))
            }
            try run(sandbox, "run", "p.yaml", "--date", "2025-10-03", "--until", "labels")
            #expect(try sandbox.sqlite("SELECT count(*) FROM comment") == ["39"])
        }
    }

    @Test func aWorkerThatWasForgottenIsMissed() throws {
        let sandbox = try sandbox(spool: true)
        for (name, text) in Self.files(night: 1) { try sandbox.write(text, to: name) }
        try run(sandbox, "gather", "p.yaml", "--share", "1/2", "--date", "2025-10-03")
        let alone = try run(sandbox, "run", "p.yaml", "--select", "comments", "--date", "2025-10-03")
        #expect(
            alone.errors.contains("warning: no batch is of share 2/2: its worker has not run"),
            "\(alone.errors)")
        try run(sandbox, "gather", "p.yaml", "--share", "2/3", "--date", "2025-10-03")
        let mixed = try run(sandbox, "run", "p.yaml", "--select", "comments", "--date", "2025-10-03")
        #expect(mixed.errors.contains("are shares of 2 and of 3 workers"), "\(mixed.errors)")
        try run(sandbox, "gather", "p.yaml", "--share", "2/2", "--date", "2025-10-04")
        try sandbox.write(Self.files(night: 2)["data/part-0.tsv"] ?? "", to: "data/part-0.tsv")
        try run(sandbox, "gather", "p.yaml", "--share", "1/2", "--date", "2025-10-04")
        try run(sandbox, "gather", "p.yaml", "--share", "2/2", "--date", "2025-10-04")
        let whole = try run(sandbox, "run", "p.yaml", "--select", "comments", "--date", "2025-10-04")
        #expect(!whole.errors.contains("share"), "\(whole.errors)")
    }

    @Test func bytesThatDoNotGiveTheNameAreRefused() throws {
        try refused("not the one in its name: it was damaged or changed") { sandbox, name in
            var bytes = try sandbox.data(name)
            bytes[bytes.count / 2] ^= 1
            try sandbox.write(bytes, to: name)
        }
    }

    @Test func anotherFormatVersionIsRefused() throws {
        try refused("it has format version 2; this program takes version 1") { sandbox, name in
            try sandbox.write(sandbox.data(name), to: name.replacing("/v1-", with: "/v2-"))
        }
    }

    @Test func anotherSourceIsRefused() throws {
        try refused("it is of the source 'other', and this stage takes 'sample'") { sandbox, _ in
            try sandbox.write(
                Self.pipeline(spool: true, ("source: sample", "source: other")), to: "other.yaml")
            try run(sandbox, "gather", "other.yaml", "--memory", "m", "--date", "2025-10-03")
        }
    }

    @Test func anotherAuthorSaltIsRefused() throws {
        try refused("its authors were hashed with another salt than this run's", { _, _ in }, salt: "sand")
    }

    @Test func otherSettingsAreRefused() throws {
        try refused("was read by other settings than this stage's") { sandbox, _ in
            let other = Self.pipeline(spool: true, ("time_zone: \"+09:00\"", "time_zone: Z"))
            try sandbox.write(other, to: "other.yaml")
            try run(sandbox, "gather", "other.yaml", "--memory", "m", "--date", "2025-10-03")
        }
    }

    @Test func aFileThatIsNoBatchIsRefused() throws {
        try refused("no batch is called so") { sandbox, _ in try sandbox.write("x", to: "spool/notes.batch") }
    }

    @Test func aHalfWrittenBatchIsNeverReadAndNamedAfterADay() throws {
        let sandbox = try sandbox(spool: true)
        try sandbox.write(Self.files(night: 1)["data/part-1.tsv"] ?? "", to: "data/part-1.tsv")
        try sandbox.write("half", to: "spool/new.partial")
        try sandbox.write("half", to: "spool/old.partial")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -100_000)],
            ofItemAtPath: sandbox.folder.appending(path: "spool/old.partial").path)
        for arguments in [
            ["gather", "p.yaml", "--date", "2025-10-03"],
            ["run", "p.yaml", "--date", "2025-10-03", "--until", "labels"],
        ] {
            let outcome = try sandbox.run(Sandbox.command, arguments, environment: Self.environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(
                outcome.errors.contains(
                    "spool/old.partial was begun and not finished for 27 hours: its worker has died"),
                "\(outcome.errors)")
            #expect(!outcome.errors.contains("new.partial"), "\(outcome.errors)")
        }
        #expect(try sandbox.sqlite("SELECT count(*) FROM comment") == ["39"])
    }

    // MARK: What is meant by the command

    static let mistakes: [([String], String)] = [
        (["--share", "4/3"], "--share is '4/3'; expected one worker's share of all, as in 2/5"),
        (["--share", "0/3"], "--share is '0/3'"),
        (["--stage", "clean"], "stage 'clean' of p.yaml has no spool to gather into"),
        (["--stage", "coments"], "--stage coments: there is no such stage"),
    ]

    @Test(arguments: mistakes)
    func whatCannotBeMeantIsRefused(arguments: [String], words: String) throws {
        let sandbox = try sandbox(spool: true)
        let outcome = try sandbox.run(
            Sandbox.command, ["gather", "p.yaml"] + arguments, environment: Self.environment)
        #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
        try sandbox.write(Self.pipeline(spool: false), to: "p.yaml")
        let none = try sandbox.run(Sandbox.command, ["gather", "p.yaml"], environment: Self.environment)
        #expect(
            none.status == 2 && none.errors.contains("no stage of p.yaml has a spool to gather into"),
            "\(none.errors)")
    }
}
