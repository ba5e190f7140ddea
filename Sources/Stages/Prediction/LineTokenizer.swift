package import Console
internal import Dispatch
internal import StageKit
internal import Synchronization
internal import TextBasics
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

    /// Lines that are tokenized together: few enough that memory never grows with the text.
    private static let blockLines = 65_536
    private static let blockBytes = 1 << 18
    /// Blocks for each thread that may be on their way: enough to keep it busy while a file of ids is written.
    private static let blocksEach = 4

    /// Calls `body` with the ids of one block of lines after the other. While it runs, other blocks are tokenized, each by
    /// one thread.
    /// - Throws: what reading the lines and `body` throw.
    package func forEachBatch(of source: LineSource, _ body: (EncodedBatch) throws -> Void) throws {
        var blocks = Blocks(tokenizer: self)
        do {
            try source.forEachLine { try blocks.add($0, body) }
        } catch {
            // A line that cannot be read takes nothing from the blocks before its own.
            try blocks.handOver(body)
            throw error
        }
        blocks.close()
        try blocks.handOver(body)
    }

    /// The lines of the block that is being read, and the blocks before it that were not handed over.
    private struct Blocks {
        let tokenizer: LineTokenizer
        private var rows = UTF8Rows()
        private var running: [Running] = []

        init(tokenizer: LineTokenizer) {
            self.tokenizer = tokenizer
        }

        mutating func add(_ line: UnsafeRawBufferPointer, _ body: (EncodedBatch) throws -> Void) throws {
            rows.append(line)
            guard rows.bytes.count >= LineTokenizer.blockBytes || rows.count == LineTokenizer.blockLines
            else { return }
            close()
            rows.reserveCapacity(rows: 0, bytes: LineTokenizer.blockBytes)
            if running.count > LineTokenizer.blocksEach * tokenizer.threads {
                try body(running.removeFirst().result())
            }
        }

        /// Lets a thread tokenize the lines that are there.
        mutating func close() {
            guard rows.count > 0 else { return }
            running.append(tokenizer.start(rows))
            rows = UTF8Rows()
        }

        /// Waits for all blocks.
        mutating func handOver(_ body: (EncodedBatch) throws -> Void) throws {
            while !running.isEmpty { try body(running.removeFirst().result()) }
        }
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
        Running { [tokenizer, maxTokens] in
            try tokenizer.encodeBatch(rows, maxTokens: maxTokens)
        }
    }

    /// Writes what is to be shown of each line; the ids without a detail.
    package func write(_ source: LineSource, _ detail: Detail?, to output: inout OutputBuffer) throws {
        if let detail {
            return try source.forEachLine { try output.write(try text(of: $0, detail)) }
        }
        try forEachBatch(of: source) { batch in
            for row in 0..<batch.count { try output.writeLine(of: batch[row]) }
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
