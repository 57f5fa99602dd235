// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// A directive as its module declares it in its table of commands (ngx_command_t): where it may stand, how many arguments it
/// takes, what a value is, and how levels inherit it.
struct NginxDirective: Sendable {
    /// What its value is.
    enum Kind: Sendable {
        case flag, int, size, time
        /// The arguments as one text.
        case text
        /// The arguments, each a value; of two lines of one level both count (ngx_conf_set_bitmask_slot()).
        case words
        /// Each line a value; a level that has one drops those of the levels above.
        case lines
        /// As `lines`, of pairs of name and value.
        case headers
        /// A block, or what is read elsewhere: not a setting.
        case other
    }

    let name: String
    let kind: Kind
    /// The packaged default in the configuration's own words; nil where there is none.
    let fallback: String?
    /// Levels it may stand in: M main, E events, H http, S server, F if in server, L location, I if in location,
    /// X limit_except, U upstream.
    let contexts: String
    let arguments: ClosedRange<Int>
    let documentation: String
    /// Levels below do not get it (content handlers and the rewrite module).
    let isOwn: Bool

    init(
        _ name: String, _ kind: Kind, _ fallback: String?, _ contexts: String, _ arguments: ClosedRange<Int>,
        own: Bool = false, _ documentation: String
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.contexts = contexts
        self.arguments = arguments
        self.documentation = documentation
        isOwn = own
    }

    /// The type of its value in the catalogue.
    var type: ValueType {
        switch kind {
        case .flag: .bool
        case .int: .int
        case .size: .byteSize
        case .time: .duration
        case .text, .other: .string
        case .words, .lines: .list(.string)
        case .headers: .list(.record(NginxSchema.header))
        }
    }

    /// By name.
    static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// What levels of http inherit, in the order of the catalogue; `position` is an index into it.
    static let settings = all.filter { $0.kind != .other && $0.contexts.contains { "HSL".contains($0) } }
    static let position = Dictionary(settings.enumerated().map { ($1.name, $0) }) { first, _ in first }
}
