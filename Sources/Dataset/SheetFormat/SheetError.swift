/// Why a workbook cannot be read.
package enum SheetError: Error, Hashable, Sendable {
    /// A part of the workbook is missing, or is no XML.
    case damaged(String)
    /// There is no sheet of that name; those that there are.
    case noSheet(String, names: [String])
}

extension SheetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let part): "the workbook's part \(part) is missing or damaged"
        case .noSheet(let name, let names):
            "the workbook has no sheet '\(name)'; it has "
                + names.map { "'\($0)'" }.joined(separator: ", ")
        }
    }
}
