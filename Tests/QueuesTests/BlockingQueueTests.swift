import Foundation
import Queues
import Testing

struct BlockingQueueTests {
    @Test func valuesComeInTheOrderInWhichTheyWerePushed() {
        let queue = BlockingQueue<Int>()
        for value in 0..<100 { queue.push(value) }
        #expect((0..<60).map { _ in queue.pop() } == Array(0..<60))
        #expect(queue.drain() == Array(60..<100))
        #expect(queue.drain() == [])
    }

    /// The taker starts first, so that it has to wait for every value.
    @Test func aTakerWaitsForWhatAnotherThreadPushes() {
        let (asked, answered) = (BlockingQueue<Int?>(), BlockingQueue<Int?>())
        Thread {
            while let value = asked.pop() { answered.push(value * value) }
            answered.push(nil)
        }.start()
        for value in 1...1000 {
            asked.push(value)
            #expect(answered.pop() == value * value)
        }
        asked.push(nil)
        #expect(answered.pop() == nil)
    }

    @Test func everyValueReachesOneOfSeveralTakers() {
        let (work, sums) = (BlockingQueue<Int?>(), BlockingQueue<Int>())
        for _ in 0..<4 {
            Thread {
                var sum = 0
                while let value = work.pop() { sum += value }
                sums.push(sum)
            }.start()
        }
        for value in 1...10_000 { work.push(value) }
        for _ in 0..<4 { work.push(nil) }
        #expect((0..<4).map { _ in sums.pop() }.reduce(0, +) == 50_005_000)
    }
}
