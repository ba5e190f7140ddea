package import StageKit
internal import TextBasics
internal import VoteModel

/// Texts to learn from without their labels: all that were kept, but none that a model is to be judged by.
///
/// Held out are the texts of all sides of a split but the first, which is called train. Of a clean stage's texts, so is every other
/// one that says the same as one of them; what a train side holds, a split has decided.
package struct UnlabeledTexts {
    /// How many there were.
    package struct Counts: Hashable, Sendable {
        /// Texts handed on.
        package var texts = 0
        /// Comments of the sides that are held out.
        package var heldOut = 0
        /// Comments of no such side whose text is that of one.
        package var copies = 0
    }

    private let input: InputArtifact
    private let except: InputArtifact?
    private let includesAll: Bool
    private let context: StageContext

    /// - Parameters:
    ///   - input: texts of a clean stage, or a split, of which the first side's texts are taken.
    ///   - except: a split whose further sides are held out of the texts.
    ///   - includesAll: takes everything, whatever the sides.
    /// - Throws: ``/StageKit/StageError`` when it is not said what to do with texts that a model may be judged by.
    package init(
        _ input: InputArtifact, except: InputArtifact?, includesAll: Bool, _ context: StageContext
    ) throws(StageError) {
        if except != nil, includesAll || input.type == ArtifactType.split {
            throw StageError(
                includesAll
                    ? "input 'except' names a split to hold out, and include: all takes everything"
                    : "input 'except' is for texts of a clean stage; of a split only the first side is taken anyway",
                hint: "leave input 'except' out")
        }
        if input.type == ArtifactType.texts, except == nil, !includesAll {
            throw StageError(
                "the texts of '\(input.stage)' may be among those that a model is judged by later",
                hint:
                    "connect input 'except' to the split whose dev and test sides must stay unseen, or set include: all"
            )
        }
        self.input = input
        self.except = except
        self.includesAll = includesAll
        self.context = context
    }

    /// Calls `body` with the cleaned text of each comment, in the order of the store.
    package func read(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Counts {
        let facts = try DatasetFacts(input)
        let texts = try CleanedTexts(facts)
        var counts = Counts()
        let (heldOut, copies) = try held()
        counts.heldOut = heldOut.count
        var (selection, dropped) = try choose()
        try context.ledger.scan(facts.cut, fields: .text, selection: selection) { comment in
            if dropped.contains(comment.id) || heldOut.contains(comment.id) { return }
            try texts.withText(of: comment) { text in
                if !copies.isEmpty, copies.contains(Array(text)) {
                    counts.copies += 1
                    return
                }
                counts.texts += 1
                try body(text)
            }
        }
        return counts
    }

    private func choose() throws -> (CommentSelection, DroppedComments) {
        if input.type == ArtifactType.texts { return (.all, try DroppedComments(input)) }
        let split = try DatasetColumns(input)
        let rows = includesAll ? Array(split.ids.indices) : split.rows(of: 0)
        return (.ids(split.comments(of: rows)), DroppedComments())
    }

    /// Comments of the sides to be held out, and the texts of which there are to be no copies.
    private func held() throws -> (Set<Int64>, Set<[UInt8]>) {
        guard !includesAll, let artifact = except ?? (input.type == ArtifactType.split ? input : nil) else {
            return ([], [])
        }
        let split = try DatasetColumns(artifact)
        let ids = split.comments(of: split.ids.indices.filter { split.sides[$0] != 0 })
        if except == nil { return (Set(ids), []) }
        let texts = try DatasetTexts(DatasetFacts(artifact), context).texts(of: ids)
        return (Set(ids), Set((0..<texts.count).map { Array(texts[$0]) }))
    }
}

extension DatasetColumns {
    /// The comments of rows, with those that are second texts, in rising order.
    fileprivate func comments(of rows: [Int]) -> [Int64] {
        let all = rows.map { ids[$0] } + (pairs.isEmpty ? [] : rows.map { pairs[$0] })
        return Set(all).sorted()
    }
}
