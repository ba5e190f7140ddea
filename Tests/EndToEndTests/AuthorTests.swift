import Foundation
import Testing

/// Authors: kept as salted hashes, and only where asked for.
struct AuthorTests {
    private static let pipeline = """
        splitvote: 1
        pipeline: authors
        store: {state: state.sqlite, artifacts: artifacts}
        secrets: {salt: {env: SPLITVOTE_TEST_SALT}}
        stages:
          comments:
            uses: ingest.files
            with:
              paths: ["data/*"]
              source: sample
              columns: {text: text, up: up, down: down, article: [oid, aid], observed_at: seen, author: who}
              author_salt: $secrets.salt
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean}
          sample: {uses: sample, from: labels}
          split: {uses: split, from: sample, with: {shares: {train: 0.5, test: 0.5}, group_by: author, salt: v1}}
          tsv: {uses: export, from: split, with: {format: tsv, path: "out/{split}.tsv"}}

        """

    /// Twelve people who write ten comments each.
    private static var table: String {
        let lines = SampleComments.table().split(separator: "\n")
        return
            ([lines[0] + "\twho"]
            + lines.dropFirst().enumerated().map { "\($1)\tperson-\($0 % 12)" }).joined(separator: "\n")
            + "\n"
    }

    private func run(_ sandbox: Sandbox, salt: String = "pepper") throws -> Sandbox.Outcome {
        try sandbox.run(
            URL(filePath: "/usr/bin/env"),
            ["SPLITVOTE_TEST_SALT=\(salt)", Sandbox.command.path, "run", "authors.yaml"])
    }

    @Test func authorsAreKeptAsHashesAndStayOnOneSide() throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.table, to: "data/a.tsv")
        try sandbox.write(Self.pipeline, to: "authors.yaml")
        let outcome = try run(sandbox)
        #expect(outcome.status == 0, "\(outcome.errors)")
        // SHA-256("pepper", 0x1F, "person-0"), as sha256sum tells it.
        #expect(
            try sandbox.sqlite("SELECT count(*) FROM comment WHERE author_hash = '\(Self.hash)'") == ["10"])
        #expect(try sandbox.sqlite("SELECT count(DISTINCT author_hash) FROM comment") == ["12"])
        for file in try sandbox.files(below: ".") where !file.hasPrefix("data/") {
            let data = try sandbox.data(file)
            #expect(data.range(of: Data("person-1".utf8)) == nil, "\(file)")
            #expect(data.range(of: Data("pepper".utf8)) == nil, "\(file)")
        }
        let sides = try ["train", "test"].map { side in
            Set(
                try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst().compactMap { line in
                    let key = line.split(separator: "\t")[0].dropFirst("sample:".count)
                    return try sandbox.sqlite("SELECT author_hash FROM comment WHERE key = '\(key)'").first
                })
        }
        #expect(!sides[0].isEmpty && !sides[1].isEmpty)
        #expect(sides[0].isDisjoint(with: sides[1]))
    }

    /// `printf 'pepper\x1fperson-0' | sha256sum | head -c 16`
    private static let hash = "1e3d20737aa451d2"

    @Test func commentsThatCameWithoutAnAuthorGetTheirs() throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.table, to: "data/a.tsv")
        let plain = Self.pipeline.replacing(", author: who", with: "").replacing(
            "      author_salt: $secrets.salt\n", with: ""
        ).replacing("author, salt", with: "article, salt")
        try sandbox.write(plain, to: "authors.yaml")
        #expect(try run(sandbox).status == 0)
        #expect(try sandbox.sqlite("SELECT count(author_hash) FROM comment") == ["0"])
        try sandbox.write(Self.pipeline.replacing("v1", with: "v2"), to: "authors.yaml")
        let outcome = try sandbox.run(
            URL(filePath: "/usr/bin/env"),
            ["SPLITVOTE_TEST_SALT=pepper", Sandbox.command.path, "run", "authors.yaml", "--new-split"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sandbox.sqlite("SELECT count(author_hash) FROM comment") == ["120"])
    }

    @Test func aColumnWithoutASaltIsRefused() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            Self.pipeline.replacing("      author_salt: $secrets.salt\n", with: ""), to: "authors.yaml")
        let refused = try sandbox.splitvote("validate", "authors.yaml")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("the column 'author' needs 'author_salt'"))
        try sandbox.write(Self.table, to: "data/a.tsv")
        try sandbox.write(Self.pipeline, to: "authors.yaml")
        let unset = try sandbox.splitvote("run", "authors.yaml")
        #expect(unset.status == 1)
        #expect(
            unset.errors.contains(
                "the environment variable SPLITVOTE_TEST_SALT, which holds a secret, is not set"))
    }
}
