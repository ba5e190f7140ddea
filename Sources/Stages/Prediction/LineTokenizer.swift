package import Console
internal import Dispatch
internal import StageKit
internal import Synchronization
package import Tokenization

/// The tokens of lines of text.
package struct LineTokenizer {
    /// What is shown of a line.
    package enum Detail: Sendable {
        /// The pieces, with blanks.
        case pieces
        /// `start:end` of each piece in bytes of the line, with blanks.
        case offsets
        /// An object with ids, pieces and offsets.
        case json
    }

    private let tokenizer: any Tokenizer
    /// Longest line in tokens, special ones included; `nil` for no limit.
    private let maxTokens: Int?
    private let threads: Int

    package init(_ tokenizer: any Tokenizer, maxTokens: Int?, threads: Int) {
        self.tokenizer = tokenizer
        self.maxTokens = maxTokens
        self.threads = threads
    }

    /// Lines that are tokenized together: enough to keep every thread busy, and never so many bytes that memory
    /// grows with the text.
    private static let blockLines = 65_536
    private static let blockBytes = 1 << 20

    /// Calls `body` with the ids of one block of lines after the other. While it runs, the next block is read and tokenized.
    /// - Throws: what reading the lines and `body` throw.
    package func forEachBatch(of source: LineSource, _ body: (EncodedBatch) throws -> Void) throws {
        var rows = UTF8Rows()
        var running: Running?
        func flush() throws {
            let before = running
            running = rows.count > 0 ? start(rows) : nil
            rows = UTF8Rows()
            rows.reserveCapacity(rows: 0, bytes: Self.blockBytes)
            if let before { try body(before.result()) }
        }
        do {
            try source.forEachLine { line in
                rows.append(line)
                if rows.count == Self.blockLines || rows.bytes.count >= Self.blockBytes { try flush() }
            }
        } catch {
            // A line that cannot be read takes nothing from the blocks before its own.
            if let running { try body(running.result()) }
            throw error
        }
        try flush()
        try flush()
    }

    /// A block that another thread tokenizes.
    private final class Running: Sendable {
        private let done = DispatchSemaphore(value: 0)
        private let outcome = Mutex<Result<EncodedBatch, any Error>?>(nil)

        init(_ body: @escaping @Sendable () throws -> EncodedBatch) {
            DispatchQueue.global().async {
                let result = Result { try body() }
                self.outcome.withLock { $0 = result }
                self.done.signal()
            }
        }

        /// Waits for it; may be asked once.
        func result() throws -> EncodedBatch {
            done.wait()
            guard let outcome = outcome.withLock({ $0 }) else {
                preconditionFailure("what is done has an outcome")
            }
            return try outcome.get()
        }
    }

    private func start(_ rows: UTF8Rows) -> Running {
        Running { [tokenizer, maxTokens, threads] in
            try tokenizer.encodeBatch(rows, maxTokens: maxTokens, threads: threads)
        }
    }

    /// What is to be shown of a line, with a line end.
    package func text(of line: UnsafeRawBufferPointer, _ detail: Detail) throws -> String {
        let encoding = try tokenizer.encode(Array(line), maxTokens: maxTokens)
        var pieces: [String] { encoding.ids.map { tokenizer.text(of: Int($0)) } }
        switch detail {
        case .pieces: return pieces.joined(separator: " ") + "\n"
        case .offsets:
            return encoding.offsets.map { "\($0.lowerBound):\($0.upperBound)" }.joined(separator: " ") + "\n"
        case .json:
            let value: JSONValue = [
                "ids": .array(encoding.ids.map { .integer(Int($0)) }),
                "pieces": .array(pieces.map(JSONValue.string)),
                "offsets": .array(
                    encoding.offsets.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
            ]
            return value.canonicalText + "\n"
        }
    }
}
