// SPDX-License-Identifier: GPL-3.0-or-later

/// dpkg's database of packages (/var/lib/dpkg/status, deb822(5) stanzas). Only the fields that are kept become text.
public struct DpkgStatus: Sendable {
    /// One package in one architecture.
    public struct Package: Sendable, Hashable {
        /// Package.
        public var name = ""
        /// Version; empty where only configuration is left of a very old one.
        public var version = ""
        /// Architecture; `all` for any.
        public var architecture = ""
        /// Source package where it has another name, with its version in parentheses where that differs.
        public var source = ""
        /// What was asked for: unknown, install, hold, deinstall, purge (dpkg(1), "Package selection states").
        public var want = ""
        /// `ok` or `reinstreq`: broken, to be installed again.
        public var flag = ""
        /// What it is: not-installed, config-files, half-installed, unpacked, half-configured, triggers-awaited,
        /// triggers-pending, installed (dpkg(1), "Package states").
        public var state = ""
        /// Essential: yes.
        public var isEssential = false
        /// Line of the stanza's Package field, from 1.
        public var line = 0
    }

    /// A stanza that names no package, or a line that is no field.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// What is wrong, in English.
        public let message: String
    }

    /// Packages in the order they stand.
    public private(set) var packages: [Package] = []
    /// What could not be understood; at most 100.
    public private(set) var problems: [Problem] = []

    /// Reads a file. `defaultStatus` stands for stanzas without a Status field (status.d of images built without dpkg).
    public init(_ bytes: [UInt8], defaultStatus: String? = nil) {
        packages.reserveCapacity(bytes.count / 1500)
        var stanza = Stanza()
        var number = 0
        var position = 0
        while position < bytes.count {
            let end = Self.lineEnd(bytes, position)
            number += 1
            let line = position..<end
            position = end + 1
            guard let first = line.first.map({ bytes[$0] }) else {
                close(&stanza, defaultStatus)
                continue
            }
            if stanza.first == 0 { stanza.first = number }
            switch first {
            case UInt8(ascii: "A") where stanza.take(bytes, line, "Architecture:", \.architecture): break
            case UInt8(ascii: "E"):
                var essential = ""
                if stanza.value(bytes, line, "Essential:", &essential) {
                    stanza.package.isEssential = essential == "yes"
                }
            case UInt8(ascii: "P") where stanza.take(bytes, line, "Package:", \.name): stanza.package.line = number
            case UInt8(ascii: "S") where stanza.take(bytes, line, "Source:", \.source): break
            case UInt8(ascii: "S"):
                var status = ""
                if stanza.value(bytes, line, "Status:", &status) { stanza.setStatus(status) }
            case UInt8(ascii: "V") where stanza.take(bytes, line, "Version:", \.version): break
            default: break
            }
        }
        close(&stanza, defaultStatus)
    }

    /// The next line feed; the byte loop over the array's storage is what makes 5 MB cheap.
    private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        let span = bytes.span
        var index = start
        while index < span.count, span[index] != 0x0A { index += 1 }
        return index
    }

    private mutating func close(_ stanza: inout Stanza, _ defaultStatus: String?) {
        guard stanza.first > 0 else { return }
        if stanza.package.state.isEmpty, let defaultStatus { stanza.setStatus(defaultStatus) }
        if stanza.package.name.isEmpty {
            problem(stanza.first, "a stanza without Package")
        } else if stanza.package.state.isEmpty {
            problem(stanza.first, "\(stanza.package.name): no Status of three words")
        } else {
            packages.append(stanza.package)
        }
        stanza = Stanza()
    }

    private mutating func problem(_ line: Int, _ message: String) {
        if problems.count < 100 { problems.append(Problem(line: line, message: message)) }
    }

    private struct Stanza {
        var package = Package()
        /// Line of the first field; 0 between stanzas.
        var first = 0

        /// Puts the value of the field `name` where it belongs; false when the line is another field.
        mutating func take(
            _ bytes: [UInt8], _ line: Range<Int>, _ name: StaticString, _ path: WritableKeyPath<Package, String>
        ) -> Bool {
            value(bytes, line, name, &package[keyPath: path])
        }

        /// The value of the field `name`; false when the line is another field. Field names know no case (deb822(5)),
        /// but dpkg writes them as they are here.
        func value(_ bytes: [UInt8], _ line: Range<Int>, _ name: StaticString, _ value: inout String) -> Bool {
            guard bytes[line].starts(with: "\(name)".utf8) else { return false }
            let text = bytes[line].dropFirst(name.utf8CodeUnitCount)
            guard let start = text.firstIndex(where: { $0 > 0x20 }), let end = text.lastIndex(where: { $0 > 0x20 })
            else { return true }
            value = String(decoding: text[start...end], as: UTF8.self)
            return true
        }

        mutating func setStatus(_ text: String) {
            let words = text.split(separator: " ")
            guard words.count == 3 else { return }
            package.want = String(words[0])
            package.flag = String(words[1])
            package.state = String(words[2])
        }
    }
}
