// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns

/// The frameworks rules may cite, by id alone: none of their texts is in this repository.
public enum Framework: String, Sendable, CaseIterable {
    /// CIS benchmarks, `benchmark:recommendation`.
    case cis
    /// Esquema Nacional de Seguridad, RD 311/2022 annex II: 73 measures.
    case ens
    /// ISO/IEC 27001:2022 annex A: 93 controls.
    case iso27001
    /// Directive (EU) 2022/2555, article 21(2).
    case nis2
    /// Regulation (EU) 2016/679.
    case gdpr
    /// Common Weakness Enumeration.
    case cwe

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// True when the framework has ids of this form.
    func has(_ id: String) -> Bool { Self.patterns[self].map { $0.matches(id) } ?? false }

    /// An example of an id.
    var form: String {
        switch self {
        case .cis: "as debian12:5.1.20"
        case .ens: "as op.acc.6"
        case .iso27001: "as A.8.5"
        case .nis2: "as 21.2.i"
        case .gdpr: "as 32.1.b"
        case .cwe: "as 250"
        }
    }

    private static let patterns: [Framework: Pattern] = {
        let texts: [Framework: String] = [
            .cis: #"^(debian1[0-9]|nginx|postgresql|docker|ubuntu(20|22|24)04):\d+(\.\d+){0,4}$"#,
            .ens: #"^(org\.[1-4]|op\.(pl\.[1-5]|acc\.[1-6]|exp\.([1-9]|10)|ext\.[1-4]|nub\.1|cont\.[1-4]|mon\.[1-3])|"#
                + #"mp\.(if\.[1-7]|per\.[1-4]|eq\.[1-4]|com\.[1-4]|si\.[1-5]|sw\.[12]|info\.[1-6]|s\.[1-4]))$"#,
            .iso27001: #"^A\.(5\.([1-9]|[12]\d|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12]\d|3[0-4]))$"#,
            .nis2: #"^21\.2\.[a-j]$"#,
            .gdpr: #"^([1-9]|[1-9]\d)(\.[1-9]\d?)?(\.[a-h])?$"#,
            .cwe: #"^[1-9]\d{0,3}$"#,
        ]
        var patterns: [Framework: Pattern] = [:]
        for (framework, text) in texts {
            // A pattern of ours that does not compile matches nothing, and every rule's check says so.
            do { patterns[framework] = try Pattern(text) } catch { assertionFailure("\(framework): \(error)") }
        }
        return patterns
    }()
}
