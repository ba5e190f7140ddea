/// Implementations of the allowed names.
extension PickleMachine {
    /// REDUCE: what Python would call a function for.
    mutating func call() throws(TorchError) {
        let arguments = try popTuple()
        let function = try pop()
        guard case .global(let global) = function else {
            throw error("found \(function.kind) where a function belongs; nothing was run")
        }
        switch global {
        case .orderedDictionary:
            guard arguments.isEmpty else {
                throw error("\(global) is given \(arguments.count) arguments; expected none")
            }
            pushDictionary()
        case .rebuildTensor, .rebuildTensorV2: try makeTensor(arguments, global)
        case .rebuildParameter:
            guard arguments.count == 3, case .tensor = arguments[0] else {
                throw error("\(global) needs a tensor and two more arguments; found \(kinds(arguments))")
            }
            push(arguments[0])
        case .storage: throw error("\(global) is called; storages are only named")
        }
    }

    private func kinds(_ values: [PickleValue]) -> String {
        values.isEmpty ? "nothing" : values.prefix(8).map(\.kind).joined(separator: ", ")
    }

    /// (storage, offset, size, stride, requires_grad, hooks), without the last two in the oldest files.
    private mutating func makeTensor(_ arguments: [PickleValue], _ global: PickleGlobal) throws(TorchError) {
        let expected = global == .rebuildTensor ? 4...4 : 6...7
        guard expected.contains(arguments.count), case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1], case .tuple(let size) = arguments[2],
            case .tuple(let stride) = arguments[3]
        else {
            throw error(
                "\(global) needs a storage, an offset, a size and a stride; found \(kinds(arguments))")
        }
        let (shape, strides) = (try sizes(tuples[size]), try sizes(tuples[stride]))
        guard shape.count == strides.count, shape.count <= 64 else {
            throw error("a tensor of \(shape.count) dimensions has \(strides.count) strides")
        }
        guard let last = Self.lastElement(offset, shape, strides), last < storage.count else {
            throw error(
                "a tensor of shape \(shape), strides \(strides) and offset \(offset) reaches outside its storage of "
                    + "\(storage.count) elements")
        }
        tensors.append(PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides))
        push(.tensor(tensors.count - 1))
    }

    private func sizes(_ values: [PickleValue]) throws(TorchError) -> [Int] {
        var sizes: [Int] = []
        for value in values {
            guard case .integer(let size) = value, size >= 0 else {
                throw error("a tensor's size or stride holds \(value.kind); expected whole numbers from 0")
            }
            sizes.append(size)
        }
        return sizes
    }

    /// Number in the storage of the last element; -1 for a tensor without elements, nil if numbers overflow.
    private static func lastElement(_ offset: Int, _ shape: [Int], _ strides: [Int]) -> Int? {
        guard offset >= 0 else { return nil }
        var (last, count) = (offset, 1)
        for (size, stride) in zip(shape, strides) where !shape.contains(0) {
            let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflowOfSum) = last.addingReportingOverflow(reach)
            let (product, overflowOfProduct) = count.multipliedReportingOverflow(by: size)
            if overflow || overflowOfSum || overflowOfProduct { return nil }
            (last, count) = (sum, product)
        }
        return shape.contains(0) ? -1 : last
    }

    /// BUILD: attributes of a dictionary, such as `_metadata`; of no use here.
    mutating func setState() throws(TorchError) {
        let (state, target) = (try pop(), try pop())
        guard case .dictionary = target, case .dictionary = state else {
            throw error("\(target.kind) is given \(state.kind) as its state; only dictionaries have one here")
        }
        push(target)
    }

    /// BINPERSID: ('storage', type, key, location, elements), in the old format with a view after it.
    mutating func loadStorage() throws(TorchError) {
        let name = try popTuple()
        guard (5...6).contains(name.count), case .text(let word) = name[0],
            bytes(word).elementsEqual("storage".utf8),
            case .global(.storage(let type)) = name[1], case .text(let key) = name[2], case .text = name[3],
            case .integer(let count) = name[4], count >= 0, count <= Int.max / 8
        else {
            throw error(
                "expected ('storage', type, key, location, elements); found \(kinds(name))")
        }
        let number = try number(ofStorage: key, type, count)
        var storage = PickleStorage(number: number, offset: 0, count: count)
        if name.count == 6, case .tuple(let view) = name[5] {
            guard tuples[view].count == 3, case .integer(let offset) = tuples[view][1],
                case .integer(let size) = tuples[view][2], offset >= 0, size >= 0, offset <= count,
                size <= count - offset
            else { throw error("a view reaches outside its storage of \(count) elements") }
            storage = PickleStorage(number: number, offset: offset, count: size)
        }
        push(.storage(storage))
    }

    private mutating func number(
        ofStorage key: Range<Int>, _ type: TorchType, _ count: Int
    ) throws(TorchError) -> Int {
        let name = Array(bytes(key))
        if let number = storageNumbers[name] {
            let known = storages[number]
            guard known.type == type, known.count == count else {
                throw error(
                    "storage '\(TorchError.shown(name))' is named as \(count) elements of \(type.rawValue), before as "
                        + "\(known.count) of \(known.type.rawValue)")
            }
            return number
        }
        storages.append(Storage(key: key, type: type, count: count))
        storageNumbers[name] = storages.count - 1
        return storages.count - 1
    }
}
