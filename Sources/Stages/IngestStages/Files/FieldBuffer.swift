/// Memory for one value of a row that is put together or becomes another one. It stays where it is until the next value.
final class FieldBuffer {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)
    private var count = 0

    deinit { memory.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    func clear() { count = 0 }

    func append(_ part: UnsafeRawBufferPointer) {
        reserve(part.count)
        if !part.isEmpty { UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: part) }
        count += part.count
    }

    func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count += 1
    }

    func set(_ text: some Collection<UInt8>) -> UnsafeRawBufferPointer {
        clear()
        reserve(text.count)
        for byte in text { append(byte) }
        return bytes
    }

    private func reserve(_ more: Int) {
        guard count + more > memory.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * (count + more), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        memory.deallocate()
        memory = larger
    }
}
