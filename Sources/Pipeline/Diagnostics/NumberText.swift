/// Numbers as messages show them.
public enum NumberText {
    /// Without a needless `.0`.
    public static func of(_ number: Double) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
