internal import CLibrary
internal import StageKit

extension Disk {
    /// SHA-256 of a file's content, 64 hex digits, and how many bytes were read.
    static func digest(_ path: String) throws(StageError) -> (digest: String, size: Int64) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .disk("cannot read", path) }
        defer { close(descriptor) }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        var digest = ContentDigest()
        var size: Int64 = 0
        while true {
            let count = read(descriptor, room.baseAddress, room.count)
            if count == 0 { return (digest.hexadecimal(), size) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .disk("cannot read", path)
            }
            size += Int64(count)
            digest.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }
}
