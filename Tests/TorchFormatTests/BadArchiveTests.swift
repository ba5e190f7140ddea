import Testing
import TorchFormat

/// Archives and streams made by hand to break one rule each.
struct BadArchiveTests {
    private static let pickle = Pickle.dictionary(Pickle.tensor())

    private static func changed(_ change: (inout Zip) -> Void) -> [UInt8] {
        var zip = Zip.weights(pickle)
        change(&zip)
        return zip.bytes
    }

    private static func renamed(_ name: String) -> [UInt8] {
        changed { $0.entries.append(.init(name: name, bytes: [1])) }
    }

    static let archives: [(String, [UInt8], String)] = [
        (
            "a path upwards", renamed("a/../../etc/passwd"),
            "entry 'a/../../etc/passwd' names a place outside the archive"
        ),
        ("an absolute path", renamed("/etc/passwd"), "entry '/etc/passwd' names a place outside the archive"),
        ("a path of Windows", renamed("a\\..\\b"), "entry 'a\\..\\b' names a place outside the archive"),
        ("a drive", renamed("C:x"), "entry 'C:x' names a place outside the archive"),
        ("a NUL in a name", renamed("a/b\0c"), "entry 'a/b\\u{0}c' names a place outside the archive"),
        ("no name", renamed(""), "entry '' names a place outside the archive"),
        ("two entries of a name", renamed("a/data/0"), "entry 'a/data/0' is there twice"),
        (
            "compression, as of a zip bomb", changed { $0.entries[1].method = 8 },
            "entry 'a/data/0' is compressed (method 8)"
        ),
        ("encryption", changed { $0.entries[1].flags = 1 }, "entry 'a/data/0' is encrypted"),
        (
            "entries that overlap",
            changed {
                $0.entries.append(
                    .init(name: "a/data/1", bytes: [], size: 16, ownName: "a/data/0", offset: 0))
            }, "has another name in its own header"
        ),
        (
            "an entry longer than the file", changed { $0.entries[1].size = 1 << 30 },
            "entry 'a/data/0' of 1073741824 bytes is cut short"
        ),
        (
            "an entry behind the file", changed { $0.entries[1].offset = 1 << 30 },
            "would start at byte 1073741824"
        ),
        (
            "an entry without a header", changed { $0.entries[1].offset = 7 },
            "entry 'a/data/0' has no header at byte 7"
        ),
        (
            "another name in the header", changed { $0.entries[1].ownName = "a/data/1" },
            "has another name in its own header"
        ),
        (
            "a wrong checksum", changed { $0.entries[1].checksum = 1 },
            "entry 'a/data/0' is damaged: wrong checksum"
        ),
        (
            "a wrong checksum of the pickle", changed { $0.entries[0].checksum = 1 },
            "entry 'a/data.pkl' is damaged: wrong checksum"
        ),
        ("more entries than there are", changed { $0.count = 9 }, "zip directory, byte"),
        (
            "a directory behind the file", changed { $0.start = 1 << 30 },
            "its directory of 2 entries would take bytes"
        ),
        (
            "a large archive without its record", changed { $0.count = 0xFFFF },
            "it lacks the record that large archives have"
        ),
        ("no pickle", changed { $0.entries.removeFirst() }, "it has no data.pkl in a folder"),
        ("two pickles", renamed("b/data.pkl"), "it has 2 files data.pkl in a folder"),
        ("a program", renamed("a/constants.pkl"), "the file is a TorchScript program, no saved weights"),
        (
            "big-endian numbers",
            changed { $0.entries.append(.init(name: "a/byteorder", bytes: Array("big".utf8))) },
            "the numbers are in byte order 'big'; expected 'little'"
        ),
        (
            "nothing but its beginning", [0x50, 0x4B, 3, 4],
            "zip archive cut short: it has no directory at its end"
        ),
    ]

    @Test(arguments: archives)
    func isRefusedInWords(what: String, file: [UInt8], expected: String) {
        let found = outcome(file)
        #expect(found.contains(expected), "\(what): \(found)")
    }

    @Test func overlappingEntriesAreRefused() {
        // The second entry's header and bytes lie inside the bytes of the first.
        let inner = Zip(entries: [.init(name: "a/data/1", bytes: [1, 2, 3, 4])]).bytes.prefix(30 + 8 + 4)
        var zip = Zip.weights(Self.pickle, storage: Array(inner))
        let start = zip.bytes.firstRange(of: Array("a/data/0".utf8))?.upperBound ?? 0
        zip.entries.append(.init(name: "a/data/1", bytes: [], size: 4, offset: UInt32(start)))
        #expect(outcome(zip.bytes) == "zip archive: entries 'a/data/0' and 'a/data/1' overlap")
    }

    static let streams: [(String, [UInt8], String)] = [
        (
            "nothing", [],
            "not saved by PyTorch: it is neither a zip archive nor starts with PyTorch's magic number"
        ),
        ("text", Array("hello".utf8), "not saved by PyTorch"),
        ("another magic number", Pickle.start + [0x4B, 1] + Pickle.stop, "not saved by PyTorch"),
        (
            "another version", Stream.magic + Pickle.start + [0x4B, 1] + Pickle.stop,
            "the format's version is not 1001"
        ),
        (
            "no facts", Stream.magic + Stream.version + Pickle.start + [0x4B, 1] + Pickle.stop,
            "the description of the machine is not a dictionary"
        ),
        (
            "a big-endian machine",
            Stream.magic + Stream.version + Pickle.start + Pickle.emptyDictionary
                + Pickle.text("little_endian")
                + [0x89, 0x73, 0x2E], "the numbers are big-endian"
        ),
        (
            "no keys", Stream.weights(pickle, keys: Pickle.start + Pickle.emptyTuple + Pickle.stop),
            "the keys of the storages are not a list"
        ),
        (
            "an empty list of keys",
            Stream.magic + Stream.version + Stream.machine + pickle + Pickle.start + [0x5D, 0x2E],
            "storage '0' is missing"
        ),
        (
            "a key of nobody",
            Stream.weights(pickle, keys: Pickle.start + [0x5D] + Pickle.text("9") + [0x61, 0x2E]),
            "storage '9' belongs to no tensor"
        ),
        (
            "a key twice",
            Stream.weights(
                pickle,
                keys: Pickle.start + [0x5D, 0x28] + Pickle.text("0") + Pickle.text("0") + [0x65, 0x2E]),
            "storage '0' is there twice"
        ),
        (
            "a key that is a number",
            Stream.weights(pickle, keys: Pickle.start + [0x5D, 0x4B, 0, 0x61, 0x2E]),
            "a storage's key is an integer; expected a string"
        ),
        (
            "another count", Stream.weights(pickle, count: 3),
            "storage '0' has 3 elements; its tensors expect 4"
        ),
        ("a negative count", Stream.weights(pickle, count: -1), "storage '0' has -1 elements"),
        ("bytes at the end", Stream.weights(pickle) + [0], "1 bytes after the last storage"),
        (
            "a cut storage", Array(Stream.weights(pickle).dropLast()),
            "cut short: 16 bytes are to follow, 15 are left"
        ),
        (
            "a foreign name", Stream.weights(Pickle.dictionary(Pickle.global("os", "system"))),
            "the pickle asks for 'os.system'"
        ),
        (
            "a view outside its storage",
            Stream.weights(Pickle.dictionary(Pickle.tensor(view(offset: 3, size: 2)))),
            "a view reaches outside its storage of 4 elements"
        ),
        (
            "a tensor outside its view",
            Stream.weights(Pickle.dictionary(Pickle.tensor(view(offset: 1, size: 3)))),
            "reaches outside its storage of 3 elements"
        ),
    ]

    /// A storage of four elements of which a view has some.
    private static func view(offset: Int, size: Int) -> [UInt8] {
        Pickle.mark + Pickle.text("storage") + Pickle.global("torch", "FloatStorage") + Pickle.text("0")
            + Pickle.text("cpu")
            + Pickle.integer(4) + Pickle.mark + Pickle.text("v") + Pickle.integer(offset)
            + Pickle.integer(size)
            + Pickle.tuple + Pickle.tuple + Pickle.persistent
    }

    @Test(arguments: streams)
    func aStreamIsRefusedInWords(what: String, file: [UInt8], expected: String) {
        let found = outcome(file)
        #expect(found.contains(expected), "\(what): \(found)")
    }

    @Test func aViewOfAStorageStartsInsideIt() throws {
        let tensor = Pickle.tensor(Self.view(offset: 1, size: 3), shape: [2], strides: [2])
        try Stream.weights(Pickle.dictionary(tensor)).withUnsafeBytes { bytes in
            let file = try TorchFile(bytes)
            var values: [Float] = [0, 0]
            try values.withUnsafeMutableBufferPointer { try file.copyFloats(of: file.tensors[0], to: $0) }
            #expect(values == [2, 4])
        }
    }

    @Test func onlyFloatingNumbersAreWeights() throws {
        let tensor = Pickle.tensor(Pickle.storage(type: "LongStorage", count: 2), shape: [2], strides: [1])
        try Zip.weights(Pickle.dictionary(tensor)).bytes.withUnsafeBytes { bytes in
            let file = try TorchFile(bytes)
            var values: [Float] = [0, 0]
            #expect(throws: TorchError.self) {
                try values.withUnsafeMutableBufferPointer { try file.copyFloats(of: file.tensors[0], to: $0) }
            }
        }
    }
}
