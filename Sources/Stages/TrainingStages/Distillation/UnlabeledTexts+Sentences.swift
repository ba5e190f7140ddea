internal import DatasetStages

extension UnlabeledTexts {
    /// What a card says of the sides that were read.
    var sentences: [String] {
        guard let side else {
            return [
                "**Every text was read, those that later scores are taken on included**: such scores are too good."
            ]
        }
        return [
            "None of them is on another side of the split than `\(side)`: \(excluded) were left out, and "
                + "\(copies) that say the very same as one of those."
                + (titlesLeftOut > 0
                    ? " \(titlesLeftOut) were read without their title, which belongs to another side." : "")
        ]
    }
}
