import Testing
import Training

struct LinearScheduleTests {
    /// Learning rates of torch's `LambdaLR` under `get_linear_schedule_with_warmup(optimizer, 3, 10)`, peak 1.
    @Test func followsTheReferenceStepByStep() {
        let schedule = LinearSchedule(peak: 1, warmupSteps: 3, totalSteps: 10)
        let rising: [Double] = [0, 1, 2, 3].map { $0 / 3 }
        let falling: [Double] = [6, 5, 4, 3, 2, 1, 0, 0].map { $0 / 7 }
        for (step, rate) in (rising + falling).enumerated() {
            #expect(schedule.rate(at: step) == rate, "step \(step)")
        }
    }

    static let warmups: [(Double, Int, Int)] = [
        (0.1, 100, 10), (0.1, 101, 11), (0.1, 1, 1), (0, 100, 0), (1, 7, 7), (0.06, 50, 3),
    ]

    @Test(arguments: warmups)
    func warmupIsRoundedUp(share: Double, total: Int, steps: Int) {
        #expect(LinearSchedule(peak: 1, warmupShare: share, totalSteps: total).warmupSteps == steps)
    }

    @Test func withoutWarmupItStartsAtThePeakAndWithOnlyWarmupItNeverFalls() {
        #expect(LinearSchedule(peak: 2e-5, warmupSteps: 0, totalSteps: 4).rate(at: 0) == 2e-5)
        #expect(LinearSchedule(peak: 1, warmupSteps: 4, totalSteps: 4).rate(at: 3) == 0.75)
        #expect(LinearSchedule(peak: 1, warmupSteps: 1, totalSteps: 1).rate(at: 0) == 0)
    }

    @Test func stepsCoverEveryEpochWithItsRest() {
        var options = TrainingOptions()
        options.batchSize = 32
        options.epochs = 3
        #expect(options.totalSteps(rows: 64) == 6)
        #expect(options.totalSteps(rows: 65) == 9)
        options.maxSteps = 5
        #expect(options.totalSteps(rows: 65) == 5)
    }
}
