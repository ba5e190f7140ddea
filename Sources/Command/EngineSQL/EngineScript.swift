internal import Labeling
internal import Sampling
internal import StageKit
internal import VoteModel

/// Writes a recipe as SQL: one table after the other, each with the query that makes it.
///
/// Every query says the rule of its stage in the words of that stage, and depends on nothing that only a store has: keys,
/// moments and votes of the tables, and what earlier nights kept.
struct EngineScript {
    let recipe: EngineRecipe
    let dialect: SQLDialect

    init(_ recipe: EngineRecipe, for engine: SQLEngine) {
        self.recipe = recipe
        dialect = SQLDialect(engine: engine)
    }

    var steps: [EngineStep] {
        var steps = [looks, comments, texts]
        if recipe.asksForVerdicts { steps += [judged, verdicts] }
        steps += [labels, sample, sides]
        if recipe.split.copies != .keep { steps += [compared, wordings, pieces, copies, fates] }
        return steps + [split, dataset, digest]
    }

    private func step(_ table: String, _ comments: [String], _ query: String) -> EngineStep {
        EngineStep(table: table, comments: comments, body: .query(query))
    }

    func of(_ stage: String) -> String { "Stage '\(stage)' of \(recipe.file)." }
}

// MARK: The ledger

extension EngineScript {
    /// Rows of the tables.
    private var looks: EngineStep {
        let stages = recipe.tables.map { "'\($0.stage)'" }.joined(separator: ", ")
        return step(
            "looks",
            [
                "Stage \(stages) of \(recipe.file): each row is one look at a comment and its votes.",
                "A row without a text and a number is a removed comment that cannot be told from others.",
            ], recipe.tables.map(look).joined(separator: "\nUNION ALL\n"))
    }

    private func look(_ table: EngineRecipe.CommentTable) -> String {
        func column(_ role: String) -> String? { table.columns[role]?.first.map(dialect.name) }
        func field(_ role: String) -> String { column(role).map { "coalesce(\($0), '')" } ?? "''" }
        let article = joined(table.columns["article"] ?? [])
        let key = table.hasKeys ? number(table, article) : derivedKey(article, field("text"))
        let moment = column("observed_at").map { dialect.moment($0, zone: table.zoneSeconds) }
        var conditions = ["(\(field("text")) <> ''\(table.hasKeys ? " OR \(hasKey(table))" : ""))"]
        if let asOf = recipe.asOf { conditions.append("\(moment ?? "\(table.observedAt)") <= \(asOf)") }
        return """
            SELECT
                \(dialect.text(table.source)) AS source,
                \(dialect.text(table.source + ":")) || \(key) AS id,
                \(dialect.text(table.source + ":")) || \(article) AS article,
                \(field("text")) AS text,
                \(dialect.votes(column("up") ?? "''")) AS up,
                \(dialect.votes(column("down") ?? "''")) AS down,
                \(column("replies").map { "coalesce(TRY_CAST(\($0) AS INT), 0)" } ?? "0") AS replies,
                \(deletion(table)) AS deleted,
                \(column("created_at").map { "nullif(\($0), '')" } ?? "CAST(NULL AS STRING)") AS created_at,
                \(column("created_at").map { written($0, table) } ?? "CAST(NULL AS BIGINT)") AS written_at,
                \(moment ?? "CAST(\(table.observedAt) AS BIGINT)") AS observed_at
            FROM \(tableReader(table))
            WHERE \(conditions.joined(separator: "\n    AND "))
            """
    }

    /// The moment of writing; only where the label rule asks for ages.
    private func written(_ column: String, _ table: EngineRecipe.CommentTable) -> String {
        guard recipe.label.settle != nil else { return "CAST(NULL AS BIGINT)" }
        return "CASE WHEN coalesce(\(column), '') = '' THEN NULL ELSE "
            + dialect.moment(column, zone: table.zoneSeconds) + " END"
    }

    private func hasKey(_ table: EngineRecipe.CommentTable) -> String {
        (table.columns["key"] ?? []).map { "coalesce(\(dialect.name($0)), '') <> ''" }.joined(
            separator: " AND ")
    }

    /// The comment's number, after that of its article where each article has its own; where a row has none, as without.
    private func number(_ table: EngineRecipe.CommentTable, _ article: String) -> String {
        let text = table.columns["text"]?.first.map { "coalesce(\(dialect.name($0)), '')" } ?? "''"
        let own = table.columns["key"] ?? []
        let number =
            table.numbersAreOfArticles
            ? "\(article) || '/' || " + own.map(escaped).joined(separator: " || '/' || ") : joined(own)
        return "CASE WHEN \(hasKey(table)) THEN \(number) ELSE \(derivedKey(article, text)) END"
    }

    /// The first 16 digits of SHA-256(article ‖ 0x1F ‖ text).
    private func derivedKey(_ article: String, _ text: String) -> String {
        "substr(\(dialect.digest("\(article) || chr(31) || \(text)")), 1, 16)"
    }

    /// A key of several columns, joined by `/`.
    private func joined(_ columns: [String]) -> String {
        switch columns.count {
        case 0: "'-'"
        case 1: "coalesce(\(dialect.name(columns[0])), '')"
        default: columns.map(escaped).joined(separator: " || '/' || ")
        }
    }

    private func escaped(_ column: String) -> String {
        "replace(replace(coalesce(\(dialect.name(column)), ''), '%', '%25'), '/', '%2F')"
    }

    private func deletion(_ table: EngineRecipe.CommentTable) -> String {
        let text = table.columns["text"]?.first.map { "coalesce(\(dialect.name($0)), '')" } ?? "''"
        guard let column = table.columns["deleted"]?.first.map(dialect.name) else {
            return table.hasKeys ? "\(text) = ''" : "false"
        }
        return "(\(text) = '' OR lower(coalesce(\(column), '')) IN ('true', '1', '1.0', 't', 'yes', 'y'))"
    }

    private func tableReader(_ table: EngineRecipe.CommentTable) -> String {
        switch table.format {
        case .delimited(let delimiter, let isQuoted): delimitedReader(table, delimiter, isQuoted)
        case .parquet:
            """
            (
                SELECT \(Set(table.columns.values.joined()).sorted().map { "\(dialect.asText($0)) AS \(dialect.name($0))" }.joined(separator: ",\n        "))
                FROM \(dialect.parquet(table.paths))
            ) AS given
            """
        }
    }

    private func delimitedReader(
        _ table: EngineRecipe.CommentTable, _ delimiter: String, _ isQuoted: Bool
    ) -> String {
        switch dialect.engine {
        case .duckdb:
            let paths = table.paths.map(dialect.text).joined(separator: ", ")
            let quote = isQuoted ? "'\"'" : "''"
            return
                "read_csv([\(paths)], delim = \(dialect.text(delimiter)), quote = \(quote), escape = \(quote), "
                + "header = true, all_varchar = true)"
        case .spark:
            let quote =
                isQuoted ? "quote = '\"', escape = '\"', multiLine = 'true'" : "quote = '', lineSep = '\\n'"
            return
                "csv.`\(dialect.onePath(table.paths))` WITH (header = 'true', sep = \(dialect.text(delimiter)), \(quote), mode = 'FAILFAST')"
        }
    }

    /// Comments with their votes.
    private var comments: EngineStep {
        let counts = ["observed_at", "up + down", "up", "replies"]
        let hasKeys = recipe.tables.contains(where: \.hasKeys)
        let hasRemovals = hasKeys || recipe.tables.contains { $0.columns["deleted"] != nil }
        let byText = counts + [dialect.digest("text")]
        let text = hasKeys ? dialect.last("text", by: byText) + " FILTER (WHERE text <> '')" : "min(text)"
        let article = hasKeys ? articleOfNumber(by: counts + [dialect.digest("text")]) : "min(article)"
        let base = """
            SELECT
                source, id,
                \(article) AS article,
                \(hasKeys ? "coalesce(\(text), '')" : text) AS text,
                \(dialect.last("up", by: counts)) AS up,
                \(dialect.last("down", by: counts)) AS down,
                \(hasRemovals ? dialect.last("deleted", by: counts + ["deleted"]) : "false") AS deleted,
                \(dialect.first("created_at", by: ["observed_at", "created_at"])) FILTER (WHERE created_at IS NOT NULL) AS created_at,
                min(observed_at) AS first_seen\(recipe.label.settle == nil ? "" : ",\n    max(observed_at) AS last_seen")
            FROM looks
            GROUP BY source, id
            """
        let words = [
            "The ledger\(recipe.asOf == nil ? "" : " as of a moment"): each comment once, with the votes that were seen last.",
            "Of several looks at one moment that with the most votes counts.",
        ]
        guard let settle = recipe.label.settle else { return step("comments", words, base) }
        return step("comments", words + Self.settling, settled(base, age: settle, counts))
    }

    /// The article of a comment with a number, which is not to be that of another comment.
    private func articleOfNumber(by counts: [String]) -> String {
        """
        CASE WHEN count(DISTINCT article) > 1 AND count(DISTINCT text) > 1 THEN
                \(dialect.failure("splitvote keeps aside comments that have the number of another article's: ", "min(id)"))
            ELSE \(dialect.last("article", by: counts)) END
        """
    }

    private static let settling = [
        "A comment is unsettled while it is younger than the rule's 'settle' and its counts differ from those at the look",
        "before; a comment begins with no votes.",
    ]

    private func settled(_ base: String, age: Int64, _ counts: [String]) -> String {
        let moment = recipe.asOf.map { "CAST(\($0) AS BIGINT)" } ?? "(SELECT max(observed_at) FROM looks)"
        return """
            WITH latest AS (
            \(base.indented)
            ), former AS (
                SELECT looks.id AS former_id, \(dialect.last("looks.up", by: counts.map { $0.qualified })) AS up_before,
                    \(dialect.last("looks.down", by: counts.map { $0.qualified })) AS down_before
                FROM looks JOIN latest ON latest.id = looks.id
                WHERE looks.observed_at < latest.last_seen
                GROUP BY looks.id
            ), born AS (
                SELECT id AS born_id, min(written_at) AS written_at FROM looks GROUP BY id
            )
            SELECT
                latest.*,
                (up = coalesce(up_before, 0) AND down = coalesce(down_before, 0))
                    OR \(moment) - least(coalesce(written_at, first_seen), first_seen) >= \(age) AS settled
            FROM latest
                LEFT JOIN former ON former_id = id
                LEFT JOIN born ON born_id = id
            """
    }
}

// MARK: Texts, labels, sample

extension EngineScript {
    private var texts: EngineStep {
        let call = EngineFilterCall(
            arguments: ["clean", recipe.clean.rules],
            input: "SELECT id, \(dialect.field("text")) AS text FROM comments", inputColumns: ["id", "text"],
            order: "", output: [("id", "STRING"), ("text", "STRING")],
            query: "SELECT id, \(dialect.plain("coalesce(text, '')")) AS text\nFROM {rows}", isWhole: false)
        return EngineStep(
            table: "texts",
            comments: [
                of(recipe.clean.stage),
                "Texts as the program cleans them: engines have no NFC, or another one.",
            ],
            body: .filter(call))
    }

    /// Which comments are judged, and what stands beside their votes.
    private var kept: String {
        var conditions: [String] = []
        if recipe.clean.dropsDeleted { conditions.append("NOT comments.deleted") }
        if recipe.clean.dropsEmpty { conditions.append("texts.text <> ''") }
        if recipe.clean.minChars > 0 { conditions.append("length(texts.text) >= \(recipe.clean.minChars)") }
        return """
            FROM comments JOIN texts ON texts.id = comments.id
            \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
            """
    }

    private var isSettled: String { recipe.label.settle == nil ? "true" : "comments.settled" }

    private var judged: EngineStep {
        step(
            "judged",
            [
                of(recipe.label.stage),
                "How many comments have which votes: what a verdict depends on, each once.",
            ],
            """
            SELECT comments.source, comments.up, comments.down, \(isSettled) AS settled, count(*) AS comments
            \(kept)
            GROUP BY ALL
            """)
    }

    private var verdicts: EngineStep {
        let flag = "CASE WHEN settled THEN '1' ELSE '0' END"
        let call = EngineFilterCall(
            arguments: ["verdicts", recipe.label.parameters.canonicalText],
            input: """
                SELECT source, CAST(up AS STRING) AS up, CAST(down AS STRING) AS down, \(flag) AS settled,
                    CAST(comments AS STRING) AS comments
                FROM judged
                """, inputColumns: ["source", "up", "down", "settled", "comments"],
            order: "source, up, down, settled",
            output: [
                ("source", "STRING"), ("up", "INT"), ("down", "INT"), ("settled", "INT"),
                ("verdict", "STRING"), ("p_controversial", "DOUBLE"), ("weight", "DOUBLE"),
                ("flip_distance", "INT"),
            ],
            query: """
                SELECT source, up, down, settled = 1 AS settled, verdict, p_controversial, weight, flip_distance
                FROM {rows}
                """, isWhole: true)
        return EngineStep(
            table: "verdicts",
            comments: [
                of(recipe.label.stage),
                "Verdicts, posterior masses and fitted priors as the program computes them: a small table.",
            ], body: .filter(call))
    }

    private var labels: EngineStep {
        let head = """
            SELECT
                comments.id, comments.article, texts.text, comments.up, comments.down, comments.created_at,
                comments.first_seen,
            """
        guard recipe.asksForVerdicts else {
            return step(
                "labels", [of(recipe.label.stage)], "\(head)\n    \(plainVerdict) AS verdict\n\(kept)")
        }
        let join = """
            JOIN texts ON texts.id = comments.id
                JOIN verdicts ON verdicts.source = comments.source AND verdicts.up = comments.up
                    AND verdicts.down = comments.down AND verdicts.settled = \(isSettled)
            """
        let judged = kept.replacing("JOIN texts ON texts.id = comments.id", with: join)
        return step(
            "labels", [of(recipe.label.stage)],
            """
            \(head)
                verdicts.verdict, verdicts.p_controversial, verdicts.weight, verdicts.flip_distance
            \(judged)
            """)
    }

    /// The rule by the ratio, as SQL.
    private var plainVerdict: String {
        let rule = recipe.label.rule
        let ratio = "CAST(comments.up AS DOUBLE) / nullif(comments.up + comments.down, 0)"
        let unsettled =
            recipe.label.settle == nil ? "" : "WHEN NOT comments.settled THEN 'unsettled'\n        "
        return """
            CASE
                    WHEN comments.up + comments.down < \(max(1, rule.minVotes)) THEN 'too_few_votes'
                    \(unsettled)WHEN \(ratio) BETWEEN \(dialect.number(rule.controversial.lowerBound)) AND \
            \(dialect.number(rule.controversial.upperBound)) THEN 'controversial'
                    WHEN \(ratio) <= \(dialect.number(rule.uncontroversial.atMost))
                        OR \(ratio) >= \(dialect.number(rule.uncontroversial.atLeast)) THEN 'uncontroversial'
                    ELSE 'in_between'
                END
            """
    }

    private var sample: EngineStep {
        let rule = recipe.sample.rule
        let limit =
            switch rule.perLabel {
            case .count(let count): "\nWHERE place <= \(count)"
            case .balanced:
                "\nWHERE place <= (SELECT min(comments) FROM (SELECT count(*) AS comments FROM admitted GROUP BY verdict) AS sizes)"
            case .all: ""
            }
        let article = rule.perArticle.map { "\n    WHERE place_in_article <= \($0)" } ?? ""
        return step(
            "sample",
            [
                of(recipe.sample.stage),
                "The order is that of SHA-256(seed, 0x1F, id), so that the sample grows with the data.",
            ],
            """
            WITH ranked AS (
                SELECT *, \(dialect.digest(String(rule.seed), "id")) AS sample_order
                FROM labels
                WHERE verdict IN ('controversial', 'uncontroversial')
            ), capped AS (
                SELECT *, row_number() OVER (PARTITION BY verdict, article ORDER BY sample_order) AS place_in_article
                FROM ranked
            ), admitted AS (
                SELECT *, row_number() OVER (PARTITION BY verdict ORDER BY sample_order) AS place
                FROM capped\(article)
            )
            SELECT
                id, article, text, up, down, created_at, first_seen, sample_order,
                CASE WHEN verdict = 'controversial' THEN 1 ELSE 0 END AS label\(verdictColumns)
            FROM admitted\(limit)
            """)
    }

    var verdictColumns: String {
        recipe.asksForVerdicts ? ", p_controversial, weight, flip_distance" : ""
    }
}

extension String {
    /// Each line four blanks further in.
    var indented: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
            .joined(separator: "\n")
    }

    /// An expression over columns of `looks`, each with the table's name.
    fileprivate var qualified: String {
        split(separator: " ").map { $0 == "+" ? "+" : "looks.\($0)" }.joined(separator: " ")
    }
}
