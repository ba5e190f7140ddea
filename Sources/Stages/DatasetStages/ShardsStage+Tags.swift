internal import ShardFormat
internal import StageKit
internal import TextBasics

extension ShardsStage {
    /// How the tags of words are laid over tokens. Without such rows the keys mean nothing, and are no part of the fingerprint.
    static func tags(_ parameters: inout ParameterReader, maxTokens: Int) -> TagSettings {
        var settings = TagSettings()
        settings.countsEveryToken =
            parameters.optionalChoice(
                "pieces", of: ["first", "every"],
                help:
                    "For rows with tags. Which tokens of a tagged word count in training: the first, by default, or every one, "
                    + "those after the first with I in place of B. The answer to a word is that of its first token."
            )
            == "every"
        settings.overlap = parameters.optionalInt(
            "overlap", in: 0...32_768, unit: "tokens",
            help:
                "For rows with tags, of which none is cut: longer texts become several rows that have this many tokens in common; "
                + "by default a quarter of max_tokens. Each word counts in the row that shows most of the text around it."
        )
        if let overlap = settings.overlap, overlap > maxTokens / 2 {
            parameters.reject(
                "overlap", "'overlap' is \(overlap), and rows have at most \(maxTokens) tokens",
                hint: "set it to at most half of max_tokens")
        }
        return settings
    }

    /// - Throws: ``/StageKit/StageError`` for keys that mean nothing for these rows.
    func checkTags(_ facts: DatasetFacts) throws(StageError) {
        let isTagged = facts.targets?.task.form == .wordClasses
        if !isTagged, tags != TagSettings() {
            throw StageError(
                "'pieces' and 'overlap' are for rows with a tag for each word, and these have none",
                hint: "leave them out")
        }
        if isTagged, side == .left {
            throw StageError(
                "truncation_side: left cuts longer texts, and rows with tags are not cut but divided",
                hint: "leave 'truncation_side' out; 'overlap' says what the parts have in common")
        }
        if isTagged, hasTitles {
            throw StageError(
                "text_pair: title is for one answer to a row, and these rows have a tag for each word",
                hint: "leave 'text_pair' out")
        }
    }
}

extension TagSettings {
    /// As manifests name it.
    func record(_ words: TaggedWords) -> ShardManifest.Tags {
        let areCharacters = (0..<words.count).allSatisfy { row in
            words[row].allSatisfy { $0.end - $0.start == 1 }
        }
        return ShardManifest.Tags(
            of: areCharacters ? .characters : .words, pieces: countsEveryToken ? .every : .first)
    }
}

/// What of the tags a model does not get to see, or cannot learn.
struct TagWatch {
    /// Texts of which no token stands for a word, and words of others that no token stands for.
    private var lostTexts = 0
    private var lostWords = 0
    private var words = 0
    /// Tags of other sides that no training row has, with the number of their words.
    private var unknown: [String: Int] = [:]

    init(
        _ split: DatasetColumns, _ files: [ShardManifest.File], in folder: String, _ vocabularySize: Int,
        _ facts: DatasetFacts
    ) throws {
        let names = facts.targets?.names ?? []
        var texts: Set<Int64> = []
        for file in files {
            try MappedFile(path: folder + "/" + file.path).withBytes { bytes in
                let view = try TokenShardView(bytes, vocabularySize: vocabularySize)
                for row in 0..<view.rowCount {
                    texts.insert(view.comment(of: row))
                    let answering = view.tags(of: row)?.answering ?? []
                    words += answering.count
                    lostWords += answering.count { $0 == TokenTags.none }
                }
            }
        }
        lostTexts = split.ids.count { !texts.contains($0) }
        guard let train = split.sideNames.firstIndex(of: "train") else { return }
        var known: Set<Int32> = []
        for row in split.rows(of: train) { known.formUnion(split.words[row].map(\.tag)) }
        for row in split.ids.indices where Int(split.sides[row]) != train {
            for word in split.words[row] where !known.contains(word.tag) {
                unknown[names[Int(word.tag)], default: 0] += 1
            }
        }
    }

    var warnings: [String] {
        var warnings: [String] = []
        if lostTexts > 0 {
            warnings.append(
                "left out: \(Counts.text(lostTexts, "row")) of which no token stands for a tagged word")
        }
        if lostWords > 0 {
            warnings.append(
                "no token stands for \(Counts.grouped(lostWords)) of \(Counts.text(words, "tagged word")), which cleaning or the "
                    + "tokenizer took out of the text: they are not learned, and count as answered with O")
        }
        if !unknown.isEmpty {
            let shown = unknown.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5).map(\.key)
            warnings.append(
                "no training row has \(Counts.text(unknown.count, "tag")) of other sides, on "
                    + "\(Counts.text(unknown.values.reduce(0, +), "word")): \(shown.joined(separator: ", "))"
                    + (unknown.count > shown.count ? " and others" : "") + "; no model can learn them")
        }
        return warnings
    }
}
