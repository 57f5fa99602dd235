// SPDX-License-Identifier: GPL-3.0-or-later

/// A file of sources.list(5), in the one-line style or as deb822(5) stanzas, as apt 2.6 reads it. What is disabled or
/// commented out is not in it.
public struct APTSources: Sendable {
    /// One repository: an address with a suite.
    public struct Entry: Sendable, Hashable {
        /// `deb` or `deb-src`.
        public var type = ""
        /// With a slash at its end.
        public var uri = ""
        /// A suite or codename, or a path that ends in a slash.
        public var suite = ""
        /// In their order; none for a path.
        public var components: [String] = []
        /// Options by their name in the one-line style (`signed-by`, `trusted`, `arch` …).
        public var options: [String: String] = [:]
        /// Line of the entry, or of the stanza's field Suites, from 1.
        public var line = 0
    }

    /// Where apt gives up.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// What is wrong, in English.
        public let message: String
    }

    /// Entries in the order they stand.
    public private(set) var entries: [Entry] = []
    /// Why apt reads no further and works with no source at all; nil when the file is in order.
    public private(set) var problem: Problem?

    private static let limit = 10_000
    private static let types = ["deb", "deb-src"]

    /// Reads a file: stanzas where its name ends in `.sources`.
    public init(_ bytes: [UInt8], isStanzas: Bool, architecture: String? = nil) {
        if isStanzas { readStanzas(bytes, architecture) } else { readLines(bytes, architecture) }
    }

    private mutating func fail(_ line: Int, _ message: String) {
        problem = problem ?? Problem(line: line, message: message)
    }

    /// An address as apt keeps it, or nil for what is none.
    private static func address(_ text: String, _ architecture: String?) -> String? {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        let uri = substituted(text, architecture)
        return uri.hasSuffix("/") ? uri : uri + "/"
    }

    private static func substituted(_ text: String, _ architecture: String?) -> String {
        guard let architecture else { return text }
        var rest = Array(text.utf8)[...]
        var result: [UInt8] = []
        while let byte = rest.first {
            if byte == UInt8(ascii: "$"), rest.starts(with: "$(ARCH)".utf8) {
                result += Array(architecture.utf8)
                rest = rest.dropFirst(7)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: one-line style

    private mutating func readLines(_ bytes: [UInt8], _ architecture: String?) {
        var lines = APTLines(bytes)
        while problem == nil, let (number, raw) = lines.next() {
            var (open, end) = (0, raw.endIndex)
            for index in raw.indices {
                // A # inside brackets belongs to an option.
                if raw[index] == UInt8(ascii: "["), open >= 0 { open += 1 }
                if raw[index] == UInt8(ascii: "]") { open -= 1 }
                if raw[index] == UInt8(ascii: "#"), open <= 0 {
                    end = index
                    break
                }
            }
            let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            let text = raw[..<end].drop(while: isSpace)
            guard let last = text.lastIndex(where: { !isSpace($0) }) else { continue }
            readLine(text[...last], number, architecture)
        }
    }

    private mutating func readLine(_ line: ArraySlice<UInt8>, _ number: Int, _ architecture: String?) {
        let type = line.prefix { $0 != 0x20 && $0 != 0x09 && $0 != 0x0B }
        guard !type.isEmpty, type.count < line.count else { return fail(number, "nothing after the type") }
        var entry = Entry(type: String(decoding: type, as: UTF8.self), line: number)
        guard Self.types.contains(entry.type) else { return fail(number, "no such type: \(entry.type)") }
        var rest = line.dropFirst(type.count).drop(while: APTConfiguration.isSpace)
        if rest.first == UInt8(ascii: "[") {
            rest = rest.dropFirst().drop(while: APTConfiguration.isSpace)
            while rest.first != UInt8(ascii: "]") {
                let before = rest
                guard var option = APTWord.quoted(&rest) else { return fail(number, "options are not closed") }
                guard option.count >= 3 else { return fail(number, "an option of fewer than three characters") }
                if option.last == UInt8(ascii: "]") {
                    let taken = before[..<rest.startIndex]
                    guard let close = taken.lastIndex(of: UInt8(ascii: "]")) else {
                        return fail(number, "not an option")
                    }
                    rest = line[close...]
                    option.removeLast()
                }
                guard let equals = option.firstIndex(of: UInt8(ascii: "=")), equals > 0, equals + 1 < option.count
                else {
                    return fail(number, "an option that is not name=value")
                }
                entry.options[String(decoding: option[..<equals], as: UTF8.self)] =
                    String(decoding: option[(equals + 1)...], as: UTF8.self)
            }
            rest = rest.dropFirst().drop(while: APTConfiguration.isSpace)
        }
        func word() -> String? { APTWord.quoted(&rest).map { String(decoding: $0, as: UTF8.self) } }
        guard let address = word() else { return fail(number, "no address") }
        guard let suite = word() else { return fail(number, "no suite") }
        guard let uri = Self.address(address, architecture) else { return fail(number, "\(address) is no address") }
        (entry.uri, entry.suite) = (uri, suite)
        let first = word()
        if suite.hasSuffix("/") {
            guard first == nil else { return fail(number, "components after a suite that is a path") }
            entry.suite = Self.substituted(suite, architecture)
        } else {
            guard let first else { return fail(number, "no component") }
            entry.components = [first]
            while let next = word() { entry.components.append(next) }
        }
        add(entry)
    }

    private mutating func add(_ entry: Entry) {
        guard entries.count < Self.limit else { return fail(entry.line, "more than \(Self.limit) entries") }
        entries.append(entry)
    }

    // MARK: stanzas

    /// Fields of deb822 and the options of the one-line style they are.
    private static let options: [(field: String, option: String)] = [
        ("architectures", "arch"), ("languages", "lang"), ("targets", "target"), ("trusted", "trusted"),
        ("check-valid-until", "check-valid-until"), ("valid-until-min", "valid-until-min"),
        ("valid-until-max", "valid-until-max"), ("check-date", "check-date"), ("date-max-future", "date-max-future"),
        ("signed-by", "signed-by"), ("pdiffs", "pdiffs"), ("by-hash", "by-hash"),
    ]

    private mutating func readStanzas(_ bytes: [UInt8], _ architecture: String?) {
        for stanza in APTStanzas.read(bytes) {
            guard problem == nil else { return }
            if let line = stanza.brokenLine { return fail(line, "a line that is no field") }
            guard let types = stanza.words("types") else { return fail(stanza.line, "a stanza without Types") }
            for type in types {
                guard Self.types.contains(type) else { return fail(stanza.line, "no such type: \(type)") }
                // Only a clear no disables: what is neither yes nor no counts as yes.
                if let enabled = stanza.text("enabled"), !enabled.isEmpty, APTBoolean.value(enabled) == false {
                    continue
                }
                readStanza(stanza, type, architecture)
                if problem != nil { return }
            }
        }
    }

    private mutating func readStanza(_ stanza: APTStanzas.Stanza, _ type: String, _ architecture: String?) {
        let suites = (stanza.words("suites") ?? []).map { Self.substituted($0, architecture) }
        let addresses = stanza.words("uris") ?? []
        guard !addresses.isEmpty else { return fail(stanza.line, "a stanza without URIs") }
        guard !suites.isEmpty else { return fail(stanza.line, "a stanza without Suites") }
        var entry = Entry(type: type, line: stanza.fields["suites"]?.line ?? stanza.line)
        for (field, option) in Self.options {
            if let text = stanza.text(field) { entry.options[option] = text }
        }
        let components = stanza.words("components") ?? []
        for address in addresses {
            guard let uri = Self.address(address, architecture) else {
                return fail(stanza.line, "\(address) is no address")
            }
            for suite in suites {
                guard suite.hasSuffix("/") == components.isEmpty else {
                    return fail(
                        stanza.line, components.isEmpty ? "no component" : "components for a suite that is a path")
                }
                (entry.uri, entry.suite, entry.components) = (uri, suite, components)
                add(entry)
            }
        }
    }
}

/// Stanzas of deb822(5) as apt reads its own files (sources, preferences): lines that begin with `#` are none.
public struct APTStanzas: Sendable {
    /// One stanza.
    public struct Stanza: Sendable {
        /// Line of its first field, from 1.
        public var line: Int
        /// Values by name in small letters, the last of a name, continued lines joined with line feeds.
        public var fields: [String: (value: String, line: Int)] = [:]
        /// A line without a colon; nil where there is none.
        public var brokenLine: Int?

        /// A field without white space around it.
        public func text(_ name: String) -> String? { fields[name]?.value }
        /// The words of a field.
        public func words(_ name: String) -> [String]? {
            text(name)?.utf8.split(whereSeparator: APTConfiguration.isSpace).map { String(Substring($0)) }
        }
    }

    /// The stanzas of a file; at most 10,000.
    public static func read(_ bytes: [UInt8]) -> [Stanza] {
        var stanzas: [Stanza] = []
        var stanza: Stanza?
        var field: (name: String, value: [UInt8], line: Int)?
        func close() {
            guard let done = field else { return }
            field = nil
            let text = done.value.drop(while: APTConfiguration.isSpace)
            let end = text.lastIndex { !APTConfiguration.isSpace($0) }.map { $0 + 1 } ?? text.startIndex
            stanza?.fields[done.name] = (String(decoding: text[..<end], as: UTF8.self), done.line)
        }
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.first == UInt8(ascii: "#") { continue }
            guard let first = line.first else {
                close()
                if let done = stanza { stanzas.append(done) }
                stanza = nil
                if stanzas.count >= 10_000 { return stanzas }
                continue
            }
            if APTConfiguration.isSpace(first) {
                field?.value.append(0x0A)
                field?.value += line
                continue
            }
            close()
            if stanza == nil { stanza = Stanza(line: number) }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                if stanza?.brokenLine == nil { stanza?.brokenLine = number }
                continue
            }
            let end = line[..<colon].lastIndex { !APTConfiguration.isSpace($0) }.map { $0 + 1 } ?? colon
            let name = line[..<end].map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
            field = (String(decoding: name, as: UTF8.self), Array(line[(colon + 1)...]), number)
        }
        close()
        if let done = stanza { stanzas.append(done) }
        return stanzas
    }
}

/// What apt takes for yes and no (apt's StringToBool).
public enum APTBoolean {
    /// Nil for neither.
    public static func value(_ text: String) -> Bool? {
        switch String(decoding: text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self) {
        case "1", "yes", "true", "with", "on", "enable": true
        case "0", "no", "false", "without", "off", "disable": false
        default: nil
        }
    }
}
