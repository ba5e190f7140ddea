import Foundation
import Testing
import Training

struct ShardFolderTests {
    @Test func rowsComeInTheOrderOfTheFiles() throws {
        let folder = try TemporaryFolder()
        let rows = try Toy.shardFolder(in: folder).rows(of: "train")
        #expect(rows.count == 40)
        #expect(rows.comment(of: 24) == 1024)
        #expect(rows.comment(of: 25) == 1000)  // first row of the second shard
        #expect(rows.comment(of: 39) == 1014)
        #expect(rows.labelCounts(classCount: 2) == [21, 19])
        #expect((0..<40).map(rows.length(of:)).reduce(0, +) == rows.tokenCount)
    }

    @Test func batchesArePackedWithoutPadding() throws {
        let shards = [
            try Toy.shard(rows: 5, seed: 1, weights: true, probabilities: true).encoded(vocabularySize: 40),
            try Toy.shard(rows: 5, seed: 2, weights: true, probabilities: true).encoded(vocabularySize: 40),
        ]
        let rows = try TokenRows(shards: shards, vocabularySize: 40, labelCount: 2)
        var votes = TrainingOptions()
        votes.usesProbabilities = true
        let batch = rows.batch([7, 0, 3], classWeights: [1, 4], targets: SoftTargets(votes, classCount: 2))
        #expect(batch.rows == 3)
        #expect(batch.tokens == rows.length(of: 7) + rows.length(of: 0) + rows.length(of: 3))
        #expect(batch.offsets.last.map(Int.init) == batch.tokens)
        #expect(rows.batch([7, 0, 3]).targets == .classes([0, 0, 1]))
        #expect(batch.inputIDs.first == 2 && batch.inputIDs.last == 3)
        #expect(batch.weights == [1, 0, 0])  // rows 2, 0 and 3 of their shards weigh 1, 0 and 0
        #expect(rows.batch([9], classWeights: [1, 4]).weights == [0.5])
        #expect(rows.batch([1], classWeights: [1, 4]).weights == [2])
        #expect(batch.targets == .probabilities([0.75, 0.25, 0.75, 0.25, 0.25, 0.75]))
        #expect(rows.batch([2]).targets == .classes([0]))
        #expect(rows.batch([2]).weights == nil)
        #expect(rows.batch([2]).segmentIDs == nil)
    }

    /// Labels turned over leave a file that is as sound as before and says something else.
    @Test func filesThatSaySomethingElseThanWhenTheyWereMadeAreRefused() throws {
        let folder = try TemporaryFolder()
        let shards = try Toy.shardFolder(in: folder)
        for name in ["train-1", "dev-0"] {
            let whole = try folder.bytes(name)
            let labels = try Toy.labels(in: whole)
            #expect(labels.count == (name == "dev-0" ? 10 : 15))
            var turned = whole
            for place in labels { turned[place] = 1 - turned[place] }
            try folder.write(turned, to: name)
            let side = name == "dev-0" ? "dev" : "train"
            #expect(
                message { _ = try shards.rows(of: side) }.hasPrefix(
                    "\(folder.file(name)): was changed since it was made: its SHA-256 is "))
            #expect(
                message { try shards.checkFiles(besides: []) }.hasPrefix("\(folder.file(name)): was changed"))
            #expect(message { try shards.checkFiles(besides: [side]) } == "no error")
            try folder.write(whole, to: name)
            _ = try shards.rows(of: side)
        }
    }

    @Test func filesThatAreNotTheManifestsAreRefused() throws {
        let folder = try TemporaryFolder()
        let shards = try Toy.shardFolder(in: folder)
        #expect(
            message { _ = try shards.rows(of: "test") }
                == "\(folder.path) has no split 'test'; it has dev, train")
        let whole = try folder.bytes("dev-0")
        try folder.write(whole.dropLast(), to: "dev-0")
        #expect(
            message { _ = try shards.rows(of: "dev") }
                == "\(folder.file("dev-0")): has \(whole.count - 1) bytes; the manifest says \(whole.count)")
        var damaged = whole
        damaged[whole.count - 1] = 0xFF
        try folder.write(damaged, to: "dev-0")
        #expect(
            message { _ = try shards.rows(of: "dev") }.hasPrefix("\(folder.file("dev-0")): token id 65"))
        try FileManager.default.removeItem(atPath: folder.file("dev-0"))
        #expect(
            message { _ = try shards.rows(of: "dev") }
                == "cannot read \(folder.file("dev-0")): No such file or directory\nhint: check the path")
        #expect(
            message { _ = try ShardFolder(folder.file("none")) }
                == "cannot read \(folder.file("none"))/manifest.json: No such file or directory\nhint: check the path"
        )
        try folder.write("{}".utf8, to: "manifest.json")
        #expect(
            message { _ = try ShardFolder(folder.path) }
                == "\(folder.path): manifest.json has format 'none'; expected 'splitvote-shards'")
    }
}
