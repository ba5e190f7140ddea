package import StageKit

/// The escape hatch: users' programs as stages.
package enum CommandStages {
    package static let all: [any Stage.Type] = [CommandStage.self]
}
