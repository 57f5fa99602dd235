// SPDX-License-Identifier: GPL-3.0-or-later

extension SSHServerConfiguration {
    /// strdelim() of misc.c: the next word of `text`, which is left at the word after it, or nil when the text is used
    /// up. A `"` anywhere begins a part that runs to the next `"`, where the word ends; without a second `"` there is no
    /// word and no more text.
    static func nextDelimited(_ text: inout ArraySlice<UInt8>?, splitsAtEquals: Bool) -> [UInt8]? {
        guard let all = text else { return nil }
        let end = all.firstIndex { isWhiteSpace($0) || $0 == doubleQuote || (splitsAtEquals && $0 == equals) }
        guard let end else {
            text = nil
            return Array(all)
        }
        if all[end] == doubleQuote {
            let quoted = all[(end + 1)...]
            guard let close = quoted.firstIndex(of: doubleQuote) else {
                text = nil
                return nil
            }
            text = quoted[(close + 1)...].drop(while: isWhiteSpace)
            return Array(all[..<end]) + Array(quoted[..<close])
        }
        var rest = all[(end + 1)...].drop(while: isWhiteSpace)
        // Only one `=` may stand between two words.
        if splitsAtEquals, all[end] != equals, rest.first == equals {
            rest = rest.dropFirst().drop(while: isWhiteSpace)
        }
        text = rest
        return Array(all[..<end])
    }

    /// Words as sshd before 8.7 takes them; the first empty word ends them, as it ended every loop over them.
    public static func delimitedWords(of bytes: [UInt8], firstColumn: Int, splitsAtEquals: Bool) -> [Word] {
        var words: [Word] = []
        var rest: ArraySlice<UInt8>? = bytes[...]
        while let start = rest?.startIndex, let word = nextDelimited(&rest, splitsAtEquals: splitsAtEquals),
            !word.isEmpty
        {
            words.append(Word(String(decoding: word, as: UTF8.self), column: firstColumn + start))
        }
        return words
    }

    /// argv_split() of misc.c with comments: single and double quotes may begin anywhere in a word; `\` before a quote or
    /// another `\`, and before a space outside quotes, takes away its meaning. Nil when a quote is never closed.
    public static func arguments(of bytes: [UInt8], firstColumn: Int) -> [Word]? {
        var words: [Word] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == space || bytes[index] == tab {
                index += 1
                continue
            }
            if bytes[index] == hash { break }
            let start = index
            var word: [UInt8] = []
            var quote: UInt8?
            while index < bytes.count {
                let byte = bytes[index]
                if byte == backslash, index + 1 < bytes.count, escapes(bytes[index + 1], quote) {
                    index += 1
                    word.append(bytes[index])
                } else if quote == nil, byte == space || byte == tab {
                    break
                } else if quote == nil, byte == doubleQuote || byte == singleQuote {
                    quote = byte
                } else if byte == quote {
                    quote = nil
                } else {
                    word.append(byte)
                }
                index += 1
            }
            if quote != nil { return nil }
            words.append(Word(String(decoding: word, as: UTF8.self), column: firstColumn + start))
        }
        return words
    }

    private static func escapes(_ byte: UInt8, _ quote: UInt8?) -> Bool {
        byte == singleQuote || byte == doubleQuote || byte == backslash || (quote == nil && byte == space)
    }

    private static let doubleQuote = UInt8(ascii: "\"")
    private static let singleQuote = UInt8(ascii: "'")
    private static let backslash = UInt8(ascii: "\\")
    private static let equals = UInt8(ascii: "=")
    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")
}
