// SPDX-License-Identifier: GPL-3.0-or-later

/// What a process did to itself before it read anything foreign, and what of it the kernel did not have or allow.
public struct SandboxReport: Sendable, Hashable {
    /// One measure.
    public struct Measure: Sendable, Hashable {
        /// What it is, as `seccomp` or `landlock-files`.
        public var name: String
        /// Why it is not in force; nil where it is.
        public var whyNot: String?

        /// A measure.
        public init(_ name: String, whyNot: String? = nil) {
            self.name = name
            self.whyNot = whyNot
        }
    }

    /// The measures in the order they were taken.
    public var measures: [Measure]

    /// A report.
    public init(measures: [Measure]) { self.measures = measures }

    /// The measures that are not in force.
    public var missing: [Measure] { measures.filter { $0.whyNot != nil } }
}
