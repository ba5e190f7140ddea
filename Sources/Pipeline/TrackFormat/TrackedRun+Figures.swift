package import JSON

extension TrackedRun {
    /// The numbers that a stage reported: its curves by step, all others at the last step.
    ///
    /// A curve is a list of objects with a `step`. Lists of anything else are left out, as is what is not a number.
    /// - Parameters:
    ///   - figures: an object.
    ///   - finished: when the work ended, milliseconds since 1970. Points of curves are spread between beginning and end.
    package func points(of figures: JSONValue, finished: Int64) -> [TrackedPoint] {
        let curves = Self.curves(of: figures)
        let last = max(curves.map(\.step).max() ?? 0, figures["steps"]?.intValue ?? 0)
        let span = Double(max(0, finished - started))
        let timed = curves.map { point in
            let share = last > 0 ? Double(point.step) / Double(last) : 1
            return TrackedPoint(
                point.name, point.value, step: point.step, time: started + Int64(share * span))
        }
        return timed + Self.numbers(of: figures).map { TrackedPoint($0, $1, step: last, time: finished) }
    }

    /// The numbers of a stage's figures that are not parts of curves, by name.
    package static func numbers(of figures: JSONValue) -> [(name: String, value: Double)] {
        (figures.members ?? []).flatMap { member -> [(name: String, value: Double)] in
            if let number = member.value.doubleValue { return [(safe(member.key), number)] }
            return numbers(of: member.value).map { (safe(member.key) + "/" + $0.name, $0.value) }
        }
    }

    /// What a curve of these figures is called.
    private static func curveName(_ key: String) -> String {
        switch key {
        case "history": "train"
        case "evaluations": "dev"
        default: safe(key)
        }
    }

    private static func curves(of figures: JSONValue) -> [TrackedPoint] {
        (figures.members ?? []).flatMap { member -> [TrackedPoint] in
            (member.value.arrayValue ?? []).flatMap { item -> [TrackedPoint] in
                guard let step = item["step"]?.intValue else { return [] }
                return numbers(of: item).filter { $0.name != "step" }.map {
                    TrackedPoint(curveName(member.key) + "/" + $0.name, $0.value, step: step, time: 0)
                }
            }
        }
    }

    /// A name of letters, digits and `_ - .` of ASCII, which is all that MLflow takes besides `/` and blanks.
    package static func safe(_ name: String) -> String {
        let kept = name.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": Character(scalar)
            default: "_"
            }
        }
        return kept.isEmpty || kept.allSatisfy { $0 == "." } ? "_" : String(kept)
    }

    /// Settings by name, those inside of others after a full stop.
    package static func texts(of settings: JSONValue, prefix: String = "") -> [TrackedText] {
        (settings.members ?? []).flatMap { member -> [TrackedText] in
            let name = prefix + safe(member.key)
            if member.value.members?.isEmpty == false {
                return texts(of: member.value, prefix: name + ".")
            }
            return [TrackedText(name, member.value.stringValue ?? member.value.canonicalText)]
        }
    }
}
