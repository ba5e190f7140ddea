extension PieceTrie {
    /// The array, valid while ``PieceTrie/withPointers(_:)`` runs.
    struct Pointers {
        let cells: UnsafePointer<Cell>
        let ids: UnsafePointer<Int32>

        /// The longest piece that starts at a letter: its id, or -1, and where it ends.
        /// - Parameter letter: the number of the letter at a place from `start` to before `end`.
        @inline(__always)
        func longest(
            from start: Int, to end: Int, root: Int, letter: (Int) -> UInt32
        ) -> (id: Int32, end: Int) {
            var state = root
            var found = -1
            var foundEnd = start
            var at = start
            while at < end {
                let next = Int(cells[state].base) &+ Int(truncatingIfNeeded: letter(at))
                let check = Int(cells[next].check)
                if check &>> 1 != state { break }
                state = next
                at &+= 1
                if check & 1 != 0 {
                    found = state
                    foundEnd = at
                }
            }
            return (found < 0 ? -1 : ids[found], foundEnd)
        }
    }
}
