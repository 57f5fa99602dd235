// SPDX-License-Identifier: GPL-3.0-or-later

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

    /// Every id there is of it.
    var catalogue: ReferenceCatalogue {
        switch self {
        case .cis: .cis
        case .ens: .ens
        case .iso27001: .iso27001
        case .nis2: .nis2
        case .gdpr: .gdpr
        case .cwe: .cwe
        }
    }

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
}
