import Foundation
import Testing

/// Labels by a score, through every command that tells of labels.
struct LabelDefinitionsTests {
    private func sandbox(_ rule: String) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        try sandbox.write(
            SampleComments.pipeline(
                ("with: {min_votes: $params.min_votes}", "with: {min_votes: 20, \(rule)}")
            )
            .replacing(
                "format: tsv, path", with: "format: tsv, columns: [id, label, p_controversial], path")
                + "  report: {uses: report, from: [labels, split], with: {path: out/report.html}}\n",
            to: "news.yaml")
        let outcome = try sandbox.splitvote("run", "news.yaml")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    /// 120 comments: 60 with 24 ... 35 down-votes and 60 with one.
    @Test func everyDefinitionGoesFromTheCommentsToCardAndReport() throws {
        for (rule, words) in [
            ("by: posterior, threshold: 0.5", "the posterior probability that the share of up-votes"),
            ("by: entropy, threshold: 0.9", "the score, the entropy in bits of the share of up-votes"),
            ("by: reddit, threshold: 3", "the score, (up + down) / max(|up - down|, 1), is at least 3;"),
            ("by: balance, top: 0.5", "to the power of min(up, down) / max(up, down), is at least"),
            (
                "by: minority, top: 0.5",
                "the score, min(up, down), is at least 24, the bar that the highest 0.5 of"
            ),
        ] {
            let sandbox = try sandbox(rule)
            let counts = try sandbox.sqlite(
                "SELECT label, count(*) FROM labelled_comment GROUP BY 1 ORDER BY 1")
            #expect(counts == ["controversial|60", "uncontroversial|60"], "\(rule)")
            #expect(try sandbox.read("out/README.md").contains(words), "\(rule)")
            let report = try sandbox.read("out/report.html")
            #expect(
                report.contains("It is called uncontroversial when as many voted, it is not controversial"))
            #expect(report.contains("controversial by"), "\(rule)")
            let rows = try sandbox.read("out/train.tsv").split(separator: "\n").dropFirst()
            for row in rows.map({ $0.split(separator: "\t") }) {
                let probability = try #require(Double(row[2]))
                #expect(row[1] == "1" ? probability > 0.1 : probability < 0.01, "\(rule): \(row)")
            }
        }
    }

    @Test func newCommentsMoveTheBarAndPlanDiffAndWhySaySo() throws {
        let sandbox = try sandbox("by: minority, top: 0.1")
        // Twelve of 120 have 30 votes on the smaller side or more, with those that tie with the last fifteen.
        #expect(
            try sandbox.sqlite("SELECT count(*) FROM labelled_comment WHERE label = 'controversial'") == [
                "15"
            ])
        #expect(!(try sandbox.splitvote("plan", "news.yaml").output.contains("hint:")))
        let new = (0..<30).map { "1\t2000\t새로운 의견 \($0) 번째\t200\t100\t20251002" }
        try sandbox.write(([SampleComments.header] + new).joined(separator: "\n") + "\n", to: "data/b.tsv")
        let plan = try sandbox.splitvote("plan", "news.yaml")
        #expect(
            plan.output.contains("hint: top: 0.1 is a share of all comments with enough votes"),
            "\(plan.output)")
        let before = try sandbox.sqlite("SELECT id FROM label_set")[0]
        try sandbox.splitvote("run", "news.yaml")
        let difference = try sandbox.splitvote("labels", "news.yaml", "diff", before).output
        #expect(difference.contains("15 flips: threshold moved 15"), "\(difference)")
        let list = try sandbox.splitvote("labels", "news.yaml", "diff", before, "--list", "--format", "json")
            .output
        #expect(try JSONSchema("label-flips").problems(of: list) == [])
        #expect(list.contains("\"threshold_moved\""))
        let json = try sandbox.splitvote("labels", "news.yaml", "diff", before, "--json").output
        #expect(try JSONSchema("label-diff").problems(of: json) == [])
        let comment = try sandbox.sqlite(
            "SELECT source || ':' || key FROM labelled_comment WHERE label = 'controversial' LIMIT 1")[0]
        let why = try sandbox.splitvote("why", "news.yaml", comment)
        #expect(why.output.contains("minority ") && why.output.contains(" of "), "\(why.output)\(why.errors)")
        let trace = try sandbox.splitvote("why", "news.yaml", comment, "--json").output
        #expect(try JSONSchema("trace").problems(of: trace) == [] && trace.contains("\"threshold\""))
    }

    @Test func definitionsAreComparedOnTheStoredCounts() throws {
        let sandbox = try sandbox("by: minority, top: 0.1")
        let table = try sandbox.splitvote("labels", "news.yaml", "agreement")
        #expect(table.output.contains("by: minority: 15 comments of 120 controversial"), "\(table.output)")
        #expect(table.output.contains("live"))
        let json = try sandbox.splitvote("labels", "news.yaml", "agreement", "promoted", "--json")
        #expect(try JSONSchema("label-agreement").problems(of: json.output) == [])
        #expect(
            try sandbox.splitvote("labels", "news.yaml", "agreement", "--format", "json").output
                == json.output)
        let sweep = try sandbox.splitvote("sweep", "news.yaml")
        #expect(sweep.status == 2 && sweep.errors.contains("was labeled by: minority"), "\(sweep.errors)")
        #expect(try sandbox.splitvote("labels", "news.yaml", "agreement", "zzz").status == 2)
    }

    @Test func aRelabelGoesFromTheRatioToAScoreAndBack() throws {
        let sandbox = try sandbox("controversial: [0.4, 0.6]")
        let relabeled = try sandbox.splitvote(
            "relabel", "news.yaml", "-S", "labels.by=minority", "-S", "labels.threshold=30", "-S",
            "labels.controversial=null")
        // A range in the file means nothing to the score, and says so.
        #expect(relabeled.status == 2, "\(relabeled.errors)")
        try sandbox.write(
            sandbox.read("news.yaml").replacing(", controversial: [0.4, 0.6]", with: ""), to: "news.yaml")
        #expect(try sandbox.splitvote("run", "news.yaml").errors.contains("labels: cached"))
        let score = try sandbox.splitvote(
            "relabel", "news.yaml", "-S", "labels.by=minority", "-S", "labels.threshold=30")
        #expect(
            score.status == 0 && score.output.contains("flips: rule changed 45"),
            "\(score.output)\(score.errors)")
        let none = try sandbox.splitvote(
            "relabel", "news.yaml", "-S", "labels.by=minority", "-S", "labels.threshold=300")
        #expect(none.status == 2 && none.errors.contains("none of 120 comments is controversial"))
        #expect(none.errors.contains("lower 'min_votes' or the threshold"))
    }
}
