import Models
import Testing
import Training

struct StepProfileTests {
    @Test func partsOfTheStepsAddUpToNoMoreThanTheWhole() throws {
        let trainer = try Toy.trainer(Toy.options(steps: 6))
        #expect(trainer.profile.text == nil)
        let started = ContinuousClock.now
        var tokens: [Int] = []
        for case .step(let report) in try TrainerTests.events(trainer) { tokens.append(report.tokens) }
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        let profile = trainer.profile
        #expect(profile.steps == 5, "the first step of a process prepares what the others use")
        #expect(profile.tokens == tokens.dropFirst().reduce(0, +))
        let parts = [
            profile.passes.products, profile.passes.attention, profile.passes.elementwise, profile.optimizer,
        ]
        #expect(parts.allSatisfy { $0 > 0 })
        #expect(parts.reduce(0, +) <= profile.seconds)
        #expect(profile.seconds < elapsed)
        #expect(profile.passes.total + profile.optimizer <= profile.seconds)
        #expect(profile.passes.productOperations > 0)
    }

    @Test func theTextNamesEachPart() throws {
        let trainer = try Toy.trainer(Toy.options(steps: 3))
        _ = try TrainerTests.events(trainer)
        let text = try #require(trainer.profile.text)
        #expect(text.hasPrefix("2 steps of "))
        for part in [
            "tokens/s", "products", "attention", "elementwise", "optimizer", "other", "GFLOP/s in all",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }
}
