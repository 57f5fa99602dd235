// SPDX-License-Identifier: GPL-3.0-or-later

/// apt's options: a tree whose names know no case, where each node may have a value and lists are nodes without a name.
public struct APTOptions: Sendable {
    /// Where a value was set.
    public struct Place: Sendable, Hashable {
        /// The file; empty for a value compiled in.
        public let path: String
        /// Line, from 1.
        public let line: Int
        /// Column, from 1.
        public let column: Int
        /// The value it set.
        public let value: String
    }

    /// One option.
    public struct Option: Sendable {
        /// The last part of its name; empty in a list.
        public let tag: String
        /// Its value, empty where it has none.
        public fileprivate(set) var value = ""
        /// Where it was set, the last being in force; empty where it was not or was cleared.
        public fileprivate(set) var places: [Place] = []
        fileprivate let parent: Int
        fileprivate var children: [Int] = []
    }

    private var nodes = [Option(tag: "", parent: 0)]
    private static let limit = 40_000

    /// No options.
    public init() {}

    /// apt's Configuration::Lookup: after each `::` one byte is passed over before the next is looked for.
    static func parts(_ name: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(name.utf8)
        var parts: [ArraySlice<UInt8>] = []
        var (start, at) = (0, 0)
        while bytes.count - at >= 2 {
            if bytes[at] == UInt8(ascii: ":"), bytes[at + 1] == UInt8(ascii: ":") {
                parts.append(bytes[start..<at])
                start = at + 2
                at = start
            }
            at += 1
        }
        return parts + [bytes[start...]]
    }

    private func child(of node: Int, _ part: ArraySlice<UInt8>) -> Int? {
        guard !part.isEmpty else { return nil }
        func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
        return nodes[node].children.first {
            let tag = nodes[$0].tag.utf8
            return tag.count == part.count && zip(tag, part).allSatisfy { folded($0) == folded($1) }
        }
    }

    private func lookup(_ name: String) -> Int? {
        var node = 0
        for part in Self.parts(name) {
            guard let next = child(of: node, part) else { return nil }
            node = next
        }
        return node
    }

    /// Sets an option; a name that ends in `::` adds one.
    public mutating func set(_ name: String, _ value: String, path: String = "", line: Int = 0, column: Int = 0) {
        let parts = Self.parts(name)
        guard nodes.count + parts.count < Self.limit, parts.count <= 64 else { return }
        var node = 0
        for part in parts {
            if let next = child(of: node, part) {
                node = next
                continue
            }
            nodes.append(Option(tag: String(decoding: part, as: UTF8.self), parent: node))
            nodes[node].children.append(nodes.count - 1)
            node = nodes.count - 1
        }
        nodes[node].value = value
        if nodes[node].places.count >= 16 { nodes[node].places.removeFirst() }
        nodes[node].places.append(Place(path: path, line: line, column: column, value: value))
    }

    /// Takes the value of an option and all below it away.
    public mutating func clear(_ name: String) {
        guard let node = lookup(name) else { return }
        nodes[node].value = ""
        nodes[node].places = []
        nodes[node].children = []
    }

    /// An option that exists, with or without a value.
    public func option(_ name: String) -> Option? { lookup(name).map { nodes[$0] } }

    /// The value of an option; nil where it has none.
    public func value(_ name: String) -> String? {
        lookup(name).flatMap { nodes[$0].value.isEmpty ? nil : nodes[$0].value }
    }

    /// The options right below one, which is how lists are kept: with names or without.
    public func list(_ name: String) -> [Option] { lookup(name).map { nodes[$0].children.map { nodes[$0] } } ?? [] }

    /// The path an option names: what is relative stands below the values of the options above it
    /// (apt.conf(5), "DIRECTORIES").
    public func path(_ name: String) -> String? {
        guard var node = lookup(name), !nodes[node].value.isEmpty else { return nil }
        var path = nodes[node].value
        while node != 0 {
            node = nodes[node].parent
            let above = nodes[node].value
            if above.isEmpty { continue }
            if path.hasPrefix("/dev/null") { return "/dev/null" }
            if path.hasPrefix("/") || path.hasPrefix("./") || path.hasPrefix("~/") || path.hasPrefix("../") { break }
            path = above + (above.hasSuffix("/") ? "" : "/") + path
        }
        return (value("RootDir").map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? "") + path
    }

    /// Every option with its whole name, in apt's order (`apt-config dump`).
    public var all: [(name: String, option: Option)] {
        var found: [(name: String, option: Option)] = []
        var pending = nodes[0].children.reversed().map { (name: nodes[$0].tag, node: $0) }
        while let (name, node) = pending.popLast() {
            found.append((name, nodes[node]))
            for child in nodes[node].children.reversed() { pending.append(("\(name)::\(nodes[child].tag)", child)) }
        }
        return found
    }
}
