// SPDX-License-Identifier: GPL-3.0-or-later

internal import CRE2

/// A compiled regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax). Matching takes time
/// linear in the text whatever the pattern, and many threads may use one pattern at once.
public final class Pattern: Sendable {
    /// How a pattern reads its text.
    public struct Options: Sendable, Hashable {
        /// Every byte is one character of Latin-1, so that `.` also matches what is not UTF-8. The pattern itself is
        /// then read the same way.
        public var bytes: Bool
        /// `a` also matches `A`.
        public var ignoresCase: Bool

        /// UTF-8 with case by default.
        public init(bytes: Bool = false, ignoresCase: Bool = false) {
            self.bytes = bytes
            self.ignoresCase = ignoresCase
        }
    }

    /// Longest pattern that is compiled, in bytes.
    public static let maximumTextBytes = 1024
    /// Largest program a pattern may become, in RE2's instructions: it bounds the work for each byte of text.
    public static let maximumProgramSize = 10_000
    /// What one pattern and its caches may take, in bytes; RE2 is slower beyond it, never wrong.
    static let maximumMemoryBytes: Int64 = 8 << 20

    /// The pattern as written.
    public let text: String
    /// The name of each group; 0 is the whole match.
    public let groupNames: [String?]
    /// The address of the `cre2_pattern` this object owns from `init` to `deinit`. A number, because RE2 is safe to
    /// share between threads, which the type of a pointer cannot say.
    private let address: UInt

    /// Compiles a pattern.
    public init(_ text: String, _ options: Options = Options()) throws(PatternError) {
        guard text.utf8.count <= Self.maximumTextBytes else {
            throw PatternError("a pattern may have \(Self.maximumTextBytes) bytes, this has \(text.utf8.count)")
        }
        let bytes = Array(text.utf8)
        // The C function copies the text before it returns.
        let compiled = unsafe bytes.withUnsafeBufferPointer {
            unsafe cre2_new($0.baseAddress, $0.count, options.bytes, options.ignoresCase, Self.maximumMemoryBytes)
        }
        guard let compiled = unsafe compiled else { throw PatternError("out of memory") }
        do throws(PatternError) {
            unsafe try Self.check(compiled, bytes)
        } catch {
            // Made above and given to nobody.
            unsafe cre2_delete(compiled)
            throw error
        }
        self.text = text
        var names: [String?] = [nil]
        // `compiled` is alive: it is owned by this object from here on.
        for number in unsafe stride(from: 1, through: Int(cre2_group_count(compiled)), by: 1) {
            let name = unsafe Self.string(cre2_group_name(compiled, Int32(clamping: number)))
            names.append(name.isEmpty ? nil : name)
        }
        groupNames = names
        address = UInt(bitPattern: compiled)
    }

    deinit {
        // The only owner, for the last time.
        if let pattern = unsafe OpaquePointer(bitPattern: address) { unsafe cre2_delete(pattern) }
    }

    /// Is there a match anywhere in the bytes?
    public func matches(_ bytes: Span<UInt8>) -> Bool {
        var ranges: [cre2_range] = []
        return search(bytes, from: 0, &ranges)
    }

    /// Is there a match anywhere in the bytes?
    public func matches(_ bytes: [UInt8]) -> Bool { matches(bytes.span) }

    /// Is there a match anywhere in the text?
    public func matches(_ text: String) -> Bool { matches(text.utf8.span) }

    /// The first match at or after `start`: where the whole and each group matched, nil for a group that took no
    /// part. Nil when there is none.
    public func captures(in bytes: Span<UInt8>, from start: Int = 0) -> [Range<Int>?]? {
        var ranges = [cre2_range](repeating: cre2_range(start: -1, end: -1), count: groupNames.count)
        return search(bytes, from: start, &ranges) ? ranges.map(Self.range) : nil
    }

    /// The first match at or after `start`, as above.
    public func captures(in bytes: [UInt8], from start: Int = 0) -> [Range<Int>?]? {
        captures(in: bytes.span, from: start)
    }

    /// The first match at or after byte `start` of the text, in bytes of its UTF-8.
    public func captures(in text: String, from start: Int = 0) -> [Range<Int>?]? {
        captures(in: text.utf8.span, from: start)
    }

    /// Fills as many ranges as there are: the whole match, then the groups.
    private func search(_ bytes: Span<UInt8>, from start: Int, _ ranges: inout [cre2_range]) -> Bool {
        guard start >= 0, start <= bytes.count, let count = Int32(exactly: ranges.count) else { return false }
        // The pattern is alive as long as self and the text as long as the closure; RE2 writes `count` ranges.
        return unsafe bytes.withUnsafeBufferPointer { text in
            unsafe ranges.withUnsafeMutableBufferPointer { ranges in
                guard let pattern = unsafe OpaquePointer(bitPattern: address) else { return false }
                return unsafe cre2_search(pattern, text.baseAddress, text.count, start, ranges.baseAddress, count)
            }
        }
    }

    private static func range(_ range: cre2_range) -> Range<Int>? {
        range.start >= 0 && range.start <= range.end ? range.start..<range.end : nil
    }

    /// Throws for what RE2 refused and for programs that are too large. `pattern` must be alive.
    private static func check(_ pattern: OpaquePointer, _ text: [UInt8]) throws(PatternError) {
        // `string` copies what it is given while the pattern is alive.
        let message = unsafe string(cre2_error(pattern))
        guard message.isEmpty else {
            let fragment = unsafe Array(string(cre2_error_fragment(pattern)).utf8)
            throw PatternError(message, offset: offset(of: fragment, in: text))
        }
        let size = unsafe Int(cre2_program_size(pattern))
        guard size <= maximumProgramSize else {
            throw PatternError("the pattern is too large: \(size) instructions, \(maximumProgramSize) are allowed")
        }
    }

    /// A copy of a view into a live pattern.
    private static func string(_ text: cre2_text) -> String {
        // The bytes live as long as the pattern, which the callers hold.
        unsafe String(decoding: UnsafeRawBufferPointer(start: text.start, count: text.length), as: UTF8.self)
    }

    private static func offset(of fragment: [UInt8], in text: [UInt8]) -> Int {
        guard !fragment.isEmpty, fragment.count <= text.count else { return 0 }
        return (0...(text.count - fragment.count)).first { text[$0...].starts(with: fragment) } ?? 0
    }
}
