/// Sizes of a tensor's dimensions, outermost first; an empty shape is a single number.
package struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    package let dimensions: [Int]

    package init(_ dimensions: [Int]) { self.dimensions = dimensions }
    package init(arrayLiteral elements: Int...) { dimensions = elements }

    /// Numbers in a tensor of this shape.
    package var count: Int { dimensions.reduce(1, *) }
    /// Size of the last dimension, 1 when there is none.
    package var columns: Int { dimensions.last ?? 1 }
    /// Product of all dimensions but the last.
    package var rows: Int { dimensions.dropLast().reduce(1, *) }

    package var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}

/// An argument whose shape does not fit the others.
package struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    package let operation: String
    package let argument: String
    package let found: Shape
    /// What would fit and why, such as `[C] with C = 768, the last dimension of 'input' [8, 128, 768]`.
    package let expected: String

    package init(operation: String, argument: String, found: Shape, expected: String) {
        self.operation = operation
        self.argument = argument
        self.found = found
        self.expected = expected
    }

    package var description: String { "\(operation): '\(argument)' has shape \(found); expected \(expected)" }
}

/// Throws when `tensor` has another shape than `shape`. `because` explains the letters in it.
func expect(
    _ operation: String, _ argument: String, _ tensor: Tensor, _ shape: Shape,
    _ because: @autoclosure () -> String
) throws(ShapeError) {
    if tensor.shape == shape { return }
    throw ShapeError(operation: operation, argument: argument, found: tensor.shape, expected: because())
}

/// Throws when `count` values were given where `expected` are needed.
func expectCount(
    _ operation: String, _ argument: String, _ count: Int, _ expected: Int,
    _ because: @autoclosure () -> String
) throws(ShapeError) {
    if count == expected { return }
    throw ShapeError(operation: operation, argument: argument, found: [count], expected: because())
}
