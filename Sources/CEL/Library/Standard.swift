// SPDX-License-Identifier: GPL-3.0-or-later

internal import Patterns

extension Library {
    /// Patterns that were compiled while evaluating.
    private static let patterns = BoundedCache<[UInt8], Pattern>(capacity: 256)

    /// A compiled pattern; equal texts share one.
    static func pattern(_ text: String) throws(Failure) -> Pattern {
        do throws(PatternError) {
            return try patterns.value(for: Array(text.utf8)) { () throws(PatternError) in try Pattern(text) }
        } catch {
            throw Failure("invalid pattern at byte \(error.offset): \(error.message)")
        }
    }

    /// The functions of the language definition over strings, bytes, lists and maps.
    static let standard: [Overload] =
        [false, true].flatMap { method in
            [
                .of("size", method: method, "Code points of a string: `size('ÿ') == 1`.", cost: Cost.linear) {
                    (text: String) throws(Failure) in Int64(text.codePoints)
                },
                .of("size", method: method, "Bytes: `size(b'abc') == 3`.") {
                    (bytes: [UInt8]) throws(Failure) in Int64(bytes.count)
                },
                .of("size", method: method, "Elements of a list: `[1, 2].size() == 2`.") {
                    (list: Elements) throws(Failure) in Int64(list.values.count)
                },
                .of("size", method: method, "Entries of a map: `{'a': 1}.size() == 1`.") {
                    (entries: Entries) throws(Failure) in Int64(entries.map.count)
                },
                .of(
                    "matches", method: method,
                    "True when the RE2 pattern matches anywhere in the string: `'sshd'.matches('^s')`.",
                    cost: Cost.product
                ) { (text: String, regex: String) throws(Failure) in
                    try pattern(regex).matches(text)
                },
            ]
        } + [
            .of("contains", method: true, "True when the string holds the other one.", cost: Cost.product) {
                (text: String, part: String) throws(Failure) in
                text.includes(part)
            },
            .of("startsWith", method: true, "True when the string begins with the other one.", cost: Cost.linear) {
                (text: String, prefix: String) throws(Failure) in text.begins(with: prefix)
            },
            .of("endsWith", method: true, "True when the string ends with the other one.", cost: Cost.linear) {
                (text: String, suffix: String) throws(Failure) in
                text.ends(with: suffix)
            },
            Overload(
                "type", [.parameter("A")], .type(.parameter("A")), "The type of a value: `type(1) == int`."
            ) { _, values in
                values.first.map { Value(.type($0.runtimeType)) } ?? .absent
            },
            Overload(
                "dyn", [.parameter("A")], .dyn, "The value itself, whose type is left for evaluation to find out."
            ) { _, values in values.first ?? .absent },
        ]
}
