internal import Files
internal import TextBasics

/// word2vec's files: a line with the number of words and of each vector's numbers, then each word and its vector.
///
/// As text the numbers are decimals, shortest that read back as the same, a word a line. Binary they are `Float32`, lowest
/// byte first, after the word and a space; word2vec ends each with a line break, which gensim leaves out.
package enum VectorFile {
    package enum Form: String, CaseIterable, Sendable {
        case text, binary
    }

    /// Writes a file that word2vec's readers read.
    /// - Throws: ``WordVectorError`` for a word with white space in it, or ``/Files/FileError``.
    package static func write(_ table: VectorTable, to path: String, as form: Form) throws {
        let file = try FileWriter(path: path)
        try file.write("\(table.count) \(table.size)\n")
        var row: [UInt8] = []
        for word in 0..<table.count {
            row.removeAll(keepingCapacity: true)
            row += table.words[word]
            if row.isEmpty || row.contains(where: { $0 == 0x20 || $0 == 0x0A }) {
                throw WordVectorError(
                    "a file of vectors cannot hold the word '\(table.name(word))': it has a space")
            }
            switch form {
            case .text:
                for value in table[word] { row += " \(value)".utf8 }
                row.append(0x0A)
            case .binary:
                row.append(0x20)
                for value in table[word] {
                    withUnsafeBytes(of: value.bitPattern.littleEndian) { row += $0 }
                }
            }
            try row.withUnsafeBytes { try file.write($0) }
        }
        try file.finish()
    }

    /// Reads either form; which one it is shows in the first row. Of a word that is there twice the first counts.
    ///
    /// - Parameter wants: whether a word is wanted; all by default.
    /// - Throws: ``WordVectorError`` that names the file, or ``/Files/FileError``.
    package static func read(
        _ path: String, where wants: (ArraySlice<UInt8>) -> Bool = { _ in true }
    ) throws -> VectorTable {
        let bytes = try MappedFile(path: path).copied()
        do throws(VectorReader.Problem) {
            var reader = try VectorReader(bytes)
            return try reader.table(where: wants)
        } catch {
            throw WordVectorError("\(path): \(error.text)")
        }
    }
}
