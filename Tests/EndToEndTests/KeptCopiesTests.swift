import Foundation
import Testing

/// What a split has kept stays kept, whatever is sampled later.
struct KeptCopiesTests {
    private static let pipeline = """
        splitvote: 1
        pipeline: nights
        store: {state: state.sqlite, artifacts: artifacts}
        params: {min_votes: 20}
        stages:
          comments:
            uses: ingest.files
            with:
              paths: ["data/*"]
              source: sample
              columns: {key: key, text: text, up: up, down: down, article: article, observed_at: seen}
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean, with: {min_votes: $params.min_votes}}
          sample: {uses: sample, from: labels, with: {per_label: all}}
          split:
            uses: split
            from: sample
            with: {shares: {train: 0.5, dev: 0.2, test: 0.3}, salt: v1}
            checks: [{that: leakage, at_most: 0}, {that: held_out, at_most: 0}]
          tsv: {uses: export, from: split, with: {path: "out/{split}.tsv"}}

        """

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

    /// Comments of which many are copies of one another; votes that come and go let old ones into the sample and out.
    private struct Nights {
        private var random: Numbers
        private var texts: [String] = []
        private var articles: [Int] = []
        private var night = 0

        init(seed: UInt64) {
            random = Numbers(state: seed)
            let bases = (0..<25).map { _ in
                (0..<40).map { _ in String(UnicodeScalar(0xAC00 + random.below(500))!) }.joined()
            }
            for _ in 0..<240 {
                texts.append(bases[random.below(25)] + ["", "!", "?!", " ㅋ"][random.below(4)])
                articles.append(random.below(40))
            }
        }

        /// The counts of all comments tonight.
        mutating func next() -> String {
            night += 1
            var lines = ["key\ttext\tup\tdown\tarticle\tseen"]
            for index in texts.indices.shuffled(using: &random) where night == 1 || random.below(3) == 0 {
                // Few votes, in between, divided or agreed.
                let (up, down) = [(3, 2), (30, 15), (30, 30), (60, 2)][random.below(4)]
                lines.append(
                    "\(index)\t\(texts[index])\t\(up)\t\(down)\ta\(articles[index])\t2025-10-0\(night)")
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private func sides(_ sandbox: Sandbox) throws -> [String: (side: String, text: String)] {
        var sides: [String: (side: String, text: String)] = [:]
        for side in ["train", "dev", "test"] {
            for line in try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst() {
                let fields = line.split(separator: "\t").map(String.init)
                sides[fields[0]] = (side, fields[1])
            }
        }
        return sides
    }

    /// Runs six nights.
    /// - Parameter before: is done before each of them.
    /// - Returns: how often a row that had been kept was missing though it was in the sample.
    private func lost(seed: UInt64, before: (Sandbox) throws -> Void) throws -> Int {
        let sandbox = try Sandbox()
        try sandbox.write(Self.pipeline, to: "p.yaml")
        var nights = Nights(seed: seed)
        var kept: [String: String] = [:]
        var lost = 0
        for night in 1...6 {
            try sandbox.write(nights.next(), to: "data/\(night).tsv")
            if night > 1 { try before(sandbox) }
            let outcome = try sandbox.splitvote("run", "p.yaml")
            #expect(outcome.status == 0, "seed \(seed), night \(night): \(outcome.errors)")
            let now = try sides(sandbox)
            let sampled = try sandbox.sqlite(
                "SELECT source || ':' || key FROM sample_member JOIN comment ON comment.id = sample_member.comment"
            )
            for name in sampled {
                guard let side = kept[name] else { continue }
                if now[name] == nil { lost += 1 }
                #expect(now[name]?.side ?? side == side, "seed \(seed), night \(night): \(name)")
            }
            for (name, row) in now { kept[name] = row.side }
            // No text on two sides, but for the few characters at its end.
            let bases = Dictionary(grouping: now.values) { String($0.text.prefix(40)) }
            for (base, rows) in bases {
                #expect(Set(rows.map(\.side)).count == 1, "seed \(seed), night \(night): \(base)")
            }
        }
        return lost
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func aKeptRowIsKeptWheneverItIsSampled(seed: UInt64) throws {
        #expect(try lost(seed: seed) { _ in } == 0)
    }

    @Test func withoutTheLedgersMemoryRowsGetLost() throws {
        // The negative control: it is the rows of the ledger that keep them, not the results that lie about.
        let lost = try lost(seed: 1) {
            _ = try $0.sqlite("DELETE FROM split_member WHERE group_key LIKE ':%'")
        }
        #expect(lost > 0)
    }

    @Test(arguments: [4, 5] as [UInt64])
    func whatANightStartsFromDoesNotShow(seed: UInt64) throws {
        let (growing, fresh) = (try Sandbox(), try Sandbox())
        var nights = Nights(seed: seed)
        for night in 1...4 {
            let table = nights.next()
            for (sandbox, flags) in [(growing, []), (fresh, ["--force-all"])] {
                if night == 1 { try sandbox.write(Self.pipeline, to: "p.yaml") }
                try sandbox.write(table, to: "data/\(night).tsv")
                let outcome = try sandbox.run(Sandbox.command, ["run", "p.yaml"] + flags)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            for file in ["split.safetensors", "signatures.safetensors"] {
                func newest(_ sandbox: Sandbox) throws -> Data {
                    let folder = try sandbox.sqlite(
                        """
                        SELECT path FROM artifact JOIN stage_run ON stage_run.id = artifact.stage_run
                        WHERE stage = 'split' ORDER BY artifact.id DESC LIMIT 1
                        """)[0]
                    return try sandbox.data(
                        "artifacts/" + folder.split(separator: "/").dropLast().joined(separator: "/") + "/"
                            + file)
                }
                #expect(try newest(growing) == newest(fresh), "seed \(seed), night \(night): \(file)")
            }
            let members = "SELECT group_key, side FROM split_member ORDER BY 1"
            #expect(try growing.sqlite(members) == fresh.sqlite(members))
        }
    }
}
