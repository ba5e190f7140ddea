public import StageKit

/// The escape hatch: users' programs as stages.
public enum CommandStages {
    public static let all: [any Stage.Type] = [CommandStage.self]
}
