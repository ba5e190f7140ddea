import Testing
import TorchFormat

/// Pickles made by hand to break one rule each; every one is refused in words.
struct BadPickleTests {
    typealias P = Pickle
    private static let allowed =
        "; nothing was run. Allowed are collections.OrderedDict, torch._utils._rebuild_tensor_v2, "
        + "torch._utils._rebuild_parameter and torch's storages"

    private static func foreign(_ name: String) -> String {
        "the pickle asks for '\(name)', which saved weights do not need" + allowed
    }

    private static let outside = "reaches outside its storage of 4 elements"

    static let files: [(String, [UInt8], String)] = [
        (
            "os.system", P.dictionary(P.global("os", "system") + P.mark + P.text("true") + P.tuple + P.call),
            foreign("os.system")
        ),
        ("eval", P.dictionary(P.global("builtins", "eval")), foreign("builtins.eval")),
        (
            "a name made on the stack", P.start + P.text("posix") + P.text("system") + [0x93] + P.stop,
            foreign("posix.system")
        ),
        (
            "a name like an allowed one", P.dictionary(P.global("collections", "OrderedDict ")),
            foreign("collections.OrderedDict ")
        ),
        ("another torch function", P.dictionary(P.global("torch", "load")), foreign("torch.load")),
        (
            "a name that controls a terminal", P.dictionary(P.global("\u{1B}[2J", "x")),
            foreign("\\u{1b}[2J.x")
        ),
        (
            "a name of numbers", P.start + [0x4B, 1, 0x4B, 2, 0x93] + P.stop,
            "a name of Python is two strings; found an integer and an integer"
        ),
        (
            "INST", P.start + P.mark + [0x69] + Array("os\nsystem\n".utf8) + P.stop,
            "opcode 0x69 (INST) has no place"
        ),
        ("OBJ", P.start + P.mark + P.hooks + [0x6F] + P.stop, "opcode 0x6f (OBJ) has no place"),
        ("NEWOBJ", P.start + P.hooks + P.emptyTuple + [0x81] + P.stop, "opcode 0x81 (NEWOBJ) has no place"),
        ("EXT1", P.start + [0x82, 1] + P.stop, "opcode 0x82 (EXT1) has no place"),
        ("PERSID", P.start + Array("Pkey\n".utf8) + P.stop, "opcode 0x50 (PERSID) has no place"),
        ("an unknown opcode", P.start + [0xFF] + P.stop, "opcode 0xff has no place"),
        ("no opcode at all", [], "cut short: 1 bytes are to follow, 0 are left"),
        ("no end", P.start + P.emptyDictionary, "cut short: 1 bytes are to follow, 0 are left"),
        ("protocol 0", Array("(dp0\n.".utf8), "opcode 0x64 has no place"),
        ("protocol 9", [0x80, 9] + P.stop, "a pickle of protocol 9; 2 to 5 are read"),
        ("an empty stack", P.start + [0x73] + P.stop, "the stack is empty"),
        (
            "a stack emptied below a mark", P.start + P.emptyDictionary + P.mark + [0x62] + P.stop,
            "the stack is empty"
        ),
        ("no mark", P.start + [0x74] + P.stop, "there is no mark"),
        (
            "an open mark", P.start + P.mark + P.emptyDictionary + P.stop,
            "ends with 1 values and 1 open marks"
        ),
        (
            "two values", P.start + P.emptyDictionary + P.emptyDictionary + P.stop,
            "ends with 2 values and 0 open marks"
        ),
        ("a forgotten memory", P.start + [0x68, 7] + P.stop, "nothing was remembered as 7"),
        (
            "a far memory", P.start + [0x6A, 255, 255, 255, 255] + P.stop,
            "nothing was remembered as 4294967295"
        ),
        (
            "a key without a value", P.start + P.emptyDictionary + P.mark + P.text("w") + [0x75] + P.stop,
            "a key without a value"
        ),
        (
            "items of a tuple", P.start + P.emptyTuple + P.text("w") + P.text("x") + [0x73] + P.stop,
            "found a tuple where a dictionary belongs"
        ),
        (
            "appending to a dictionary", P.start + P.emptyDictionary + P.emptyTuple + [0x61] + P.stop,
            "found a dictionary where a list belongs"
        ),
        (
            "a text of 2^63 bytes", P.start + [0x8D, 0, 0, 0, 0, 0, 0, 0, 0x80],
            "cut short: 9223372036854775808 bytes are to follow"
        ),
        (
            "a text of 4 GB", P.start + [0x58, 255, 255, 255, 255] + P.stop,
            "cut short: 4294967295 bytes are to follow"
        ),
        (
            "a line without an end", P.start + [0x63] + Array(repeating: 0x61, count: 5000),
            "a line without an end"
        ),
        (
            "calling a string", P.start + P.text("os.system") + P.emptyTuple + P.call + P.stop,
            "found a string where a function belongs; nothing was run"
        ),
        (
            "calling a storage", P.start + P.global("torch", "FloatStorage") + P.emptyTuple + P.call + P.stop,
            "torch.FloatStorage is called; storages are only named"
        ),
        (
            "an ordered dictionary of something",
            P.start + P.global("collections", "OrderedDict") + P.integers([1]) + P.call + P.stop,
            "is given 1 arguments; expected none"
        ),
        (
            "a state of a tensor", P.dictionary(P.tensor() + P.emptyDictionary + [0x62]),
            "a tensor is given a dictionary as its state"
        ),
        (
            "a tensor of nothing",
            P.dictionary(P.global("torch._utils", "_rebuild_tensor_v2") + P.emptyTuple + P.call),
            "needs a storage, an offset, a size and a stride; found nothing"
        ),
        (
            "a parameter of nothing",
            P.dictionary(P.global("torch._utils", "_rebuild_parameter") + P.emptyTuple + P.call),
            "needs a tensor and two more arguments; found nothing"
        ),
        ("too long a tensor", P.dictionary(P.tensor(shape: [5], strides: [1])), outside),
        ("too far an offset", P.dictionary(P.tensor(offset: 1)), outside),
        ("a negative offset", P.dictionary(P.tensor(offset: -1)), outside),
        ("too wide strides", P.dictionary(P.tensor(strides: [3, 1])), outside),
        (
            "a negative stride", P.dictionary(P.tensor(offset: 3, strides: [-1, 1])),
            "size or stride holds an integer; expected whole numbers from 0"
        ),
        ("strides that overflow", P.dictionary(P.tensor(strides: [.max, .max])), outside),
        ("a size that overflows", P.dictionary(P.tensor(shape: [.max, .max], strides: [0, 0])), outside),
        (
            "fewer strides than sizes", P.dictionary(P.tensor(strides: [1])),
            "a tensor of 2 dimensions has 1 strides"
        ),
        (
            "a storage of no known type", P.dictionary(P.tensor(P.storage(type: "CudaStorage"))),
            foreign("torch.CudaStorage")
        ),
        (
            "a storage of 2^63 bytes", P.dictionary(P.tensor(P.storage(count: .max))),
            "expected ('storage', type, key, location, elements)"
        ),
        (
            "a storage of another size", P.dictionary(P.tensor(P.storage(count: 5))),
            "storage '0' has 16 bytes; 5 elements of FloatStorage take 20"
        ),
        (
            "a storage that is not there", P.dictionary(P.tensor(P.storage("1"))),
            "storage '1' has no entry data/1"
        ),
        (
            "a storage outside the archive", P.dictionary(P.tensor(P.storage("../../etc/passwd"))),
            "storage '../../etc/passwd' has no entry"
        ),
        (
            "one storage of two types",
            P.start + P.emptyDictionary + P.text("a") + P.tensor() + [0x73] + P.text("b")
                + P.tensor(P.storage(type: "HalfStorage", count: 8)) + [0x73] + P.stop,
            "storage '0' is named as 8 elements of HalfStorage, before as 4 of FloatStorage"
        ),
        (
            "a tensor twice",
            P.start + P.emptyDictionary + P.text("a") + P.tensor() + [0x73] + P.text("a") + P.tensor() + [
                0x73
            ] + P.stop,
            "tensor 'a' is in the dictionary twice"
        ),
        (
            "a name that is not text",
            P.start + P.emptyDictionary + P.integer(1) + P.tensor() + [0x73] + P.stop,
            "a key that is an integer and no text"
        ),
        (
            "a name that is not UTF-8",
            P.start + P.emptyDictionary + [0x58, 1, 0, 0, 0, 0xFF] + P.tensor() + [0x73] + P.stop,
            "a key that is a string and no text in UTF-8"
        ),
        (
            "no dictionary", P.start + P.tensor() + P.stop,
            "the file holds a tensor; expected a dictionary of tensors"
        ),
        ("no tensors", P.dictionary(P.integer(1)), "the dictionary has no tensors"),
        ("bytes behind the pickle", P.dictionary(P.tensor()) + [0], "1 bytes after the end of the pickle"),
    ]

    @Test(arguments: files)
    func isRefusedInWords(what: String, pickle: [UInt8], expected: String) {
        let found = outcome(Zip.weights(pickle).bytes)
        #expect(found.contains(expected), "\(what): \(found)")
    }

    /// The negative control: the same builders make files that are read.
    @Test func whatBreaksNoRuleIsRead() {
        let plain = P.dictionary(P.tensor())
        let attributes =
            P.start + P.emptyDictionary + P.text("w") + P.tensor() + P.setItem + P.emptyDictionary + [0x62]
            + P.stop
        for pickle in [plain, attributes] { #expect(outcome(Zip.weights(pickle).bytes) == "read w [2, 2]") }
    }

    /// A million levels would overflow the stack of a recursive reader.
    @Test func deepNestingIsHarmless() {
        let deep = P.start + P.emptyTuple + Array(repeating: 0x85, count: 1_000_000) + P.stop
        #expect(
            outcome(Zip.weights(deep).bytes)
                == "the file holds a tuple; expected a dictionary of tensors, as state_dict() gives it")
        let kept =
            P.start + P.emptyDictionary + P.text("deep") + P.emptyTuple
            + Array(repeating: 0x85, count: 1_000_000)
            + P.setItem + P.text("w") + P.tensor() + P.setItem + P.stop
        #expect(outcome(Zip.weights(kept).bytes) == "read w [2, 2]")
    }

    /// A dictionary that holds itself would never be freed if values owned each other.
    @Test func aDictionaryInItselfIsHarmless() {
        let pickle =
            P.start + P.emptyDictionary + [0x71, 0] + P.text("self") + [0x68, 0] + P.setItem + P.text("w")
            + P.tensor() + P.setItem + P.stop
        #expect(outcome(Zip.weights(pickle).bytes) == "read w [2, 2]")
    }

    @Test func placesAreCountedInThePickle() {
        #expect(
            outcome(Zip.weights(P.start + [0xFF]).bytes)
                == "data.pkl, byte 2: opcode 0xff has no place in saved weights; nothing was run")
    }
}
