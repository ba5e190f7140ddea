/// A text whose bytes stay at one place as long as the value lives.
package final class PinnedText {
    package let bytes: UnsafeRawBufferPointer
    private let memory: UnsafeMutableRawBufferPointer

    package init(_ text: String) {
        let count = text.utf8.count
        memory = .allocate(byteCount: max(1, count), alignment: 1)
        memory.copyBytes(from: text.utf8)
        bytes = UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    deinit { memory.deallocate() }
}
