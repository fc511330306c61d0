// swift-tools-version: 6.1
import PackageDescription

// The house and its arrows are explained in docs/architecture.md. An arrow that is missing here is missing on purpose:
// `scripts/build-tests` builds with explicit imports only.
/// Debug builds, too: tests take days of simulated systems through these, and would spend most of their time here.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "tidewatch",
    products: [.executable(name: "tidewatch", targets: ["tidewatch"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // C libraries and the few system calls that Swift cannot reach by itself.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCmarkGFM", pkgConfig: "libcmark-gfm",
                       providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlienc", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CLinux"),
        .target(name: "CTheme"),

        // Pure: what was measured, what it means, when to worry. These import nothing.
        .target(name: "Telemetry"),
        .target(name: "Signals", dependencies: ["Telemetry"]),
        .target(name: "Alerting", dependencies: ["Signals", "Telemetry"], swiftSettings: optimised),
        .target(name: "JSON", swiftSettings: optimised),

        // The edge: one thin target for each thing outside.
        .target(name: "Digests", dependencies: ["CCrypto"]),
        .target(name: "Curl", dependencies: ["CCurl"]),
        .target(name: "Programs", dependencies: ["CLinux"]),
        .target(name: "AWS", dependencies: ["Curl", "Digests", "JSON", "Telemetry"]),
        .target(name: "Collectors", dependencies: ["AWS", "Curl", "Digests", "JSON", "Signals", "Telemetry"]),
        .target(name: "Storage", dependencies: [
            "Alerting", "Signals", "Telemetry", "Digests", .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "GRDBSQLite", package: "GRDB.swift"),
        ]),
        .target(name: "Notifiers", dependencies: ["Alerting", "Curl", "Digests", "JSON", "Programs", "Signals", "Telemetry"]),
        .target(name: "Markdown", dependencies: ["CCmarkGFM"]),
        .target(name: "Theme", dependencies: ["CTheme"]),
        .target(name: "Site", dependencies: [
            "Alerting", "Digests", "JSON", "Markdown", "Signals", "Storage", "Telemetry", "Theme",
            .product(name: "Mustache", package: "swift-mustache"), .product(name: "Yams", package: "Yams"),
        ]),
        .target(name: "Publishers", dependencies: ["AWS", "CBrotli", "CLinux", "CZlib", "Curl", "Digests", "JSON", "Programs", "Telemetry"]),
        .target(name: "Simulator", dependencies: [
            "Digests", "JSON", "Telemetry", .product(name: "FlyingFox", package: "FlyingFox"), .product(name: "FlyingSocks", package: "FlyingFox"),
        ], swiftSettings: optimised),
        .target(name: "Preview", dependencies: [
            "Digests", "Publishers", .product(name: "FlyingFox", package: "FlyingFox"), .product(name: "FlyingSocks", package: "FlyingFox"),
        ]),

        // One run, and the command around it.
        .target(name: "Dashboard", dependencies: [
            "AWS", "Alerting", "CLinux", "Collectors", "Curl", "Digests", "JSON", "Markdown", "Notifiers", "Programs", "Publishers", "Signals", "Site",
            "Storage", "Telemetry", "Theme",
            .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
        ]),
        .executableTarget(name: "tidewatch", dependencies: [
            "Dashboard", "Preview", "Simulator", "Telemetry", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),

        // Not products: they see the package's own interface, which a package of its own would not.
        .executableTarget(name: "ingest-bench", dependencies: ["Storage", "Telemetry", .product(name: "GRDBSQLite", package: "GRDB.swift")],
                          path: "Benchmarks/Ingest"),
        .executableTarget(name: "render-bench", dependencies: [
            "JSON", "Publishers", "Site", "Storage", "Telemetry", "Theme", .product(name: "GRDBSQLite", package: "GRDB.swift"),
        ], path: "Benchmarks/Render"),
        .executableTarget(name: "backtest-bench", dependencies: ["Storage", "Telemetry"], path: "Benchmarks/Backtest"),
        .executableTarget(name: "unusual-bench", dependencies: ["Alerting", "Signals", "Telemetry"], path: "Benchmarks/Unusual"),
        .executableTarget(name: "cause-bench", dependencies: ["Alerting"], path: "Benchmarks/Cause"),
        .executableTarget(name: "rules-bench", dependencies: ["Alerting", "Signals", "Telemetry"], path: "Benchmarks/Rules"),
        .executableTarget(name: "markdown-bench", dependencies: ["Markdown"], path: "Benchmarks/Markdown"),
        .executableTarget(name: "collect-bench", dependencies: ["AWS", "Collectors", "Curl", "Telemetry"], path: "Benchmarks/Collect"),

        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "SignalsTests", dependencies: ["Signals", "Telemetry"]),
        .testTarget(name: "AlertingTests", dependencies: ["Alerting", "Signals", "Telemetry"]),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"]),
        .testTarget(name: "CurlTests", dependencies: ["Curl"], exclude: ["Servers"]),
        .testTarget(name: "AWSTests", dependencies: ["AWS", "Curl", "Digests", "JSON", "Telemetry"], exclude: ["Servers"]),
        .testTarget(name: "CollectorsTests", dependencies: ["Collectors", "AWS", "CZlib", "Curl", "JSON", "Signals", "Simulator", "Telemetry", .product(name: "Yams", package: "Yams")]),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "Alerting", "Signals", "Telemetry"]),
        .testTarget(name: "NotifiersTests", dependencies: ["Notifiers", "Alerting", "Curl", "Digests", "JSON", "Programs", "Signals", "Telemetry"]),
        .testTarget(name: "MarkdownTests", dependencies: ["Markdown", "CCmarkGFM"]),
        .testTarget(name: "ThemeTests", dependencies: ["Theme"]),
        .testTarget(name: "SiteTests", dependencies: ["Site", "Alerting", "JSON", "Markdown", "Signals", "Storage", "Telemetry", "Theme"],
                    exclude: ["Golden"]),
        .testTarget(name: "PublishersTests", dependencies: ["Publishers", "AWS", "Curl", "Digests", "JSON", "Programs", "Simulator", "Telemetry"]),
        .testTarget(name: "PreviewTests", dependencies: ["Curl", "Preview", "Publishers"]),
        .testTarget(name: "SimulatorTests", dependencies: ["Simulator", "Digests", "JSON", "Telemetry"]),
        .testTarget(name: "DashboardTests", dependencies: ["Dashboard", "AWS", "Alerting", "Collectors", "Curl", "Digests", "JSON", "Markdown", "Notifiers", "Programs", "Publishers", "Signals", "Simulator", "Site", "Storage", "Telemetry", "Theme"], exclude: ["Control", "Golden"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
