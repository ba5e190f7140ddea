package import Diagnostics
package import HubFiles

/// What one parameter of a stage kind takes: the source of its schema entry and of its help.
package struct ParameterSpecification: Hashable, Sendable {
    /// The shapes a parameter's value may have.
    package indirect enum Form: Hashable, Sendable {
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case bool
        case string
        case choice([String])
        /// A list of texts, or one text; `of` names the only ones allowed.
        case strings(of: [String]?)
        /// The same, or true or false in its place.
        case stringsOrBool(of: [String])
        case integerOrWord(ClosedRange<Int>, words: [String])
        /// One of the words, or a list of numbers.
        case wordOrNumbers([String], within: ClosedRange<Double>)
        /// `[lower, upper]`, both ends included.
        case range(within: ClosedRange<Double>)
        /// `{at_most:, at_least:}`.
        case outerRange(within: ClosedRange<Double>)
        /// A whole number with a unit: `90s 15m 72h 14d 2w`.
        case duration
        /// A whole number with a unit: `500MB 20GB 4GiB`.
        case size
        /// A map from name to share; the shares add to 1.
        case shares
        /// A map from names to dates, or to words in their place.
        case dates
        /// A map from name to a column or a list of columns; `meanings` says what a name stands for.
        case columns(allowed: [String], required: [String], meanings: [String: String])
        case map([ParameterSpecification])
        /// A map, or one of the words.
        case mapOrWord([ParameterSpecification], words: [String])
        /// A list of maps, or one map.
        case maps([ParameterSpecification])
        /// A list of whole numbers with units, or one: `[1h, 3d]`.
        case durations
        case file
        case folder
        case filePatterns
        /// A path that may hold these placeholders in braces.
        case outputPath(placeholders: [String])
        /// A whole-value reference `$secrets.name`.
        case secret
        /// A list of names, or a map from values to names.
        case names
        /// A map from names to texts, numbers, true or false, or lists of these.
        case values
        /// A map from names to paths that may hold these placeholders in braces.
        case outputPaths(placeholders: [String])
        /// A map from environment variables to texts or `$secrets.name`.
        case environment
    }

    package var key: String
    package var form: Form
    /// As it would be written in the pipeline file; `nil` if leaving the key out means "none".
    package var defaultValue: JSONValue?
    package var required: Bool
    /// Plural noun, such as `votes`; empty for none.
    package var unit: String
    package var help: String
    /// Whether the value itself is part of the stage's fingerprint. Files are, by their content, and output
    /// paths and thread counts are not.
    package var isFingerprinted: Bool

    package init(
        _ key: String, _ form: Form, default defaultValue: JSONValue? = nil, required: Bool = false,
        unit: String = "", help: String = "", isFingerprinted: Bool = true
    ) {
        self.key = key
        self.form = form
        self.defaultValue = defaultValue
        self.required = required
        self.unit = unit
        self.help = help
        self.isFingerprinted = isFingerprinted
    }
}

/// A whole number, or one of a few words instead, such as `all`.
package enum IntOrWord: Hashable, Sendable {
    case int(Int)
    case word(String)
}

/// What a map says, or one of a few words instead, such as `none`.
package enum MapOrWord<Map> {
    case map(Map)
    case word(String)
}

/// Files that a parameter names. The engine expands and digests them before the stage runs.
package struct FileRequest: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case file, folder
        /// Glob patterns, each of which matches any number of files.
        case patterns
    }

    /// When files of a stage are read that may take batches of a spool.
    package enum Occasion: Hashable, Sendable {
        /// A worker reads them into the spool.
        case gathering
        /// A run takes the spool's batches in.
        case takingIn
    }

    /// The parameter; with a dot before each level of nested maps.
    package var key: String
    package var kind: Kind
    /// As written: relative to the pipeline file's folder, or absolute.
    package var values: [String]
    /// The location of the value.
    package var span: SourceSpan?
    /// Whether patterns that match nothing are an error.
    package var required: Bool
    /// `nil`: the files are read whatever the run does.
    package var occasion: Occasion?
    /// Which files of a model folder count; nil: all, and it is not a model folder.
    package var part: FolderPart?

    package init(key: String, kind: Kind, values: [String], span: SourceSpan?, required: Bool) {
        self.key = key
        self.kind = kind
        self.values = values
        self.span = span
        self.required = required
    }
}
