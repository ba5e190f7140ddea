/// Ids of many texts, one behind the other, in memory that grows before it is written to.
struct IDSink {
    private(set) var ids: UnsafeMutablePointer<Int32>
    var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        ids = .allocate(capacity: self.capacity)
    }

    func deallocate() { ids.deallocate() }

    /// Makes room for more ids.
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if count &+ more > capacity { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = max(count + more, 2 * capacity)
        let room = UnsafeMutablePointer<Int32>.allocate(capacity: larger)
        room.update(from: ids, count: count)
        ids.deallocate()
        ids = room
        capacity = larger
    }

    /// - Precondition: there is room; see ``reserve(_:)``.
    @inline(__always)
    mutating func append(_ id: Int32) {
        ids[count] = id
        count &+= 1
    }

    mutating func append(_ list: [Int32]) {
        reserve(list.count)
        for id in list { append(id) }
    }
}
