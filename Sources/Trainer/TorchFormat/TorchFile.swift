/// Weights as `torch.save` writes them, in memory and read in place: the zip format of PyTorch 1.6 and later, and the
/// stream format of the versions before.
///
/// Owns nothing: valid only while the bytes it was made of are. No code of the file is ever run.
///
/// Source: PyTorch, `torch/serialization.py`.
package struct TorchFile {
    /// In the order in which they were saved.
    package let tensors: [TorchTensor]
    /// Keys of the dictionary whose values are not tensors.
    package let others: [String]
    private let file: UnsafeRawBufferPointer
    /// Place of each storage's bytes in the file.
    private let storages: [Range<Int>]

    /// - Parameters:
    ///   - file: all bytes of the file; must outlive this value.
    ///   - release: called with bytes that will not be read again soon.
    /// - Throws: ``TorchError`` that says what was found and what is allowed.
    package init(
        _ file: UnsafeRawBufferPointer, release: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws(TorchError) {
        self.file = file
        let content: (machine: PickleMachine, root: PickleValue, storages: [Range<Int>])
        if file.starts(with: [0x50, 0x4B]) {
            content = try Self.readZip(file, release)
        } else {
            content = try Self.readStream(file)
        }
        storages = content.storages
        (tensors, others) = try content.machine.tensors(of: content.root)
    }

    /// Copies a tensor as `Float` in row-major order; narrowing rounds to nearest.
    ///
    /// - Parameter destination: as many elements as the tensor has.
    /// - Throws: ``TorchError`` for other numbers than floating ones.
    package func copyFloats(
        of tensor: TorchTensor, to destination: UnsafeMutableBufferPointer<Float>
    ) throws(TorchError) {
        precondition(destination.count == tensor.count, "the destination has another size")
        try tensor.copyFloats(from: bytes(of: tensor), to: destination)
    }

    /// The storage that a tensor is a view of.
    package func bytes(of tensor: TorchTensor) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file[storages[tensor.storage]])
    }
}

extension PickleMachine {
    /// The tensors of a dictionary, with their names.
    func tensors(of root: PickleValue) throws(TorchError) -> (tensors: [TorchTensor], others: [String]) {
        guard case .dictionary(let number) = root else {
            throw TorchError(
                "the file holds \(root.kind); expected a dictionary of tensors, as state_dict() gives it")
        }
        var found: [TorchTensor] = []
        var others: [String] = []
        var names: Set<[UInt8]> = []
        for item in dictionaries[number] {
            guard case .text(let place) = item.key, let name = String(validating: bytes(place), as: UTF8.self)
            else {
                throw TorchError("the dictionary has a key that is \(item.key.kind) and no text in UTF-8")
            }
            guard names.insert(Array(bytes(place))).inserted else {
                throw TorchError("tensor '\(TorchError.shown(name.utf8))' is in the dictionary twice")
            }
            guard case .tensor(let number) = item.value else {
                others.append(name)
                continue
            }
            let tensor = tensors[number]
            found.append(
                TorchTensor(
                    name: name, type: storages[tensor.storage.number].type, shape: tensor.shape,
                    strides: tensor.strides, storage: tensor.storage.number,
                    offset: tensor.storage.offset + tensor.offset))
        }
        if found.isEmpty { throw TorchError(try absence(of: number)) }
        return (found, others)
    }

    /// Why a dictionary has no tensors.
    private func absence(of dictionary: Int) throws(TorchError) -> String {
        for item in dictionaries[dictionary] {
            guard case .text(let key) = item.key, case .dictionary(let inner) = item.value else { continue }
            let hasTensors = dictionaries[inner].contains {
                if case .tensor = $0.value { true } else { false }
            }
            if hasTensors {
                let name = TorchError.shown(bytes(key))
                return "the tensors are in a dictionary below '\(name)'; save that one alone: "
                    + "torch.save(torch.load(FILE, weights_only=True)['\(name)'], 'pytorch_model.bin')"
            }
        }
        return "the dictionary has no tensors"
    }
}
