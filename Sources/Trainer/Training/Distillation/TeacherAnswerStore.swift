import Files
import Foundation
import Models
import ShardFormat

/// What teachers answer to each row, computed once and kept in files, so that a killed run continues with the rows that are
/// left.
struct TeacherAnswerStore {
    /// Rows of one file.
    static let blockRows = 512

    private let teachers: [any Teacher]
    private let folder: String
    private let scoreCount: Int

    /// - Parameter folder: made where it does not exist.
    init(_ teachers: [any Teacher], scoreCount: Int, folder: String) throws {
        self.teachers = teachers
        self.folder = folder
        self.scoreCount = scoreCount
        for teacher in teachers { try Disk.makeFolder(place(of: teacher)) }
    }

    private func place(of teacher: any Teacher) -> String {
        "\(folder)/teacher-\(teacher.identity.prefix(16))"
    }

    /// The mean of all teachers' answers, `[rows, scores]`, row-major.
    ///
    /// - Parameters:
    ///   - progress: called with the rows that are done.
    ///   - shouldStop: asked before each block.
    /// - Returns: nil when it was asked to stop.
    func answers(
        to rows: TokenRows, progress: (Int) throws -> Void, shouldStop: () -> Bool
    ) throws -> [Double]? {
        let name = rows.digest.prefix(16)
        var answers: [Double] = []
        answers.reserveCapacity(rows.count * scoreCount)
        for start in stride(from: 0, to: rows.count, by: Self.blockRows) {
            if shouldStop() { return nil }
            let range = start..<min(start + Self.blockRows, rows.count)
            var sums = [Double](repeating: 0, count: range.count * scoreCount)
            for teacher in teachers {
                let path = "\(place(of: teacher))/\(name)-\(start).safetensors"
                let block = try block(path, of: teacher, rows, range)
                for place in sums.indices { sums[place] += block[place] }
            }
            answers += sums.map { $0 / Double(teachers.count) }
            try progress(range.upperBound)
        }
        return answers
    }

    /// What is stored, or else computed and stored.
    private func block(
        _ path: String, of teacher: any Teacher, _ rows: TokenRows, _ range: Range<Int>
    ) throws -> [Double] {
        let known: [Double]? = CheckedNumbers.read(path, named: "answers", count: range.count * scoreCount)
        if let known { return known }
        let block = try teacher.answers(to: rows, range)
        guard block.count == range.count * scoreCount, block.allSatisfy(\.isFinite) else {
            throw TrainingError.model(
                "a teacher gives \(block.count) answers to \(range.count) rows of \(scoreCount) scores, or some are not finite"
            )
        }
        try CheckedNumbers.write(block, named: "answers", to: path)
        return block
    }
}
