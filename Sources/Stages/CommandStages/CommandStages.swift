public import StageKit

/// The escape hatch: programs of the user's as stages.
public enum CommandStages {
    public static let all: [any Stage.Type] = [CommandStage.self]
}
