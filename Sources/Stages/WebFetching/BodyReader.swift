internal import AsyncHTTPClient
internal import GzipFormat
internal import NIOCore

/// Takes in a body piece by piece, takes gzip off it and watches its size.
struct BodyReader {
    /// What happens at the limit.
    enum Excess: Hashable, Sendable {
        case refused
        /// What is too much is left out, as in robots.txt.
        case cutOff
    }

    private let limit: Int
    private let excess: Excess
    private let inflater: GzipInflater?
    private var taken = 0
    private(set) var bytes: [UInt8] = []
    private(set) var isFull = false

    /// - Parameter encoding: the Content-Encoding headers, joined by commas.
    /// - Throws: ``FetchFailure/broken(_:attempts:)`` for any other than gzip.
    init(encoding: String, limit: Int, excess: Excess) throws(FetchFailure) {
        self.limit = limit
        self.excess = excess
        let names = encoding.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }
            .filter { $0 != "identity" }
        switch names {
        case []: inflater = nil
        case ["gzip"], ["x-gzip"]:
            do {
                inflater = try GzipInflater()
            } catch {
                throw .broken("\(error)", attempts: 1)
            }
        default:
            throw .broken(
                "the answer has the Content-Encoding '\(encoding)'; only gzip was asked for", attempts: 1)
        }
    }

    mutating func take(_ piece: ByteBuffer) throws {
        taken += piece.readableBytes
        guard taken <= limit || excess == .cutOff else { throw FetchFailure.tooLarge(limit: limit) }
        guard let inflater else { return try append(piece.readableBytesView) }
        do {
            try piece.withUnsafeReadableBytes { packed in
                try inflater.inflate(packed) { try append($0) }
            }
        } catch let error as GzipError {
            throw FetchFailure.broken("the answer is \(error)", attempts: 1)
        }
    }

    private mutating func append(_ piece: some Collection<UInt8>) throws(FetchFailure) {
        if piece.count > limit - bytes.count {
            guard excess == .cutOff else { throw .tooLarge(limit: limit) }
            bytes += piece.prefix(limit - bytes.count)
            isFull = true
        } else {
            bytes += piece
        }
    }

    /// - Throws: ``FetchFailure/broken(_:attempts:)`` where gzip ended too early.
    func finish() throws(FetchFailure) {
        guard let inflater, taken > 0, !isFull else { return }
        do {
            try inflater.finish()
        } catch {
            throw .broken("the answer is \(error)", attempts: 1)
        }
    }
}
