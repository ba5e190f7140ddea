/// The fields wanted from JSON objects, as a tree of keys.
struct JSONPaths {
    struct Entry {
        let key: [UInt8]
        /// The place of the field among the wanted ones, or -1 where the path continues.
        var wanted = -1
        /// The node of the object's own keys, or -1 where the path ends.
        var child = -1
    }

    /// Entries of each node; node 0 is the object on the line itself.
    private(set) var nodes: [[Entry]] = [[]]

    init(_ columns: [TableColumn]) throws(TableError) {
        guard !columns.isEmpty else { throw .noColumns }
        for (wanted, column) in columns.enumerated() {
            try insert(Self.keys(of: column.name), wanted, column.name)
        }
    }

    private mutating func insert(_ keys: [[UInt8]], _ wanted: Int, _ name: String) throws(TableError) {
        guard !keys.contains([]) else { throw .invalidPath(name) }
        var node = 0
        for (depth, key) in keys.enumerated() {
            let last = depth == keys.count - 1
            if let at = nodes[node].firstIndex(where: { $0.key == key }) {
                guard !last, nodes[node][at].wanted < 0 else { throw .invalidPath(name) }
                node = nodes[node][at].child
            } else if last {
                nodes[node].append(Entry(key: key, wanted: wanted))
            } else {
                nodes.append([])
                nodes[node].append(Entry(key: key, child: nodes.count - 1))
                node = nodes.count - 1
            }
        }
    }

    /// Cuts a path at its dots; `\.` is a dot inside a key.
    private static func keys(of path: String) -> [[UInt8]] {
        var keys: [[UInt8]] = [[]]
        var escaped = false
        for byte in path.utf8 {
            switch byte {
            case 0x5C where !escaped:
                escaped = true
                continue
            case 0x2E where !escaped:
                keys.append([])
            default:
                if escaped, byte != 0x2E { keys[keys.count - 1].append(0x5C) }
                keys[keys.count - 1].append(byte)
            }
            escaped = false
        }
        if escaped { keys[keys.count - 1].append(0x5C) }
        return keys
    }
}
