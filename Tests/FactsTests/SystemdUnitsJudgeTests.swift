// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Foundation
import Host
import Model
import TestSupport
import Testing

@testable import Facts

/// systemd itself is the judge: random trees, and what `systemctl --root` says of them.
@Suite struct SystemdUnitsJudgeTests {
    static let systemctl = "/usr/bin/systemctl"
    static let analyze = "/usr/bin/systemd-analyze"
    static let isThere = FileManager.default.isExecutableFile(atPath: systemctl)

    struct Tree {
        var files: [String: String] = [:]
        var links: [String: String] = [:]

        var host: MemoryHost {
            var entries: [String: MemoryHost.Entry] = [:]
            for (path, text) in files { entries[path] = .init(text) }
            for (path, target) in links { entries[path] = .init(target: target) }
            return MemoryHost(entries)
        }

        /// What in the tree has to do with a unit, for messages.
        func speaking(of name: String) -> String {
            let stem = name.prefix { $0 != "@" && $0 != "-" && $0 != "." }
            let texts = files.mapValues { $0.replacingOccurrences(of: "\n", with: "|") }
                .merging(links.mapValues { "-> " + $0 }) { old, _ in old }
            return texts.filter { ($0.key + $0.value).contains("/\(stem)") && !$0.key.contains("/.h") }
                .map { "\($0.key): \($0.value)" }.sorted().joined(separator: "\n")
        }

        func write(to root: URL) throws {
            let manager = FileManager.default
            for path in files.keys.map({ $0 }) + links.keys {
                let folder = root.appending(path: path).deletingLastPathComponent()
                try manager.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            for (path, text) in files {
                try text.write(to: root.appending(path: path), atomically: false, encoding: .utf8)
            }
            for (path, target) in links {
                try manager.createSymbolicLink(atPath: root.appending(path: path).path, withDestinationPath: target)
            }
        }
    }

    static func run(_ arguments: [String], of program: String = systemctl) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = program == analyze ? pipe : FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    ]
    static let names = [
        "a.service", "b.service", "a-b-c.service", "t@.service", "t@x.service", "t-u@.service", "t-u@y.service",
        "s.socket",
        "m.target", "n.target",
    ]

    static func randomTree(_ random: inout SeededGenerator, masksDropIns: Bool) -> Tree {
        var tree = Tree()
        func free(_ path: String) -> Bool { tree.files[path] == nil && tree.links[path] == nil }
        for name in names {
            for folder in folders where Int.random(in: 0..<4, using: &random) == 0 {
                let path = folder + "/" + name
                switch Int.random(in: 0..<12, using: &random) {
                case 0: tree.links[path] = "/dev/null"
                case 1: tree.files[path] = ""
                case 2:
                    tree.links[path] = "/opt/units/" + name
                    tree.files["/opt/units/" + name] = "[Unit]\nMarker=linked\n[Install]\nWantedBy=m.target\n"
                case 3:
                    let other = names.randomElement(using: &random) ?? name
                    tree.links[path] = folders.randomElement(using: &random).map { $0 + "/" + other }
                default:
                    var text = "[Unit]\nMarker=\(path)\n"
                    switch Int.random(in: 0..<5, using: &random) {
                    case 0: text += "[Install]\nWantedBy=m.target\n"
                    case 1: text += "[Install]\nAlias=b.service\n"
                    case 2: text += "[Install]\nAlso=s.socket\n"
                    case 3: text += "[Install]\nWantedBy=m.target\nDefaultInstance=x\nRequiredBy=n.target\n"
                    default: break
                    }
                    tree.files[path] = text
                }
            }
        }
        for folder in folders {
            for target in ["m.target.wants", "n.target.requires"] where Int.random(in: 0..<3, using: &random) == 0 {
                let name = names.randomElement(using: &random) ?? "a.service"
                let path = "\(folder)/\(target)/\(name)"
                let pointed =
                    Int.random(in: 0..<4, using: &random) == 0 ? names.randomElement(using: &random) ?? name : name
                if free(path) { tree.links[path] = "\(folders.randomElement(using: &random) ?? folder)/\(pointed)" }
            }
            let dropIns = [
                "a.service.d", "service.d", "a-.service.d", "a-b-.service.d", "a-b-c.service.d", "t@.service.d",
                "t@x.service.d", "t-.service.d", "t-u@.service.d", "t-u@y.service.d", "t-@y.service.d", "t-@.service.d",
                "s.socket.d", "socket.d",
            ]
            for dropIn in dropIns where Int.random(in: 0..<3, using: &random) == 0 {
                for _ in 0..<2 {
                    let file = ["10-a.conf", "20-b.conf", "05.conf", "x.conf", ".h.conf", "n.txt"].randomElement(
                        using: &random)
                    let path = "\(folder)/\(dropIn)/\(file ?? "x.conf")"
                    guard free(path) else { continue }
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0 where masksDropIns: tree.links[path] = "/dev/null"
                    case 1: tree.files[path] = ""
                    default: tree.files[path] = "[Unit]\nMarker=1\n[Install]\nWantedBy=\n"
                    }
                }
            }
        }
        return tree
    }

    @Test("states and drop-ins of random trees are those systemctl sees", .enabled(if: isThere, "no systemctl here"))
    func randomTrees() throws {
        let seed = SeededGenerator.seed(usually: 20_261_123)
        print("systemd units: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let rounds = ProcessInfo.processInfo.environment["GUAITA_ROUNDS"].flatMap { Int($0) } ?? 12
        var compared = 0
        for round in 0..<rounds {
            // systemctl 252 gives up on is-enabled when a drop-in is a link to /dev/null, so those are tried apart.
            let masksDropIns = round % 2 == 1
            let tree = Self.randomTree(&random, masksDropIns: masksDropIns)
            let root = FileManager.default.temporaryDirectory.appending(path: "guaita-units-\(seed)-\(round)")
            try? FileManager.default.removeItem(at: root)
            defer { try? FileManager.default.removeItem(at: root) }
            try tree.write(to: root)
            let units = SystemdUnits(tree.host)
            for name in Self.names where !masksDropIns {
                let judged =
                    try Self.run(["--root=\(root.path)", "is-enabled", name])
                    .split(separator: "\n").first.map(String.init) ?? "none"
                let ours = units.state(of: name)?.rawValue ?? "none"
                #expect(ours == judged, "round \(round): \(name)\n\(tree.speaking(of: name))")
                compared += 1
            }
            for name in Self.names where !name.contains("@.") && !name.hasSuffix(".target") {
                // The manager's own loader names each drop-in it reads, by the key it does not know.
                guard let unit = units.unit(name), let path = unit.fragment, tree.links[path] == nil, !unit.isMasked,
                    unit.names == [name]
                else { continue }
                let text = try Self.run(["verify", "--root=\(root.path)", "--man=no", name], of: Self.analyze)
                let judged = text.split(separator: "\n").filter { $0.contains("'Marker'") }
                    .map { $0.prefix { $0 != ":" }.dropFirst(root.path.count) }
                    .filter { name.hasSuffix(".service") || $0.contains("socket") }
                let ours = unit.assignments.filter { $0.key == "Marker" }.map { $0.origin.path }
                #expect(ours == judged.map(String.init), "round \(round): \(name)\n\(tree.speaking(of: name))")
                compared += 1
            }
        }
        print("systemd units: \(compared) answers compared")
    }
}
