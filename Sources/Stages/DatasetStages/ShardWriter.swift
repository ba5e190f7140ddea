internal import Labeling
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import Tokenization
internal import VoteModel

/// Writes the shards of one side after the other.
struct ShardWriter {
    let tokenizer: any Tokenizer
    let facts: DatasetFacts
    let reader: DatasetTexts
    /// `nil` for rows that came with labels.
    let rules: CommentRules?
    let maxTokens: Int
    let rowsPerShard: Int
    /// Which weights the shards carry; `nil` for none.
    let weights: LabelWeight?
    /// How much the rows of each class count; `nil` if that does not go by the class.
    let classFactors: [Float]?
    /// Whether the article's title goes before each comment.
    let hasTitles: Bool
    /// How tags of words are laid over tokens.
    let tags: TagSettings
    /// How contexts become rows; `nil` for rows that are no questions.
    let windows: ShardManifest.Windows?
    /// Which end of longer texts is cut.
    let side: TruncationSide
    let context: StageContext
    /// Where the shards go.
    let folder: String

    struct Written {
        var files: [ShardManifest.File]
        var audit: TokenAudit
    }

    /// Writes a side's rows, in their order, into files of `rowsPerShard` rows.
    func write(_ split: DatasetColumns, side: Int, name: String) throws -> Written {
        let rows = split.rows(of: side)
        var auditor = TokenAuditor(maxTokens: maxTokens)
        var files: [ShardManifest.File] = []
        for start in stride(from: 0, to: rows.count, by: rowsPerShard) {
            try context.checkpoint()
            context.progress.report(start, of: rows.count, unit: "rows", note: name)
            let part = Array(rows[start..<min(start + rowsPerShard, rows.count)])
            files.append(try writeFile(split, rows: part, name: name, number: files.count, &auditor))
        }
        return Written(files: files, audit: auditor.audit)
    }

    /// Takes a shard over from an earlier run that was cut short, or makes it.
    private func writeFile(
        _ split: DatasetColumns, rows: [Int], name: String, number: Int, _ auditor: inout TokenAuditor
    ) throws -> ShardManifest.File {
        let digits = String(number)
        let path = "\(name)-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits).safetensors"
        let work = ShardWork(folder: context.workFolder, vocabularySize: tokenizer.vocabularySize)
        // A text with tags may take several rows, as may a context.
        let isTagged = facts.targets?.task.form == .wordClasses
        if let finished = try work.find(path), isTagged || windows != nil || finished.rows == rows.count {
            finished.audit(unknown: Int32(tokenizer.unknownID), &auditor)
            try work.publish(finished.path, at: folder + "/" + path)
            return ShardManifest.File(
                path: path, split: name, rows: finished.rows, tokens: finished.tokens, bytes: finished.bytes,
                sha256: finished.sha256)
        }
        let (shard, truncated) =
            try isTagged
            ? (tagged(split, rows, &auditor), 0)
            : windows == nil ? shard(split, rows, &auditor) : answered(split, rows, &auditor)
        var metadata = [
            "tokenizer": ContentDigest.of(tokenizer.identity), "clean_rules": facts.cleanRules,
            "label_set": facts.labelSet ?? "", "split": name, "split_salt": facts.salt ?? "",
            "max_tokens": "\(maxTokens)",
        ]
        if let revision = facts.cleanRevision { metadata["clean_revision"] = "\(revision)" }
        if let weights { metadata["weights"] = weights.rawValue }
        if classFactors != nil { metadata["weights"] = "balanced" }
        if isTagged { metadata["pieces"] = tags.countsEveryToken ? "every" : "first" }
        if let windows {
            metadata["doc_stride"] = "\(windows.step)"
            metadata["max_query_tokens"] = "\(windows.question)"
        }
        let bytes = try shard.encoded(vocabularySize: tokenizer.vocabularySize, metadata: metadata)
        let digest = ContentDigest.of(bytes)
        let kept = try work.keep(bytes, as: path, truncatedRows: truncated, sha256: digest)
        try work.publish(kept, at: folder + "/" + path)
        return ShardManifest.File(
            path: path, split: name, rows: shard.rowCount, tokens: shard.inputIDs.count, bytes: bytes.count,
            sha256: digest)
    }

    private func shard(
        _ split: DatasetColumns, _ rows: [Int], _ auditor: inout TokenAuditor
    ) throws -> (TokenShard, truncatedRows: Int) {
        let (texts, firsts) = try texts(of: split, rows)
        let tokens = try tokenizer.encodeBatch(
            firsts ?? texts, pairs: firsts == nil ? nil : texts, maxTokens: maxTokens, cutting: side,
            threads: context.threads)
        let unknown = Int32(tokenizer.unknownID)
        let form = facts.targets?.task.form
        var shard = TokenShard(
            weights: weights != nil || classFactors != nil, pControversial: rules != nil,
            segments: firsts != nil,
            targetWidth: form == nil || form == .oneClass ? 0 : split.targetWidth)
        for (index, row) in rows.enumerated() {
            let ids = tokens[index]
            let segments =
                tokens.segmentIDs?[Int(tokens.offsets[index])..<Int(tokens.offsets[index + 1])] ?? []
            if let rule = rules?[split.ids[row]] {
                let verdict = Verdict(code: split.labels[row])
                shard.append(
                    tokens: ids, label: verdict?.classIndex ?? 0, comment: split.ids[row],
                    weight: factor(split, row) ?? weight(of: split.votes(row), verdict, rule),
                    pControversial: Float(rule.probabilityControversial(for: split.votes(row))),
                    segments: segments)
            } else {
                let label = form == .oneClass ? Int(split.target(of: row).first ?? 0) : 0
                shard.append(
                    tokens: ids, label: label, comment: split.ids[row],
                    weight: factor(split, row) ?? 1, segments: segments,
                    target: shard.targetWidth > 0 ? split.target(of: row) : [])
            }
            // Only the sum of cut rows is kept, so it does not matter which of them are marked.
            auditor.add(
                length: ids.count, unknown: ids.count { $0 == unknown },
                truncated: index < tokens.truncatedCount)
        }
        return (shard, tokens.truncatedCount)
    }

    /// Texts with tags: a row for each window.
    private func tagged(
        _ split: DatasetColumns, _ rows: [Int], _ auditor: inout TokenAuditor
    ) throws -> TokenShard {
        let maker = TaggedRows(
            tokenizer: tokenizer, scheme: TagScheme(facts.targets?.names ?? []), settings: tags,
            maxTokens: maxTokens)
        let ids = rows.map { split.ids[$0] }
        let cleaned = try reader.texts(of: ids)
        var shard = TokenShard(tags: true)
        let unknown = Int32(tokenizer.unknownID)
        var place = 0
        try context.ledger.scan(facts.cut, fields: .text, selection: .ids(ids)) { comment in
            guard comment.id == ids[place] else { throw StageError.vanishedComment(ids[place]) }
            let found = try maker.rows(
                of: split.words[rows[place]], given: Array(comment.text), cleaned: Array(cleaned[place]))
            for row in found {
                shard.append(tokens: row.tokens, label: 0, comment: comment.id, tags: row.tags)
                auditor.add(
                    length: row.tokens.count, unknown: row.tokens.count { $0 == unknown }, truncated: false)
            }
            place += 1
        }
        return shard
    }

    /// How much a row counts by its class; `nil` if that does not go by the class.
    private func factor(_ split: DatasetColumns, _ row: Int) -> Float? {
        guard let classFactors, let label = split.classes(of: row, facts.targets).first else { return nil }
        return classFactors[label]
    }

    private func weight(of votes: VoteCount, _ verdict: Verdict?, _ rule: ControversyRule) -> Float {
        guard let weights, let verdict else { return 1 }
        return rule.weight(of: votes, labeled: verdict, as: weights).map { Float($0) } ?? 1
    }

    /// The rows' last or only texts, and the first ones of pairs: titles of articles where asked for, empty if there is
    /// none, or the first of two texts that rows came with.
    private func texts(of split: DatasetColumns, _ rows: [Int]) throws -> (UTF8Rows, firsts: UTF8Rows?) {
        let ids = rows.map { split.ids[$0] }
        if hasTitles { return (try reader.texts(of: ids), try reader.titles(of: ids)) }
        let texts = try reader.texts(of: ids)
        if split.pairs.isEmpty { return (texts, nil) }
        return (try reader.texts(of: rows.map { split.pairs[$0] }), texts)
    }
}
