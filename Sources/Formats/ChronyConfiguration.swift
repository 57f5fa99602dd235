// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// One file of chrony.conf(5), line by line. chronyd makes one space of all white space, takes lines that begin with
/// `!`, `;`, `#` or `%` for comments and directives in any case. It refuses to start at the first line it does not
/// understand.
public struct ChronyConfiguration: Sendable {
    /// A line that says something.
    public struct Directive: Sendable, Hashable {
        /// The first word, in lower case.
        public let name: String
        /// The words after it.
        public let arguments: [String]
        /// The line as chronyd takes it.
        public let text: String
        /// Line, from 1.
        public let line: Int
        /// Why chronyd does not take it; nil where it does.
        public let objection: String?
    }

    /// The directives in the order they stand.
    public private(set) var directives: [Directive] = []

    /// fgets(3) reads a line into a buffer of this size.
    static let lineBytes = 2047

    /// Reads the bytes of a file. With `sourcesOnly` nothing but servers, pools and peers is taken, and what has no
    /// newline at its end is not read (chrony.conf(5), "sourcedir").
    public init(_ bytes: [UInt8], sourcesOnly: Bool = false) {
        var index = 0
        var number = 0
        while index < bytes.count {
            let rest = bytes[index...].prefix(Self.lineBytes)
            let newline = rest.firstIndex(of: 0x0A)
            let end = newline ?? rest.endIndex
            number += 1
            index = newline.map { $0 + 1 } ?? end
            if sourcesOnly && newline == nil { continue }
            // A C string ends at NUL.
            let words = bytes[rest.startIndex..<end].prefix { $0 != 0 }.split(whereSeparator: Self.isSpace)
                .map { String(decoding: $0, as: UTF8.self) }
            guard let first = words.first, let head = first.utf8.first, !"!;#%".utf8.contains(head) else { continue }
            let name = first.asciiLowercased
            let arguments = Array(words.dropFirst())
            let objection =
                sourcesOnly && !Self.sources.contains(name)
                ? "a file of sources holds servers, pools and peers alone" : Self.objection(name, arguments)
            directives.append(
                Directive(
                    name: name, arguments: arguments, text: words.joined(separator: " "), line: number,
                    objection: objection))
        }
    }

    /// The directives that name somebody to ask for the time.
    public static let sources: Set<String> = ["server", "pool", "peer"]

    /// isspace(3) of the C locale.
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func set(_ words: String) -> Set<String> {
        Set(words.utf8.split(separator: 0x20).map { String(decoding: Array($0), as: UTF8.self) })
    }

    /// Directives of chrony 4.3 by what they take.
    private static let integers = set(
        "acquisitionport cmdport dscp logbanner maxntsconnections maxsamples minsamples minsources ntsport ntsprocesses "
            + "ntsrefresh ntsrotate port ptpport sched_priority clientloglimit")
    private static let decimals = set(
        "clockprecision combinelimit corrtimeratio hwtstimeout logchange maxclockerror maxdistance maxdrift maxjitter "
            + "maxslewrate maxupdateskew reselectdist rtcautotrim stratumweight")
    private static let strings = set(
        "bindacqdevice bindcmddevice binddevice driftfile dumpdir hwclockfile keyfile leapsectz logdir ntpsigndsocket "
            + "ntscachedir ntsdumpdir ntsntpserver ntsservercert ntsserverkey pidfile rtcdevice rtcfile user include")
    private static let plain = set("lock_all manual noclientlog nosystemcert rtconutc rtcsync")
    private static let others = set(
        "allow deny cmdallow cmddeny authselectmode bindaddress bindacqaddress bindcmdaddress broadcast cmdratelimit "
            + "commandkey confdir dumponexit fallbackdrift generatecommandkey hwtimestamp initstepslew leapsecmode "
            + "linux_freq_scale linux_hz local log mailonchange makestep maxchange nocerttimecheck ntsratelimit "
            + "ntstrustedcerts ratelimit refclock server peer pool smoothtime sourcedir tempcomp")

    /// Options of a source that stand alone, and those that take a value.
    private static let flags = set(
        "auto_offline burst copy iburst offline nts xleave noselect prefer require trust")
    private static let numbers = set(
        "key certset filter maxpoll maxsamples maxsources minpoll minsamples minstratum ntsport port polltarget presend "
            + "version")
    private static let fractions = set(
        "asymmetry maxdelay maxdelayratio maxdelaydevratio maxdelayquant mindelay offset")

    private static func objection(_ name: String, _ arguments: [String]) -> String? {
        let first = arguments.first ?? ""
        if integers.contains(name) { return count(arguments, 1) ?? (beginsInteger(first) ? nil : "no number") }
        if decimals.contains(name) { return count(arguments, 1) ?? (beginsDecimal(first) ? nil : "no number") }
        if strings.contains(name) { return count(arguments, 1) }
        if plain.contains(name) { return count(arguments, 0) }
        if sources.contains(name) { return source(arguments) }
        switch name {
        case "makestep", "fallbackdrift": return count(arguments, 2) ?? numeric(arguments)
        case "maxchange": return count(arguments, 3) ?? numeric(arguments)
        case "allow", "deny", "cmdallow", "cmddeny":
            return ChronySubnet(arguments) == nil && !isName(arguments) ? "no address" : nil
        default: return others.contains(name) ? nil : "no such directive"
        }
    }

    private static func count(_ arguments: [String], _ wanted: Int) -> String? {
        arguments.count == wanted ? nil : arguments.count < wanted ? "an argument is missing" : "too many arguments"
    }

    private static func numeric(_ arguments: [String]) -> String? {
        let isNumeric = beginsDecimal(arguments.first ?? "") && arguments.dropFirst().allSatisfy(beginsInteger)
        return isNumeric ? nil : "no number"
    }

    /// A name that is looked up when chronyd starts: nothing that begins like a number.
    private static func isName(_ arguments: [String]) -> Bool {
        let words = arguments.first == "all" ? arguments.dropFirst() : arguments[...]
        guard words.count == 1, let head = words.first?.utf8.first else { return false }
        return !(0x30...0x39).contains(head) && words.first?.utf8.contains(0x2F) == false
            && words.first?.utf8.contains(0x3A) == false
    }

    private static func source(_ arguments: [String]) -> String? {
        guard !arguments.isEmpty else { return "no server" }
        var rest = arguments.dropFirst()
        while let word = rest.popFirst() {
            let option = word.asciiLowercased
            if flags.contains(option) { continue }
            let isFraction = fractions.contains(option)
            guard isFraction || option == "extfield" || numbers.contains(option) else { return "\(word) is no option" }
            guard let value = rest.popFirst() else { return "\(word) needs a value" }
            let isNumber =
                isFraction
                ? Double(value) != nil
                : option == "extfield" ? value.utf8.allSatisfy(isHexDigit) : Int32(value) != nil
            guard isNumber else { return "\(word) takes no \(value)" }
        }
        return nil
    }

    /// sscanf(3) with %d takes what a text begins with.
    private static func beginsInteger(_ text: String) -> Bool {
        var digits = text.utf8[...]
        if let sign = digits.first, sign == 0x2B || sign == 0x2D { digits = digits.dropFirst() }
        return digits.first.map { (0x30...0x39).contains($0) } ?? false
    }

    static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
    }

    private static func beginsDecimal(_ text: String) -> Bool {
        if beginsInteger(text) { return true }
        let digits = text.utf8.drop { $0 == 0x2B || $0 == 0x2D }
        return digits.first == 0x2E && digits.dropFirst().first.map { (0x30...0x39).contains($0) } ?? false
    }
}

/// Who an `allow`, `deny`, `cmdallow` or `cmddeny` speaks of: `[all] [ADDRESS[/BITS]]`, with `10.1` short for
/// 10.1.0.0/16.
public struct ChronySubnet: Sendable, Hashable {
    /// 4, 6, or nil for both.
    public let family: Int?
    /// Leading bits that are compared; 0 for everybody.
    public let bits: Int
    /// As written; empty for everybody.
    public let text: String

    /// Nil for what is no address: a name, or nothing chronyd takes.
    public init?(_ arguments: [String]) {
        let words = arguments.first == "all" ? arguments.dropFirst() : arguments[...]
        guard words.count <= 1 else { return nil }
        guard let word = words.first else {
            (family, bits, text) = (nil, 0, "")
            return
        }
        let parts = word.utf8.split(separator: 0x2F, maxSplits: 1, omittingEmptySubsequences: false)
        let address = String(decoding: Array(parts[0]), as: UTF8.self)
        var length: Int?
        if parts.count == 2 {
            guard let number = Int(String(decoding: Array(parts[1]), as: UTF8.self)), number >= 0 else { return nil }
            length = number
        }
        if address.utf8.contains(0x3A) {
            guard address.utf8.allSatisfy({ ChronyConfiguration.isHexDigit($0) || $0 == 0x3A || $0 == 0x2E }) else {
                return nil
            }
            (family, bits) = (6, length ?? 128)
        } else {
            let octets = address.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
            guard (1...4).contains(octets.count),
                octets.allSatisfy({ UInt8(String(decoding: Array($0), as: UTF8.self)) != nil })
            else { return nil }
            (family, bits) = (4, length ?? octets.count * 8)
        }
        text = word
    }
}
