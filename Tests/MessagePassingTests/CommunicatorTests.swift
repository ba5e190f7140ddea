import MessagePassing
import MessagePassingTesting
import Testing

struct CommunicatorTests {
    @Test(arguments: 1...4)
    func bytesOfAnyNumberReachAll(size: Int) throws {
        let all = try ThreadWorld.run(size) {
            try $0.gather(Array(repeating: UInt8($0.rank), count: 3 * $0.rank))
        }
        let expected = (0..<size).map { Array(repeating: UInt8($0), count: 3 * $0) }
        #expect(all == Array(repeating: expected, count: size))
    }

    @Test(arguments: 1...4)
    func whatTheFirstSaysAllHear(size: Int) throws {
        let heard = try ThreadWorld.run(size) { try $0.broadcast($0.isLeader ? [7, 8, 9] : [1]) }
        #expect(heard == Array(repeating: [7, 8, 9], count: size))
    }

    @Test(arguments: 1...4, [nil, 0, 1, 3])
    func oneIsEnough(size: Int, asked: Int?) throws {
        let found = try ThreadWorld.run(size) { try $0.isTrueAnywhere($0.rank == asked) }
        #expect(found == Array(repeating: asked.map { $0 < size } ?? false, count: size))
    }

    struct Death: Error {}

    @Test func whoWaitsForADeadOneIsTold() {
        let outcomes = ThreadWorld.outcomes(3) { communicator in
            for round in 0..<5 {
                if communicator.rank == 1, round == 3 { throw Death() }
                _ = try communicator.isTrueAnywhere(false)
            }
        }
        #expect(throws: CommunicationError("another process is gone")) { try outcomes[0].get() }
        #expect(throws: Death.self) { try outcomes[1].get() }
        #expect(throws: CommunicationError("another process is gone")) { try outcomes[2].get() }
    }

    @Test func oneProcessHearsItself() throws {
        let alone = SingleProcess()
        #expect(alone.isLeader && alone.isAlone)
        #expect(try alone.gather([1, 2]) == [[1, 2]])
        #expect(try alone.broadcast([3]) == [3])
        #expect(try alone.isTrueAnywhere(true))
        var numbers = [0.0, 0.0]
        try alone.gather([1.5, 2.5], into: &numbers, [16])
        #expect(numbers == [1.5, 2.5])
    }
}
