extension TorchFile {
    /// 0x1950a86a20f9469cfc6c, little-endian.
    private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

    /// The stream format: pickles of a magic number, a version, facts of the machine, the object and the keys of its
    /// storages; then each storage's element count and bytes.
    static func readStream(
        _ file: UnsafeRawBufferPointer
    ) throws(TorchError) -> (machine: PickleMachine, root: PickleValue, storages: [Range<Int>]) {
        var cursor = ByteCursor(file, name: "saved weights")
        var first = PickleMachine(cursor)
        guard file.starts(with: [0x80]), case .wide(let number) = try first.run(),
            first.bytes(number).elementsEqual(magic)
        else {
            throw TorchError(
                "not saved by PyTorch: it is neither a zip archive nor starts with PyTorch's magic number")
        }
        cursor = first.cursor
        try checkVersion(&cursor)
        try checkMachine(&cursor)
        var machine = PickleMachine(cursor)
        let root = try machine.run()
        cursor = machine.cursor
        let storages = try readStorages(&cursor, machine)
        guard cursor.rest == 0 else { throw cursor.error("\(cursor.rest) bytes after the last storage") }
        return (machine, root, storages)
    }

    private static func checkVersion(_ cursor: inout ByteCursor) throws(TorchError) {
        var machine = PickleMachine(cursor)
        let value = try machine.run()
        guard case .integer(1001) = value else {
            throw cursor.error("the format's version is not 1001, the only one there was")
        }
        cursor = machine.cursor
    }

    private static func checkMachine(_ cursor: inout ByteCursor) throws(TorchError) {
        var machine = PickleMachine(cursor)
        guard case .dictionary(let number) = try machine.run() else {
            throw cursor.error("the description of the machine is not a dictionary")
        }
        for item in machine.dictionaries[number] {
            guard case .text(let key) = item.key, machine.bytes(key).elementsEqual("little_endian".utf8)
            else { continue }
            guard case .boolean(true) = item.value else {
                throw cursor.error("the numbers are big-endian; expected little-endian")
            }
        }
        cursor = machine.cursor
    }

    /// Places of the storages' bytes, in the order in which the object's pickle named them.
    private static func readStorages(
        _ cursor: inout ByteCursor, _ machine: PickleMachine
    ) throws(TorchError) -> [Range<Int>] {
        var keys = PickleMachine(cursor)
        keys.keepsLists = true
        guard case .list = try keys.run() else {
            throw cursor.error("the keys of the storages are not a list")
        }
        cursor = keys.cursor
        var places = [Range<Int>?](repeating: nil, count: machine.storages.count)
        for key in keys.listed {
            guard case .text(let place) = key else {
                throw cursor.error("a storage's key is \(key.kind); expected a string")
            }
            let name = Array(keys.bytes(place))
            let shown = TorchError.shown(name)
            guard let number = machine.storageNumbers[name] else {
                throw cursor.error("storage '\(shown)' belongs to no tensor")
            }
            guard places[number] == nil else { throw cursor.error("storage '\(shown)' is there twice") }
            let storage = machine.storages[number]
            let count = try cursor.read(Int64.self)
            guard count == Int64(storage.count) else {
                throw cursor.error(
                    "storage '\(shown)' has \(count) elements; its tensors expect \(storage.count)")
            }
            places[number] = try cursor.take(storage.count * storage.type.byteCount)
        }
        var complete: [Range<Int>] = []
        for (number, place) in places.enumerated() {
            guard let place else {
                let key = TorchError.shown(machine.bytes(machine.storages[number].key))
                throw cursor.error("storage '\(key)' is missing")
            }
            complete.append(place)
        }
        return complete
    }
}
