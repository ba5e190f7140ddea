internal import Sampling

// MARK: Sides

extension EngineScript {
    private var rule: EngineRecipe.SplitStep { recipe.split }

    /// What a row of a split has, in its order.
    private var columns: String {
        "id, article, text, up, down, created_at, first_seen, label\(verdictColumns)"
    }

    /// The sample with the side of each comment.
    var sides: EngineStep {
        let group = rule.keepsArticles ? "article" : "id"
        let ranked = "sample_order, \(columns)"
        var query: String
        switch rule.method {
        case .hash, .fold:
            query = """
                WITH placed AS (
                    SELECT *, \(dialect.unit(dialect.digest(rule.salt, group))) AS u FROM sample
                )
                SELECT \(ranked), \(keptOr(byPlace, group)) AS split
                FROM placed\(keptJoin(group))
                """
        case .time(let cuts):
            query = """
                WITH dated AS (
                    SELECT *, CASE WHEN created_at IS NULL THEN first_seen ELSE \(dialect.moment("created_at", zone: rule.zoneSeconds)) END AS moment
                    FROM sample
                ), grouped AS (
                    SELECT *, min(moment) OVER (PARTITION BY \(group)) AS group_moment FROM dated
                ), placed AS (
                    SELECT *, \(keptOr(side(of: "group_moment", cuts), group)) AS split,
                        \(side(of: "moment", cuts)) AS own_side
                    FROM grouped\(keptJoin(group))
                )
                SELECT \(ranked), split
                FROM placed
                WHERE split <> '' AND (own_side = split\(keptIDs.map { " OR id IN (\($0))" } ?? ""))
                """
        }
        if !rule.kept.frozenSides.isEmpty { query = withFrozen(query) }
        return EngineStep(table: "sides", comments: [of(rule.stage)] + methodWords, body: .query(query))
    }

    private var methodWords: [String] {
        switch rule.method {
        case .hash, .fold:
            [
                "A group's place is the first 53 bits of SHA-256(salt, 0x1F, group) by 2^53; shares are cut in their order."
            ]
        case .time:
            [
                "A group is where its first comment was written; comments of another time than their group's are left out."
            ]
        }
    }

    private var byPlace: String {
        switch rule.method {
        case .hash(let bounds):
            let branches = zip(rule.sides, bounds).map { side, bound in
                " WHEN u < \(dialect.number(bound)) THEN \(dialect.text(side))"
            }
            let last = dialect.text(rule.sides.last ?? "")
            return branches.isEmpty ? last : "CASE\(branches.joined()) ELSE \(last) END"
        case .fold(let fold, of: let folds, let dev):
            let place = "u * \(dialect.number(Double(folds)))"
            return "CASE WHEN floor(\(place)) = \(fold - 1) THEN 'test' "
                + "WHEN \(place) - floor(\(place)) < \(dialect.number(dev)) THEN 'dev' ELSE 'train' END"
        case .time: return "''"
        }
    }

    private func side(of moment: String, _ cuts: [Int64]) -> String {
        let branches = zip(rule.sides, cuts).map { " WHEN \(moment) < \($1) THEN \(dialect.text($0))" }
        let rest = cuts.count < rule.sides.count ? rule.sides.last ?? "" : ""
        return "CASE\(branches.joined()) ELSE \(dialect.text(rest)) END"
    }

    // A group that has a side keeps it.
    private func keptOr(_ side: String, _ group: String) -> String {
        rule.kept.groups.isEmpty
            ? side : "CASE WHEN kept_groups.name IS NULL THEN \(side) ELSE coalesce(kept_groups.side, '') END"
    }

    private func keptJoin(_ group: String) -> String {
        rule.kept.groups.isEmpty
            ? "" : "\n    LEFT JOIN \(keptTable(.groups)) AS kept_groups ON kept_groups.name = \(group)"
    }

    private var keptIDs: String? {
        rule.kept.comments.isEmpty ? nil : "SELECT id FROM \(keptTable(.comments)) AS kept"
    }

    /// A table of what the store keeps, which the project has as a file.
    private func keptTable(_ file: KeptFile) -> String {
        switch dialect.engine {
        case .duckdb:
            let columns = file.columns.map { "'\($0.name)': '\($0.type)'" }.joined(separator: ", ")
            return
                "read_csv('kept/\(file.rawValue).tsv', delim = '\\t', quote = '', escape = '', header = true, "
                + "columns = {\(columns)})"
        case .spark:
            let columns = file.columns.map { "CAST(\($0.name) AS \($0.type)) AS \($0.name)" }
                .joined(separator: ", ")
            return "(SELECT \(columns) FROM csv.`{folder}/kept/\(file.rawValue).tsv` "
                + "WITH (header = 'true', sep = '\\t', quote = '', lineSep = '\\n'))"
        }
    }

    /// Sides that stay as they were: their rows are those of the file, in its order, whatever the sample says.
    private func withFrozen(_ query: String) -> String {
        let names = rule.kept.frozenSides.map(dialect.text).joined(separator: ", ")
        let verdicts = recipe.asksForVerdicts
        let join =
            verdicts
            ? "\n    LEFT JOIN verdicts ON verdicts.source = comments.source AND verdicts.up = frozen.up\n"
                + "        AND verdicts.down = frozen.down AND verdicts.settled" : ""
        return """
            WITH sampled AS (
            \(query.indented)
            )
            SELECT sample_order, \(columns), split, false AS is_frozen FROM sampled WHERE split NOT IN (\(names))
            UNION ALL
            SELECT
                lpad(CAST(frozen.place AS STRING), 64, '0') AS sample_order, frozen.id, comments.article, texts.text,
                frozen.up, frozen.down, comments.created_at, comments.first_seen, frozen.label\
            \(verdicts ? ", verdicts.p_controversial, verdicts.weight, verdicts.flip_distance" : ""), frozen.side AS split,
                true AS is_frozen
            FROM \(keptTable(.frozen)) AS frozen
                JOIN comments ON comments.id = frozen.id
                JOIN texts ON texts.id = frozen.id\(join)
            """
    }

    private var isFrozen: String { rule.kept.frozenSides.isEmpty ? "false" : "is_frozen" }
}

// MARK: Copies

extension EngineScript {
    /// What texts are compared, in the order in which claims to a text go.
    var compared: EngineStep {
        let hasKept = !rule.kept.comments.isEmpty
        let claim = hasKept ? "kept.place" : "CAST(NULL AS BIGINT)"
        let join = hasKept ? "\n    LEFT JOIN \(keptTable(.comments)) AS kept ON kept.id = sides.id" : ""
        let absent =
            hasKept
            ? """

            UNION ALL
            SELECT kept.id, kept.side AS split, texts.text, false AS is_frozen, false AS is_present, kept.place AS claim, 0 AS first_seen
            FROM \(keptTable(.comments)) AS kept
                JOIN texts ON texts.id = kept.id
                LEFT JOIN sides ON sides.id = kept.id
            WHERE sides.id IS NULL
            """ : ""
        return EngineStep(
            table: "compared",
            comments: [
                of(rule.stage), "Texts that may be copies of each other, and whose claim to a text is older.",
            ],
            body: .query(
                """
                SELECT sides.id, sides.split, sides.text, \(isFrozen) AS is_frozen, true AS is_present, \(claim) AS claim, first_seen
                FROM sides\(join)\(absent)
                """))
    }

    private var least: String { dialect.number(rule.near.threshold) }
    private var slack: String { dialect.number(1e-9) }

    /// Each text once, with what it is compared by.
    var wordings: EngineStep {
        EngineStep(
            table: "wordings",
            comments: [
                "Each text once, named by its SHA-256: without white space and with ASCII letters in lower case, which exact copies",
                "have in common, and its pieces of \(rule.near.shingle) characters, of which near copies have most in common.",
            ],
            body: .query(
                """
                SELECT
                    \(dialect.digest("text")) AS name,
                    \(dialect.folded("text")) AS folded,
                    \(dialect.shingles("text", of: rule.near.shingle)) AS pieces
                FROM (SELECT DISTINCT text FROM compared) AS texts
                """))
    }

    /// Of each text the rarest pieces, one of which two near copies have in common.
    var pieces: EngineStep {
        let share = rule.near.threshold
        return EngineStep(
            table: "pieces",
            comments: [
                "Of each text the rarest pieces: texts that share at least \(share) of all pieces have one of these in common",
                "(prefix filter; Chaudhuri, Ganti, Kaushik 2006).",
            ],
            body: .query(
                """
                WITH each AS (
                    SELECT name, \(dialect.count("pieces")) AS size, \(dialect.each("pieces", as: "piece")) FROM wordings
                ), counted AS (
                    SELECT piece, count(*) AS texts FROM each GROUP BY piece
                ), ranked AS (
                    SELECT each.name, each.size, each.piece,
                        row_number() OVER (PARTITION BY each.name ORDER BY counted.texts, each.piece) AS place
                    FROM each JOIN counted ON counted.piece = each.piece
                )
                SELECT name, size, piece
                FROM ranked
                WHERE place <= size - ceil(\(least) * size - \(slack)) + 1
                """))
    }

    /// Pairs of texts that are copies.
    var copies: EngineStep {
        let shared = dialect.common("one.pieces", "other.pieces")
        let sum = "\(dialect.count("one.pieces")) + \(dialect.count("other.pieces"))"
        return EngineStep(
            table: "copies",
            comments: [
                "Pairs of copies, in both directions: near copies by the Jaccard index of all their pieces, and exact copies."
            ],
            body: .query(
                """
                WITH pairs AS (
                    SELECT DISTINCT one.name, other.name AS copy
                    FROM pieces AS one JOIN pieces AS other ON other.piece = one.piece
                    WHERE one.name <> other.name
                        AND least(one.size, other.size) >= \(least) * greatest(one.size, other.size) - \(slack)
                ), near AS (
                    SELECT pairs.name, pairs.copy
                    FROM pairs
                        JOIN wordings AS one ON one.name = pairs.name
                        JOIN wordings AS other ON other.name = pairs.copy
                    WHERE CAST(\(shared) AS DOUBLE) / (\(sum) - \(shared)) >= \(least)
                ), exact AS (
                    SELECT one.name, other.name AS copy
                    FROM wordings AS one JOIN wordings AS other ON other.folded = one.folded
                    WHERE other.name <> one.name
                )
                SELECT name, copy FROM near UNION SELECT name, copy FROM exact
                """))
    }

    /// What becomes of each comment whose text is there more than once.
    var fates: EngineStep {
        let copies =
            dialect.engine == .spark
            ? "array_join(array_sort(collect_list(copy)), ',')" : "string_agg(copy, ',' ORDER BY copy)"
        let flag = "CASE WHEN {} THEN '1' ELSE '0' END"
        let call = EngineFilterCall(
            arguments: ["copies"] + (rule.copies == .onePerSide ? ["one_per_side"] : []),
            input: """
                WITH named AS (
                    SELECT *, \(dialect.digest("text")) AS name FROM compared
                ), met AS (
                    SELECT name, count(*) AS comments FROM named GROUP BY name
                ), listed AS (
                    SELECT name, \(copies) AS copies FROM copies GROUP BY name
                )
                SELECT named.id, named.split, \(flag.replacing("{}", with: "is_frozen")) AS frozen,
                    \(flag.replacing("{}", with: "is_present")) AS present, named.name, coalesce(listed.copies, '') AS copies,
                    lpad(CAST(row_number() OVER (
                        ORDER BY CASE WHEN is_frozen THEN 0 ELSE 1 END, CASE WHEN claim IS NULL THEN 1 ELSE 0 END, claim,
                            first_seen, named.id) AS STRING), 18, '0') AS place
                FROM named
                    JOIN met ON met.name = named.name
                    LEFT JOIN listed ON listed.name = named.name
                WHERE met.comments > 1 OR listed.name IS NOT NULL
                """, inputColumns: ["id", "split", "frozen", "present", "name", "copies", "place"],
            order: "place", output: [("id", "STRING"), ("fate", "STRING")],
            query: "SELECT id, fate\nFROM {rows}", isWhole: true)
        return EngineStep(
            table: "fates",
            comments: [
                of(rule.stage),
                "A text keeps the side of the oldest claim to it; copies on other sides are left out. Of claims equally old the first",
                "seen counts, then the key.",
            ], body: .filter(call))
    }
}

// MARK: Results

extension EngineScript {
    var split: EngineStep {
        let sideOrder = rule.sides.enumerated().map { " WHEN split = \(dialect.text($1)) THEN \($0)" }
            .joined()
        let left =
            rule.copies == .keep
            ? ""
            : "\nWHERE NOT EXISTS (SELECT 1 FROM fates WHERE fates.id = sides.id AND fates.fate <> 'kept')"
        return EngineStep(
            table: "split",
            comments: [of(rule.stage), "The rows of each side, numbered in their order."],
            body: .query(
                """
                SELECT \(columns), split, CASE\(sideOrder) END AS side,
                    row_number() OVER (PARTITION BY split ORDER BY sample_order, id) AS position
                FROM sides\(left)
                """))
    }

    var dataset: EngineStep {
        let values = recipe.columns.map { column in
            switch column {
            case "text": "text AS document"
            case "ratio": "CAST(up AS DOUBLE) / nullif(up + down, 0) AS ratio"
            default: column
            }
        }
        return EngineStep(
            table: "dataset",
            comments: ["What an export of the pipeline file has, with the position of each row on its side."],
            body: .query(
                """
                SELECT \((values + recipe.extraColumns).joined(separator: ", "))
                FROM split
                """))
    }

    var digest: EngineStep {
        let line = "id || chr(9) || CAST(label AS STRING) || chr(9) || split || chr(10)"
        let all =
            dialect.engine == .spark
            ? "array_join(transform(array_sort(collect_list(struct(side, position, \(line) AS line))), x -> x.line), '')"
            : "string_agg(\(line), '' ORDER BY side, position)"
        return EngineStep(
            table: "digest",
            comments: [
                "SHA-256 of id, label and side of all rows in their order: 'splitvote verify' prints the same."
            ],
            body: .query(
                "SELECT \(dialect.digest("coalesce(\(all), '')")) AS sha256, count(*) AS rows\nFROM split"))
    }
}

extension EngineRecipe {
    /// What a table of results needs beside the columns that were asked for.
    var extraColumns: [String] { (columns.contains("split") ? [] : ["split"]) + ["position"] }
}

/// A file of what earlier nights decided.
enum KeptFile: String, CaseIterable {
    case groups, comments, frozen

    var columns: [(name: String, type: String)] {
        switch self {
        case .groups: [("name", "STRING"), ("side", "STRING")]
        case .comments: [("id", "STRING"), ("side", "STRING"), ("place", "BIGINT")]
        case .frozen:
            [
                ("id", "STRING"), ("side", "STRING"), ("label", "INT"), ("up", "INT"), ("down", "INT"),
                ("place", "BIGINT"),
            ]
        }
    }
}
