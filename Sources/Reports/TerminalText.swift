// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// Lines for a terminal of some width, with colours or without.
protocol TerminalText {
    /// Columns of the terminal.
    var width: Int { get }
    /// Whether to use ANSI colours.
    var colour: Bool { get }
    /// The language of everything printed.
    var language: Language { get }
}

/// The colours (ECMA-48, SGR).
enum Paint: String { case red = "31", yellow = "33", green = "32", blue = "34", bold = "1" }

extension TerminalText {
    /// A text over as many lines as it takes; the lines after the first are indented by two more.
    func wrapped(_ text: String, indent: Int) -> [String] {
        text.wrapped(
            width: width, first: String(repeating: " ", count: indent), rest: String(repeating: " ", count: indent + 2))
    }

    func clipped(_ text: String, _ width: Int) -> String {
        text.count > width ? text.prefix(width - 1) + "…" : text
    }

    func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    func paint(_ text: String, _ paint: Paint) -> String {
        colour ? "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m" : text
    }

    func colour(of severity: Severity) -> Paint {
        switch severity {
        case .critical, .high: .red
        case .medium: .yellow
        case .low, .info: .blue
        }
    }

    func colour(of grade: Grade) -> Paint {
        switch grade {
        case .a, .b: .green
        case .c, .d: .yellow
        case .e, .f: .red
        }
    }

    /// A posture, its score as an interval, its letters, a bar where there is room, and a note.
    func scoreLines(_ posture: Posture, _ low: Int, _ high: Int, note: String) -> [String] {
        let range = [low, high].map { Phrase.decimal(tenths: $0, language) }
        let letters = [low, high].map { Grade(tenths: $0).rawValue }
        let head =
            pad(Phrase.posture(posture, language), 14) + pad(low == high ? range[0] : range.joined(separator: "–"), 12)
            + pad(letters[0] == letters[1] ? letters[0] : letters.joined(separator: "–"), 5)
        let bar = width >= 70 ? bar(low, high) : ""
        let painted = paint(head, colour(of: Grade(tenths: low))) + bar
        let gap = bar.isEmpty || note.isEmpty ? "" : "  "
        if head.count + bar.count + gap.count + note.count <= width { return [painted + gap + note] }
        return [painted] + wrapped(note, indent: 2)
    }

    /// Twenty cells: full up to the low end of a score, shaded up to the high end.
    private func bar(_ low: Int, _ high: Int) -> String {
        let (low, high) = (low / 50, high / 50)
        return String(repeating: "█", count: low) + String(repeating: "▒", count: max(0, high - low))
            + String(repeating: "·", count: max(0, 20 - max(low, high)))
    }
}
