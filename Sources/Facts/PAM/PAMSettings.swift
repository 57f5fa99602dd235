// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// Settings of a module: `name = value` lines of its files, then the arguments of its line, the later over the earlier.
struct PAMSettings {
    struct Setting {
        var text: String
        var origin: Origin
        var written: String
        var overrode: [Source.Overridden] = []
    }

    private(set) var values: [String: Setting] = [:]
    /// A file that could not be read.
    private(set) var unreadable: (path: String, reason: String)?

    private mutating func set(_ name: String, _ value: String, _ origin: Origin, _ written: String) {
        var setting = Setting(text: value, origin: origin, written: written)
        if let old = values[name] {
            setting.overrode = old.overrode + [Source.Overridden(origin: old.origin, text: old.written)]
        }
        values[name] = setting
    }

    mutating func read(_ path: String, _ host: any Host) {
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try host.read(path, limit: 1 << 20).bytes
        } catch {
            if error != .notFound { unreadable = unreadable ?? (path, error.description) }
            return
        }
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = line.prefix { $0 != UInt8(ascii: "#") }
            guard let first = text.firstIndex(where: { !isBlank($0) }),
                let last = text.lastIndex(where: { !isBlank($0) })
            else { continue }
            let body = text[first...last]
            let name = body.prefix { !isBlank($0) && $0 != UInt8(ascii: "=") }
            var value = body[name.endIndex...].drop(while: isBlank)
            if value.first == UInt8(ascii: "=") { value = value.dropFirst().drop(while: isBlank) }
            set(
                String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self),
                Origin(path: path, line: index + 1, column: first - line.startIndex + 1),
                String(decoding: body, as: UTF8.self))
        }
    }

    /// The `.conf` files of a directory by bytes.
    mutating func readAll(_ directory: String, _ host: any Host) {
        do throws(HostError) {
            for path in try Self.files(directory, host) { read(path, host) }
        } catch {
            if error != .notFound { unreadable = unreadable ?? (directory, error.description) }
        }
    }

    static func files(_ directory: String, _ host: any Host) throws(HostError) -> [String] {
        let names = try host.list(directory).map(\.name).filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(directory)/\($0)" }
    }

    mutating func read(_ handler: PAMHandler?) {
        for argument in handler?.arguments ?? [] {
            let name = argument.utf8.prefix { $0 != UInt8(ascii: "=") }
            let value = argument.utf8[name.endIndex...].dropFirst()
            set(String(name) ?? argument, String(value) ?? "", handler?.origin ?? Origin(path: ""), argument)
        }
    }

    private func source(_ name: String, _ file: String, _ collection: Collection) -> SourceID {
        guard let setting = values[name] else { return collection.source(file, means: .default) }
        return collection.source(Source(setting.origin, text: setting.written, overrode: setting.overrode))
    }

    /// A number, the default for what is none.
    func number(_ name: String, _ standard: Int64, _ file: String, _ collection: Collection) -> Value {
        .int(values[name].flatMap { Int64($0.text) } ?? standard, source(name, file, collection))
    }

    /// A span in seconds; not set for `never` and 0.
    func seconds(_ name: String, _ standard: Int64, _ file: String, _ collection: Collection) -> Value {
        let seconds = values[name].map { $0.text == "never" ? 0 : Int64($0.text) ?? standard } ?? standard
        return (1...(1 << 40)).contains(seconds) ? .duration(seconds: seconds, source(name, file, collection)) : .absent
    }

    /// A word that stands or does not.
    func flag(_ name: String, _ file: String, _ collection: Collection) -> Value {
        .bool(values[name] != nil, source(name, file, collection))
    }
}
