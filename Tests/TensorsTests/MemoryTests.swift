import Tensors
import Testing

@Suite struct MemoryTests {
    @Test func arenaTensorsDoNotOverlapAndAreAligned() {
        let arena = Arena()
        var tensors: [Tensor] = []
        for round in 1...200 { tensors.append(arena.tensor([round, 77])) }
        for (number, tensor) in tensors.enumerated() {
            #expect(UInt(bitPattern: tensor.base) % 64 == 0)
            for place in 0..<tensor.shape.count { tensor.floats[place] = Float(number) }
        }
        for (number, tensor) in tensors.enumerated() {
            #expect(tensor.array().allSatisfy { $0 == Float(number) })
        }
    }

    @Test func memoryIsTakenBackToTheMark() {
        let arena = Arena()
        _ = arena.tensor([10])
        let mark = arena.mark
        let first = arena.tensor([100]).base
        _ = arena.tensor([1 << 20])
        arena.release(to: mark)
        #expect(arena.tensor([100]).base == first)
        let peak = arena.peakBytes
        arena.reset()
        _ = arena.tensor([1000])
        #expect(arena.peakBytes == peak)
    }

    @Test func bufferMemoryIsZero() {
        for bytes in [4, 1 << 22] {
            let buffer = AlignedBuffer(bytes: bytes)
            #expect(buffer.tensor([bytes / 4]).array().allSatisfy { $0 == 0 })
        }
    }

    @Test func viewsReadTheRightNumbers() {
        let tensor = AlignedBuffer((0..<12).map(Float.init))
        let matrix = tensor.tensor([3, 4])
        #expect(matrix.rows(1..<3).array() == [4, 5, 6, 7, 8, 9, 10, 11])
        #expect(matrix.columns(1..<3).array() == [1, 2, 5, 6, 9, 10])
        #expect(matrix.columns(1..<3).rows(1..<2).array() == [5, 6])
    }

    @Test func theComputeThreadCarriesErrorsAndNests() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) { try Compute.run(threads: 2) { throw Stop() } }
        let inner = try Compute.run(threads: 2) { try Compute.run(threads: 5) { Compute.threads } }
        #expect(inner == 2)
        #expect(Compute.threads == 1)
    }
}
