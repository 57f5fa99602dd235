// swift-tools-version:6.2
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// Every Swift target is built with the same strictness: a privileged program over C libraries.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// What is in the program is built without the standard library's string processing: all of Swift's Regex would come with
/// one `contains`. Model has the search in texts.
let lean: [SwiftSetting] =
    strict + [.unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: lean)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "guaita",
    products: [.executable(name: "guaita", targets: ["guaita"])],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
    targets: [
        // C libraries: a module map and a shim header, nothing else.
        library("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        library("COpenSSL", pkgConfig: "libcrypto", package: "libssl-dev"),
        library("CSystemd", pkgConfig: "libsystemd", package: "libsystemd-dev"),
        library("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CGuaita"),

        // The way through the house: imports point up this list, never down.
        module("Model"),
        module("Wire"),
        module("Digest", ["COpenSSL", "Model"]),
        module("Patterns", ["CRE2"]),
        module("YAML", ["CYAML", "Model"]),
        module("CEL", ["Model", "Patterns"]),
        module("Host", ["CGuaita", "Wire", "Model"]),
        module("Formats", ["Model"]),
        module("Certificates", ["COpenSSL", "Digest", "Model"]),
        module("Capacity", ["Model"]),
        module("Logs", ["CZlib", "Patterns", "Model"]),
        module("Journal", ["CSystemd", "Model"]),
        module(
            "Facts", ["CEL", "Host", "Formats", "Certificates", "Capacity", "Logs", "Journal", "Model", "Patterns"]),
        module("Rules", ["YAML", "CEL", "Logs", "Model", "Patterns"]),
        module("Audit", ["Rules", "CEL", "Digest", "Model"]),
        module("Reports", ["Audit", "Model"]),
        // What broker and worker say to each other; a scan names its steps so.
        module("Jobs", ["Host", "Wire", "Model"]),
        module(
            "Scan",
            ["Audit", "Rules", "YAML", "Facts", "Jobs", "Logs", "Host", "Wire", "Digest", "CEL", "Patterns", "Model"]),
        module("Sandbox", ["CGuaita", "Model"]),
        // The two processes of the daemon. The broker cannot import what parses.
        module(
            "Worker",
            ["Jobs", "Sandbox", "Scan", "Reports", "Audit", "Rules", "Facts", "Journal", "Host", "Wire", "Model"]),
        module("Daemon", ["CGuaita", "Jobs", "Journal", "Host", "YAML", "Wire", "Digest", "Model"]),
        .executableTarget(
            name: "guaita",
            dependencies: [
                "Daemon", "Worker", "Sandbox", "Jobs", "Scan", "Audit", "Rules", "Reports", "Facts", "Host", "Journal",
                "Logs", "CEL", "YAML", "Digest", "Model",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: lean),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("ModelTests", ["Model"], lean),
        tests("WireTests", ["Wire", "TestSupport"]),
        tests("PatternsTests", ["Patterns", "TestSupport"]),
        tests("YAMLTests", ["YAML", "TestSupport"]),
        tests("CELTests", ["CEL", "Patterns", "Model", "TestSupport"]),
        tests("HostTests", ["Host", "Wire", "Model", "TestSupport"]),
        tests("FormatsTests", ["Formats", "Model", "TestSupport"]),
        tests("CertificatesTests", ["Certificates", "Digest", "Model", "TestSupport"]),
        tests("CapacityTests", ["Capacity", "Model"]),
        tests("LogsTests", ["Logs", "Model", "TestSupport"]),
        tests("JournalTests", ["Journal", "Model"]),
        tests("FactsTests", ["Facts", "Host", "Formats", "CEL", "Logs", "Patterns", "Model", "TestSupport"]),
        tests("RulesTests", ["Rules", "CEL", "YAML", "Model"]),
        tests("AuditTests", ["Audit", "Rules", "CEL", "Model", "TestSupport"]),
        tests("ReportsTests", ["Reports", "Audit", "Model"]),
        tests(
            "ScanTests",
            ["Scan", "Audit", "Rules", "Reports", "Facts", "Jobs", "Host", "Wire", "CEL", "Model", "TestSupport"]),
        tests("SandboxTests", ["Sandbox", "Model", "TestSupport"]),
        tests("JobsTests", ["Jobs", "Host", "Wire", "Model", "TestSupport"]),
        tests("WorkerTests", ["Worker", "Jobs", "Scan", "Rules", "YAML", "Host", "Wire", "Model", "TestSupport"]),
        tests("DaemonTests", ["Daemon", "Jobs", "Journal", "Host", "YAML", "Wire", "Model", "TestSupport"]),
    ],
    cxxLanguageStandard: .cxx17
)
