// SPDX-License-Identifier: GPL-3.0-or-later

/// A node of a YAML document with the place where it begins.
public struct Node: Sendable {
    /// Line, from 1.
    public let line: Int
    /// Column in characters, from 1.
    public let column: Int
    /// What it is.
    public let content: Content

    /// The three kinds of YAML 1.2.
    public enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
    }

    /// A scalar's text and whether it was plain: a plain `no` is a string here; typed decoding decides.
    public struct Scalar: Sendable, Hashable {
        /// The text after folding and escapes.
        public let text: String
        /// Neither quoted nor a block scalar.
        public let isPlain: Bool

        /// A scalar.
        public init(text: String, isPlain: Bool) {
            self.text = text
            self.isPlain = isPlain
        }
    }

    /// A key and its value. Keys are scalars; duplicates never reach a tree.
    public struct Entry: Sendable {
        /// The key, a scalar.
        public let key: Node
        /// The value.
        public let value: Node

        /// A key and its value.
        public init(key: Node, value: Node) {
            self.key = key
            self.value = value
        }
    }

    /// A node at a place.
    public init(line: Int, column: Int, content: Content) {
        self.line = line
        self.column = column
        self.content = content
    }

    /// The value of a key, where this is a mapping that has it.
    public subscript(key: String) -> Node? {
        guard case .mapping(let entries) = content else { return nil }
        // By index: iterating would copy each entry.
        for index in entries.indices where entries[index].key.text == key { return entries[index].value }
        return nil
    }

    /// The text, where this is a scalar.
    public var text: String? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar.text
    }
}
