import Foundation
import Testing

/// Nights upon nights on one store: what a run starts from must not show in what it gives.
struct GrowingNightsTests {
    private static let pipeline = """
        splitvote: 1
        pipeline: nights
        store: {state: state.sqlite, artifacts: artifacts}
        params:
          min_votes: 20
        stages:
          comments:
            uses: ingest.files
            with:
              paths: ["data/*"]
              source: sample
              columns: {key: key, text: text, up: up, down: down, article: article, observed_at: seen, deleted: gone}
          clean: {uses: clean, from: comments, with: {rules: none, min_chars: 2}}
          labels: {uses: label, from: clean, with: {min_votes: $params.min_votes}}
          sample: {uses: sample, from: labels, with: {per_label: balanced, per_article: 8, seed: 1}}
          split: {uses: split, from: sample, with: {shares: {train: 0.6, dev: 0.2, test: 0.2}, salt: v1}}
          tsv: {uses: export, from: split, with: {format: tsv, columns: [id, text, label, up, down], path: "out/{split}.tsv"}}

        """

    /// Makes nights of new comments, votes on older ones, removals and near copies.
    private struct Nights {
        private struct Comment {
            var key: Int
            var article: Int
            var text: String
            var up: Int
            var down: Int
            var isGone = false
        }

        private var random: Numbers
        private var comments: [Comment] = []
        private var night = 0

        init(seed: UInt64) { random = Numbers(state: seed) }

        mutating func next() -> String {
            night += 1
            var seen = comments.indices.filter { _ in random.below(5) == 0 }
            for index in seen {
                comments[index].up += random.below(20)
                comments[index].down += random.below(20)
                comments[index].isGone = random.below(12) == 0
            }
            for _ in 0..<(60 + random.below(60)) {
                seen.append(comments.count)
                comments.append(fresh())
            }
            var lines = ["key\ttext\tup\tdown\tarticle\tseen\tgone"]
            for index in seen {
                let comment = comments[index]
                let day = String(format: "2025-10-%02d", night)
                lines.append(
                    "\(comment.key)\t\(comment.text)\t\(comment.up)\t\(comment.down)\ta\(comment.article)"
                        + "\t\(day)\t\(comment.isGone)")
            }
            return lines.joined(separator: "\n") + "\n"
        }

        private mutating func fresh() -> Comment {
            var text = comments.randomElement(using: &random).map(\.text) ?? ""
            switch random.below(6) {
            case 0: text += "!"  // a near copy of another
            case 1: text = random.below(2) == 0 ? "" : "ㅋ"
            default: text = (0..<40).map { _ in String(UnicodeScalar(0xAC00 + random.below(600))!) }.joined()
            }
            return Comment(
                key: comments.count + 1, article: random.below(30), text: text, up: random.below(60),
                down: random.below(60))
        }
    }

    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }

        mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
    }

    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(Self.pipeline, to: "p.yaml")
        return sandbox
    }

    /// Everything that a run leaves, but for what names the run and its time.
    private func state(of sandbox: Sandbox) throws -> [String: String] {
        var state: [String: String] = [:]
        for file in try sandbox.files(below: "out") { state[file] = try sandbox.read("out/" + file) }
        for stage in ["clean", "labels", "sample", "split"] {
            for file in try sandbox.files(below: "artifacts/\(stage)") {
                state["\(stage)/\(file)"] = try sandbox.data("artifacts/\(stage)/\(file)")
                    .base64EncodedString()
            }
        }
        let queries = [
            "SELECT * FROM labelled_comment ORDER BY source, key",
            "SELECT comment, code, up, down FROM label ORDER BY comment",
            "SELECT id, rule, ledger_digest, counts FROM label_set ORDER BY id",
            "SELECT stage, position, comment FROM sample_member ORDER BY stage, position",
            "SELECT group_key, side FROM split_member ORDER BY group_key",
            // What a run that reads files says of itself depends on which of them were read before.
            """
            SELECT DISTINCT stage, fingerprint, CASE stage WHEN 'comments' THEN json_remove(
              figures, '$.rows', '$.empty_text', '$.quarantined', '$.quarantined_share', '$.new_comments', '$.repeats',
              '$.files_read', '$.freshness', '$.edited', '$.restored', '$.withdrawn') ELSE figures END
            FROM stage_run WHERE verdict = 'ran' ORDER BY 1, 2, 3
            """,
        ]
        for query in queries { state[query] = try sandbox.sqlite(query).joined(separator: "\n") }
        return state
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws {
        let command = ["run", "p.yaml", "--date", "2025-11-01"] + arguments
        let outcome = try sandbox.run(Sandbox.command, command)
        #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func aNightThatStartsFromEarlierOnesGivesWhatOneFromNothingGives(seed: UInt64) throws {
        let (growing, fresh) = (try sandbox(), try sandbox())
        var nights = Nights(seed: seed)
        var random = Numbers(state: seed &+ 100)
        for night in 1...6 {
            let table = nights.next()
            for sandbox in [growing, fresh] { try sandbox.write(table, to: "data/\(night).tsv") }
            // Runs by other thresholds lie between, and nights at which nothing ran.
            switch night == 6 ? 2 : random.below(3) {
            case 0: continue
            case 1:
                try run(growing, "-S", "min_votes=\(10 + night)")
                try run(fresh, "--force-all", "-S", "min_votes=\(10 + night)")
            default: break
            }
            try run(growing)
            try run(fresh, "--force-all")
            let (left, right) = (try state(of: growing), try state(of: fresh))
            #expect(Set(left.keys) == Set(right.keys), "seed \(seed), night \(night)")
            for (name, content) in left where right[name] != content {
                let other = Set((right[name] ?? "").split(separator: "\n"))
                let lines = content.split(separator: "\n").filter { !other.contains($0) }
                let others = other.subtracting(content.split(separator: "\n"))
                Issue.record(
                    "seed \(seed), night \(night): \(name) differs: \(Array(lines.prefix(3))) instead of \(Array(others.prefix(3)))"
                )
            }
        }
    }

    /// So many comments that rows lie in several files, of which most stay as they are from night to night.
    @Test func filesOfRowsThatAreAsTheyWereAreSharedAndSayWhatNewOnesWould() throws {
        let (growing, fresh) = (try sandbox(), try sandbox())
        let file = Self.pipeline.replacing("balanced, per_article: 8", with: "300")
        for sandbox in [growing, fresh] { try sandbox.write(file, to: "p.yaml") }
        let header = "key\ttext\tup\tdown\tarticle\tseen\tgone\n"
        func row(_ key: Int, up: Int, day: Int, isGone: Bool = false) -> String {
            let text = String(UInt64(key) &* 0x9e37_79b9_7f4a_7c15 % 0xffff_ffff, radix: 36)
            return "\(key)\t댓글 \(text)\t\(up)\t\(key * 13 % 41)\ta\(key % 900)\t2025-10-0\(day)\t\(isGone)\n"
        }
        let nights = [
            header + (0..<90_000).map { row($0, up: $0 * 7 % 37, day: 1) }.joined(),
            // New ones, one far back that moved, one that is gone, and one that is back to where it was.
            header + (90_000..<90_500).map { row($0, up: $0 * 7 % 37, day: 2) }.joined()
                + row(40_000, up: 90, day: 2) + row(89_000, up: 1, day: 2, isGone: true),
            header + row(90_001, up: 70, day: 3) + row(89_000, up: 1, day: 3),
            header + (90_500..<90_900).map { row($0, up: $0 * 7 % 37, day: 4) }.joined(),
        ]
        for (night, table) in nights.enumerated() {
            for sandbox in [growing, fresh] { try sandbox.write(table, to: "data/\(night).tsv") }
            try run(growing)
            try run(fresh, "--force-all")
            let (left, right) = (try state(of: growing), try state(of: fresh))
            #expect(left.filter { right[$0.key] != $0.value }.keys.sorted() == [], "night \(night)")
            #expect(left.count == right.count)
        }
        func sharedFiles(_ sandbox: Sandbox, _ stage: String) throws -> Int {
            try sandbox.files(below: "artifacts/\(stage)").count { file in
                let path = sandbox.folder.path + "/artifacts/\(stage)/" + file
                let facts = try FileManager.default.attributesOfItem(atPath: path)
                return (facts[.referenceCount] as? NSNumber)?.intValue ?? 0 > 1
            }
        }
        // Of two files of rows, the first is as it was in the last three nights.
        #expect(try sharedFiles(growing, "labels") == 3 && sharedFiles(growing, "sample") == 3)
        #expect(try sharedFiles(fresh, "labels") == 0 && sharedFiles(fresh, "sample") == 0)
    }

    @Test func whatTheLedgerDoesNotTellIsNotSeen() throws {
        // The negative control of the test above: a run does start from the one before, so counts that are altered
        // behind the ledger's back go unnoticed until a stage is forced.
        let sandbox = try sandbox()
        var nights = Nights(seed: 7)
        try sandbox.write(nights.next(), to: "data/1.tsv")
        try run(sandbox)
        _ = try sandbox.sqlite("UPDATE vote SET up = up + 100000 WHERE comment = 2")
        try sandbox.write(nights.next(), to: "data/2.tsv")
        try run(sandbox)
        let label = "SELECT up >= 100000 FROM label WHERE comment = 2"
        #expect(try sandbox.sqlite(label) == ["0"])
        try run(sandbox, "--force", "labels", "-S", "min_votes=21")
        #expect(try sandbox.sqlite(label) == ["0"])
    }

    @Test func anAlteredEarlierResultIsNotStartedFrom() throws {
        let (altered, fresh) = (try sandbox(), try sandbox())
        var nights = Nights(seed: 8)
        let tables = [nights.next(), nights.next()]
        for sandbox in [altered, fresh] {
            try sandbox.write(tables[0], to: "data/1.tsv")
            try run(sandbox)
        }
        for stage in ["labels", "sample", "clean"] {
            for file in try altered.files(below: "artifacts/\(stage)") {
                let path = "artifacts/\(stage)/\(file)"
                var bytes = try altered.data(path)
                bytes[bytes.count - 1] ^= 1
                try altered.write(bytes, to: path)
            }
        }
        for sandbox in [altered, fresh] {
            try sandbox.write(tables[1], to: "data/2.tsv")
            try run(sandbox)
        }
        for side in ["train", "dev", "test"] {
            #expect(try altered.read("out/\(side).tsv") == fresh.read("out/\(side).tsv"))
        }
        let rows = "SELECT comment, code, up, down FROM label ORDER BY comment"
        #expect(try altered.sqlite(rows) == fresh.sqlite(rows))
    }

    @Test func movedVotesChangeLabelsAndNothingElse() throws {
        let sandbox = try sandbox()
        try sandbox.write(Self.pipeline.replacing("balanced", with: "all"), to: "p.yaml")
        let header = "key\ttext\tup\tdown\tarticle\tseen\tgone\n"
        func rows(_ count: Int, up: Int, day: Int) -> String {
            (0..<count).map {
                "\($0)\t말 \($0) \($0 * 7919) 번째 댓글\t\($0 % 2 == 0 ? up : 30)\t\($0 % 2 == 0 ? 1 : 30)\ta\($0 % 40)"
                    + "\t2025-10-0\(day)\tfalse\n"
            }.joined()
        }
        try sandbox.write(header + rows(200, up: 40, day: 1), to: "data/1.tsv")
        try run(sandbox)
        let members = "SELECT group_key, side FROM split_member ORDER BY 1"
        let sample = "SELECT comment FROM sample_member ORDER BY position"
        let before = (try sandbox.sqlite(members), try sandbox.sqlite(sample), try sides(sandbox))
        let sets = try sandbox.sqlite("SELECT count(*) FROM label_set")
        try sandbox.write(header + rows(200, up: 55, day: 2), to: "data/2.tsv")
        try run(sandbox)
        #expect(try sandbox.sqlite(members) == before.0)
        #expect(try sandbox.sqlite(sample) == before.1)
        #expect(try sides(sandbox) == before.2)
        #expect(try sandbox.sqlite("SELECT count(*) FROM label_set") != sets)
        #expect(try sandbox.sqlite("SELECT DISTINCT up FROM label ORDER BY 1") == ["30", "55"])
        #expect(try sandbox.sqlite("SELECT count(*) FROM vote") == ["300"])
    }

    /// The side of each exported comment.
    private func sides(_ sandbox: Sandbox) throws -> [String: String] {
        var sides: [String: String] = [:]
        for side in ["train", "dev", "test"] {
            for line in try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst() {
                sides[String(line.prefix { $0 != "\t" })] = side
            }
        }
        return sides
    }

    @Test(arguments: [21, 22] as [UInt64])
    func noCommentEverChangesItsSide(seed: UInt64) throws {
        let sandbox = try sandbox()
        var nights = Nights(seed: seed)
        var known: [String: String] = [:]
        for night in 1...5 {
            try sandbox.write(nights.next(), to: "data/\(night).tsv")
            try run(sandbox)
            for (comment, side) in try sides(sandbox) {
                if let before = known[comment] { #expect(side == before, "seed \(seed), night \(night)") }
                known[comment] = side
            }
        }
        #expect(Set(known.values).count == 3)
    }
}
