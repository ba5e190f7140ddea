internal import Baselines
internal import DatasetStages
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import Training

/// A baseline as a teacher: it reads the texts that rows were tokenized from.
struct BaselineTeacher: Teacher {
    let identity: String
    private let model: BaselineModel
    private let texts: DatasetTexts
    private let hasTitles: Bool
    /// Comments whose titles it may not see.
    private let untitled: Set<Int64>
    private let threads: Int

    /// - Parameters:
    ///   - identity: tells its folder from others.
    ///   - facts: of the comments that rows name.
    ///   - untitled: comments that are read without the titles of their articles.
    init(
        _ model: BaselineModel, identity: String, of facts: DatasetFacts, hasTitles: Bool,
        untitled: Set<Int64>, _ context: StageContext
    ) throws {
        self.model = model
        self.identity = identity
        texts = try DatasetTexts(facts, context)
        self.hasTitles = hasTitles
        self.untitled = untitled
        threads = context.threads
    }

    func answers(to rows: TokenRows, _ range: Range<Int>) throws -> [Double] {
        let ids = range.map(rows.comment(of:))
        let firsts = hasTitles ? try titles(of: ids) : nil
        return model.answers(to: try texts.texts(of: ids), firsts: firsts, threads: threads)
    }

    private func titles(of ids: [Int64]) throws -> UTF8Rows {
        let found = try texts.titles(of: ids)
        if !ids.contains(where: untitled.contains) { return found }
        var titles = UTF8Rows()
        for (row, id) in ids.enumerated() {
            if untitled.contains(id) {
                titles.append(UnsafeRawBufferPointer(start: nil, count: 0))
            } else {
                found[row].withUnsafeBytes { titles.append($0) }
            }
        }
        return titles
    }
}
