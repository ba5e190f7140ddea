/// Reads a pickle of saved weights without Python, and without running anything.
///
/// Only the opcodes that Python's pickler uses for dictionaries of tensors are known (protocols 2 to 5), and only the
/// names of ``PickleGlobal``. Every opcode takes at least one byte and makes at most one value, so that memory is
/// bounded by the pickle's length.
///
/// Source: CPython, `Lib/pickletools.py`; PyTorch, `torch/_weights_only_unpickler.py`.
struct PickleMachine {
    /// A storage that the pickle names.
    struct Storage {
        let key: Range<Int>
        let type: TorchType
        let count: Int
    }

    /// Longest pickle that is read; state dictionaries of thousands of tensors take less than 1 MB.
    static let longest = 64 << 20

    private(set) var cursor: ByteCursor
    private(set) var tuples: [[PickleValue]] = []
    private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var tensors: [PickleTensor] = []
    var storages: [Storage] = []
    /// Whether values of lists are kept; of use only for the keys of the stream format.
    var keepsLists = false
    /// All values that were appended to lists, in order.
    private(set) var listed: [PickleValue] = []
    /// Number of each storage by the bytes of its key.
    var storageNumbers: [[UInt8]: Int] = [:]

    private var stack: [PickleValue] = []
    /// Heights of the stack at open marks.
    private var marks: [Int] = []
    private var memo: [UInt32: PickleValue] = [:]
    private let start: Int
    /// Place of the opcode that is being carried out.
    private var place = 0

    /// - Parameter cursor: at the pickle's first byte.
    init(_ cursor: ByteCursor) {
        self.cursor = cursor
        start = cursor.position
    }

    func error(_ problem: String) -> TorchError { cursor.error(problem, at: place) }

    func bytes(_ text: Range<Int>) -> UnsafeRawBufferPointer { cursor.slice(text) }

    /// Reads to the end of the pickle.
    /// - Returns: the one value it makes; ``cursor`` is after it.
    mutating func run() throws(TorchError) -> PickleValue {
        while true {
            place = cursor.position
            guard place - start < Self.longest else {
                throw error("the pickle is longer than \(Self.longest) bytes; weights need less")
            }
            let code = try cursor.read(UInt8.self)
            if code == UInt8(ascii: ".") { break }
            if try readConstant(code) { continue }
            if try readText(code) { continue }
            if try collect(code) { continue }
            try build(code)
        }
        guard stack.count == 1, marks.isEmpty else {
            throw error(
                "the pickle ends with \(stack.count) values and \(marks.count) open marks; expected one value"
            )
        }
        return stack[0]
    }

    // MARK: The stack

    mutating func push(_ value: PickleValue) { stack.append(value) }

    mutating func pop() throws(TorchError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw error("the stack is empty")
        }
        return value
    }

    /// The values after the last mark.
    private mutating func popToMark() throws(TorchError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw error("there is no mark") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    mutating func popTuple() throws(TorchError) -> [PickleValue] {
        let value = try pop()
        guard case .tuple(let number) = value else {
            throw error("found \(value.kind) where a tuple belongs")
        }
        return tuples[number]
    }

    private mutating func pushTuple(_ values: [PickleValue]) {
        tuples.append(values)
        push(.tuple(tuples.count - 1))
    }

    mutating func pushDictionary() {
        dictionaries.append([])
        push(.dictionary(dictionaries.count - 1))
    }

    // MARK: Opcodes

    private mutating func readConstant(_ code: UInt8) throws(TorchError) -> Bool {
        switch code {
        case 0x80:
            let version = try cursor.read(UInt8.self)
            guard (2...5).contains(version) else {
                throw error("a pickle of protocol \(version); 2 to 5 are read")
            }
        // The length of a frame, of no use when all bytes are in memory.
        case 0x95: _ = try cursor.read(UInt64.self)
        case UInt8(ascii: "N"): push(.none)
        case 0x88: push(.boolean(true))
        case 0x89: push(.boolean(false))
        case UInt8(ascii: "K"): push(.integer(Int(try cursor.read(UInt8.self))))
        case UInt8(ascii: "M"): push(.integer(Int(try cursor.read(UInt16.self))))
        case UInt8(ascii: "J"): push(.integer(Int(try cursor.read(Int32.self))))
        case UInt8(ascii: "G"):
            _ = try cursor.read(UInt64.self)
            push(.number)
        case 0x8A:
            let place = try cursor.take(Int(try cursor.read(UInt8.self)))
            push(place.count > 8 ? .wide(place) : .integer(integer(at: place)))
        default: return false
        }
        return true
    }

    /// A little-endian number in two's complement of at most eight bytes.
    private func integer(at place: Range<Int>) -> Int {
        let digits = bytes(place)
        var value: UInt64 = digits.last.map { $0 >= 0x80 } == true ? .max : 0
        for digit in digits.reversed() { value = value << 8 | UInt64(digit) }
        return Int(Int64(bitPattern: value))
    }

    private mutating func readText(_ code: UInt8) throws(TorchError) -> Bool {
        switch code {
        case UInt8(ascii: "U"), 0x8C: push(.text(try cursor.take(Int(try cursor.read(UInt8.self)))))
        case UInt8(ascii: "X"), UInt8(ascii: "T"):
            push(.text(try cursor.take(Int(try cursor.read(UInt32.self)))))
        case 0x8D: push(.text(try cursor.take(try cursor.read(UInt64.self))))
        case UInt8(ascii: "C"):
            _ = try cursor.take(Int(try cursor.read(UInt8.self)))
            push(.bytes)
        case UInt8(ascii: "B"):
            _ = try cursor.take(Int(try cursor.read(UInt32.self)))
            push(.bytes)
        default: return false
        }
        return true
    }

    private mutating func collect(_ code: UInt8) throws(TorchError) -> Bool {
        switch code {
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: ")"): pushTuple([])
        case UInt8(ascii: "t"): pushTuple(try popToMark())
        case 0x85...0x87:
            var values: [PickleValue] = []
            for _ in 0..<Int(code - 0x84) { values.append(try pop()) }
            pushTuple(values.reversed())
        case UInt8(ascii: "]"): push(.list)
        case UInt8(ascii: "}"): pushDictionary()
        case UInt8(ascii: "a"):
            try extendList([try pop()])
        case UInt8(ascii: "e"): try extendList(try popToMark())
        case UInt8(ascii: "s"):
            let (value, key) = (try pop(), try pop())
            try setItems([key, value])
        case UInt8(ascii: "u"): try setItems(try popToMark())
        case UInt8(ascii: "q"): try remember(UInt32(try cursor.read(UInt8.self)))
        case UInt8(ascii: "r"): try remember(try cursor.read(UInt32.self))
        case 0x94: try remember(UInt32(memo.count))
        case UInt8(ascii: "h"): try recall(UInt32(try cursor.read(UInt8.self)))
        case UInt8(ascii: "j"): try recall(try cursor.read(UInt32.self))
        default: return false
        }
        return true
    }

    /// What lists hold is of no use to weights.
    private mutating func extendList(_ values: [PickleValue]) throws(TorchError) {
        if keepsLists { listed += values }
        let target = try pop()
        guard case .list = target else { throw error("found \(target.kind) where a list belongs") }
        push(target)
    }

    private mutating func setItems(_ items: [PickleValue]) throws(TorchError) {
        let target = try pop()
        guard case .dictionary(let number) = target else {
            throw error("found \(target.kind) where a dictionary belongs")
        }
        guard items.count % 2 == 0 else { throw error("a key without a value") }
        for index in stride(from: 0, to: items.count, by: 2) {
            dictionaries[number].append((items[index], items[index + 1]))
        }
        push(target)
    }

    private mutating func remember(_ number: UInt32) throws(TorchError) {
        let value = try pop()
        memo[number] = value
        push(value)
    }

    private mutating func recall(_ number: UInt32) throws(TorchError) {
        guard let value = memo[number] else { throw error("nothing was remembered as \(number)") }
        push(value)
    }

    private mutating func build(_ code: UInt8) throws(TorchError) {
        switch code {
        case UInt8(ascii: "c"): try pushGlobal(try cursor.line(), try cursor.line())
        case 0x93:
            let (name, module) = (try pop(), try pop())
            guard case .text(let module) = module, case .text(let name) = name else {
                throw error("a name of Python is two strings; found \(module.kind) and \(name.kind)")
            }
            try pushGlobal(module, name)
        case UInt8(ascii: "R"): try call()
        case UInt8(ascii: "b"): try setState()
        case UInt8(ascii: "Q"): try loadStorage()
        default:
            let hexadecimal = String(code, radix: 16)
            throw error(
                "opcode 0x\(hexadecimal.count < 2 ? "0" : "")\(hexadecimal)\(Self.names[code].map { " (\($0))" } ?? "") has "
                    + "no place in saved weights; nothing was run")
        }
    }

    private mutating func pushGlobal(_ module: Range<Int>, _ name: Range<Int>) throws(TorchError) {
        guard let global = PickleGlobal(module: bytes(module), name: bytes(name)) else {
            let found = "\(TorchError.shown(bytes(module))).\(TorchError.shown(bytes(name)))"
            throw error(
                "the pickle asks for '\(found)', which saved weights do not need; nothing was run. Allowed are "
                    + PickleGlobal.allowed)
        }
        push(.global(global))
    }

    /// Opcodes worth a name in a message.
    private static let names: [UInt8: String] = [
        UInt8(ascii: "i"): "INST", UInt8(ascii: "o"): "OBJ", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 0x82: "EXT1",
        0x83: "EXT2", 0x84: "EXT4", UInt8(ascii: "P"): "PERSID", 0x97: "NEXT_BUFFER", 0x8B: "LONG4",
    ]
}
