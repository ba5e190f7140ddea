import CLibrary

/// A run of bytes that is filled anew for each text and grows as it must.
final class ByteScratch {
    private(set) var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes have been written.
    var count = 0

    init() {
        capacity = 4096
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    /// Forgets the content and makes room for `bytes` bytes.
    func restart(_ bytes: Int) {
        count = 0
        guard bytes > capacity else { return }
        start.deallocate()
        capacity = bytes + bytes / 2
        start = .allocate(capacity: capacity)
    }

    /// What has been written.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
}

/// Position of the first `byte` in `bytes` at or after `start`; `nil` where there is none.
@inline(__always)
func firstIndex(of byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress else { return nil }
    guard let found = memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
    return UnsafeRawPointer(found) - base
}
