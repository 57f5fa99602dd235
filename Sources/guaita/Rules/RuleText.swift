// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Rules

/// A rule in words.
enum RuleText {
    static func text(_ rule: Rule, _ language: Language) -> String {
        var lines = ["\(rule.id): \(rule.title(language))", "\(rule.posture.rawValue), \(rule.severity.rawValue)", ""]
        lines.append(rule.why(language))
        lines += ["", rule.fix(language), ""]
        for (field, program) in rule.programs { lines.append("\(field): \(program.text)") }
        lines += rule.references.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.joined(separator: ", "))" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A rule as a section of a Markdown page.
    static func markdown(_ rule: Rule, _ language: Language) -> String {
        var lines = ["## \(rule.id)", "", "**\(escaped(rule.title(language)))**  "]
        lines.append("\(rule.posture.rawValue) · \(rule.severity.rawValue) · \(rule.effortMinutes) min")
        lines += ["", escaped(rule.why(language)), "", escaped(rule.fix(language)), "", "```cel"]
        for (field, program) in rule.programs { lines.append("\(field): \(program.text)") }
        lines.append("```")
        let references = rule.references.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value.joined(separator: ", "))"
        }
        if !references.isEmpty { lines += ["", references.joined(separator: " · ")] }
        return lines.map { $0 + "\n" }.joined() + "\n"
    }

    /// Text that Markdown must not read as markup. Backticks stay: the texts use them for settings.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "*_<|".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
