/// What is known of something that changes over time, such as a comment's text: a value from each moment on until the next.
///
/// The outcome depends on what was seen when, not on the order in which it comes to be known.
package struct Timeline<Value: Equatable> {
    package struct Entry: Equatable {
        /// Seconds since 1970, UTC.
        package var moment: Int64
        package var value: Value

        package init(moment: Int64, value: Value) {
            self.moment = moment
            self.value = value
        }
    }

    /// In rising order of moments.
    package private(set) var entries: [Entry]
    /// What holds before the first entry.
    package let initial: Value

    package init(_ entries: [Entry] = [], initial: Value) {
        self.entries = entries
        self.initial = initial
    }

    /// What holds now.
    package var current: Value { entries.last?.value ?? initial }

    /// What held at a moment.
    package func value(at moment: Int64) -> Value {
        entries.last { $0.moment <= moment }?.value ?? initial
    }

    /// Takes into account what was seen at a moment.
    ///
    /// - Parameter next: the next later moment at which somebody looked and, as far as was known until now, saw what held
    ///   at `moment`; `nil` where nobody did.
    /// - Returns: the entries to be written; one replaces what there was at its moment.
    package mutating func see(_ value: Value, at moment: Int64, next: Int64?) -> [Entry] {
        let held = self.value(at: moment)
        if held == value { return [] }
        var written = [Entry(moment: moment, value: value)]
        let following = entries.first { $0.moment > moment }?.moment
        // Who looked between this and the next entry saw what held until now.
        if let next, next < following ?? .max { written.append(Entry(moment: next, value: held)) }
        for entry in written { insert(entry) }
        return written
    }

    private mutating func insert(_ entry: Entry) {
        if let index = entries.firstIndex(where: { $0.moment >= entry.moment }) {
            if entries[index].moment == entry.moment {
                entries[index] = entry
            } else {
                entries.insert(entry, at: index)
            }
        } else {
            entries.append(entry)
        }
    }
}
