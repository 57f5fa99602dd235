// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
import YAML

/// The file of accepted risks.
///
/// ```yaml
/// guaita: 1
/// waivers:
///   - rule: ssh.password-authentication
///     object: "Match User backup*"        # optional: element keys or paths, with * and ?
///     host: "web*"                        # optional
///     owner: Marta, systems
///     reason: the printer of the shop cannot use keys; replaced in March
///     until: 2027-03-31
/// ```
public enum WaiverFile {
    /// The waivers in a file, and what is wrong with it. A waiver without owner, reason and end is an error.
    public static func read(_ file: RuleFile) -> (waivers: [Waiver], problems: [RuleProblem]) {
        let (documents, problems) = YAML.parse(file.bytes)
        var decoder = Decoder()
        var waivers: [Waiver] = []
        for document in documents {
            guard let node = decoder.mapping(document, known: ["guaita", "waivers"]) else { continue }
            _ = decoder.required("guaita", of: node) { $0.int($1, in: 1...1) }
            let items = decoder.required("waivers", of: node) { decoder, list in decoder.list(list) { $1 } } ?? []
            for item in items {
                guard let waiver = waiver(item, file.path, &decoder) else { continue }
                waivers.append(waiver)
            }
        }
        return (waivers, (problems + decoder.problems).map { RuleProblem(file: file, problem: $0) })
    }

    private static func waiver(_ item: Node, _ path: String, _ decoder: inout Decoder) -> Waiver? {
        guard let node = decoder.mapping(item, known: ["rule", "object", "host", "owner", "reason", "until"]) else {
            return nil
        }
        let rule = decoder.required("rule", of: node) { $0.string($1) }
        let owner = decoder.required("owner", of: node) { $0.string($1) }
        let reason = decoder.required("reason", of: node) { $0.string($1) }
        let until = decoder.required("until", of: node) { decoder, node -> Timestamp? in
            guard let text = decoder.string(node) else { return nil }
            // A bare day holds to its end, in UTC.
            let moment = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T23:59:59Z")
            if moment == nil {
                decoder.error("expected a day or a moment", at: node, code: "R060", hint: "as 2027-03-31")
            }
            return moment
        }
        let object = decoder.field("object", of: node) { $0.string($1) }
        let host = decoder.field("host", of: node) { $0.string($1) }
        guard let rule, let owner, let reason, let until else { return nil }
        return Waiver(
            rule: rule, object: object, host: host, owner: owner, reason: reason, until: until,
            origin: Origin(path: path, line: item.line))
    }
}
