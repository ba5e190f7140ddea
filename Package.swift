// swift-tools-version: 6.2
// splitvote's modules: eight wings, one folder each. This file is the architecture: a target may import exactly what is
// listed here (`--explicit-target-dependency-import-check error` makes the build say so), and no wing imports one above
// it (`scripts/check-layers`). docs/architecture.md says what each module holds.
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

func wing(_ wing: String, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)", swiftSettings: swiftSettings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(name)Tests",
        exclude: exclude, swiftSettings: swiftSettings)
}

/// A program of the documentation: one file, which imports what it lists.
func snippet(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "docs/Snippets/\(name)", swiftSettings: swiftSettings)
}

extension Target.Dependency {
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let deque = product(name: "DequeModule", package: "swift-collections")
    static let heap = product(name: "HeapModule", package: "swift-collections")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let yams = product(name: "Yams", package: "Yams")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let systemPackage = product(
        name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux]))
    static let httpClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP = product(name: "NIOHTTP1", package: "swift-nio")
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
}

/// Module maps and thin C.
let system: [Target] = [
    .systemLibrary(
        name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib",
        providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
        name: "CLibXML2", path: "Sources/System/CLibXML2", pkgConfig: "libxml-2.0",
        providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .systemLibrary(
        name: "CArchive", path: "Sources/System/CArchive", pkgConfig: "libarchive",
        providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
    // posix_spawn with a process group of its own, which Foundation's Process cannot give.
    .target(name: "CSpawn", path: "Sources/System/CSpawn"),
    // Part of the C library, except on macOS, where its users link it.
    .systemLibrary(name: "CIconv", path: "Sources/System/CIconv"),
    // Vector instructions behind inline functions; there is nothing to link.
    .systemLibrary(name: "CByteMasks", path: "Sources/System/CByteMasks"),
    // Not linked: looked for at run time, where it is needed.
    .target(name: "COneDNN", path: "Sources/System/COneDNN", cSettings: cSettings),
    .target(name: "CKernels", path: "Sources/System/CKernels", cSettings: cSettings),
    // The files of schemas/, for `splitvote schema`.
    .target(name: "CSchemas", path: "Sources/System/CSchemas", cSettings: cSettings),
    .target(name: "CTorchrun", path: "Sources/System/CTorchrun", cSettings: cSettings),
]

/// What every wing stands on: the C library under one name, texts and numbers, JSON, digests, random numbers, queues,
/// compressed bytes, programs.
let basics: [Target] = [
    wing("Basics", "CLibrary"),
    wing("Basics", "TextBasics"),
    wing("Basics", "HubFiles"),
    wing("Basics", "JSON", ["TextBasics"]),
    wing("Basics", "Files", ["CLibrary"]),
    wing("Basics", "Digests", ["TextBasics", .crypto]),
    wing("Basics", "Queues", [.deque]),
    wing("Basics", "SeededRandom", ["CLibrary"]),
    wing("Basics", "GzipFormat", ["CZlib"]),
    wing("Basics", "ProtobufFormat"),
    wing("Basics", "MessagePassing", ["CLibrary"]),
    wing("Basics", "Programs", ["CLibrary", "CSpawn", .subprocess, .systemPackage]),
]

/// Pure: values in, values out, no files.
let dataset: [Target] = [
    wing("Dataset", "VoteModel", ["TextBasics"]),
    wing("Dataset", "TextCleaning", ["CLibrary", "TextBasics"]),
    wing("Dataset", "Labeling", ["CLibrary", "TextBasics", "VoteModel"]),
    wing(
        "Dataset", "LabelStudies",
        ["CLibrary", "JSON", "Labeling", "SeededRandom", "TableFormat", "VoteModel"]),
    wing("Dataset", "Sampling", ["CLibrary", "Digests", "SeededRandom", "TextBasics", "VoteModel"]),
    wing(
        "Dataset", "ActiveLabeling",
        ["CLibrary", "Labeling", "Sampling", "SeededRandom", "TableFormat", "VoteModel"]),
    wing("Dataset", "TableFormat", ["CLibrary", "TextBasics"]),
    wing("Dataset", "ShardFormat", ["JSON"]),
    wing("Dataset", "SpoolFormat", ["GzipFormat", "JSON", "TextBasics", "VoteModel"]),
    wing("Dataset", "DemoData", ["SeededRandom", "TextBasics"]),
    wing("Dataset", "SheetFormat", ["CLibXML2", "TextBasics"]),
    .target(
        name: "TextEncoding", dependencies: ["CIconv", "CLibrary"], path: "Sources/Dataset/TextEncoding",
        swiftSettings: swiftSettings, linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS]))]),
]

/// Knows nothing of pipelines.
let trainer: [Target] = [
    wing(
        "Trainer", "Tokenization",
        ["CByteMasks", "HubFiles", "JSON", "ProtobufFormat", "TextBasics", "TextFeatures", .heap]),
    wing("Trainer", "LinearModels", ["CLibrary"]),
    wing("Trainer", "TextFeatures", ["CLibrary", "LinearModels", "TextBasics"]),
    wing("Trainer", "Tensors", ["CKernels", "CLibrary", "COneDNN"]),
    wing("Trainer", "Models", ["CLibrary", "JSON", "SeededRandom", "Tensors"]),
    wing(
        "Trainer", "WordVectors",
        ["CLibrary", "Files", "SeededRandom", "Tensors", "TextBasics", "TextFeatures"]),
    // zlib for its checksum, ShardFormat for half-precision numbers.
    wing("Trainer", "TorchFormat", ["ShardFormat", "CZlib"]),
    wing(
        "Trainer", "Training",
        [
            "CLibrary", "Digests", "Files", "HubFiles", "JSON", "LinearModels", "MessagePassing", "Models",
            "SeededRandom",
            "ShardFormat",
            "Tensors",
            "TextBasics", "TextFeatures", "TorchFormat",
        ]),
    wing("Trainer", "Generation", ["CLibrary", "Models", "SeededRandom", "Tokenization"]),
    wing(
        "Trainer", "Pretraining",
        [
            "CLibrary", "Digests", "Files", "JSON", "Models", "SeededRandom", "TextBasics", "Tokenization",
            "Training",
        ]),
    wing(
        "Trainer", "Baselines",
        [
            "CLibrary", "Files", "JSON", "LinearModels", "SeededRandom", "ShardFormat", "TextBasics",
            "TextFeatures", "Training",
        ]),
]

/// The pipeline file, its plan, the engine and the store.
let pipeline: [Target] = [
    wing("Pipeline", "Diagnostics", ["TextBasics"]),
    wing("Pipeline", "Charts", ["TextBasics"]),
    wing(
        "Pipeline", "StageKit",
        [
            "CLibrary", "Charts", "Diagnostics", "Digests", "Files", "HubFiles", "JSON", "TextBasics",
            "VoteModel",
        ]),
    wing("Pipeline", "PipelineFile", ["Diagnostics", "TextBasics", .yams]),
    wing("Pipeline", "PipelinePlan", ["Diagnostics", "PipelineFile", "StageKit", "TextBasics"]),
    wing("Pipeline", "StoreFile", ["CLibrary", "Files", "StageKit", "TextBasics", .grdb, .sqlite]),
    wing(
        "Pipeline", "CommentStore",
        [
            "CLibrary", "Digests", "Queues", "SeededRandom", "StageKit", "StoreFile", "TextBasics",
            "VoteModel", .grdb,
        ]),
    wing("Pipeline", "RunStore", ["CLibrary", "CommentStore", "StageKit", "StoreFile", "VoteModel", .grdb]),
    wing(
        "Pipeline", "PipelineEngine",
        [
            "CLibrary", "CommentStore", "Diagnostics", "Digests", "Files", "GzipFormat", "HubFiles",
            "PipelinePlan", "Programs", "RunStore", "SeededRandom", "StageKit", "StoreFile", "TextBasics",
        ]),
    wing("Pipeline", "TrackFormat", ["Digests", "Files", "JSON", "ProtobufFormat"]),
    wing("Pipeline", "Reports", ["Charts", "Diagnostics", "StageKit"]),
    wing(
        "Pipeline", "Console", ["CLibrary", "Diagnostics", "Files", "GzipFormat", "StageKit", "TextBasics"]),
]

/// Web pages, comment services and the files that describe them.
let web: [Target] = [
    wing("Web", "WebFormats", ["TextBasics"]),
    wing("Web", "WebPages", ["TextBasics", "WebFormats", "CLibXML2"]),
    wing("Web", "FieldValues", ["VoteModel", "WebFormats"]),
    wing(
        "Web", "CommentParsing", ["FieldValues", "VoteModel", "JSON", "TextBasics", "WebFormats", "WebPages"]),
    wing(
        "Web", "SourceFile",
        [
            "Diagnostics", "PipelineFile", "CommentParsing", "FieldValues", "TextBasics", "VoteModel",
            "WebFormats",
        ]),
    wing(
        "Web", "WebFetching",
        ["CLibrary", "GzipFormat", "WebFormats", .deque, .httpClient, .nioCore, .nioHTTP, .nioPosix]),
]

/// The steps: read, ask a pure module, write.
let stages: [Target] = [
    wing("Stages", "ArchiveReading", ["CArchive", "CLibrary"]),
    wing("Stages", "DuckDBTables", ["Programs", "StageKit", "TableFormat"]),
    wing(
        "Stages", "IngestStages",
        [
            "ArchiveReading", "CLibrary", "CommentParsing", "Diagnostics", "DuckDBTables", "FieldValues",
            "Files",
            "GzipFormat",
            "Queues", "ShardFormat", "SheetFormat", "SourceFile", "SpoolFormat", "StageKit", "TextCleaning",
            "TableFormat", "TextBasics", "TextEncoding",
            "VoteModel",
            "WebFetching",
            "WebFormats", "WebPages", .deque,
        ]),
    wing(
        "Stages", "DatasetStages",
        [
            "ActiveLabeling", "Charts", "Diagnostics", "DuckDBTables", "StageKit", "VoteModel", "Labeling",
            "LabelStudies", "Sampling",
            "SeededRandom", "TextCleaning", "TableFormat", "ShardFormat", "TextBasics", "Tokenization",
            "WebFormats",
        ]),
    wing(
        "Stages", "CommandStages",
        ["Diagnostics", "Programs", "StageKit", "TextBasics", "TrainingStages", .deque]),
    wing(
        "Stages", "TrainingStages",
        [
            "Baselines", "Charts", "CLibrary", "CTorchrun", "DatasetStages", "Diagnostics", "HubFiles",
            "JSON",
            "MessagePassing", "Models", "Pretraining", "Programs", "ShardFormat", "StageKit", "TableFormat",
            "TextBasics",
            "TextFeatures", "Tokenization", "TrackFormat", "Training", "VoteModel", "WordVectors",
        ]),
    wing(
        "Stages", "Prediction",
        [
            "Baselines", "CLibrary", "Console", "Diagnostics", "DuckDBTables", "HubFiles", "Models",
            "ShardFormat",
            "StageKit",
            "TableFormat",
            "TextBasics",
            "TextCleaning",
            "Tokenization", "Training",
        ]),
    wing(
        "Stages", "PredictionStages",
        [
            "Baselines", "Charts", "DatasetStages", "Diagnostics", "DuckDBTables", "HubFiles", "Models",
            "Prediction",
            "ShardFormat",
            "StageKit", "TableFormat", "TextBasics",
            "Tokenization", "Training", "VoteModel",
        ]),
]

/// What the command does beside parsing and printing: rows to show, files to write, questions to a store.
let commands: [Target] = [
    wing(
        "Command", "Presentation",
        [
            "Charts", "CommentStore", "Console", "Diagnostics", "Models", "PipelineEngine", "PipelinePlan",
            "ProcessControl", "RunStore", "ShardFormat", "StageKit", "StoreFile", "TableFormat", "TextBasics",
            "Tokenization", "Training", "VoteModel",
        ]),
    wing(
        "Command", "DatasetHistory",
        [
            "ActiveLabeling", "CommentStore", "Console", "DatasetStages", "Diagnostics", "LabelStudies",
            "Labeling",
            "PipelineAccess", "PipelineEngine", "PipelinePlan", "PredictionStages", "Presentation", "Reports",
            "RunStore",
            "StageKit", "StoreFile", "TableFormat", "TextBasics", "TrackFormat", "VoteModel",
        ]),
    wing(
        "Command", "PipelineAccess",
        [
            "CommentStore", "Diagnostics", "Files", "PipelineFile", "PipelinePlan", "RunStore", "StageKit",
            "StoreFile", "TextBasics",
        ]),
    wing(
        "Command", "NightReport",
        [
            "Charts", "CommentStore", "Console", "DatasetHistory", "DatasetStages", "Diagnostics", "Files",
            "LabelStudies", "Labeling", "PipelineEngine", "PipelinePlan", "Presentation", "ProcessControl",
            "Programs", "Reports", "RunStore", "StageKit", "StoreFile", "TextBasics", "TrainingStages",
            "VoteModel",
        ]),
    wing(
        "Command", "EngineSQL",
        [
            "Console", "DatasetStages", "Diagnostics", "DuckDBTables", "Files", "Labeling", "PipelineAccess",
            "PipelinePlan", "Programs", "RunStore", "Sampling", "StageKit", "TextBasics", "TextCleaning",
            "VoteModel",
        ]),
    wing(
        "Command", "Filters",
        [
            "Console", "DatasetStages", "Diagnostics", "Models", "PipelinePlan", "Prediction",
            "PredictionStages",
            "Sampling", "StageKit", "TableFormat", "TextBasics", "TextCleaning", "Tokenization", "Training",
        ]),
    wing(
        "Command", "ModelCommands",
        [
            "Console", "Diagnostics", "Generation", "JSON", "Models", "Prediction", "StageKit",
            "Tokenization",
            "Training", .argumentParser,
        ]),
    wing(
        "Command", "Similarity",
        [
            "CommentStore", "Diagnostics", "PipelineAccess", "PipelinePlan", "Prediction", "RunStore",
            "StageKit",
            "TableFormat",
            "TextBasics", "TextCleaning", "Training", "TrainingStages", "VoteModel",
        ]),
    wing(
        "Command", "ReadNext",
        [
            "ActiveLabeling", "CommentStore", "Console", "DatasetHistory", "DatasetStages", "Diagnostics",
            "PipelineAccess", "PipelinePlan", "PredictionStages", "RunStore", "StageKit", "TableFormat",
            "TextBasics", "TextFeatures", "VoteModel",
        ]),
    wing("Command", "Scaffolding", ["CLibrary", "DemoData", "StageKit", "TextBasics"]),
    wing("Command", "ProcessControl", ["CLibrary", "MessagePassing"]),
    wing(
        "Command", "StageCatalog",
        [
            "CommandStages", "DatasetStages", "IngestStages", "PredictionStages", "Presentation", "Reports",
            "StageKit", "TrainingStages",
        ]),
    wing(
        "Command", "Reference",
        [
            "CSchemas", "CommandStages", "Console", "Diagnostics", "IngestStages", "PipelineEngine",
            "PipelinePlan", "ProcessControl", "RunStore", "StageKit", "TextBasics",
        ]),
]

/// The command: builds the registry, prints, and says how it ended.
let command: [Target] = [
    .executableTarget(
        name: "splitvote",
        dependencies: [
            "CLibrary", "CommentStore", "Console", "DatasetHistory", "DatasetStages",
            "DemoData", "Diagnostics", "DuckDBTables", "EngineSQL", "Filters", "IngestStages",
            "LabelStudies", "MessagePassing", "ModelCommands", "Models", "NightReport",
            "PipelineAccess",
            "PipelineEngine", "PipelinePlan", "Prediction", "PredictionStages", "Presentation",
            "ProcessControl", "ReadNext", "Reference",
            "RunStore",
            "Scaffolding", "ShardFormat", "Similarity", "StageCatalog", "StageKit", "StoreFile",
            "TableFormat",
            "TextBasics",
            "Tokenization", "Training", "VoteModel",
            "TrainingStages", "WebFetching", .argumentParser,
        ], path: "Sources/splitvote", swiftSettings: swiftSettings)
]

/// One for each module, two that look at the whole, the server that the tests of fetching talk to, and inputs that
/// several read.
let testTargets: [Target] = [
    tests(of: "TextBasics", ["SeededRandom"]),
    tests(of: "ActiveLabeling", ["Labeling", "VoteModel"]),
    tests(of: "Files"),
    tests(of: "JSON"),
    tests(of: "Digests"),
    tests(of: "Queues"),
    tests(of: "MessagePassing", ["MessagePassingTesting"]),
    .target(
        name: "MessagePassingTesting", dependencies: ["MessagePassing"], path: "Tests/MessagePassingTesting",
        swiftSettings: swiftSettings),
    tests(of: "VoteModel", ["SeededRandom"]),
    tests(of: "TextCleaning", ["SeededRandom", "TestInputs"]),
    tests(of: "Labeling", ["VoteModel"]),
    tests(of: "LabelStudies", ["JSON", "Labeling", "TestInputs", "VoteModel"]),
    tests(of: "Sampling", ["VoteModel", .crypto]),
    tests(of: "TableFormat", ["TestInputs"]),
    tests(of: "ShardFormat"),
    tests(of: "SpoolFormat", ["GzipFormat", "VoteModel"]),
    tests(of: "DemoData"),
    tests(of: "GzipFormat"),
    tests(of: "HubFiles"),
    tests(of: "WebFormats", ["SeededRandom", "TestInputs"]),
    tests(of: "WebPages", ["SeededRandom", "TestInputs", "WebFormats"]),
    tests(
        of: "CommentParsing",
        ["SeededRandom", "TestInputs", "JSON", "TableFormat", "WebFormats", "WebPages"]),
    tests(of: "FieldValues"),
    tests(of: "TextEncoding"),
    tests(of: "TrackFormat", ["Files", "JSON", "TestInputs"]),
    tests(of: "SheetFormat"),
    tests(of: "ArchiveReading", ["TestInputs"]),
    tests(of: "DuckDBTables", ["StageKit", "TableFormat", "TestInputs"]),
    tests(of: "Filters", ["Sampling", "StageKit", "TextCleaning"]),
    tests(of: "SeededRandom"),
    tests(of: "Tokenization", ["CByteMasks", "TestInputs", "TextBasics", .crypto]),
    tests(of: "LinearModels"),
    tests(of: "TextFeatures", ["LinearModels", "TextBasics"]),
    tests(of: "Baselines", ["JSON", "ShardFormat", "TextBasics", "TextFeatures", "Training"]),
    tests(of: "Tensors", ["SeededRandom"]),
    tests(of: "WordVectors", ["Files", "TextBasics"]),
    tests(of: "Models", ["Tensors", "SeededRandom"]),
    tests(of: "TorchFormat"),
    tests(
        of: "Training",
        [
            "JSON", "LinearModels", "MessagePassing", "MessagePassingTesting", "Models", "SeededRandom",
            "ShardFormat", "Tokenization", .crypto,
        ]),
    tests(of: "Generation", ["Models", "TextBasics", "Tokenization", "Training"]),
    tests(of: "Pretraining", ["Models", "SeededRandom", "Tokenization", "Training"]),
    tests(of: "Diagnostics"),
    tests(of: "Programs"),
    tests(of: "StageKit", ["Diagnostics"]),
    tests(of: "PipelineFile", ["Diagnostics"]),
    tests(of: "SourceFile", ["SeededRandom", "TestInputs", "CommentParsing", "Diagnostics", "WebFormats"]),
    tests(of: "PipelinePlan", ["Diagnostics", "Files", "PipelineFile", "StageKit"], exclude: ["Golden"]),
    tests(
        of: "RunStore",
        [
            "CLibrary", "CommentStore", "DatasetStages", "StageKit", "StoreFile", "TestInputs", "VoteModel",
            .sqlite, .crypto,
        ],
        exclude: ["Golden"]),
    tests(
        of: "PipelineEngine",
        [
            "Charts", "CommandStages", "CommentStore", "Diagnostics", "PipelineFile", "PipelinePlan",
            "Presentation", "Reports", "RunStore", "StageKit", "StoreFile", "TestInputs", "VoteModel",
        ]),
    tests(
        of: "Reports",
        [
            "Charts", "DatasetStages", "Diagnostics", "IngestStages", "StageKit", "StageKitTesting",
            "TrainingStages",
        ]),
    tests(of: "Console", ["CLibrary", "GzipFormat", "StageKit"]),
    tests(
        of: "Presentation",
        [
            "CommentStore", "Diagnostics", "Files", "PipelineEngine", "PipelinePlan", "ProcessControl",
            "RunStore",
            "StageKit", "StoreFile",
        ]),
    tests(of: "PipelineAccess", ["Diagnostics", "PipelinePlan", "StageKit", "StoreFile"]),
    tests(
        of: "EngineSQL",
        [
            "Diagnostics", "Labeling", "PipelineAccess", "Sampling", "SeededRandom", "StageCatalog",
            "StageKit",
            "VoteModel",
        ], exclude: ["Golden"]),
    tests(of: "Scaffolding", ["DemoData", "StageKit"]),
    tests(of: "ProcessControl"),
    tests(
        of: "Reference",
        [
            "Diagnostics", "JSON", "PipelineEngine", "PipelineFile", "PipelinePlan", "ProcessControl",
            "RunStore", "StageCatalog", "StageKit", "TestInputs", "splitvote",
        ]),
    tests(
        of: "DatasetHistory",
        [
            "CommentStore", "Diagnostics", "LabelStudies", "Labeling", "PipelinePlan", "Reports", "RunStore",
            "StageKit",
        ]),
    tests(
        of: "NightReport",
        [
            "Charts", "CommentStore", "DatasetStages", "Diagnostics", "IngestStages", "LabelStudies",
            "Labeling", "PipelinePlan", "Reports", "RunStore", "StageKit", "StageKitTesting", "StoreFile",
            "TestInputs", "TrainingStages", "VoteModel",
        ]),
    tests(
        of: "Prediction", ["Console", "Diagnostics", "StageKit", "TableFormat", "Tokenization", "Training"]),
    tests(
        of: "TrainingStages",
        [
            "Diagnostics", "DatasetStages", "Programs", "StageKit", "StageKitTesting", "TestInputs",
            "TextBasics",
            "Training",
            "WordVectors",
        ]),
    tests(of: "IngestStages", ["FieldValues", "StageKit", "StageKitTesting", "TableFormat", "VoteModel"]),
    .target(
        name: "TestInputs", dependencies: ["CLibrary", "CSpawn"], path: "Tests/TestInputs",
        swiftSettings: swiftSettings),
    .target(
        name: "StageKitTesting",
        dependencies: ["CommentStore", "Diagnostics", "RunStore", "StageKit", "StoreFile", "VoteModel"],
        path: "Tests/StageKitTesting", swiftSettings: swiftSettings),
    tests(of: "StageKitTesting", ["Diagnostics", "StageKit"]),
    tests(of: "CommandStages", ["StageKit", "StageKitTesting"]),
    tests(
        of: "PredictionStages",
        ["DatasetStages", "IngestStages", "ShardFormat", "StageKit", "StageKitTesting", "TrainingStages"]),
    .target(
        name: "LoopbackServer", dependencies: ["CLibrary", "GzipFormat", .nioCore, .nioHTTP, .nioPosix],
        path: "Tests/LoopbackServer", swiftSettings: swiftSettings),
    tests(of: "WebFetching", ["CommentParsing", "GzipFormat", "LoopbackServer", "WebFormats"]),
    tests(
        of: "DatasetStages",
        ["Labeling", "ShardFormat", "StageKit", "StageKitTesting", "TableFormat", "VoteModel"]),
    .testTarget(
        name: "StageCatalogTests",
        dependencies: [
            "PipelinePlan", "StageCatalog", "StageKit",
        ],
        path: "Tests/StageCatalogTests", swiftSettings: swiftSettings),
    .testTarget(
        name: "EndToEndTests",
        dependencies: ["GzipFormat", "LoopbackServer", "StageKit", "TestInputs", "Training", "splitvote"],
        path: "Tests/EndToEndTests",
        swiftSettings: swiftSettings),
]

/// The code of the documentation, compiled with the tests so that none of it is stale. Built from docs/Snippets and not from
/// SwiftPM's own Snippets folder, whose files may use public declarations alone.
let snippets: [Target] = [
    snippet("LabelATable", ["Labeling", "TableFormat", "VoteModel"]),
    snippet("SplitStably", ["Sampling", "VoteModel"]),
    snippet("WriteAndReadShards", ["Files", "ShardFormat"]),
    snippet("PredictWithAModel", ["Prediction"]),
    snippet("AddAStageKind", ["Diagnostics", "PipelineEngine", "PipelineFile", "PipelinePlan", "StageKit"]),
]

let package = Package(
    name: "splitvote",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "splitvote", targets: ["splitvote"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: system + basics + dataset + trainer + pipeline + web + stages + commands + command + snippets
        + testTargets
)
