package import Diagnostics
internal import FieldValues
internal import SpoolFormat
package import StageKit
internal import TableFormat
internal import VoteModel

/// Reads tables of comments with their votes, or of rows with labels, into the store.
///
/// Each file is taken whole or not at all, in one transaction, and remembered by its content: a file that was imported
/// before in the same way costs nothing. A malformed row is kept aside with its line and reason; a comment met again is
/// another observation of its votes.
package struct IngestFilesStage: Stage {
    package static let kind = StageKind(
        "ingest.files",
        revision: 3,
        summary: "Read tables of comments with their votes, or of texts with their labels, into the store.",
        outputs: [Port("comments", "comments-v1")],
        figures: FilesFigures.ofAll,
        accumulates: true,
        headline: FilesFigures.names(
            \.rows, \.emptyText, \.quarantined, \.newComments, \.repeats, \.comments),
        report: .ingest,
        example: """
            comments:
              uses: ingest.files
              with:
                paths: data/*.tsv.gz
                source: my-news
                columns: {text: contents, up: likes, down: dislikes, article: url, created_at: date}
              checks:
                - {that: quarantined_share, at_most: 1%, else: error}
            """,
        values: [
            "author_salt": "$secrets.salt",
            "classes": "{0: negative, 1: positive}",
            "date_format": #""%d/%m/%Y %H:%M""#,
            "paths": "data/*.tsv.gz",
            "query": #""select id, body, up, down, article from read_parquet({path}) where lang = 'ko'""#,
            "connection.environment": "{PGPASSWORD: $secrets.token}",
            "connection.setup":
                #""attach 'host=db.example.org dbname=news' as news (type postgres, read_only)""#,
            "rows": "data.comments",
            "sheet": "Sheet2",
            "spool": "spool",
            "sides": #"{train: "*train*", test: "*test*"}"#,
            "source": "my-news",
            "columns.text": "contents",
            "columns.up": "sympathyCount",
            "columns.down": "antipathyCount",
            "columns.replies": "replyCount",
            "columns.article": "[oid, aid]",
            "columns.key": "commentNo",
            "columns.parent": "parentCommentNo",
            "columns.title": "title",
            "columns.outlet": "press",
            "columns.url": "link",
            "columns.created_at": "regDate",
            "columns.observed_at": "rankDate",
            "columns.deleted": "isDeleted",
            "columns.author": "userId",
            "columns.text_pair": "sentence2",
            "columns.label": "label",
            "columns.labels": "[insult, threat]",
            "columns.score": "score",
            "columns.tags": "tags",
            "columns.answers": "answers",
            "conll.tag": "4",
            "columns.split": "side",
            "columns.id": "id",
            "columns.group": "user",
        ]
    )

    let source: String
    let settings: TableSettings
    /// The folder whose batches a run takes in, as written; `nil` if it reads the files itself.
    let spool: String?
    /// What DuckDB is asked; `nil` if files are read as they are.
    let query: QuerySettings?
    let columns: [String: [String]]
    let moments: MomentText
    let nulls: [String]
    let numbersAreOfArticles: Bool
    let textIsHTML: Bool
    let mapping: String
    let withdrawsReplaced: Bool
    /// What rows are to teach; `nil` if they come with votes.
    let labels: LabelSettings?
    /// The environment variable that holds the salt of author hashes; `nil` if authors are not kept.
    let saltVariable: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let paths = parameters.filePatterns(
            "paths", required: false,
            help:
                "Files to read, as paths or patterns with * and ?; plain or compressed. Needed but for a query of other "
                + "sources.")
        spool = Self.spool(&parameters)
        source = parameters.requiredString(
            "source", help: "Name of the source; comments are kept apart by source.")
        if source.contains(":") || source.isEmpty {
            parameters.reject("source", "a source's name is not empty and holds no ':'")
        }
        settings = TableSettings(&parameters)
        query = QuerySettings(
            &parameters, isExpected: settings.isQueried, hasPaths: parameters.isSet("paths"))
        if query == nil, !settings.isQueried { Self.checkPaths(&parameters, paths.isEmpty) }
        columns = parameters.columns(
            "columns", allowed: ColumnMap.roles, required: ColumnMap.requiredRoles,
            joined: ColumnMap.joinedRoles, meanings: ColumnMap.meanings,
            help:
                "Which column holds what: text with up and down, or text with label, labels, score, tags or answers; several "
                + "columns together make the key of an article or comment.")
        labels = LabelSettings(&parameters, columns: columns)
        Self.checkColumns(&parameters, columns, hasLabels: labels != nil)
        if spool != nil, labels != nil { Self.refuseSpool(&parameters) }
        moments = Self.moments(&parameters)
        nulls = parameters.strings(
            "nulls", default: [],
            help: "Texts that mean a missing value, such as NA, in all columns except the text.")
        numbersAreOfArticles =
            parameters.choice(
                "key_scope", default: "source", of: ["source", "article"],
                help: "Whether a comment's number is unique in the source, or only in its article.")
            == "article"
        if numbersAreOfArticles, columns["key"] == nil || columns["article"] == nil {
            parameters.reject(
                "key_scope", "'key_scope: article' needs the columns 'key' and 'article'",
                hint: "name them under 'columns'")
        }
        textIsHTML =
            parameters.choice(
                "text_format", default: "plain", of: ["plain", "html"],
                help: "Whether texts are HTML, which is turned into plain text with line breaks.") == "html"
        saltVariable = parameters.secret(
            "author_salt", required: false,
            help: "Salt for the hashes of authors, as $secrets.NAME; the names themselves are never stored.")
        if textIsHTML, [.tags, .answers].contains(labels?.form) { Self.refuseHTML(&parameters) }
        Self.checkSalt(&parameters, columns)
        withdrawsReplaced =
            parameters.choice(
                "replaced", default: "withdraw", of: ["withdraw", "keep"],
                help:
                    "What becomes of comments that a file held before it was replaced, and are in no other: withdraw "
                    + "withdraws them, keep is for files that are rewritten every night.")
            == "withdraw"
        try parameters.finish()
        mapping = ContentDigest.of(parameters.resolved.canonicalText)
    }

    private static func spool(_ parameters: inout ParameterReader) -> String? {
        parameters.spool(
            "spool", batches: BatchName.pattern, insteadOf: ["paths"],
            help:
                "Folder in which workers leave batches: 'splitvote gather' reads the files into it, and a run takes the "
                + "batches in.")
    }

    private static func refuseSpool(_ parameters: inout ParameterReader) {
        parameters.reject(
            "spool", "'spool' is for rows with votes; rows that come with labels are read by the run itself",
            hint: "remove 'spool'")
    }

    private static func refuseHTML(_ parameters: inout ParameterReader) {
        parameters.reject(
            "text_format",
            "tags and answers have their places in the text as given, and HTML becomes another text",
            hint:
                "leave 'text_format' out, and turn the texts and the places in them into plain text before"
        )
    }

    private static func checkPaths(_ parameters: inout ParameterReader, _ areNone: Bool) {
        guard areNone, !parameters.isSet("paths") else { return }
        parameters.reject(
            "paths",
            "stage kind 'ingest.files' needs 'paths': a path or a list of paths, which may hold * and ?",
            hint: "add 'paths' under 'with'")
    }

    private static func checkSalt(_ parameters: inout ParameterReader, _ columns: [String: [String]]) {
        if columns["author"] != nil, !parameters.isSet("author_salt") {
            parameters.reject(
                "columns", "the column 'author' needs 'author_salt': authors are kept as salted hashes only",
                hint: "name an environment variable under 'secrets' and write author_salt: $secrets.NAME")
        } else if columns["author"] == nil, parameters.isSet("author_salt") {
            parameters.reject(
                "author_salt", "'author_salt' is given, and no column 'author'",
                hint: "name the column of the authors' ids under 'columns', or remove the salt")
        }
    }

    /// What a query without files gives is known only once it has been asked.
    package var asksItsSource: Bool { spool == nil && query?.asksOutside ?? false }

    package var reportedFigures: [Figure] {
        guard labels != nil else { return Self.kind.figures }
        return Self.kind.figures + FilesFigures.ofLabeled
    }

    private static func checkColumns(
        _ parameters: inout ParameterReader, _ columns: [String: [String]], hasLabels: Bool
    ) {
        for (name, other) in ColumnMap.synonyms.sorted(by: { $0.key < $1.key })
        where columns[name] != nil && columns[other] != nil {
            parameters.reject("columns", "'columns' has '\(name)' and '\(other)', which are one thing")
        }
        var roleOf: [String: String] = [:]
        for role in ["text", "up", "down", "replies", "title", "text_pair"] {
            guard let name = columns[role]?.first else { continue }
            if let other = roleOf[name] {
                parameters.reject(
                    "columns", "'\(other)' and '\(role)' are both read from the column '\(name)'",
                    hint: "name the column that holds each")
            }
            roleOf[name] = role
        }
        if hasLabels || columns["text"] == nil { return }
        for name in ["up", "down"] where columns[name] == nil {
            parameters.reject(
                "columns", "'columns' needs an entry '\(name)'",
                hint: "rows that come with labels have label, labels or score instead of votes")
        }
        if let up = columns["up"]?.first, let down = columns["down"]?.first, up != down,
            let remark = VoteColumnName.remark(up: up, down: down)
        {
            parameters.warn(
                "columns", remark, hint: "votes that are swapped swap what is controversial with nothing said"
            )
        }
        for name in ["text_pair", "split"] where columns[name] != nil {
            parameters.reject("columns", "'columns' names '\(name)', which is for rows that come with labels")
        }
    }

    private static func moments(_ parameters: inout ParameterReader) -> MomentText {
        let zone = parameters.string(
            "time_zone", default: "Z",
            help: "Time zone of times that give none, such as +09:00 or Asia/Seoul.")
        var moments = MomentText(zone: .utc)
        if let rule = TimeZoneRule(zone) {
            moments.zone = rule
        } else {
            parameters.reject(
                "time_zone",
                "'\(zone)' is neither a UTC offset nor a time zone; expected \(TimeZoneRule.expectation)")
        }
        if let form = parameters.optionalString(
            "date_format", help: "Format of dates that cannot be detected, such as %d/%m/%Y %H:%M.")
        {
            do throws(DateFormatError) {
                moments.format = try DateFormat(form)
            } catch {
                parameters.reject(
                    "date_format", "'\(form)' \(error.problem)", hint: "it takes \(DateFormat.expectation)")
            }
        }
        return moments
    }

    package func run(in context: StageContext) async throws -> StageResult {
        if let gathering = context.run.gathering { return try gather(gathering, context) }
        if let spool { return try takeIn(spool, context) }
        let files = try files(context)
        defer { removeAnswers(context) }
        let plan = FileReadingPlan(
            try context.imports.readings(of: source),
            found: files.map { FileReadingPlan.Step(file: $0, moment: midnight(context)) }, mapping: mapping,
            since: try positionBefore(context), isRefresh: context.run.refreshed.contains(context.stageName))
        let labeled = try labeled(files, context)
        var work = FilesWork()
        work.remembered = plan.remembered
        work.read = plan.resumed
        work.filesRead = plan.resumedFiles
        for (position, name) in plan.moved { try context.ledgerWriter.rename(reading: position, to: name) }
        if let reason = try plan.reasonToRereadAll(context.imports) {
            work = FilesWork()
            work.read = try reread(plan, because: reason, &work, context)
        } else {
            for (index, step) in plan.new.enumerated() {
                try context.checkpoint()
                context.progress.report(
                    index, of: plan.new.count, unit: "files", note: step.file.shownPath)
                let figures = try importFile(step, &work, context)
                tell(figures, of: step, context)
                work.read = work.read + figures
                work.filesRead += 1
            }
        }
        context.progress.report(files.count, of: files.count, unit: "files")
        if let warning = FileJudge.warning(work.judges) { context.progress.warn(warning) }
        return try result(work, files: files.count, labeled, context)
    }

    /// The ledger's position at the latest result of this stage: what was read since belongs to this one, though a run
    /// that was killed may have read it.
    func positionBefore(_ context: StageContext) throws -> Int64 {
        Int64(try context.latestLocator(of: "comments")?["position"]?.intValue ?? 0)
    }

    func result(
        _ work: FilesWork, files: Int, _ labeled: LabeledTable?, _ context: StageContext
    ) throws -> StageResult {
        let sum = work.read
        let ever = work.read + work.remembered
        func share(_ figures: ImportFigures) -> Double {
            figures.rows == 0 ? 0 : Double(figures.quarantined) / Double(figures.rows)
        }
        let zoneSeconds = moments.zone.seconds(at: midnight(context))
        let cut = try context.ledger.cut(of: [source], asOf: nil)
        let size = try context.ledger.size(of: cut)
        let text = JSONValue.object(["sources": [.string(source)], "ledger": .string(cut.digest)]).prettyText
        let locator: JSONValue = [
            "sources": [.string(source)], "position": .integer(Int(cut.position)),
            "ledger": .string(cut.digest),
            "revision": cut.revision.map(JSONValue.string) ?? .null,
            // What 'settle' reads times of writing by that name no offset.
            "time_zones": zoneSeconds == 0 ? [:] : [source: .integer(Int(zoneSeconds))],
        ]
        var figures = FilesFigures(
            rows: sum.rows, emptyText: sum.emptyText, quarantined: sum.quarantined,
            quarantinedShare: share(sum), quarantinedShareEver: share(ever), newComments: sum.newComments,
            repeats: sum.repeats, observations: size.observations, comments: size.comments,
            articles: size.articles, files: files, edited: sum.edited, restored: sum.restored,
            withdrawn: sum.withdrawn, filesRead: work.filesRead,
            freshness: try Freshness.hours(of: cut, context))
        if let labeled {
            let output = try labeledOutput(
                labeled, ledger: text, locator: locator, cut, context, &figures)
            return StageResult(outputs: [output], figures: figures.json)
        }
        let file = try FileWriter(path: context.outputFolder + "/ledger.json")
        try file.write(text)
        try file.finish()
        return StageResult(
            outputs: [
                StageOutput(
                    port: "comments", path: "ledger.json",
                    contentDigest: zoneSeconds == 0
                        ? nil : ContentDigest.of(text + "time_zone \(zoneSeconds)"), locator: locator)
            ], figures: figures.json)
    }
}

/// What a run of the stage has done so far.
struct FilesWork {
    var read = ImportFigures()
    /// Of files that were read before.
    var remembered = ImportFigures()
    var filesRead = 0
    var judges: [(file: String, judge: FileJudge)] = []
}
