// SPDX-License-Identifier: GPL-3.0-or-later

import Formats

/// The security archive of a release, and whether a pattern of unattended-upgrades matches it.
struct APTOrigin {
    /// `Debian` or `Ubuntu`, as lsb_release(1) says it.
    let distribution: String
    let codename: String
    /// The address of the enabled source; nil where there is none.
    let site: String?

    /// Debian since 11 and Ubuntu name the archive after the release; before, Debian's Codename was the release's own.
    private var names: (codenames: [String], archives: [String], labels: [String]) {
        guard distribution == "Debian" else {
            return ([codename], ["\(codename)-security"], ["Ubuntu"])
        }
        let isOld = ["wheezy", "jessie", "stretch", "buster"].contains(codename)
        // The archive's name moves on with each release of Debian.
        let ages = ["stable", "oldstable", "oldoldstable", "oldoldoldstable"]
        return (
            [isOld ? codename : "\(codename)-security"], isOld ? ages : ages.map { "\($0)-security" },
            ["Debian-Security"]
        )
    }

    /// Does a pattern match (unattended-upgrade's match_whitelist_string)? Nil where that hangs on what a release of
    /// Debian is called today. Throws what ends unattended-upgrade.
    func matches(_ pattern: String) throws(QuestionError) -> Bool? {
        var result: Bool? = true
        let tokens = APTOrigin.split(pattern, at: UInt8(ascii: ","))
        guard !pattern.utf8.allSatisfy({ $0 <= 0x20 }) else { return false }
        for token in tokens {
            let parts = token.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
                .map { Self.trimmed(String(Substring($0))) }
            guard parts.count == 2 else { throw QuestionError("\(pattern): not keyword=value") }
            let glob = FileNamePattern(try substituted(parts[1]))
            let candidates: [String]
            switch parts[0] {
            case "o", "origin": candidates = [distribution]
            case "l", "label": candidates = names.labels
            case "a", "suite", "archive": candidates = names.archives
            case "n", "codename": candidates = names.codenames
            case "c", "component": candidates = ["main"]
            case "site":
                guard let site else {
                    result = result == false ? false : nil
                    continue
                }
                candidates = [site]
            default: throw QuestionError("\(pattern): no such keyword: \(parts[0])")
            }
            let hits = candidates.filter { glob.matches($0) }.count
            if hits == 0 { result = false } else if hits < candidates.count, result == true { result = nil }
        }
        return result
    }

    /// Parts between separators that no backslash stands before.
    static func split(_ text: String, at separator: UInt8) -> [String] {
        var parts: [[UInt8]] = [[]]
        for byte in text.utf8 {
            if byte == separator, parts[parts.count - 1].last != UInt8(ascii: "\\") {
                parts.append([])
            } else {
                if byte == separator { parts[parts.count - 1].removeLast() }
                parts[parts.count - 1].append(byte)
            }
        }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func trimmed(_ text: String) -> String {
        let body = text.utf8.drop { $0 <= 0x20 }
        let end = body.lastIndex { $0 > 0x20 }.map { body.index(after: $0) } ?? body.startIndex
        return String(Substring(body[..<end]))
    }

    /// `${distro_id}` and `${distro_codename}`; any other variable ends unattended-upgrade.
    func substituted(_ text: String) throws(QuestionError) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                result.append(byte)
                continue
            }
            if rest.first == byte {
                result.append(byte)
                rest.removeFirst()
                continue
            }
            let isBraced = rest.first == UInt8(ascii: "{")
            let body = isBraced ? rest.dropFirst() : rest
            let name = body.prefix { $0 == 0x5F || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 }
            let after = body.dropFirst(name.count)
            guard !name.isEmpty, !isBraced || after.first == UInt8(ascii: "}") else {
                throw QuestionError("\(text): not a variable")
            }
            switch String(decoding: name, as: UTF8.self) {
            case "distro_id": result += Array(distribution.utf8)
            case "distro_codename": result += Array(codename.utf8)
            case let other: throw QuestionError("\(text): no such variable: \(other)")
            }
            rest = isBraced ? after.dropFirst() : after
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// An entry of Allowed-Origins as a pattern: `Origin:archive`, or the two with a space between.
    func pattern(ofAllowed text: String) throws(QuestionError) -> String {
        var parts = Self.split(text, at: UInt8(ascii: ":"))
        if parts.count == 1 { parts = text.utf8.split { $0 <= 0x20 }.map { String(Substring($0)) } }
        guard parts.count == 2 else { throw QuestionError("\(text): not ORIGIN:ARCHIVE") }
        let words = parts.map { Self.split($0, at: UInt8(ascii: ",")).joined(separator: "\\,") }
        return "o=\(try substituted(words[0])),a=\(try substituted(words[1]))"
    }
}
