internal import StageKit
internal import Training

/// The rows of one side of the shards, and what is known of their features.
struct SideRows {
    let name: String
    let tokens: TokenRows
    /// With room for all vectors.
    private(set) var rows: FeatureFolder.Rows
    private var isKnown: [Bool]
    private let width: Int

    init(_ name: String, _ tokens: TokenRows, width: Int) {
        self.name = name
        self.tokens = tokens
        self.width = width
        rows = FeatureFolder.Rows(
            comments: (0..<tokens.count).map(tokens.comment(of:)), digests: tokens.rowDigests,
            vectors: Array(repeating: 0, count: tokens.count * width))
        isKnown = Array(repeating: false, count: tokens.count)
    }

    /// Numbers of the rows whose features are not known.
    var unknown: [Int] { isKnown.indices.filter { !isKnown[$0] } }

    /// Takes a vector that was kept, unless it is another row's or one is known.
    /// - Parameter vector: as many bytes as a vector has.
    mutating func take(_ vector: UnsafeRawBufferPointer, of row: Int, digest: RowDigest) {
        guard !isKnown[row], rows.digests[row] == digest else { return }
        let start = row * width
        rows.vectors.withUnsafeMutableBytes { all in
            let size = MemoryLayout<Float>.stride
            UnsafeMutableRawBufferPointer(rebasing: all[start * size..<(start + width) * size])
                .copyMemory(from: vector)
        }
        isKnown[row] = true
    }

    /// Takes the vectors of some rows, `[places, width]`.
    mutating func take(_ vectors: [Float], of places: [Int]) {
        for (number, row) in places.enumerated() {
            for column in 0..<width { rows.vectors[row * width + column] = vectors[number * width + column] }
            isKnown[row] = true
        }
    }

    /// Some of the rows by themselves.
    func part(_ places: [Int]) -> FeatureFolder.Rows {
        FeatureFolder.Rows(
            comments: places.map { rows.comments[$0] }, digests: places.map { rows.digests[$0] },
            vectors: places.flatMap { rows.vectors[$0 * width..<($0 + 1) * width] })
    }
}
