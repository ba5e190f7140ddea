/// The task that labeled rows are for, as manifests and tables of rows name it.
package enum TaskName: String, Codable, CaseIterable, Hashable, Sendable {
    /// One class of each row.
    case singleLabel = "single_label"
    /// Any number of classes of each row, none included.
    case multiLabel = "multi_label"
    /// A number for each row.
    case regression

    /// Numbers that a row's target is made of.
    package func targetWidth(names: [String]) -> Int { self == .multiLabel ? names.count : 1 }
}
