internal import TextBasics

/// The few things that engines say differently. All else of a project is one text for both.
///
/// The numbers are those of the program: doubles are written as doubles, never as decimals, in which 0.7 + 0.2 is 0.9; and
/// no arithmetic goes beyond 63 bits, which Spark refuses.
struct SQLDialect {
    let engine: SQLEngine

    private var isSpark: Bool { engine == .spark }

    /// A text as a literal.
    func text(_ value: String) -> String {
        if isSpark {
            return "'"
                + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\n", with: "\\n")
                .replacing("\t", with: "\\t") + "'"
        }
        return "'" + value.replacing("'", with: "''") + "'"
    }

    /// The name of a table or column.
    func name(_ value: String) -> String {
        isSpark
            ? "`" + value.replacing("`", with: "``") + "`" : "\"" + value.replacing("\"", with: "\"\"") + "\""
    }

    func number(_ value: Double) -> String { isSpark ? "\(value)D" : "DOUBLE '\(value)'" }

    /// What can stand after FROM: the rows of Parquet files. Names in their paths add no columns.
    func parquet(_ paths: [String]) -> String {
        if isSpark { return "parquet.`\(onePath(paths))` WITH (mergeSchema = 'true')" }
        return
            "read_parquet([\(paths.map(text).joined(separator: ", "))], hive_partitioning = false, union_by_name = true)"
    }

    /// Several paths as one, as Spark's readers take them.
    func onePath(_ paths: [String]) -> String {
        paths.count == 1 ? paths[0] : "{\(paths.joined(separator: ","))}"
    }

    /// A column as the text that its value counts as: whole numbers without a point, whatever their type; moments in UTC
    /// with their offset. Sessions are in UTC.
    func asText(_ column: String) -> String {
        isSpark ? written(name(column)) : "written(\(name(column)))"
    }

    private func written(_ value: String) -> String {
        let (real, moment) =
            isSpark
            ? ("'double', 'float'", "'timestamp'") : ("'DOUBLE', 'FLOAT'", "'TIMESTAMP WITH TIME ZONE'")
        let text = "CAST(\(value) AS STRING)"
        let clock =
            isSpark ? text : "CAST(make_timestamp(epoch_us(TRY_CAST(\(text) AS TIMESTAMPTZ))) AS STRING)"
        return """
            CASE WHEN typeof(\(value)) IN (\(real)) THEN nullif(regexp_replace(lower(\(text)), '[.]0$', ''), 'nan')
                    WHEN typeof(\(value)) = \(moment) THEN \(clock) || '+00'
                    ELSE \(text) END
            """
    }

    /// SHA-256 of a text as 64 lower-case hex digits, which order as its bytes do.
    func digest(_ text: String) -> String { isSpark ? "sha2(\(text), 256)" : "sha256(\(text))" }

    /// SHA-256 of `prefix`, the byte 0x1F and a text.
    func digest(_ prefix: String, _ value: String) -> String {
        digest("\(text(prefix)) || chr(31) || \(value)")
    }

    /// The first 53 bits of a digest by 2^53: the first 14 digits are 56 bits, which every engine's integers hold.
    func unit(_ digest: String) -> String {
        isSpark
            ? "shiftright(CAST(conv(substr(\(digest), 1, 14), 16, 10) AS BIGINT), 3) / 9007199254740992D"
            : "unit(\(digest))"
    }

    /// The value of the row that comes last by these, or first.
    func last(_ value: String, by keys: [String]) -> String {
        isSpark
            ? "max_by(\(value), struct(\(keys.joined(separator: ", "))))"
            : "arg_max(\(value), (\(keys.joined(separator: ", "))))"
    }

    func first(_ value: String, by keys: [String]) -> String {
        isSpark
            ? "min_by(\(value), struct(\(keys.joined(separator: ", "))))"
            : "arg_min(\(value), (\(keys.joined(separator: ", "))))"
    }

    /// Ends the query with a message.
    func failure(_ words: String, _ value: String) -> String {
        "\(isSpark ? "raise_error" : "error")(\(text(words)) || \(value))"
    }

    private func matches(_ value: String, _ pattern: String) -> String {
        isSpark ? "\(value) RLIKE '^(?:\(pattern))$'" : "regexp_full_match(\(value), '\(pattern)')"
    }

    /// A number of votes; anything else than one to nine digits ends the query.
    func votes(_ column: String) -> String {
        guard isSpark else { return "votes(\(column))" }
        return "CASE WHEN \(matches("coalesce(\(column), '')", Self.count)) THEN CAST(\(column) AS INT) ELSE "
            + failure(Self.badVotes, "coalesce(\(column), '')") + " END"
    }

    /// Seconds since 1970, UTC, of a date or time; anything else ends the query.
    /// - Parameter zone: seconds east of Greenwich of times that name none.
    func moment(_ column: String, zone: Int64) -> String {
        guard isSpark else { return "moment(\(column), \(zone))" }
        return moment(column, zone: "\(zone)L")
    }

    private func moment(_ column: String, zone: String) -> String {
        let form = "^([0-9]{4})[-./]?([0-9]{2})[-./]?([0-9]{2}).*$"
        let parts = isSpark ? "$1-$2-$3" : "\\1-\\2-\\3"
        let day = "CAST(regexp_replace(\(column), '\(form)', '\(parts)') AS DATE)"
        let days =
            isSpark
            ? "datediff(\(day), DATE '1970-01-01')" : "date_diff('day', DATE '1970-01-01', \(day))"
        let clock = "regexp_extract(\(column), '[Tt ]([0-9:]+)', 1)"
        let shift = "regexp_extract(\(column), '[Tt ].*([Zz]|[-+][0-9:]+)$', 1)"
        func number(_ text: String, _ place: Int) -> String {
            "CAST(coalesce(nullif(substr(\(text), \(place), 2), ''), '0') AS INT)"
        }
        return """
            CASE WHEN \(matches("coalesce(\(column), '')", Self.moment)) THEN
                    CAST(\(days) AS BIGINT) * 86400
                    + \(number(clock, 1)) * 3600 + \(number(clock, 4)) * 60 + \(number(clock, 7))
                    - CASE substr(\(shift), 1, 1)
                        WHEN '' THEN \(zone) WHEN '+' THEN \(seconds(ofShift: shift)) WHEN '-' THEN -\(seconds(ofShift: shift)) ELSE 0 END
                ELSE \(failure(Self.badMoment, "coalesce(\(column), '')")) END
            """
    }

    private func seconds(ofShift shift: String) -> String {
        "(CAST(substr(\(shift), 2, 2) AS INT) * 3600 + CAST('0' || substr(replace(\(shift), ':', ''), 4) AS INT) * 60)"
    }

    private static let count = "[0-9]{1,9}"
    private static let badVotes =
        "engines read votes as 1 to 9 digits, and splitvote other forms too; found here: "
    private static let badMoment =
        "engines read dates such as 20251001 and 2025-10-01T09:30:00+09:00, and splitvote other forms too; found here: "
    private static let moment =
        "[0-9]{4}[-./]?[0-9]{2}[-./]?[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]*)?)?([Zz]|[-+][0-9]{2}(:?[0-9]{2})?)?)?"

    /// One row for each element of a list.
    func each(_ list: String, as name: String) -> String {
        isSpark ? "explode(\(list)) AS \(name)" : "unnest(\(list)) AS \(name)"
    }

    func count(_ list: String) -> String { isSpark ? "size(\(list))" : "len(\(list))" }

    func common(_ one: String, _ other: String) -> String {
        isSpark ? "size(array_intersect(\(one), \(other)))" : "len(list_intersect(\(one), \(other)))"
    }

    /// The set of a text's runs of this many code points, as a list; empty for a shorter text.
    func shingles(_ text: String, of length: Int) -> String {
        if isSpark {
            return "CASE WHEN length(\(text)) < \(length) THEN CAST(array() AS ARRAY<STRING>) ELSE "
                + "array_distinct(transform(sequence(1, length(\(text)) - \(length - 1)), "
                + "i -> substr(\(text), i, \(length)))) END"
        }
        return "list_distinct(list_transform(range(1, length(\(text)) - \(length - 2)), "
            + "lambda i: substr(\(text), i, \(length))))"
    }

    /// A text without white space, ASCII letters in lower case: equal for exact copies.
    func folded(_ text: String) -> String {
        isSpark ? "translate(\(text), \(Self.sparkFrom), '\(Self.letters)')" : "folded(\(text))"
    }

    private static let letters = "abcdefghijklmnopqrstuvwxyz"
    private static let white: [Int] =
        Array(0x09...0x0D) + [0x20, 0x85, 0xA0, 0x1680] + Array(0x2000...0x200A)
        + [0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
    private static var sparkFrom: String {
        let escapes = white.map { code in
            let digits = String(code, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "'\(letters.uppercased())\(escapes.joined())'"
    }

    /// A text in one field of one line: tabs, line ends and `%` as `%09`, `%0A`, `%0D` and `%25`.
    func field(_ text: String) -> String {
        [("%", "%25"), ("\t", "%09"), ("\n", "%0A"), ("\r", "%0D")]
            .reduce(text) { "replace(\($0), \(character($1.0)), '\($1.1)')" }
    }

    /// The text that a field stands for.
    func plain(_ field: String) -> String {
        [("%09", "\t"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")]
            .reduce(field) { "replace(\($0), '\($1.0)', \(character($1.1)))" }
    }

    private func character(_ value: String) -> String {
        switch value {
        case "\t": "chr(9)"
        case "\n": "chr(10)"
        case "\r": "chr(13)"
        default: "'\(value)'"
        }
    }

    /// What DuckDB's statements call by name; Spark, whose pipelines know no functions of their own, has them written out.
    static var functions: String {
        let duckdb = SQLDialect(engine: .duckdb)
        let white = white.map { " || chr(\($0))" }.joined()
        return """
            -- The numbers that splits go by: the first 53 bits of a SHA-256, by 2^53.
            CREATE OR REPLACE MACRO unit(digest) AS
                (CAST('0x' || substr(digest, 1, 14) AS BIGINT) >> 3) / DOUBLE '9007199254740992';

            -- A number of votes. What is none ends the query.
            CREATE OR REPLACE MACRO votes(count) AS
                CASE WHEN \(duckdb.matches("coalesce(count, '')", Self.count)) THEN CAST(count AS INTEGER)
                    ELSE \(duckdb.failure(badVotes, "coalesce(count, '')")) END;

            -- Seconds since 1970, UTC. What is no date or time ends the query.
            CREATE OR REPLACE MACRO moment(written, zone) AS
                \(duckdb.moment("written", zone: "zone"));

            -- The text that a typed value counts as: whole numbers without a point, moments in UTC with their offset.
            CREATE OR REPLACE MACRO written(value) AS
                \(duckdb.written("value"));

            -- Without white space, ASCII letters in lower case: equal for exact copies.
            CREATE OR REPLACE MACRO folded(words) AS
                translate(words, '\(letters.uppercased())'\(white), '\(letters)');

            """
    }
}
