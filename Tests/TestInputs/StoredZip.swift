/// A zip archive of stored files, each as it is: local headers, directory, end.
package func storedZip(_ files: [(String, [UInt8])]) -> [UInt8] {
    func le(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    func crc(_ bytes: [UInt8]) -> Int {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return Int(~crc)
    }
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in files {
        let facts =
            le(20, 2) + le(0, 2) + le(0, 2) + le(0, 4) + le(crc(bytes), 4) + le(bytes.count, 4)
            + le(bytes.count, 4) + le(name.utf8.count, 2) + le(0, 2)
        directory +=
            [0x50, 0x4B, 1, 2] + le(20, 2) + facts + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4)
            + le(archive.count, 4) + Array(name.utf8)
        archive += [0x50, 0x4B, 3, 4] + facts + Array(name.utf8) + bytes
    }
    return archive + directory + [0x50, 0x4B, 5, 6] + le(0, 4) + le(files.count, 2) + le(files.count, 2)
        + le(directory.count, 4) + le(archive.count, 4) + le(0, 2)
}
