// SPDX-License-Identifier: GPL-3.0-or-later

/// YAML 1.2 as guaita accepts it: UTF-8, one tree of mappings with scalar keys, sequences and scalars for each document.
/// Anchors and aliases are expanded; tags other than `!!str` and merge keys are refused. Scalars stay text: what a plain
/// `no` means is for typed decoding (`Decoder`) to say.
public enum YAML {
    /// The documents of a file and everything that is wrong with it, in the order of lines. Where a problem is an error
    /// the trees are what could be saved: the first of two equal keys, the documents before a syntax error.
    public static func parse(_ bytes: [UInt8], limits: Limits = .init()) -> (documents: [Node], problems: [Problem]) {
        if let problem = refusal(of: bytes, limits: limits) { return ([], [problem]) }
        let lines = SourceLines(bytes)
        var builder = TreeBuilder(limits: limits)
        let failure = EventStream.forEach(in: bytes) { builder.take($0) }
        if let failure { builder.fail(failure.problem(in: lines)) }
        return (builder.documents, builder.sortedProblems)
    }

    /// Why bytes are not even looked at. YAML permits UTF-16 and UTF-32 (YAML 1.2.2, 5.2); guaita does not.
    private static func refusal(of bytes: [UInt8], limits: Limits) -> Problem? {
        guard bytes.count <= limits.bytes else {
            return Problem(
                "Y003", line: 1, column: 1,
                message: "the file has \(bytes.count) bytes; at most \(limits.bytes) are read")
        }
        let save = "save the file as UTF-8 without a byte order mark"
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return Problem("Y001", line: 1, column: 1, message: "the file begins with a byte order mark", hint: save)
        }
        let head = bytes.prefix(4)
        let isWide =
            head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
            || head.count >= 2 && (head[0] == 0) != (head[1] == 0)
        if isWide {
            return Problem(
                "Y001", line: 1, column: 1, message: "the file is UTF-16 or UTF-32, or is not text", hint: save)
        }
        return nil
    }
}

extension YAML {
    /// Caps that keep one hostile file from costing the scan.
    public struct Limits: Sendable {
        /// The largest file, in bytes: 1 MiB.
        public var bytes = 1 << 20
        /// The deepest nesting, aliases expanded.
        public var depth = 32
        /// The most nodes in a file, aliases expanded.
        public var nodes = 100_000
        /// The longest scalar, in bytes: 64 KiB.
        public var scalarBytes = 64 << 10
        /// The most nodes that all aliases of a file may expand to.
        public var aliasNodes = 10_000
        /// The most problems that are collected of one file.
        public var problems = 100

        /// The limits that fit rule files.
        public init() {}
    }
}
