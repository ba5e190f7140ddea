internal import TextBasics
internal import Tokenization

/// The ids of texts, with a blank between two.
struct TokenizeFilter: TextFilter {
    private let tokenizer: any Tokenizer
    private let maxTokens: Int?
    private var cut = 0

    init(_ tokenizer: any Tokenizer, maxTokens: Int?) {
        self.tokenizer = tokenizer
        self.maxTokens = maxTokens
    }

    var columns: [String] { [] }

    mutating func results(of texts: [[UInt8]?]) throws -> [FilterResult] {
        var rows = UTF8Rows()
        for text in texts { if let text { rows.append(text) } }
        let batch = try tokenizer.encodeBatch(rows, maxTokens: maxTokens)
        cut += batch.truncatedCount
        var next = 0
        return texts.map { text in
            guard text != nil else { return FilterResult(fields: [nil]) }
            defer { next += 1 }
            return FilterResult(fields: [Array(batch[next].map(String.init).joined(separator: " ").utf8)])
        }
    }

    var remarks: [String] {
        guard cut > 0, let maxTokens else { return [] }
        return ["cut: \(Counts.text(cut, "text")) of more than \(maxTokens) tokens"]
    }
}
