/// A value on the stack of a ``PickleMachine``. Texts are places in the pickle, containers are numbers in the heap,
/// so that no value holds another one: however deep a pickle nests, nothing here recurses.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// An integer of more than eight bytes, by the place of its bytes.
    case wide(Range<Int>)
    case number
    case text(Range<Int>)
    case bytes
    case tuple(Int)
    case list
    case dictionary(Int)
    case global(PickleGlobal)
    case storage(PickleStorage)
    case tensor(Int)

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .boolean: "a truth value"
        case .integer, .wide: "an integer"
        case .number: "a number"
        case .text: "a string"
        case .bytes: "bytes"
        case .tuple: "a tuple"
        case .list: "a list"
        case .dictionary: "a dictionary"
        case .global(let global): "\(global)"
        case .storage: "a storage"
        case .tensor: "a tensor"
        }
    }
}

/// The only names of Python that a pickle may ask for. None of them is ever looked up or run: each denotes something
/// this program does itself.
enum PickleGlobal: Hashable, CustomStringConvertible {
    case orderedDictionary
    case rebuildTensor
    case rebuildTensorV2
    case rebuildParameter
    case storage(TorchType)

    init?(module: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) {
        func isCalled(_ moduleName: String, _ ownName: String) -> Bool {
            module.elementsEqual(moduleName.utf8) && name.elementsEqual(ownName.utf8)
        }
        let utilities = "torch._utils"
        if isCalled("collections", "OrderedDict") {
            self = .orderedDictionary
        } else if isCalled(utilities, "_rebuild_tensor_v2") {
            self = .rebuildTensorV2
        } else if isCalled(utilities, "_rebuild_tensor") {
            self = .rebuildTensor
        } else if isCalled(utilities, "_rebuild_parameter") {
            self = .rebuildParameter
        } else if let type = TorchType.allCases.first(where: {
            isCalled("torch", $0.rawValue) || isCalled("torch.storage", $0.rawValue)
        }) {
            self = .storage(type)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .orderedDictionary: "collections.OrderedDict"
        case .rebuildTensor: "torch._utils._rebuild_tensor"
        case .rebuildTensorV2: "torch._utils._rebuild_tensor_v2"
        case .rebuildParameter: "torch._utils._rebuild_parameter"
        case .storage(let type): "torch.\(type.rawValue)"
        }
    }

    /// For the message that refuses all others.
    static let allowed =
        "collections.OrderedDict, torch._utils._rebuild_tensor_v2, torch._utils._rebuild_parameter and torch's storages"
}

/// Numbers in memory that tensors are views of.
struct PickleStorage: Hashable {
    /// Number in ``PickleMachine/storages``.
    let number: Int
    /// Elements that a view of it leaves out before its own first one, and how many are its own.
    let offset: Int
    let count: Int
}

/// A tensor as the pickle describes it, not yet checked against its storage.
struct PickleTensor {
    let storage: PickleStorage
    /// Elements of the storage before its first one.
    let offset: Int
    let shape: [Int]
    /// Elements between neighbors in each dimension.
    let strides: [Int]
}
