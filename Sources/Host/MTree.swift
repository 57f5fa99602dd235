// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A manifest of mtree(5): what a host's files were, written where their mode, owner and time could be seen. Both forms
/// are read: names nested by directories with `..`, and whole paths (`./etc/shadow`), as bsdtar and mtree write them.
public struct MTree: Sendable {
    /// What the manifest says of a path; nil where it does not say.
    public struct Entry: Sendable, Hashable {
        /// `type`.
        public var kind: FileKind?
        /// `mode`.
        public var mode: FileMode?
        /// `uid`.
        public var ownerID: UInt32?
        /// `gid`.
        public var groupID: UInt32?
        /// `uname`.
        public var owner: String?
        /// `gname`.
        public var group: String?
        /// `time`.
        public var modified: Timestamp?
        /// `size`.
        public var size: Int64?
        /// `link`.
        public var target: String?

        /// An entry.
        public init(
            kind: FileKind? = nil, mode: FileMode? = nil, ownerID: UInt32? = nil, groupID: UInt32? = nil,
            owner: String? = nil, group: String? = nil, modified: Timestamp? = nil, size: Int64? = nil,
            target: String? = nil
        ) {
            self.kind = kind
            self.mode = mode
            self.ownerID = ownerID
            self.groupID = groupID
            self.owner = owner
            self.group = group
            self.modified = modified
            self.size = size
            self.target = target
        }
    }

    /// A line that says nothing.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// What is wrong, in English.
        public let message: String
    }

    /// By absolute path on the host.
    public private(set) var entries: [String: Entry] = [:]
    /// What could not be understood, in the order of lines; at most a hundred.
    public private(set) var problems: [Problem] = []

    /// The values `/set` gave, by keyword.
    private var defaults: [String: [UInt8]] = [:]
    /// The directories entered, each a list of names; the first is the root.
    private var directories: [[String]] = [[]]
    private var line = 0

    /// Reads a manifest.
    public init(_ bytes: [UInt8]) {
        var pending: [UInt8] = []
        var first = 0
        for (number, text) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            if pending.isEmpty { first = number + 1 }
            let text = text.last == UInt8(ascii: "\r") ? text.dropLast() : text
            if text.last == UInt8(ascii: "\\"), text.dropLast().last != UInt8(ascii: "\\") {
                pending += text.dropLast() + [UInt8(ascii: " ")]
                continue
            }
            line = first
            take(pending.isEmpty ? text : (pending + text)[...])
            pending = []
        }
        line = first
        take(pending[...])
    }

    private mutating func take(_ text: ArraySlice<UInt8>) {
        let words = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = words.first, first.first != UInt8(ascii: "#") else { return }
        switch String(decoding: first, as: UTF8.self) {
        case "/set": defaults.merge(keywords(words.dropFirst())) { $1 }
        case "/unset":
            for word in words.dropFirst() {
                let key = String(decoding: word, as: UTF8.self)
                if key == "all" { defaults = [:] } else { defaults[key] = nil }
            }
        case "..":
            if directories.count > 1 { directories.removeLast() } else { report("\"..\" leaves the root") }
        default:
            if first.first == UInt8(ascii: "/") {
                report(
                    "\(String(decoding: first, as: UTF8.self)) is neither /set nor /unset nor a path of the form ./x")
            } else {
                enter(first, keywords(words.dropFirst()))
            }
        }
    }

    private mutating func enter(_ word: ArraySlice<UInt8>, _ own: [String: [UInt8]]) {
        // A name with a slash is a path from the root and opens no directory (mtree(5), "full path").
        let isPath = word.contains(UInt8(ascii: "/"))
        var names = isPath ? [] : directories.last ?? []
        for name in word.split(separator: UInt8(ascii: "/")) where !name.elementsEqual(".".utf8) {
            guard !name.elementsEqual("..".utf8) else { return report("\"..\" inside a path") }
            names.append(String(decoding: Self.unescaped(name), as: UTF8.self))
        }
        let path = "/" + names.joined(separator: "/")
        guard path.utf8.count < HostLimits.pathBytes else { return report("the path is too long") }
        let entry = entry(defaults.merging(own) { $1 })
        entries[path] = entry
        if !isPath, entry.kind == .directory { directories.append(names) }
    }

    private mutating func keywords(_ words: ArraySlice<ArraySlice<UInt8>>) -> [String: [UInt8]] {
        var keywords: [String: [UInt8]] = [:]
        for word in words {
            let parts = word.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            keywords[String(decoding: parts[0], as: UTF8.self)] = parts.count > 1 ? Array(parts[1]) : []
        }
        return keywords
    }

    private mutating func entry(_ keywords: [String: [UInt8]]) -> Entry {
        func text(_ key: String) -> String? {
            keywords[key].map { String(decoding: Self.unescaped($0[...]), as: UTF8.self) }
        }
        var entry = Entry(owner: text("uname"), group: text("gname"), target: text("link"))
        entry.kind = value("type", text("type")) { Self.kinds[$0] }
        entry.mode = value("mode", text("mode")) { FileMode(octal: $0) }
        entry.ownerID = value("uid", text("uid")) { UInt32($0) }
        entry.groupID = value("gid", text("gid")) { UInt32($0) }
        entry.size = value("size", text("size")) { Int64($0) }
        entry.modified = value("time", text("time"), Self.time)
        return entry
    }

    private mutating func value<T>(_ key: String, _ text: String?, _ parse: (String) -> T?) -> T? {
        guard let text else { return nil }
        guard let value = parse(text) else {
            report("\(key)=\(text) is not understood")
            return nil
        }
        return value
    }

    private mutating func report(_ message: String) {
        if problems.count < 100 { problems.append(Problem(line: line, message: message)) }
    }

    private static let kinds: [String: FileKind] = [
        "file": .regular, "dir": .directory, "link": .link, "fifo": .fifo, "socket": .socket, "char": .characterDevice,
        "block": .blockDevice,
    ]

    /// `seconds.nanoseconds`: what stands after the point counts nanoseconds, it is no fraction.
    private static func time(_ text: String) -> Timestamp? {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let first = parts.first, let seconds = Int64(first) else { return nil }
        guard parts.count > 1 else { return Timestamp(seconds: seconds) }
        guard let nanoseconds = Int32(parts[1]), (0..<1_000_000_000).contains(nanoseconds) else { return nil }
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// vis(3): `\040` in octal, `\M-C` and `\^C` for bytes above 127 and control characters, the letters of VIS_CSTYLE.
    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                result.append(byte)
                continue
            }
            let digits = rest.prefix(3)
            if digits.count == 3, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                result.append(code)
                rest = rest.dropFirst(3)
            } else if digits.starts(with: "M-".utf8), let last = digits.dropFirst(2).first {
                result.append(last | 0x80)
                rest = rest.dropFirst(3)
            } else if digits.starts(with: "M^".utf8), let last = digits.dropFirst(2).first {
                result.append(last & 0x1F | 0x80)
                rest = rest.dropFirst(3)
            } else if next == UInt8(ascii: "^"), let last = digits.dropFirst().first {
                result.append(last == UInt8(ascii: "?") ? 0x7F : last & 0x1F)
                rest = rest.dropFirst(2)
            } else if let code = letters[next] {
                result.append(code)
                rest = rest.dropFirst()
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "v"): 11,
        UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13, UInt8(ascii: "s"): 32, UInt8(ascii: "#"): UInt8(ascii: "#"),
        UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    ]
}
