extension ChunkTable {
    /// A run of bytes that waits for its ids, with its keys and where it belongs; nothing of the kind if it is longer than
    /// what is kept.
    struct Pending {
        var start: Int
        var length: Int
        var place = 0
        var key = Key.zero
        var second = Key.zero
    }

    /// A run of a text, after which ``readBytes`` can be read; its line is asked for.
    @inline(__always)
    func pending(_ text: UnsafePointer<UInt8>, _ start: Int, _ length: Int) -> Pending {
        var run = Pending(start: start, length: length)
        guard length <= Self.longBytes else { return run }
        run.key = key(text + start, length)
        if length <= Self.shortBytes {
            run.place = place(run.key)
        } else {
            run.second = secondKey(text + start, length)
            run.place = place(run.key, run.second)
        }
        fetch(run.place)
        return run
    }

    /// - Returns: how many ids the run has; -1 if it is not known.
    @inline(__always)
    func find(_ run: Pending, into target: UnsafeMutablePointer<Int32>) -> Int {
        run.length <= Self.shortBytes
            ? find(run.key, at: run.place, into: target)
            : find(run.key, run.second, at: run.place, into: target)
    }

    @inline(__always)
    func keep(_ run: Pending, _ ids: UnsafePointer<Int32>, count: Int) {
        if run.length <= Self.shortBytes {
            keep(run.key, at: run.place, ids, count: count)
        } else {
            keep(run.key, run.second, at: run.place, ids, count: count)
        }
    }
}
