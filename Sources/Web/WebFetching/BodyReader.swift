internal import AsyncHTTPClient
internal import GzipFormat
internal import NIOCore

/// Takes in a body piece by piece, takes gzip or deflate off it and watches its size.
struct BodyReader {
    /// What happens at the limit.
    enum Excess: Hashable, Sendable {
        case refused
        /// What is too much is left out, as in robots.txt.
        case cutOff
    }

    private let limit: Int
    private let excess: Excess
    private enum Packing {
        case none
        case gzip(GzipInflater)
        case deflate(DeflateInflater)
    }

    private let packing: Packing
    private var taken = 0
    private(set) var bytes: [UInt8] = []
    private(set) var isFull = false

    /// - Parameter encoding: the Content-Encoding headers, joined by commas.
    /// - Throws: ``FetchFailure/broken(_:attempts:)`` for any other than gzip and deflate.
    init(encoding: String, limit: Int, excess: Excess) throws(FetchFailure) {
        self.limit = limit
        self.excess = excess
        let names = encoding.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }
            .filter { $0 != "identity" }
        switch names {
        case []: packing = .none
        case ["deflate"]: packing = .deflate(DeflateInflater())
        case ["gzip"], ["x-gzip"]:
            do {
                packing = .gzip(try GzipInflater())
            } catch {
                throw .broken("\(error)", attempts: 1)
            }
        default:
            throw .broken(
                "the answer has the Content-Encoding '\(encoding)'; only gzip and deflate were asked for",
                attempts: 1)
        }
    }

    mutating func take(_ piece: ByteBuffer) throws {
        taken += piece.readableBytes
        guard taken <= limit || excess == .cutOff else { throw FetchFailure.tooLarge(limit: limit) }
        do {
            switch packing {
            case .none: try append(piece.readableBytesView)
            case .gzip(let inflater):
                try piece.withUnsafeReadableBytes { packed in try inflater.inflate(packed) { try append($0) }
                }
            case .deflate(let inflater):
                try piece.withUnsafeReadableBytes { packed in try inflater.inflate(packed) { try append($0) }
                }
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

    /// - Throws: ``FetchFailure/broken(_:attempts:)`` where what was packed ended too early.
    func finish() throws(FetchFailure) {
        guard taken > 0, !isFull else { return }
        do {
            switch packing {
            case .none: return
            case .gzip(let inflater): try inflater.finish()
            case .deflate(let inflater): try inflater.finish()
            }
        } catch {
            throw .broken("the answer is \(error)", attempts: 1)
        }
    }
}
