import Digests
import Files
import Models
import ShardFormat

/// The features of the rows of shards, side by side with what tells the rows: `features-v1`.
///
/// Each side has a safetensors file with `features` (F32 `[rows, width]`), `comment_ids` (I64 `[rows]`) and `row_digests`
/// (U8 `[rows, 16]`), in the order of the shards.
package struct FeatureFolder: Sendable {
    package let path: String
    package let manifest: FeatureManifest

    /// Rows with their features.
    package struct Rows: Sendable {
        /// Numbers of the comments.
        package var comments: [Int64]
        package var digests: [RowDigest]
        /// `[rows, width]`, row-major.
        package var vectors: [Float]

        package init(comments: [Int64] = [], digests: [RowDigest] = [], vectors: [Float] = []) {
            self.comments = comments
            self.digests = digests
            self.vectors = vectors
        }

        package var count: Int { comments.count }
    }

    /// Opens a folder.
    /// - Throws: ``TrainingError`` that names what is missing or damaged.
    package init(_ path: String) throws {
        self.path = path
        let file = path + "/" + FeatureManifest.fileName
        manifest = try FeatureManifest(decoding: try MappedFile(path: file).copied(), path: file)
        _ = try manifest.statePooling(in: file)
    }

    /// What the features were made by.
    package func recipe() throws -> FeatureRecipe {
        let file = path + "/" + FeatureManifest.fileName
        guard let precision = Precision(rawValue: manifest.precision) else {
            throw TrainingError.file(
                path: file,
                problem: "'precision' is '\(manifest.precision)', which this version does not know")
        }
        return FeatureRecipe(
            encoder: manifest.encoder, pooling: try manifest.statePooling(in: file), precision: precision,
            hiddenSize: manifest.width / manifest.layers.count, products: manifest.products)
    }

    /// Writes the rows of one side into a folder; its entry belongs into the manifest.
    package static func write(
        _ rows: Rows, of split: String, width: Int, into folder: String
    ) throws -> FeatureManifest.File {
        let name = "features-\(split).safetensors"
        let file = try TensorFile.write(
            [
                NamedTensor("features", rows.vectors, shape: [rows.count, width]),
                NamedTensor("comment_ids", rows.comments, shape: [rows.count]),
                NamedTensor(
                    "row_digests", rows.digests.flatMap(\.bytes), shape: [rows.count, RowDigest.byteCount]),
            ], metadata: ["splitvote.format": "features", "splitvote.version": "1"], to: folder + "/" + name)
        return FeatureManifest.File(
            path: name, split: split, rows: rows.count, bytes: file.bytes, sha256: file.sha256)
    }

    /// The rows of one side, every byte checked.
    /// - Throws: ``TrainingError`` that names the file and what is wrong with it.
    package func rows(of split: String) throws -> Rows {
        guard let entry = manifest.files.first(where: { $0.split == split }) else {
            let sides = manifest.files.map(\.split).joined(separator: ", ")
            throw TrainingError.data("\(path) has no features of side '\(split)'; it has those of \(sides)")
        }
        let file = try MappedFile(path: path + "/" + entry.path)
        return try file.withBytes { bytes in
            guard bytes.count == entry.bytes, ContentDigest.of(bytes) == entry.sha256 else {
                throw TrainingError.file(
                    path: file.path, problem: "was changed since it was made; make the features again")
            }
            let view = try SafetensorsView(bytes)
            let vectors = try view.tensor("features")
            let digests = try view.tensor("row_digests")
            let comments: SafetensorsVector<Int64> = try view.vector("comment_ids")
            guard vectors.entry.shape == [entry.rows, manifest.width], comments.count == entry.rows,
                digests.entry.shape == [entry.rows, RowDigest.byteCount], digests.entry.type == .uint8
            else {
                throw TrainingError.file(
                    path: file.path,
                    problem:
                        "has features of shape \(vectors.entry.shape) and \(comments.count) comments; expected "
                        + "\(entry.rows) rows of \(manifest.width) numbers")
            }
            return Rows(
                comments: comments.copied(),
                digests: (0..<entry.rows).map { row in
                    let start = row * RowDigest.byteCount
                    return RowDigest(
                        bytes: UnsafeRawBufferPointer(
                            rebasing: digests.bytes[start..<start + RowDigest.byteCount]))
                }, vectors: try vectors.values(of: Float.self).copied())
        }
    }

    /// The features of the rows of shards, `[rows, width]`, row-major.
    /// - Throws: ``TrainingError`` where they are those of other rows.
    package func vectors(of split: String, matching rows: TokenRows) throws -> [Float] {
        let found = try self.rows(of: split)
        let hint = "connect this stage and the features stage to the same shards, and run both"
        guard found.count == rows.count else {
            throw TrainingError.advised(
                "the features of side '\(split)' are those of other shards: they have \(found.count) rows, the shards "
                    + "\(rows.count)", hint: hint)
        }
        for (row, (digest, expected)) in zip(found.digests, rows.rowDigests).enumerated()
        where digest != expected {
            throw TrainingError.advised(
                "the features of side '\(split)' are those of other shards: row \(row) (comment \(rows.comment(of: row))) has "
                    + "other tokens there", hint: hint)
        }
        return found.vectors
    }
}
